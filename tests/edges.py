"""Mount a server in each way there is, and send requests without a client's manners in between."""

import asyncio
import io
import json
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Any

from fastapi import FastAPI, Security
from flask import Flask
from flask_cors import CORS

from poolwarden import AccessToken, UserPool, asgi, wsgi
from poolwarden import fastapi as edge_fastapi
from poolwarden import flask as edge_flask
from poolwarden.guard.server import Guard
from world import CLIENT_ID, POOL_ID, World

Headers = Iterable[tuple[bytes, bytes]]
Call = Callable[..., "Reply"]


@dataclass(frozen=True, slots=True)
class Reply:
    """
    What came back.

    Attributes:
        status: The HTTP status.
        headers: The headers, names in lower case.
        body: The body.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def __getitem__(self, name: str) -> str | None:
        """Return a header's value, or None; a header that is there twice is a fault."""
        values = [value for header, value in self.headers if header == name]
        assert len(values) < 2
        return values[0] if values else None

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def cause(self) -> str | None:
        """The problem's cause; None of an answer that is no problem."""
        return self.json["cause"] if self["content-type"] == "application/problem+json" else None


@dataclass(slots=True)
class Wire:
    """
    An ASGI server's end of one request.

    Attributes:
        incoming: What the client sends.
        sent: What the application has sent.
    """

    incoming: list[dict[str, Any]] = field(default_factory=lambda: [{"type": "http.request", "body": b""}])
    sent: list[dict[str, Any]] = field(default_factory=list)

    async def receive(self) -> dict[str, Any]:
        """Give what the client sends; wait for ever after it."""
        if not self.incoming:
            await asyncio.Event().wait()
        return self.incoming.pop(0)

    async def send(self, message: dict[str, Any]) -> None:
        """Take a message of the application."""
        self.sent.append(dict(message))

    @property
    def types(self) -> list[str]:
        """The types of what was sent."""
        return [message["type"] for message in self.sent]

    @property
    def reply(self) -> Reply:
        """The answer, put together."""
        start, *rest = (message for message in self.sent if "http.response" in message["type"])
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"])
        return Reply(start["status"], headers, b"".join(message.get("body", b"") for message in rest))


def scope_of(kind: str = "http", headers: Headers = (), path: str = "/", method: str = "GET", **more: Any) -> Any:
    """Return an ASGI scope as servers make it."""
    scope = {
        "type": kind,
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": "http" if kind == "http" else "ws",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": list(headers),
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        **({"method": method} if kind == "http" else {"subprotocols": []}),
    }
    return {**scope, **more}


async def acall(app: Any, headers: Headers = (), path: str = "/", method: str = "GET", **more: Any) -> Reply:
    """Send one request to an ASGI application."""
    wire = Wire()
    await app(scope_of("http", headers, path, method, **more), wire.receive, wire.send)
    return wire.reply


def call_asgi(app: Any, headers: Headers = (), path: str = "/", method: str = "GET", **more: Any) -> Reply:
    """Send one request to an ASGI application, on an event loop of its own."""
    return asyncio.run(acall(app, headers, path, method, **more))


def environ_of(headers: Headers = (), path: str = "/", method: str = "GET", **more: Any) -> dict[str, Any]:
    """Return a WSGI environ as servers make it: equal headers folded with a comma."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in headers:
        key, text = f"HTTP_{name.decode().upper().replace('-', '_')}", value.decode("latin-1")
        environ[key] = f"{environ[key]},{text}" if key in environ else text
    return {**environ, **more}


def call_wsgi(app: Any, headers: Headers = (), path: str = "/", method: str = "GET", **more: Any) -> Reply:
    """Send one request to a WSGI application, as strictly as PEP 3333 asks."""
    started: list[tuple[str, list[tuple[str, str]]]] = []
    sent: list[bytes] = []

    def start_response(status: str, fields: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
        if exc_info is not None and any(sent):
            raise exc_info[1]
        assert exc_info is not None or not started
        started.append((status, fields))
        return sent.append

    body = app(environ_of(headers, path, method, **more), start_response)
    try:
        for piece in body:
            assert started
            sent.append(piece)
    finally:
        if hasattr(body, "close"):
            body.close()
    status, fields = started[-1]
    return Reply(int(status[:3]), tuple((name.lower(), value) for name, value in fields), b"".join(sent))


def ending_server(world: World, **settings: Any) -> Guard:
    """Guard the world's pool, its refresh validity known: 30 hours."""
    pool = UserPool(POOL_ID, client_ids={"web": CLIENT_ID}, refresh_validity=timedelta(hours=30))
    return Guard(
        pool, **{"now": world.clock, "monotonic": world.clock, "fetch": world.fetch, "events": world.notes, **settings}
    )


def bare_asgi(server: Guard, **settings: Any) -> Any:
    """Mount the middleware around an ASGI application of three lines."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        token = scope.get("state", {}).get("access_token")
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": (token.sub if token else "nobody").encode()})

    return asgi.BearerMiddleware(app, server, **settings)


def bare_wsgi(server: Guard, **settings: Any) -> Any:
    """Mount the middleware around a WSGI application of three lines."""

    def app(environ: Any, start_response: Any) -> list[bytes]:
        token = wsgi.token_in(environ)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [(token.sub if token else "nobody").encode()]

    return wsgi.BearerMiddleware(app, server, **settings)


def by_fastapi(server: Guard, scopes: Iterable[str] = (), **settings: Any) -> Any:
    """Guard a FastAPI route by the dependency."""
    app = FastAPI(openapi_url=None)
    auth = edge_fastapi.Bearer(server, **settings)

    @app.get("/")
    async def root(token: Annotated[AccessToken | None, Security(auth, scopes=list(scopes))]) -> Any:
        return token.sub if token else "nobody"

    return app


def by_flask(server: Guard, resource: Any = None, *, session_ends: bool = False, **needs: Any) -> Any:
    """Guard a Flask view by the decorator."""
    app = Flask("edges")
    auth = edge_flask.Bearer(server, resource=resource, session_ends=session_ends)

    @app.get("/")
    @auth.required(**needs)
    def root() -> Any:
        token = edge_flask.current_access_token
        return token.sub if token else "nobody"

    return app


EDGES: Mapping[str, tuple[Callable[..., Any], Call]] = {
    "asgi": (bare_asgi, call_asgi),
    "wsgi": (bare_wsgi, call_wsgi),
    "fastapi": (by_fastapi, call_asgi),
    "flask": (by_flask, call_wsgi),
}
"""Every edge: what mounts a server there, and what sends a request to it."""


def authorization(*values: bytes) -> list[tuple[bytes, bytes]]:
    """Return Authorization headers."""
    return [(b"authorization", value) for value in values]


def until(holds: Callable[[], object], deadline_s: float = 10.0) -> None:
    """Wait until something holds, and fail where it does not within a time."""
    end = time.monotonic() + deadline_s
    while not holds():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.01)


def flask_with_cors() -> Any:
    """Add Flask-CORS to a Flask application."""
    app = Flask("cors")
    CORS(app)
    return app


def bearer(world: World, **changes: Any) -> dict[str, str]:
    """Return a header with a good token."""
    return {"Authorization": f"Bearer {world.mint(changes).decode()}"}
