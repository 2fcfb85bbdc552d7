"""Refuse a WebSocket before it is accepted, and close one whose token has expired."""

from collections.abc import Awaitable

import anyio

from poolwarden.edge.send import Message, Receive, Scope, Send, send_answer
from poolwarden.guard.challenge import Answer

CLOSE_UNAUTHORIZED = 3000
"""The close code "Unauthorized" of IANA's WebSocket Close Code Number Registry."""

# The application's own close, or its denial of the handshake.
_CLOSING = ("websocket.close", "websocket.http.response.start")


async def refuse_websocket(answer: Answer, scope: Scope, send: Send) -> None:
    """
    Refuse the handshake: with the whole answer where the server can send one, else by closing (403).

    Args:
        answer: The answer.
        scope: The connection's scope; its extension ``websocket.http.response`` tells what the server can do.
        send: ASGI's send.
    """
    if "websocket.http.response" in (scope.get("extensions") or {}):
        await send_answer(answer, send, "websocket.http.response")
    else:
        await send({"type": "websocket.close", "code": CLOSE_UNAUTHORIZED, "reason": ""})


def closing_at_exp(receive: Receive, send: Send, remaining_s: float) -> tuple[Receive, Send]:
    """
    Return receive and send that close the connection when the token's time is over.

    The application sees a disconnect with code 3000, or, where it only sends,
    an OSError, as ASGI 2.4 has it for connections that are closed: Starlette
    makes its WebSocketDisconnect of it. A connection that either side has
    closed already is left alone.

    Args:
        receive: ASGI's receive.
        send: ASGI's send.
        remaining_s: How long the token still lives, seconds.
    """
    ending = _Ending(receive, send, remaining_s)
    return ending.receive, ending.send


class _Ending:
    """A connection that ends with its token."""

    __slots__ = ("_closed", "_deadline", "_expired", "_receive", "_send")

    def __init__(self, receive: Receive, send: Send, remaining_s: float) -> None:
        self._receive = receive
        self._send = send
        self._deadline = anyio.current_time() + remaining_s
        self._expired = self._closed = False

    async def receive(self) -> Message:
        if self._closed:
            return await self._receive()
        # By the clock, too: a client that keeps sending never lets the scope below be cancelled.
        if not self._expired and anyio.current_time() < self._deadline:
            with anyio.CancelScope(deadline=self._deadline):
                message = await self._receive()
                self._closed = message["type"] == "websocket.disconnect"
                return message
        await self._close()
        return {"type": "websocket.disconnect", "code": CLOSE_UNAUTHORIZED, "reason": "token_expired"}

    def send(self, message: Message) -> Awaitable[None]:
        if not self._closed and (self._expired or anyio.current_time() >= self._deadline):
            return self._cut_off(message)
        self._closed = self._closed or message["type"] in _CLOSING
        return self._send(message)

    async def _cut_off(self, message: Message) -> None:
        await self._close()
        if message["type"] == "websocket.send":
            # Dropped in silence, it would be followed by others for ever: nothing else tells who never receives.
            raise ConnectionAbortedError("token_expired")

    async def _close(self) -> None:
        if not self._expired:
            self._expired = True
            await self._send({"type": "websocket.close", "code": CLOSE_UNAUTHORIZED, "reason": "token_expired"})
