# ruff: noqa: PLC0415 (each framework is loaded only where it is measured)
"""The applications that every contender guards, and how they are called without a server."""

from collections.abc import Callable
from typing import Any

from benchmarks.subject import Subject

PATH = "/orders"
# What a browser's fetch sends through a load balancer.
_HEADERS = (
    (b"host", b"api.example.com"),
    (b"user-agent", b"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"),
    (b"accept", b"application/json"),
    (b"accept-encoding", b"gzip, deflate, br"),
    (b"accept-language", b"en"),
    (b"origin", b"https://app.example.com"),
    (b"x-forwarded-for", b"192.0.2.1"),
    (b"x-forwarded-proto", b"https"),
    (b"x-request-id", b"0b6c0a5e-0c0f-4b0e-9c44-5a2b0a1d9f00"),
)


def starlette_app() -> Any:
    """Return a Starlette application with one route."""
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import PlainTextResponse, Response
    from starlette.routing import Route

    async def orders(_: Request) -> Response:
        return PlainTextResponse("ok")

    return Starlette(routes=[Route(PATH, orders)])


def fastapi_app(*dependencies: Any) -> Any:
    """Return a FastAPI application with one route that has these dependencies."""
    from fastapi import FastAPI

    app = FastAPI(openapi_url=None)

    @app.get(PATH, dependencies=list(dependencies))
    async def orders() -> dict[str, str]:
        return {"orders": "none"}

    return app


def flask_app(decorate: Callable[[Any], Any] | None = None) -> Any:
    """Return a Flask application with one view, decorated."""
    from flask import Flask

    app = Flask("benchmark")

    def orders() -> dict[str, str]:
        return {"orders": "none"}

    app.add_url_rule(PATH, "orders", decorate(orders) if decorate else orders)
    return app


def asgi_subject(app: Any, *, cookie: str | None = None) -> Subject:
    """Call an ASGI application as a server would."""

    async def call(scope: dict[str, Any]) -> int:
        status = 0

        async def send(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]

        await app(scope, _receive, send)
        return status

    return Subject(call, lambda header: _scope(header, cookie), _is_ok)


def wsgi_subject(app: Any, *, cookie: str | None = None) -> Subject:
    """Call a WSGI application as a server would."""

    def call(environ: dict[str, Any]) -> int:
        status = 0

        def start_response(line: str, _headers: Any, _exc_info: Any = None) -> None:
            nonlocal status
            status = int(line[:3])

        body = app(environ, start_response)
        for _ in body:
            pass
        close = getattr(body, "close", None)
        if close is not None:
            close()
        return status

    return Subject(call, lambda header: _environ(header, cookie), _is_ok)


def bare_subjects(*kinds: str) -> dict[str, Subject]:
    """Return the applications without a guard, by the framework's name."""
    made = {
        "starlette": lambda: asgi_subject(starlette_app()),
        "fastapi": lambda: asgi_subject(fastapi_app()),
        "flask": lambda: wsgi_subject(flask_app()),
    }
    return {kind: made[kind]() for kind in kinds}


def credentials(header: str, cookie: str | None) -> tuple[str, str]:
    """Return the header's name and value; the token in a cookie where a contender reads it there."""
    return ("cookie", f"{cookie}={header[7:]}") if cookie else ("authorization", header)


def _is_ok(status: int) -> bool:
    return status == 200


async def _receive() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


def _scope(header: str, cookie: str | None) -> dict[str, Any]:
    name, value = credentials(header, cookie)
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "https",
        "path": PATH,
        "raw_path": PATH.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [*_HEADERS, (name.encode(), value.encode())],
        "client": ("192.0.2.1", 50_000),
        "server": ("api.example.com", 443),
        "state": {},
    }


def _environ(header: str, cookie: str | None) -> dict[str, Any]:
    import io

    name, value = credentials(header, cookie)
    fields = {f"HTTP_{key.decode().upper().replace('-', '_')}": text.decode() for key, text in _HEADERS}
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": PATH,
        "QUERY_STRING": "",
        "SERVER_NAME": "api.example.com",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **fields,
        f"HTTP_{name.upper()}": value,
    }
