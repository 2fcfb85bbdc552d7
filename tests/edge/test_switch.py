"""What is on or off at an edge is True or False."""

from typing import Any

import pytest
from flask import Blueprint, Flask

from edges import EDGES
from poolwarden import ConfigurationError
from poolwarden import flask as edge_flask
from poolwarden.edge.switch import switch
from world import World

SETTINGS = [(edge, name) for edge in EDGES for name in ("optional", "session_ends")] + [("asgi", "close_at_exp")]


@pytest.mark.parametrize("value", [True, False])
def test_switch(value: bool) -> None:
    """True is on, False is off."""
    assert switch("optional", value) is value


@pytest.mark.parametrize("value", ["false", "true", "", 0, 1, None])
@pytest.mark.parametrize(("edge", "name"), SETTINGS)
def test_neither(edge: str, name: str, value: Any, world: World) -> None:
    """Anything else is refused where it is set: a text such as "false" would let everybody in."""
    with pytest.raises(ConfigurationError, match=f"^{name}: is neither True nor False"):
        EDGES[edge][0](world.server(), **{name: value})


def test_flask(world: World) -> None:
    """A whole blueprint or application is guarded with settings of the same kind."""
    auth = edge_flask.Bearer(world.server())
    with pytest.raises(ConfigurationError, match=r"^optional: "):
        auth.protect(Blueprint("a", "a"), optional="false")
    with pytest.raises(ConfigurationError, match=r"^protect: "):
        auth.init_app(Flask("a"), protect="true")  # type: ignore[arg-type]


@pytest.mark.parametrize("settings", [{"exempt": ["/healthz"]}, {"scopes": ["orders/read"]}, {"optional": True}])
def test_flask_unprotected(settings: dict[str, Any], world: World) -> None:
    """Settings of a guard around the whole application are refused where there is none."""
    with pytest.raises(ConfigurationError, match=r"^protect: is off"):
        edge_flask.Bearer(world.server()).init_app(Flask("a"), **settings)
