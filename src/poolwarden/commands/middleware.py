"""Look at an application from outside: is the guard mounted, and does CORS sit inside it?"""

import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from poolwarden.commands.failures import UsageError
from poolwarden.edge.started import has_cors
from poolwarden.guard.server import Guard

_GUARDS = ("poolwarden.asgi", "poolwarden.wsgi")
_DEPTH = 50
_MENDS: Mapping[type[Exception], str] = {
    ModuleNotFoundError: "Run it where the API runs: in its folder, with its packages.",
    AttributeError: "Name the application as its server does.",
}


class Order(NamedTuple):
    """
    What was found.

    Attributes:
        guarded: The guard's middleware is mounted.
        cors_inside: A CORS middleware sits inside it.
    """

    guarded: bool
    cors_inside: bool


def load(address: str) -> Any:
    """
    Return the application at ``module:name``, as its server would find it.

    Args:
        address: Where it is.

    Raises:
        UsageError: It cannot be found or imported.
    """
    module, separator, name = address.partition(":")
    if not (module and separator and name):
        message = f"--app {address}: write it as module:name, such as shop.main:app."
        raise UsageError(message)
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        found: Any = import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except Exception as error:
        mend = _MENDS.get(type(error), "Mend that, or run it with the environment that the API has.")
        message = f"--app {address}: {type(error).__name__}: {str(error).rstrip('.')}. {mend}"
        raise UsageError(message) from error
    return found


def order_of(app: Any) -> Order:
    """
    Return what sits where in an application.

    Args:
        app: An ASGI or WSGI application, Starlette's, FastAPI's and Flask's included.
    """
    for layer in _layers(app):
        if type(layer).__module__ in _GUARDS:
            return Order(guarded=True, cors_inside=has_cors(layer.app))
        entries = list(getattr(layer, "user_middleware", ()))
        modules = [getattr(entry.cls, "__module__", "") for entry in entries]
        for place, module in enumerate(modules):
            if module in _GUARDS:
                # Starlette keeps them outermost first.
                inside = [getattr(entry.cls, "__name__", "").lower() for entry in entries[place + 1 :]]
                return Order(guarded=True, cors_inside=any("cors" in name for name in inside))
    return Order(guarded=False, cors_inside=False)


def guard_in(app: Any) -> Guard | None:
    """
    Return who decides in an application, or None where no guard is mounted.

    Args:
        app: As for :func:`order_of`.
    """
    for layer in _layers(app):
        given = [getattr(layer, "server", None)] if type(layer).__module__ in _GUARDS else []
        for entry in getattr(layer, "user_middleware", ()):
            if getattr(entry.cls, "__module__", "") in _GUARDS:
                given += [entry.kwargs.get("server"), *entry.args]
        for server in given:
            if isinstance(server, Guard):
                return server
    return None


def _layers(app: Any) -> Iterator[Any]:
    """Yield an application and what it wraps, from outside to inside."""
    for _ in range(_DEPTH):
        if app is None:
            return
        yield app
        # Flask's wsgi_app is a plain method until something is wrapped around it.
        wrapped = getattr(app, "wsgi_app", None)
        if wrapped is not None and getattr(wrapped, "__self__", None) is not app:
            app = wrapped
        else:
            app = getattr(app, "app", None) or getattr(app, "application", None)
