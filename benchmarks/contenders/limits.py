# ruff: noqa: PLC0415 (as in apps)
"""Limits: what no guard can go below."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from jwt import PyJWK
from jwt.utils import base64url_decode

from benchmarks.contenders.apps import asgi_subject, bare_subjects, fastapi_app, flask_app, starlette_app, wsgi_subject
from benchmarks.subject import Subject, World

PACKAGES = ("cryptography", "starlette", "fastapi", "flask")


def subjects(world: World, _variant: str) -> dict[str, Subject]:
    """Return the bare RSA verify, the bare look into a dict, and middleware that does nothing."""
    key = PyJWK(world.signing_key()).key
    verify, padding, digest = key.verify, PKCS1v15(), SHA256()
    known: dict[bytes, bool] = {}
    sha256 = hashlib.sha256

    def signature(item: tuple[bytes, bytes]) -> bool:
        verify(item[1], item[0], padding, digest)
        return True

    def look(token: bytes) -> bool:
        return known.get(sha256(token).digest()) is None

    return {
        "signature": Subject(signature, _signed),
        "look": Subject(look, str.encode),
        "asgi": asgi_subject(_NoAsgi(starlette_app())),
        "base": asgi_subject(_base_middleware(starlette_app())),
        "dependency": asgi_subject(_idle_dependency()),
        "wsgi": wsgi_subject(_no_wsgi(flask_app())),
        **bare_subjects("starlette", "fastapi", "flask"),
    }


def _signed(header: str) -> tuple[bytes, bytes]:
    message, _, signature = header[7:].encode().rpartition(b".")
    return message, base64url_decode(signature)


class _NoAsgi:
    """Middleware that does nothing."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Callable[[], Awaitable[Any]], send: Any) -> None:
        await self.app(scope, receive, send)


def _base_middleware(app: Any) -> Any:
    from starlette.middleware.base import BaseHTTPMiddleware

    async def dispatch(request: Any, call_next: Any) -> Any:
        return await call_next(request)

    return BaseHTTPMiddleware(app, dispatch=dispatch)


def _idle_dependency() -> Any:
    from fastapi import Security
    from fastapi.security import SecurityScopes
    from starlette.requests import HTTPConnection

    async def nothing(connection: HTTPConnection, security_scopes: SecurityScopes) -> None:
        pass

    return fastapi_app(Security(nothing, scopes=["orders/read"]))


def _no_wsgi(app: Any) -> Any:
    def called(environ: Any, start_response: Any) -> Any:
        return app(environ, start_response)

    return called
