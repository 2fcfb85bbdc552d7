"""Name ASGI's parts and our header, and send an answer."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from poolwarden.guard.challenge import Answer

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
# Wide types, because each framework has its own for these, Litestar TypedDicts.
App = Callable[[Any, Any, Any], Awaitable[None]]

SESSION_ENDS = "Poolwarden-Session-Ends"
"""The response header that tells when the session reaches its refresh validity, epoch seconds."""


async def send_answer(answer: Answer, send: Send, prefix: str = "http.response", *, bodiless: bool = False) -> None:
    """
    Send a whole answer.

    Args:
        answer: The answer.
        send: ASGI's send.
        prefix: What the messages' types begin with; ``websocket.http.response`` for a denial.
        bodiless: Whether it answers HEAD (RFC 9110 §9.3.2): everything but the body.
    """
    headers = [(name.encode("ascii"), value.encode("ascii")) for name, value in answer.headers]
    await send({"type": f"{prefix}.start", "status": answer.status, "headers": headers})
    await send({"type": f"{prefix}.body", "body": b"" if bodiless else answer.body})
