"""A FastAPI application behind the middleware, with the dependency on a route."""

import os
from collections.abc import AsyncIterator
from typing import Annotated, Any

import anyio
import guarded
from fastapi import FastAPI, Response, Security, WebSocket
from fastapi.responses import StreamingResponse
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from poolwarden import AccessToken
from poolwarden.asgi import BearerMiddleware, ProtectedResource
from poolwarden.fastapi import Bearer

server = guarded.made()
auth = Bearer(server)
app = FastAPI()
app.add_middleware(
    BearerMiddleware,
    server=server,
    exempt=guarded.EXEMPT,
    close_at_exp=True,
    resource=ProtectedResource("https://api.example.com"),
)


@app.get("/healthz")
async def healthz() -> dict[str, int]:
    """Tell that it runs, and in which process."""
    return {"pid": os.getpid()}


@app.get("/me")
async def me(token: Annotated[AccessToken, Security(auth)]) -> Any:
    """Tell who asks."""
    return guarded.told(token)


@app.get("/stream")
async def stream() -> StreamingResponse:
    """Send a first piece, and the last one when the test lets it."""

    async def pieces() -> AsyncIterator[bytes]:
        yield guarded.FIRST
        while not guarded.gate_is_open():  # noqa: ASYNC110 (a test opens it from another process)
            await anyio.sleep(0.01)
        yield guarded.LAST

    return StreamingResponse(pieces())


@app.get("/cognito")
def cognito() -> Any:
    """Ask Cognito with a token that it refuses."""
    return guarded.cognito().get_user(AccessToken="none")


@app.get("/metrics")
def metrics() -> Response:
    """Show the metrics of all processes."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry))


@app.websocket("/talk")
async def talk(websocket: WebSocket) -> None:
    """Echo."""
    await websocket.accept()
    async for text in websocket.iter_text():
        await websocket.send_text(text)
