"""A Litestar application, guarded from without and from within."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import guarded
from litestar import Litestar, Request, get
from litestar.middleware import DefineMiddleware
from litestar.response import Stream

from poolwarden.asgi import BearerMiddleware, ProtectedResource
from poolwarden.litestar import cognito_errors


@get("/healthz")
async def healthz() -> dict[str, int]:
    """Tell that it runs."""
    return {}


@get("/me")
async def me(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """Tell who asks."""
    assert request.user.access_token is request.state.access_token
    return guarded.told(request.user.access_token)


@get("/stream")
async def stream() -> Stream:
    """Send a first piece, and the last one when the test lets it."""

    async def pieces() -> AsyncIterator[bytes]:
        yield guarded.FIRST
        while not guarded.gate_is_open():  # noqa: ASYNC110 (a test opens it from another process)
            await asyncio.sleep(0.01)
        yield guarded.LAST

    return Stream(pieces())


@get("/cognito", sync_to_thread=True)
def cognito() -> None:
    """Ask Cognito with a token that it refuses."""
    guarded.cognito().get_user(AccessToken="none")


server = guarded.made()
resource = ProtectedResource("https://api.example.com")
settings: dict[str, Any] = {"server": server, "exempt": guarded.EXEMPT, "resource": resource}
handlers = [healthz, me, stream, cognito]
answering: Any = {"openapi_config": None, "exception_handlers": {Exception: cognito_errors(server, resource=resource)}}
# Around the whole application, and among its own middleware, which run once a route is found.
around = BearerMiddleware(Litestar(handlers, **answering), **settings)
within = Litestar(handlers, middleware=[DefineMiddleware(BearerMiddleware, **settings)], **answering)
