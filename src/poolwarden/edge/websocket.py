"""Refuse a WebSocket before it is accepted, and close one whose token has expired."""

from collections.abc import Awaitable
from contextlib import suppress

import anyio

from poolwarden.edge.send import App, Message, Receive, Scope, Send, send_answer
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


def closing_at_exp(app: App, remaining_s: float) -> App:
    """
    Return an application whose WebSocket is closed when the token's time is over, whatever it does meanwhile.

    The application receives a disconnect with code 3000. If it only sends, it gets an
    OSError, which is what ASGI 2.4 has for closed connections and what Starlette turns
    into its WebSocketDisconnect. A connection that either side has closed already is
    left alone.

    Args:
        app: The application.
        remaining_s: How long the token still lives, seconds.
    """

    async def closed_at_exp(scope: Scope, receive: Receive, send: Send) -> None:
        ending = Ending(receive, send, remaining_s)
        failure: BaseException | None = None
        async with anyio.create_task_group() as group:
            group.start_soon(ending.wait)
            try:
                await app(scope, ending.receive, ending.send)
            except anyio.get_cancelled_exc_class():
                raise
            except BaseException as error:  # noqa: BLE001 (raised below, because a task group would wrap it in an exception group)
                failure = error
            group.cancel_scope.cancel()
        if failure is not None:
            raise failure

    return closed_at_exp


class Ending:
    """
    A connection that ends with its token.

    Args:
        receive: ASGI's receive.
        send: ASGI's send.
        remaining_s: How long the token still lives, seconds.
    """

    __slots__ = ("_closed", "_deadline", "_expired", "_receive", "_send")

    def __init__(self, receive: Receive, send: Send, remaining_s: float) -> None:
        self._receive = receive
        self._send = send
        self._deadline = anyio.current_time() + remaining_s
        self._expired = self._closed = False

    async def wait(self) -> None:
        """Close the connection when its time is over, for an application that neither receives nor sends then."""
        await anyio.sleep_until(self._deadline)
        if not self._closed:
            with suppress(Exception):  # the other side may be gone
                await self._close()

    async def receive(self) -> Message:
        """Return the next message for the application; a disconnect once the token has expired."""
        if self._closed:
            return await self._receive()
        # Compared here, too: while a client keeps sending, receiving never waits, and nothing cancels the scope below.
        if not self._expired and anyio.current_time() < self._deadline:
            with anyio.CancelScope(deadline=self._deadline):
                message = await self._receive()
                self._closed = message["type"] == "websocket.disconnect"
                return message
        await self._close()
        return {"type": "websocket.disconnect", "code": CLOSE_UNAUTHORIZED, "reason": "token_expired"}

    def send(self, message: Message) -> Awaitable[None]:
        """
        Send a message of the application.

        Args:
            message: The message.

        Raises:
            OSError: The token has expired, and the message was data for the client.
        """
        if not self._closed and (self._expired or anyio.current_time() >= self._deadline):
            return self._cut_off(message)
        self._closed = self._closed or message["type"] in _CLOSING
        return self._send(message)

    async def _cut_off(self, message: Message) -> None:
        await self._close()
        if message["type"] == "websocket.send":
            # An application that never receives learns of the end only by this; else it would go on sending for ever.
            raise ConnectionAbortedError("token_expired")

    async def _close(self) -> None:
        if not self._expired:
            self._expired = True
            await self._send({"type": "websocket.close", "code": CLOSE_UNAUTHORIZED, "reason": "token_expired"})
