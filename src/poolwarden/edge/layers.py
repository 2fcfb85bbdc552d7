"""Look into the layers of an application, which middlewares wrap one around the other, and find CORS among them."""

import sys
from typing import Any, Final

WRAPPED: Final = ("app", "application")
"""Where a layer keeps what it wraps: Starlette and most wrappers; WhiteNoise and Litestar."""

_DEPTH: Final = 50


def has_cors(app: object) -> bool:
    """
    Return whether a CORS middleware is found among the applications that ``app`` wraps.

    Known are middlewares named so, those that Starlette has yet to build,
    Django's settings, Litestar's configuration and Flask-CORS. Routes and
    mounted applications are not looked into.

    Args:
        app: An ASGI or WSGI application, or what wraps one.
    """
    for _ in range(_DEPTH):
        if app is None:
            return False
        # Flask's wsgi_app is a method of the application, which is the innermost of all.
        owner = attribute(app, "__self__")
        if is_cors(type(app)) or _has_configured_cors(app) or _has_configured_cors(owner):
            return True
        app = None if owner is not None else next(filter(None, (attribute(app, name) for name in WRAPPED)), None)
    return False


def is_cors(kind: object) -> bool:
    """
    Return whether a class of middlewares, or a function that makes one, is named after CORS.

    Args:
        kind: The class.
    """
    return "cors" in str(attribute(kind, "__name__", "")).lower()


def class_of(entry: object) -> Any:
    """
    Return the class of a middleware that is yet to be built, or None.

    Args:
        entry: How Starlette or Litestar keeps it until then.
    """
    return attribute(entry, "cls") or attribute(entry, "middleware")


def listed(layer: object, *names: str) -> list[Any]:
    """
    Return what a layer keeps in lists or tuples.

    Args:
        layer: The layer.
        names: The attributes that may hold one.
    """
    return [one for name in names if isinstance(found := attribute(layer, name), list | tuple) for one in found]


def attribute(layer: object, name: str, default: Any = None) -> Any:
    """
    Return an attribute of a layer; where it has none, or raises when it is asked, the default.

    Args:
        layer: Anything; a stand-in for another object (werkzeug's LocalProxy) may raise whatever it likes.
        name: The attribute's name.
        default: What to return in its place.
    """
    try:
        return getattr(layer, name, default)
    except Exception:  # noqa: BLE001 (as said: LocalProxy raises RuntimeError)
        return default


def _has_configured_cors(app: object) -> bool:
    if any(is_cors(class_of(entry)) for entry in listed(app, "user_middleware")):
        return True
    if type(app).__module__.startswith("django.core.handlers"):
        return any("cors" in name.lower() for name in sys.modules["django.conf"].settings.MIDDLEWARE)
    hooks = attribute(app, "after_request_funcs", {}).get(None, ())  # Flask's, of the whole application
    return attribute(app, "cors_config") is not None or any(
        "cors" in attribute(hook, "__module__", "") for hook in hooks
    )
