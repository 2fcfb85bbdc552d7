"""Who has verified a request vouches for it and its very credentials alone."""

from typing import Any

import pytest

from edges import EDGES, authorization
from poolwarden.edge.verified import Verified, found_by
from world import World


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
