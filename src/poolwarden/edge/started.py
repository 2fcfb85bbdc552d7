"""Tell once that the guard was mounted, and warn where CORS sits inside it."""

import logging
import sys
from weakref import WeakKeyDictionary

from poolwarden.events import Started, timestamp
from poolwarden.guard.server import Guard
from poolwarden.version import __version__

_log = logging.getLogger("poolwarden")
_DEPTH = 50
# What was told of each server. Litestar makes a middleware anew for each of its routes.
_told: "WeakKeyDictionary[Guard, dict[tuple[object, ...], object]]" = WeakKeyDictionary()


def has_cors(app: object) -> bool:
    """
    Return whether CORS is found among the applications that ``app`` wraps.

    Known are middlewares named so, those that Starlette has yet to build,
    Django's settings, Litestar's configuration and Flask-CORS.
    """
    for _ in range(_DEPTH):
        if app is None:
            return False
        # Flask's wsgi_app is a method of the application, which is the innermost of all.
        owner = getattr(app, "__self__", None)
        if "cors" in type(app).__name__.lower() or _configured(app) or _configured(owner):
            return True
        app = None if owner is not None else getattr(app, "app", None) or getattr(app, "application", None)
    return False


def _configured(app: object) -> bool:
    added = [getattr(entry.cls, "__name__", "") for entry in getattr(app, "user_middleware", ())]
    if type(app).__module__.startswith("django.core.handlers"):
        added = sys.modules["django.conf"].settings.MIDDLEWARE
    if any("cors" in name.lower() for name in added):
        return True
    after = getattr(app, "after_request_funcs", {}).get(None, ())
    return getattr(app, "cors_config", None) is not None or any(
        "cors" in getattr(hook, "__module__", "") for hook in after
    )


def tell_started(server: Guard, exempt: tuple[str, ...], *, cors_outside: bool) -> None:
    """
    Tell that the guard was mounted; once, however many middlewares of a server are mounted in the same way.

    Args:
        server: The server that decides.
        exempt: The exempt paths, as texts.
        cors_outside: Whether no CORS middleware was found inside the guard.
    """
    this = object()
    if _told.setdefault(server, {}).setdefault((exempt, cors_outside), this) is not this:
        return
    if not cors_outside:
        _log.warning(
            "CORS sits inside the guard: a browser cannot read the guard's 401, and reports a CORS error instead. "
            "Add the CORS middleware after BearerMiddleware (what is added last runs first). With Flask-CORS, "
            "guard by poolwarden.flask.Bearer(server).init_app(app, protect=True); with Django, put CORS around both."
        )
    level = "info" if cors_outside else "warning"
    if server.events.enabled(level):
        server.events.emit(
            Started(
                timestamp=timestamp(server.rules.now()),
                level=level,
                outcome="observed",
                version=__version__,
                pools=tuple(alias for alias, _ in server.pools),
                clients=tuple(f"{pool}/{client}" for pool, client, _ in server.clients),
                exempt=exempt,
                refresh_validity_s=tuple(validity for _, _, validity in server.clients),
                cors_order_ok=cors_outside,
            )
        )
