"""The applications without a guard, for servers."""

from typing import Any

from benchmarks.contenders.apps import fastapi_app, flask_app
from benchmarks.contenders.limits import _no_wsgi, _NoAsgi
from benchmarks.subject import World


def served(_world: World, kind: str) -> Any:
    """Return an application for a server in its own process."""
    made = {
        "fastapi": fastapi_app,
        "flask": flask_app,
        "asgi": lambda: _NoAsgi(fastapi_app()),
        "wsgi": lambda: _no_wsgi(flask_app()),
    }
    return made[kind]()
