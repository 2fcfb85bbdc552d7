"""An ASGI scope tells path, credentials, and who has verified them."""

import pytest

from edges import authorization, scope_of
from poolwarden.edge.connection import authorization_in, facts_in, is_preflight, path_in


@pytest.mark.parametrize(
    ("path", "root", "within"),
    [
        ("/a", "", "/a"),
        ("/api/a", "/api", "/a"),
        ("/api/", "/api", "/"),
        ("/api", "/api", "/"),
        ("/a", "/api", "/a"),
        ("/apiary/a", "/api", "/apiary/a"),
        ("", "", ""),
    ],
)
def test_path(path: str, root: str, within: str) -> None:
    """A mount's part is taken off, as Starlette's router does it."""
    assert path_in(scope_of(path=path, root_path=root)) == within


def test_authorization() -> None:
    """Every Authorization header is found, and no other."""
    scope = scope_of(headers=[*authorization(b"a"), (b"x-authorization", b"b"), *authorization(b"c")])
    assert authorization_in(scope) == [b"a", b"c"]


def test_facts() -> None:
    """A known route is told by its template; a WebSocket has the method of its handshake."""
    assert facts_in(scope_of(path="/orders/7"), "/orders/{id}").route == "/orders/{id}"
    assert facts_in(scope_of("websocket", path="/ws")).method == "GET"


def test_preflight() -> None:
    """A preflight is an OPTIONS request with both headers, never a WebSocket."""
    headers = [(b"origin", b"a"), (b"access-control-request-method", b"GET")]
    assert is_preflight(scope_of(headers=headers, method="OPTIONS"))
    assert not is_preflight(scope_of("websocket", headers=headers))
