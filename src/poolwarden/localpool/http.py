"""
The local pool over HTTP: an ASGI application, and a server for it on the loopback interface.

An unmodified SDK talks to it once its endpoint is set; a browser signs in at its page. Nothing here
authenticates the caller of an admin operation, so it is served on 127.0.0.1 and nowhere else.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount, Route

from poolwarden.localpool.core import PoolCore
from poolwarden.localpool.http_controls import Controls
from poolwarden.localpool.http_keys import WellKnown
from poolwarden.localpool.http_oauth import OAuth
from poolwarden.localpool.http_operations import EXPOSED_HEADERS, Operations
from poolwarden.localpool.loopback import serving
from poolwarden.localpool.outage import KeyServer, Outage

# The only address the pool is served on.
LOOPBACK: Final = "127.0.0.1"

# Host headers answered; others may be a page of another site whose name now leads here.
ALLOWED_HOSTS: Final = (LOOPBACK, "localhost")


def app(pool: PoolCore, *, server: KeyServer | None = None) -> Starlette:
    """
    Make the ASGI application.

    Args:
        pool: The pool it answers for.
        server: Owns the failure being played at the JWK Set's address.

    Returns:
        The application.
    """
    keys = server or KeyServer()
    known, oauth, controls = WellKnown(pool, keys), OAuth(pool), Controls(pool, keys)
    cors = Middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "POST"],
        allow_headers=["*"],
        expose_headers=list(EXPOSED_HEADERS),
    )
    public = [
        Route("/", Operations(pool).answer, methods=["POST"]),
        Route("/oauth2/token", oauth.token, methods=["POST"]),
        Route("/oauth2/revoke", oauth.revoke, methods=["POST"]),
        Route("/oauth2/userInfo", oauth.user_info, methods=["GET", "POST"]),
        Route(f"/{pool.pool_id}/.well-known/jwks.json", known.jwk_set),
        Route(f"/{pool.pool_id}/.well-known/openid-configuration", known.configuration),
    ]
    local = [
        Route("/clock", controls.clock, methods=["GET", "POST"]),
        Route("/rotate-keys", controls.rotate_keys, methods=["POST"]),
        Route("/outage", controls.outage, methods=["GET", "POST"]),
    ]
    return Starlette(
        routes=[
            # A mount, so that no preflight for these reaches the one below, which allows it.
            Mount("/_local", routes=local),
            Route("/oauth2/authorize", oauth.authorize),
            Route("/login", oauth.login, methods=["GET", "POST"]),
            Route("/logout", oauth.logout),
            Mount("/", routes=public, middleware=[cors]),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(ALLOWED_HOSTS))],
    )


@contextmanager
def serve(pool: PoolCore, port: int = 0) -> Iterator[str]:
    """
    Serve the pool on 127.0.0.1 while the context lasts, in a thread of its own.

    Args:
        pool: The pool.
        port: The port; 0 for any that is free.

    Yields:
        The base URL, such as ``http://127.0.0.1:9229``.

    Raises:
        OSError: The port is taken.
        ModuleNotFoundError: uvicorn is missing; the extra ``pool`` brings it.
    """
    keys = KeyServer()

    def let_go() -> None:
        keys.outage = Outage.NONE

    with (
        socket.create_server((LOOPBACK, port)) as listening,
        serving(app(pool, server=keys), listening, let_go) as url,
    ):
        yield url
