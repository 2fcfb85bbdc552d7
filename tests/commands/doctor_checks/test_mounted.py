"""The guards of an application are found wherever users put them, and CORS inside one."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends, FastAPI, Security
from flask import Flask
from litestar import Litestar
from litestar.middleware import DefineMiddleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Mount, Router
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

import poolwarden.asgi
import poolwarden.fastapi
import poolwarden.flask
import poolwarden.wsgi
from patients import CLIENT, POOL
from poolwarden import UserPool
from poolwarden.commands.doctor_checks.mounted import Mounted, mounted_in
from poolwarden.guard.server import Guard

SERVER = Guard(UserPool(POOL, client_ids=CLIENT))
OTHER = Guard(UserPool(POOL, client_ids=CLIENT))
ASKED = poolwarden.fastapi.Bearer(SERVER)


async def user(token: Annotated[Any, Security(ASKED)]) -> Any:
    """Make a user of a token, as an application does."""
    return token


def _fastapi(*, cors: str = "") -> FastAPI:
    app = FastAPI()
    if cors == "inside":
        app.add_middleware(CORSMiddleware)
    app.add_middleware(poolwarden.asgi.BearerMiddleware, server=SERVER)
    if cors == "outside":
        app.add_middleware(CORSMiddleware)
    return app


def _flask(*, wrapped: bool = False) -> Flask:
    app = Flask("shop")
    if wrapped:
        app.wsgi_app = poolwarden.wsgi.BearerMiddleware(app.wsgi_app, SERVER)  # type: ignore[method-assign]
    else:
        poolwarden.flask.Bearer(SERVER).init_app(app)
    return app


def _routed(**given: Any) -> FastAPI:
    """Serve a route that is guarded by what is given, on itself, on its router, or where that is included."""
    app, router = FastAPI(dependencies=given.get("app")), APIRouter(dependencies=given.get("router"))

    @router.get("/orders", dependencies=given.get("route"))
    async def orders() -> None: ...

    app.include_router(router, prefix="/v1", dependencies=given.get("included"))
    return app


def _nested() -> FastAPI:
    app = FastAPI()

    @app.get("/orders")
    async def orders(user: Annotated[Any, Depends(user)]) -> None: ...

    return app


class Wrapper:
    """Wrap an application under a name that nobody knows."""

    def __init__(self, inner: Any) -> None:
        self._inner_one = inner

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass everything on."""
        await self._inner_one(scope, receive, send)


def _function(inner: Any) -> Callable[..., Awaitable[None]]:
    async def wrapped(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        await inner(scope, receive, send)

    return wrapped


MIDDLEWARE, INSIDE, ROUTES = Mounted(SERVER), Mounted(SERVER, cors_inside=True), Mounted(SERVER, in_routes=True)
NEEDS = [Depends(ASKED)]


@pytest.mark.parametrize(
    ("app", "found"),
    [
        (FastAPI(), ()),
        (Flask("shop"), ()),
        (42, ()),
        (_fastapi(), (MIDDLEWARE,)),
        (_fastapi(cors="outside"), (MIDDLEWARE,)),
        (_fastapi(cors="inside"), (INSIDE,)),
        (_flask(wrapped=True), (MIDDLEWARE,)),
        (_flask(), (ROUTES,)),
        (poolwarden.asgi.BearerMiddleware(CORSMiddleware(FastAPI()), SERVER), (INSIDE,)),
        (CORSMiddleware(poolwarden.asgi.BearerMiddleware(FastAPI(), SERVER)), (MIDDLEWARE,)),
        (Wrapper(_fastapi()), (MIDDLEWARE,)),
        (_function(_fastapi()), (MIDDLEWARE,)),
        (ProxyFix(_flask(wrapped=True)), (MIDDLEWARE,)),
        (ProxyFix(_flask().wsgi_app), (ROUTES,)),
        (DispatcherMiddleware(Flask("home"), {"/api": _flask()}), (ROUTES,)),
        (Router([Mount("/api", Router([Mount("/v1", _fastapi())]))]), (MIDDLEWARE,)),
        (Litestar([], middleware=[DefineMiddleware(poolwarden.asgi.BearerMiddleware, server=SERVER)]), (MIDDLEWARE,)),
        (_routed(app=NEEDS), (ROUTES,)),
        (_routed(router=NEEDS), (ROUTES,)),
        (_routed(included=NEEDS), (ROUTES,)),
        (_routed(route=NEEDS), (ROUTES,)),
        (_routed(), ()),
        (_nested(), (ROUTES,)),
    ],
)
def test_found(app: Any, found: tuple[Mounted, ...]) -> None:
    """A guard is found around an application, in its routes, and within what wraps or mounts one."""
    assert mounted_in(app) == found


def test_several() -> None:
    """Every guard is found once, from outside to inside."""
    app, inner = _fastapi(), FastAPI()
    inner.add_middleware(poolwarden.asgi.BearerMiddleware, OTHER)
    app.mount("/admin", inner)
    app.mount("/again", inner)
    assert mounted_in(app) == (MIDDLEWARE, Mounted(OTHER))


def test_what_cannot_be_asked() -> None:
    """Objects that raise whatever they are asked, or that hold themselves, are passed by."""

    class Odd:
        def __getattr__(self, name: str) -> Any:
            raise RuntimeError(name)

        def __call__(self) -> None: ...

    class Ring(Wrapper):
        def __init__(self) -> None:
            super().__init__(Odd())
            self.app = self

    assert mounted_in(Odd()) == mounted_in(Ring()) == ()
