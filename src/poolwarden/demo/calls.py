"""Call applications in process, as their servers would: a request in, the answer out."""

import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What an application answered.

    Attributes:
        status: The HTTP status.
        body: The body's bytes.
    """

    status: int
    body: bytes

    @property
    def fields(self) -> dict[str, Any]:
        """The body's JSON object."""
        value: dict[str, Any] = json.loads(self.body)
        return value

    @property
    def cause(self) -> str | None:
        """The cause that a refusal names; None where the request passed."""
        return str(self.fields.get("cause")) if self.status >= 400 else None  # noqa: PLR2004 (RFC 9110 §15.5)


async def call_asgi(app: ASGIApp, method: str, path: str, authorization: str | None, body: bytes = b"") -> Answer:
    """
    Call an ASGI application.

    Args:
        app: The application.
        method: The request's method.
        path: Its path.
        authorization: The Authorization header's value; None for none.
        body: Its body.
    """
    status, pieces = 0, []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            pieces.append(message.get("body", b""))

    headers = [(b"host", b"shop.example.com")]
    if authorization is not None:
        headers.append((b"authorization", authorization.encode("ascii")))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": path,
        "raw_path": path.encode("ascii"),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("192.0.2.1", 50000),
        "server": ("shop.example.com", 443),
    }
    await app(scope, receive, send)
    return Answer(status, b"".join(pieces))


def call_wsgi(app: WsgiApp, method: str, path: str, authorization: str | None) -> Answer:
    """
    Call a WSGI application (PEP 3333).

    Args:
        app: The application.
        method: The request's method.
        path: Its path.
        authorization: The Authorization header's value; None for none.
    """
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "office.example.com",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": "0",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if authorization is not None:
        environ["HTTP_AUTHORIZATION"] = authorization
    status = 0

    def start_response(line: str, _headers: object, _exc_info: object = None) -> None:
        nonlocal status
        status = int(line[:3])

    pieces = app(environ, start_response)
    try:
        body = b"".join(pieces)
    finally:
        getattr(pieces, "close", lambda: None)()
    return Answer(status, body)
