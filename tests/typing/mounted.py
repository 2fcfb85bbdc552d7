"""What users with strict types write: `make types` reads it, nothing runs it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated, Any, assert_type

from fastapi import APIRouter, Depends, FastAPI, Request, Response, Security, WebSocket
from flask import Blueprint, Flask
from litestar import Litestar
from litestar.middleware import DefineMiddleware
from mcp.server.mcpserver import MCPServer
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

import poolwarden.fastapi
import poolwarden.flask
import poolwarden.litestar
import poolwarden.mcp
import poolwarden.wsgi
from poolwarden import (
    ANY_CLIENT,
    AccessToken,
    BearerError,
    Cause,
    ConfigurationError,
    KeyPolicy,
    OnlineList,
    Requirement,
    ResourceServer,
    RevocationList,
    UserPool,
)
from poolwarden.asgi import BearerMiddleware
from poolwarden.flask import current_access_token
from poolwarden.observe import exposition

POOL = UserPool("eu-west-1_AbCdEfGhI", client_ids={"web": "1example23456789"}, refresh_validity=timedelta(days=30))
OTHER = UserPool("us-east-1_AbCdEfGhI", client_ids=ANY_CLIENT, alias="other-pool")
server = ResourceServer(
    [POOL, OTHER],
    leeway=2,
    checks=[(Cause.SESSION_TOO_OLD, lambda token: token.is_machine)],
    revoked=RevocationList(),
    online=OnlineList({}, on_failure="accept"),
    key_policy=KeyPolicy(timeout_s=2),
)


def core() -> AccessToken | None:
    """Ask the server itself."""
    try:
        token = server.authenticate("Bearer …")
        server.authorize(token, Requirement(groups=["admin"]))
    except BearerError as error:
        assert_type(error.cause, Cause)
        assert_type(error.missing, tuple[str, ...])
        assert_type(error.retry_after_s, int | None)
        return None
    assert_type(token.username, str | None)
    assert_type(token.claims, dict[str, Any])
    return token


def wrong(error: ConfigurationError) -> tuple[str, str, str]:
    """Read what is wrong with a setting."""
    return error.field, error.problem, error.mend


api = FastAPI()
api.add_middleware(BearerMiddleware, server=server, exempt=["/healthz", lambda _, path: path == "/"], session_ends=True)
auth = poolwarden.fastapi.Bearer(server)
optional = poolwarden.fastapi.Bearer(server, optional=True)
router = APIRouter(prefix="/v1", dependencies=[Depends(auth)])
Token = Annotated[AccessToken, Security(auth, scopes=["orders/read"])]


@router.get("/me")
async def me(token: Token, maybe: Annotated[AccessToken | None, Depends(optional)]) -> dict[str, str | None]:
    """Use a token, and one that may be missing."""
    return {"sub": token.sub, "maybe": None if maybe is None else maybe.username}


@api.websocket("/talk")
async def talk(socket: WebSocket, token: Token) -> None:
    """Use a token in a WebSocket."""
    await socket.accept()
    await socket.send_text(token.session_ref)


async def refused(_: Request, error: Exception) -> Response:
    """Answer a refusal in the application's own way."""
    assert isinstance(error, poolwarden.fastapi.Refused)
    return Response(error.answer.body, error.answer.status, dict(error.answer.headers))


handler: Callable[[Request, Exception], Awaitable[Response]] = refused
api.add_exception_handler(poolwarden.fastapi.Refused, handler)

flask = Flask("typed")
flask_auth = poolwarden.flask.Bearer(server)
blueprint = Blueprint("orders", "orders")
flask_auth.protect(blueprint, scopes=["orders/read"])
flask_auth.init_app(flask, protect=True, exempt=["/healthz"])


@flask.get("/orders")
@flask_auth.required(scopes=["orders/read"], groups=["admin"])
def orders() -> dict[str, str]:
    """Guard a view that needs something."""
    return {"sub": current_access_token.sub}


@flask.get("/plain")
@flask_auth.required
def plain() -> str:
    """Guard a view that needs a token."""
    return current_access_token.sub


mounted = (
    BearerMiddleware(Starlette(middleware=[Middleware(BearerMiddleware, server=server)]), server),
    BearerMiddleware(api, server, require=Requirement(scopes=["orders/read"])),
    BearerMiddleware(Litestar([], middleware=[DefineMiddleware(BearerMiddleware, server=server)]), server),
    BearerMiddleware(MCPServer("orders", token_verifier=poolwarden.mcp.TokenVerifier(server)).sse_app(), server),
    poolwarden.wsgi.BearerMiddleware(flask, server, exempt=["/healthz"]),
)
api.mount("/within", mounted[0])
metrics = exposition.asgi_app()
api.routes.append(Route("/metrics", metrics))
guarded_metrics = BearerMiddleware(metrics, server, require=Requirement(scopes=["metrics/read"]))
Starlette(routes=[Route("/metrics", guarded_metrics)])
Litestar([], exception_handlers={Exception: poolwarden.litestar.cognito_errors(server)})
