"""A WebSocket is refused before it is accepted, and closed when its token's time is over."""

import asyncio
from contextlib import suppress
from typing import Any

import anyio
import anyio.lowlevel
import pytest
from starlette.websockets import WebSocket, WebSocketDisconnect

from edges import Wire, authorization, scope_of
from poolwarden import asgi
from poolwarden.edge.websocket import CLOSE_UNAUTHORIZED, Ending, closing_at_exp
from poolwarden.guard.server import Guard
from world import World

DENIAL = {"websocket.http.response": {}}
EXPIRED = {"type": "websocket.close", "code": 3000, "reason": "token_expired"}
CONNECT = {"type": "websocket.connect"}
TEXT = {"type": "websocket.receive", "text": "a"}
GONE = {"type": "websocket.disconnect", "code": 1001}
SAY = {"type": "websocket.send", "text": "b"}


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Accept, then answer every text until the other side is gone."""
    assert (await receive())["type"] == "websocket.connect"
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] != "websocket.disconnect":
        await send({"type": "websocket.send", "text": message["text"]})


async def connect(server: Guard, *values: bytes, incoming: Any = (), **more: Any) -> Wire:
    """Open a WebSocket at the guarded echo."""
    wire = Wire([CONNECT, *incoming])
    settings = {name: more.pop(name) for name in ("close_at_exp", "session_ends") if name in more}
    app = asgi.BearerMiddleware(echo, server, **settings)
    await app(scope_of("websocket", authorization(*values), **more), wire.receive, wire.send)
    return wire


@pytest.mark.parametrize("value", [None, b"Bearer undefined", b"Bearer a b", b"Bearer aaaaaaaaaaaaaaaaaaaaaaaaaa"])
async def test_denied(value: bytes | None, world: World) -> None:
    """A server that can is given the whole answer: status, challenge, problem (ASGI's denial response)."""
    wire = await connect(world.server(), *([] if value is None else [value]), extensions=DENIAL)
    assert wire.types == ["websocket.http.response.start", "websocket.http.response.body"]
    assert wire.reply.status in (400, 401)
    assert (wire.reply["www-authenticate"] or "").startswith("Bearer")
    assert wire.reply.cause is not None


@pytest.mark.parametrize("extensions", [{}, None, {"http.response.push": {}}])
async def test_closed(extensions: Any, world: World) -> None:
    """Any other server is told to close, which it answers to the handshake with 403."""
    wire = await connect(world.server(), extensions=extensions)
    assert wire.sent == [{"type": "websocket.close", "code": CLOSE_UNAUTHORIZED, "reason": ""}]
    assert wire.incoming == [CONNECT]


async def test_accepted(world: World) -> None:
    """A good token opens the connection, and it stays untouched."""
    wire = await connect(world.server(), b"Bearer " + world.mint(), incoming=[TEXT, GONE])
    assert wire.types == ["websocket.accept", "websocket.send"]


async def test_closes_at_exp(world: World) -> None:
    """A connection that waits is closed with 3000 at the token's end, and the application sees a disconnect."""
    token = world.mint({"exp": world.clock() + 0.05, "iat": world.clock()})
    wire = await connect(world.server(), b"Bearer " + token, incoming=[TEXT], close_at_exp=True)
    assert wire.types == ["websocket.accept", "websocket.send", "websocket.close"]
    assert wire.sent[-1] == EXPIRED


async def test_stays_open(world: World) -> None:
    """Unasked, a connection outlives its token."""
    token = world.mint({"exp": world.clock() + 0.01, "iat": world.clock()})
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(connect(world.server(), b"Bearer " + token), 0.05)


async def passed(deadline_s: float, *incoming: Any) -> tuple[Wire, Any, Any]:
    """Return a wire and the ends of a connection whose token lives so long."""
    wire = Wire(list(incoming))
    ending = Ending(wire.receive, wire.send, deadline_s)
    return wire, ending.receive, ending.send


async def test_expired_while_sending() -> None:
    """An application that only sends is stopped at its next message, and hears of it; what it closes then is closed."""
    wire, receive, send = await passed(-1)
    for _ in range(3):
        with pytest.raises(OSError, match=r"^token_expired$"):
            await send(SAY)
    await send({"type": "websocket.close", "code": 1000})
    assert wire.sent == [EXPIRED]
    assert (await receive())["code"] == 3000
    assert wire.sent == [EXPIRED]


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_idle(backend: str) -> None:
    """A connection is closed at its token's end also while the application neither receives nor sends."""

    async def busy(scope: Any, receive: Any, send: Any) -> None:
        with suppress(OSError):  # on a busy machine the end may come before the acceptance
            await send({"type": "websocket.accept"})
        while EXPIRED not in wire.sent:
            await anyio.lowlevel.checkpoint()
        with pytest.raises(OSError, match=r"^token_expired$"):
            await send(SAY)

    wire = Wire([])
    anyio.run(closing_at_exp(busy, 0.01), {}, wire.receive, wire.send, backend=backend)
    assert wire.sent in ([{"type": "websocket.accept"}, EXPIRED], [EXPIRED])


@pytest.mark.parametrize("failure", [ValueError("own"), KeyboardInterrupt(), ExceptionGroup("own", [ValueError()])])
async def test_failure(failure: BaseException) -> None:
    """An exception of the application leaves as it is, and nothing is left behind."""

    async def failing(scope: Any, receive: Any, send: Any) -> None:
        raise failure

    wire = Wire([])
    with pytest.raises(type(failure)) as raised:
        await closing_at_exp(failing, 60)({}, wire.receive, wire.send)
    assert raised.value is failure
    assert len(asyncio.all_tasks()) == 1
    assert not wire.sent


async def test_gone() -> None:
    """Where the other side is gone when the time is over, the application is left to hear of it by itself."""

    async def send(_: Any) -> None:
        raise ConnectionResetError

    async def busy(scope: Any, receive: Any, send: Any) -> None:
        await anyio.sleep(0.02)

    await closing_at_exp(busy, 0)({}, Wire([]).receive, send)


async def test_cancelled_application() -> None:
    """A server that cancels its application cancels what waits for the token's end with it."""

    async def busy(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.Event().wait()

    wire = Wire([])
    task = asyncio.ensure_future(closing_at_exp(busy, 60)({}, wire.receive, wire.send))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(asyncio.all_tasks()) == 1


async def test_starlette() -> None:
    """In Starlette's words an application that only sends meets a disconnect."""
    wire, receive, send = await passed(60, CONNECT)
    socket = WebSocket(scope_of("websocket"), receive, send)
    await socket.accept()
    await socket.send_text("a")
    receive.__self__._deadline = 0.0
    with pytest.raises(WebSocketDisconnect):
        await socket.send_text("b")
    assert wire.types == ["websocket.accept", "websocket.send", "websocket.close"]


async def test_closed_by_application() -> None:
    """What the application has closed is not closed again, and it hears of the other side as always."""
    wire, receive, send = await passed(60, GONE)
    close = {"type": "websocket.close", "code": 1000}
    await send(close)
    receive.__self__._deadline = 0.0
    await receive.__self__.wait()
    assert await receive() == GONE
    assert wire.sent == [close]


async def test_closed_by_client() -> None:
    """What the client has closed is not closed again."""
    wire, receive, send = await passed(60, GONE)
    assert await receive() == GONE
    receive.__self__._deadline = 0.0
    await send(SAY)
    assert wire.sent == [SAY]


async def test_cancelled() -> None:
    """A task that is cancelled while it waits stays cancelled."""
    _, receive, _ = await passed(60)
    with anyio.move_on_after(0.01) as scope:
        await receive()
    assert scope.cancelled_caught


async def test_flood() -> None:
    """A client that never pauses is cut off at the token's end like any other."""
    wire, receive, _ = await passed(60, *[TEXT] * 3)
    assert await receive() == TEXT
    receive.__self__._deadline = 0.0
    assert (await receive())["code"] == 3000
    assert wire.sent == [EXPIRED]
