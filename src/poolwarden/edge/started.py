"""Tell once that the guard was mounted, and warn where CORS sits inside it."""

import logging
from weakref import WeakKeyDictionary

from poolwarden.events import Started, timestamp
from poolwarden.guard.server import Guard
from poolwarden.version import __version__

_log = logging.getLogger("poolwarden")
# What was told of each server, for a server may have many middlewares: Litestar makes one for each route.
_told: "WeakKeyDictionary[Guard, dict[tuple[object, ...], object]]" = WeakKeyDictionary()


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
