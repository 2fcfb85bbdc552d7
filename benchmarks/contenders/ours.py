# ruff: noqa: PLC0415 (edges are loaded only where they are measured)
"""poolwarden, in the ways it is run."""

import logging
import os
from typing import Any

import structlog

from benchmarks.contenders.apps import (
    asgi_subject,
    bare_subjects,
    fastapi_app,
    flask_app,
    starlette_app,
    wsgi_subject,
)
from benchmarks.subject import Subject, World
from poolwarden import ResourceServer, UserPool
from poolwarden.observe.lines import JsonLines

PACKAGES = ("cryptography", "pyjwt", "msgspec", "cachetools", "structlog", "prometheus-client", "starlette")


def server_of(world: World, variant: str, **settings: Any) -> ResourceServer:
    """
    Return the guard of a pool.

    Args:
        world: The pool.
        variant: ``usual``: metrics, and events from warnings on, as an API is usually run; ``plain``: neither;
            ``full``: metrics, and every event as JSON by structlog to where it costs nothing to write; ``lines``: the
            same by ``JsonLines``.
        settings: More settings of the server.
    """
    pool = UserPool(world.pool_id, client_ids={"web": world.client_id}, keys=world.jwks_file)
    if variant == "plain":
        return ResourceServer(pool, events=None, meter=None, **settings)
    if variant == "lines":
        settings["events"] = JsonLines(open(os.devnull, "w"))  # noqa: SIM115, PTH123 (as long as the process)
    elif variant == "full":
        structlog.configure(
            processors=[structlog.processors.add_log_level, structlog.processors.JSONRenderer()],
            wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
            logger_factory=structlog.WriteLoggerFactory(open(os.devnull, "w")),  # noqa: SIM115, PTH123 (as long as the process)
            cache_logger_on_first_use=True,
        )
    else:
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    return ResourceServer(pool, **settings)


def subjects(world: World, variant: str) -> dict[str, Subject]:
    """Return the core call and every edge."""
    server = server_of(world, variant)
    named = {"verify": Subject(server.authenticate)}
    if variant != "usual":
        return named
    return {
        **named,
        **bare_subjects("starlette", "fastapi", "flask"),
        "asgi": asgi_subject(guarded("starlette", server)),
        "asgi.fastapi": asgi_subject(guarded("fastapi", server)),
        "dependency": asgi_subject(guarded("dependency", server)),
        "wsgi": wsgi_subject(guarded("flask", server)),
        "decorator": wsgi_subject(guarded("decorator", server)),
    }


def guarded(kind: str, server: ResourceServer) -> Any:
    """Return an application guarded in one of the ways: ``starlette``, ``fastapi``, ``dependency`` and so on."""
    from fastapi import Security

    import poolwarden.asgi
    import poolwarden.fastapi
    import poolwarden.flask
    import poolwarden.wsgi

    if kind == "dependency":
        return fastapi_app(Security(poolwarden.fastapi.Bearer(server), scopes=["orders/read"]))
    if kind == "decorator":
        return flask_app(poolwarden.flask.Bearer(server).required(scopes=["orders/read"]))
    if kind == "flask":
        app = flask_app()
        app.wsgi_app = poolwarden.wsgi.BearerMiddleware(app.wsgi_app, server)
        return app
    app = starlette_app() if kind == "starlette" else fastapi_app()
    app.add_middleware(poolwarden.asgi.BearerMiddleware, server=server)
    return app


def served(world: World, kind: str) -> Any:
    """Return an application for a server in its own process."""
    return guarded(kind, server_of(world, "usual"))
