"""Who has verified a request vouches for it and its very credentials alone."""

from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from edges import EDGES, authorization, bare_asgi, bare_wsgi, by_fastapi, by_flask, call_asgi, call_wsgi
from poolwarden import asgi, wsgi
from poolwarden.edge.verified import Verified, found_by
from poolwarden.observe.prometheus import meter
from world import World

OPTIONAL: dict[str, Any] = {"optional": True}
EXEMPT: dict[str, Any] = {"exempt": ["/"]}


def test_found_by(world: World) -> None:
    """It is the same server, and the same credentials; what is anything else was found by nobody."""
    server, other = world.server(), world.server()
    found = Verified(server, server.authenticate(b"Bearer " + world.mint()), [b"Bearer a"])
    assert found_by(server, found, [b"Bearer a"]) is found
    assert found_by(server, found, [b"Bearer b"]) is None
    assert found_by(other, found, [b"Bearer a"]) is None
    assert found_by(server, None, None) is None
    assert found_by(server, (server, found.token), None) is None


def test_not_shown(world: World) -> None:
    """Whatever prints a request's environ or scope, as Django's reports do, shows no credentials."""
    assert "eyJ" not in repr(Verified(world.server(), None, "Bearer eyJhbGciOiJSUzI1NiJ9.e30.AA"))


@pytest.mark.parametrize("edge", ["fastapi", "flask"])
def test_request_within(edge: str, world: World) -> None:
    """A dependency, too, asks anew about a request that was copied with other credentials, or with none."""
    make, call = EDGES[edge]
    server = world.server()
    app = make(server)
    ada = b"Bearer " + world.mint({"sub": "ada"})
    token, held = server.authenticate(ada), ([ada] if edge == "fastapi" else ada.decode())
    around: dict[str, Any] = {"poolwarden.verified": Verified(server, token, held)}
    if edge == "flask":
        around["poolwarden.access_token"] = token
    assert call(app, authorization(ada), **around).body.strip(b'"') == b"ada"
    assert call(app, authorization(b"Bearer a.b.c"), **around).cause == "token_malformed"
    assert call(app, **around).cause == "credentials_missing"


@pytest.mark.parametrize("outside", [OPTIONAL, EXEMPT], ids=["optional", "exempt"])
@pytest.mark.parametrize(
    ("kind", "make", "inside"),
    [
        pytest.param(asgi, bare_asgi, OPTIONAL, id="asgi"),
        pytest.param(asgi, bare_asgi, EXEMPT, id="asgi, exempt"),
        pytest.param(asgi, by_fastapi, OPTIONAL, id="fastapi"),
        pytest.param(wsgi, bare_wsgi, OPTIONAL, id="wsgi"),
        pytest.param(wsgi, bare_wsgi, EXEMPT, id="wsgi, exempt"),
        pytest.param(wsgi, by_flask, OPTIONAL, id="flask"),
    ],
)
def test_passed_once(outside: dict[str, Any], kind: Any, make: Any, inside: dict[str, Any], world: World) -> None:
    """A request without a token counts once, however many edges of one server let it pass, and once for each server."""
    registries = [CollectorRegistry(), CollectorRegistry()]
    server, other = (world.server(meter=meter(registry)) for registry in registries)
    call = call_asgi if kind is asgi else call_wsgi
    for _ in range(2):
        app = kind.BearerMiddleware(kind.BearerMiddleware(make(server, **inside), server, **outside), other, **outside)
        assert call(app).body.strip(b'"') == b"nobody"
    labels = {"pool": "unverified", "client": "unverified", "outcome": "skipped", "cause": "none"}
    assert [each.get_sample_value("poolwarden_requests_total", labels) for each in registries] == [2, 2]
