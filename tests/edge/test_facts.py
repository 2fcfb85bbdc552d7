"""Events tell of a request what is bounded and cannot be forged into something else."""

import pytest

from edges import EDGES
from poolwarden.edge.facts import facts_of
from poolwarden.events import RequestRejected
from world import World

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize(
    ("method", "kept"), [("GET", "GET"), ("PATCH", "PATCH"), ("G T", None), ("G" * 65, None), ("GÉT", None), ("", None)]
)
def test_method(method: str, kept: str | None) -> None:
    """A method is letters, and not many."""
    assert facts_of(method, "/", None, None).method == kept


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/orders/{id}", "/orders/{id}"),
        ("/orders?token=a", "/orders"),
        ("/" + "a" * 500, "/" + "a" * 199),
        ("/reset/eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.x", "/reset/eyJ…"),
        ("/reset/eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.x/b", "/reset/eyJ…/b"),
        ("/users/ada@example.com/orders", "/users/…/orders"),
        ("/users/ada.b+c@mail.example.co", "/users/…"),
        ("/users/ada%40example.com", "/users/…"),
        ("/users/größe@example.de", "/users/…"),
        ("/" + "a" * 190 + "/ada@example.com", "/" + "a" * 190 + "/…"),
        ("/@scope/name@1.2.3/a@b/", "/@scope/name@1.2.3/a@b/"),
        ("/a\r\n\x1b[31m\x85\u2028\u202e\ud800é", "/a\ufffd\ufffd\ufffd[31m\ufffd\ufffd\ufffd\ufffdé"),
    ],
)
def test_route(path: str, route: str) -> None:
    """A route has no query, no token and no e-mail address in it, and an end."""
    assert facts_of("GET", path, None, None).route == route


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (None, None),
        ("", None),
        ("b0c5-1:2=3+4/5.6_7", "b0c5-1:2=3+4/5.6_7"),
        ("a" * 64, "a" * 64),
        ("a" * 65, None),
        ("a\nb", None),
        ("a b", None),
        ("é", None),
        ("eyJhbGciOi", None),
    ],
)
def test_request_id(given: str | None, kept: str | None) -> None:
    """A request's id is kept where it looks like one."""
    assert facts_of("GET", "/", given, None).request_id == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (f"00-{TRACE}-00f067aa0ba902b7-01", TRACE),
        (f"00-{TRACE.upper()}-00f067aa0ba902b7-01", None),
        (f"00-{TRACE}-00f067aa0ba902b7-01-more", None),
        (TRACE, None),
        ("", None),
        (None, None),
    ],
)
def test_trace(given: str | None, kept: str | None) -> None:
    """Of a traceparent (W3C Trace Context) the trace's id is kept."""
    assert facts_of("GET", "/", None, given).trace_id == kept


@pytest.mark.parametrize("edge", EDGES)
def test_edges(edge: str, world: World) -> None:
    """Every edge tells the method, the route, the request's and the trace's id."""
    mount, call = EDGES[edge]
    headers = [(b"x-request-id", b"req-1"), (b"traceparent", f"00-{TRACE}-00f067aa0ba902b7-01".encode())]
    call(mount(world.server()), headers)
    (told,) = [event for event in world.notes.events if isinstance(event, RequestRejected)]
    assert (told.method, told.route, told.request_id, told.trace_id) == ("GET", "/", "req-1", TRACE)
