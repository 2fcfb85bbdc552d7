"""The guard tells once that it was mounted, and warns where CORS sits inside it."""

import asyncio
import logging
import threading
from typing import Any

import pytest
from fastapi import FastAPI
from litestar import Litestar, get
from litestar.middleware import DefineMiddleware
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware

from edges import bare_asgi, call_asgi, call_wsgi, ending_server, flask_with_cors, until
from poolwarden import asgi, wsgi
from poolwarden import flask as edge_flask
from poolwarden.events import Started
from poolwarden.version import __version__
from world import Notebook, World


def started(world: World) -> list[Started]:
    """Return what was told of starts."""
    return [event for event in world.notes.events if isinstance(event, Started)]


@pytest.mark.parametrize("inside", [True, False])
def test_order_asgi(inside: bool, world: World, caplog: pytest.LogCaptureFixture) -> None:
    """CORS that was added before the guard sits inside it: the warning says how to mend that."""
    app = FastAPI()
    if inside:
        app.add_middleware(CORSMiddleware, allow_origins=["*"])
    app.add_middleware(asgi.BearerMiddleware, server=world.server())
    if not inside:
        app.add_middleware(CORSMiddleware, allow_origins=["*"])
    with caplog.at_level(logging.WARNING):
        reply = call_asgi(app, [(b"origin", b"https://app.example")])
    assert reply.status == 401
    assert (reply["access-control-allow-origin"] is None) is inside
    assert [record.levelname for record in caplog.records] == (["WARNING"] if inside else [])
    assert ("what is added last runs first" in caplog.text) is inside
    assert [(event.cors_order_ok, event.level) for event in started(world)] == [
        (not inside, "warning" if inside else "info")
    ]


@pytest.mark.parametrize("inside", [True, False])
def test_order_wsgi(inside: bool, world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Flask-CORS adds its headers to the views' answers, not to those of a middleware around them."""
    app = flask_with_cors()
    if inside:
        app.wsgi_app = wsgi.BearerMiddleware(app.wsgi_app, world.server())
    else:
        edge_flask.Bearer(world.server()).init_app(app, protect=True)
    reply = call_wsgi(app, [(b"origin", b"https://app.example")])
    assert reply.status == 401
    assert (reply["access-control-allow-origin"] is None) is inside
    assert bool(caplog.records) is inside
    assert [event.cors_order_ok for event in started(world)] == [not inside]


def test_once(world: World) -> None:
    """However many requests come, and from however many threads, one start is told, with the configuration."""
    app = bare_asgi(ending_server(world), exempt=["/healthz"])
    for _ in range(3):
        call_asgi(app)
    (event,) = started(world)
    assert event.version == __version__
    assert (event.pools, event.clients, event.refresh_validity_s) == (("main",), ("main/web",), (108_000,))
    assert event.exempt == ("/healthz",)


def test_once_of_threads(world: World) -> None:
    """Two first requests at once tell of one start."""
    app = wsgi.BearerMiddleware(lambda *_: [], world.server())
    threads = [threading.Thread(target=app._start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(started(world)) == 1


def test_once_of_middlewares(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Several middlewares of one server, mounted alike, tell of one start; one that is mounted otherwise tells, too."""
    server, app = world.server(), CORSMiddleware(Starlette())
    for exempt in (["/a"], ["/a"], ["/b"]):
        call_asgi(asgi.BearerMiddleware(app, server, exempt=exempt))
    assert [event.exempt for event in started(world)] == [("/a",), ("/b",)]
    assert len(caplog.records) == 2


def test_litestar(world: World) -> None:
    """Litestar makes a middleware for each of its routes: one start is told."""

    @get(["/", "/orders"], sync_to_thread=False)
    def view() -> None: ...

    @get("/users", sync_to_thread=False)
    def other() -> None: ...

    app = Litestar([view, other], middleware=[DefineMiddleware(asgi.BearerMiddleware, server=world.server())])
    for path in ("/", "/orders", "/users"):
        assert call_asgi(app, path=path).status == 401
    assert len(started(world)) == 1


def test_unwanted(world: World) -> None:
    """Where nobody wants events none is made."""

    class Deaf(Notebook):
        def enabled(self, level: str) -> bool:
            return False

    deaf = Deaf()
    call_asgi(bare_asgi(world.server(events=deaf)))
    assert not deaf.events


def test_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the lifespan ends, also by an exception, the guard's connections are closed."""
    server, closed = world.server(), []

    async def aclose() -> None:
        closed.append(True)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(server, "aclose", aclose)
    with pytest.raises(RuntimeError):
        asyncio.run(asgi.BearerMiddleware(app, server)({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert closed == [True]


def test_lifespan(world: World) -> None:
    """The lifespan passes untouched, and keys are asked for before the first request."""
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append((scope, receive, send))

    async def run() -> None:
        server = world.server()
        given = ({"type": "lifespan"}, object(), object())
        await asgi.BearerMiddleware(app, server)(*given)  # type: ignore[arg-type]
        assert seen == [given]
        assert given[0] == {"type": "lifespan"}
        await asyncio.to_thread(until, server.ready)

    asyncio.run(run())
    assert len(world.fetched) == 2
    assert len(started(world)) == 1
