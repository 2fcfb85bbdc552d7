"""The ASGI middleware inside Starlette: users, scopes, mounts, streams, WebSockets."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.authentication import requires
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from botoerrors import raised
from edges import Wire, acall, authorization, bare_asgi, bearer, call_asgi, ending_server, scope_of
from poolwarden.asgi import BearerMiddleware, CognitoUser
from poolwarden.edge.connection import VERIFIED
from poolwarden.edge.verified import Verified
from poolwarden.events import CognitoRefused
from poolwarden.guard.requirement import Requirement
from poolwarden.guard.server import Guard
from poolwarden.observe.prometheus import meter
from world import CLIENT_ID, World


async def who(request: Request) -> JSONResponse:
    """Tell what the application sees of the user."""
    user = request.user
    return JSONResponse(
        {
            "authenticated": user.is_authenticated,
            "name": user.display_name,
            "identity": user.identity if user.is_authenticated else None,
            "scopes": list(request.auth.scopes),
            "token": "access_token" in request.state._state,
        }
    )


@requires("orders/read")
async def orders(request: Request) -> PlainTextResponse:
    """Need a scope."""
    return PlainTextResponse("orders")


@requires("authenticated")
async def own(request: Request) -> PlainTextResponse:
    """Need somebody who is signed in, as Starlette's own documentation asks for it."""
    return PlainTextResponse("own")


@requires(["orders/read", "orders/write"], status_code=404)
async def hidden(request: Request) -> PlainTextResponse:
    """Need two scopes, and do not exist without."""
    return PlainTextResponse("hidden")


async def missing(request: Request) -> PlainTextResponse:
    """Raise one of Starlette's own exceptions."""
    raise HTTPException(418, "teapot")


async def broken(request: Request) -> PlainTextResponse:
    """Raise one of Cognito's exceptions."""
    raise raised("NotAuthorizedException", "Refresh Token has been revoked")


async def streamed(request: Request) -> StreamingResponse:
    """Raise one of Cognito's exceptions in the middle of a stream."""

    async def pieces() -> AsyncIterator[bytes]:
        yield b"first"
        raise raised("NotAuthorizedException", "Refresh Token has been revoked")

    return StreamingResponse(pieces())


async def talk(websocket: WebSocket) -> None:
    """Greet the user, then echo."""
    await websocket.accept()
    await websocket.send_text(websocket.user.display_name)
    async for text in websocket.iter_text():
        await websocket.send_text(text)


ROUTES = [
    *(Route(f"/{view.__name__}", view) for view in (who, orders, own, hidden, missing, broken, streamed)),
    WebSocketRoute("/talk", talk),
]


def client_of(server: Guard, **settings: Any) -> TestClient:
    """Guard a Starlette application."""
    app = Starlette(routes=ROUTES, middleware=[Middleware(BearerMiddleware, server=server, **settings)])
    return TestClient(app, raise_server_exceptions=False)


def test_user(world: World) -> None:
    """``request.user`` and ``request.auth`` are Starlette's, made from the token."""
    client = client_of(world.server())
    headers = bearer(world, sub="ada-sub", username="ada", scope="openid orders/read")
    for _ in range(2):
        assert client.get("/who", headers=headers).json() == {
            "authenticated": True,
            "name": "ada",
            "identity": "ada-sub",
            "scopes": ["openid", "orders/read"],
            "token": True,
        }


def test_machine(world: World) -> None:
    """A machine's token has no user's name, so the client's alias stands for it."""
    machine = bearer(world, sub=CLIENT_ID, username=...)
    assert client_of(world.server()).get("/who", headers=machine).json()["name"] == "web"


@pytest.mark.parametrize("settings", [{"optional": True}, {"exempt": ["/who"]}])
def test_nobody(settings: dict[str, Any], world: World) -> None:
    """A request that passes without a token has Starlette's user who is not authenticated."""
    client = client_of(world.server(), **settings)
    assert client.get("/who").json() == {
        "authenticated": False,
        "name": "",
        "identity": None,
        "scopes": [],
        "token": False,
    }


def test_other_user(world: World) -> None:
    """Who was authenticated outside by other means stays so where the guard does not look."""
    scope = scope_of(path="/healthz", user="somebody", auth="somehow")
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append((scope["user"], scope["auth"]))
        await send({"type": "http.response.start", "status": 200, "headers": []})

    guarded = BearerMiddleware(app, world.server(), exempt=["/healthz"])
    call_asgi(guarded, path="/healthz", user="somebody", auth="somehow")
    assert seen == [(scope["user"], scope["auth"])]


def test_within_another(world: World) -> None:
    """A request that passes two middlewares of one server counts once; what the inner one asks for is asked for."""
    registry = CollectorRegistry()
    server = world.server(meter=meter(registry))

    def counted(outcome: str, cause: str) -> float | None:
        labels = {"pool": "main", "client": "web", "outcome": outcome, "cause": cause}
        return registry.get_sample_value("poolwarden_requests_total", labels)

    orders = Requirement(scopes=["orders/read"])
    inner = BearerMiddleware(bare_asgi(server, require=orders), server)
    app = BearerMiddleware(inner, server, optional=True)
    assert call_asgi(app, authorization(b"Bearer " + world.mint({"scope": "orders/read"}))).status == 200
    assert counted("accepted", "none") == 1
    assert call_asgi(app, authorization(b"Bearer " + world.mint({"scope": "openid"}))).cause == "scope_missing"
    assert call_asgi(app).cause == "credentials_missing"


def test_request_within(world: World) -> None:
    """A request that is sent on within another, with its scope and other headers, is verified by these."""
    server = world.server()
    ada, bob = (authorization(b"Bearer " + world.mint({"sub": name})) for name in ("ada", "bob"))
    token = server.recall(ada[0][1]) or server.authenticate(ada[0][1])
    app, verified = bare_asgi(server), {VERIFIED: Verified(server, token, [ada[0][1]])}
    assert call_asgi(app, bob, **verified).body == b"bob"
    assert call_asgi(app, **verified).cause == "credentials_missing"


def test_requires(world: World) -> None:
    """Starlette's ``@requires`` works on the token's scopes, and refuses rather than fails without a token."""
    client = client_of(world.server(), optional=True)
    assert client.get("/orders", headers=bearer(world, scope="orders/read")).text == "orders"
    assert client.get("/orders", headers=bearer(world, scope="orders/readonly")).status_code == 403
    assert client.get("/hidden", headers=bearer(world, scope="orders/read")).status_code == 404
    assert client.get("/orders").status_code == 403
    assert client.get("/own", headers=bearer(world, scope="")).text == "own"
    assert client.get("/own").status_code == 403
    assert client.get("/who", headers=bearer(world, scope="orders/read")).json()["scopes"] == ["orders/read"]


def test_own_errors(world: World) -> None:
    """What the application answers itself is left alone."""
    client = client_of(world.server())
    assert client.get("/missing", headers=bearer(world)).status_code == 418
    assert client.get("/nowhere", headers=bearer(world)).status_code == 404
    assert client.get("/nowhere").status_code == 401


def test_mount(world: World) -> None:
    """Mounted, the guard sees paths within the mount; the rest of the application is open."""
    guarded = Mount(
        "/api", routes=ROUTES, middleware=[Middleware(BearerMiddleware, server=world.server(), exempt=["/who"])]
    )
    client = TestClient(Starlette(routes=[guarded, Route("/who", lambda _: PlainTextResponse("open"))]))
    assert client.get("/who").text == "open"
    assert client.get("/api/who").status_code == 200
    assert client.get("/api/orders").status_code == 401


def test_cognito(world: World) -> None:
    """An exception of Cognito's in a view is answered inside the framework's own answer to errors."""
    client = client_of(world.server())
    answer = client.get("/broken", headers=bearer(world))
    assert (answer.status_code, answer.json()["cause"]) == (401, "refresh_token_revoked")
    assert answer.json()["action"] == "sign_in"


def test_cognito_in_stream(world: World) -> None:
    """An exception of Cognito's in a stream that has begun ends it, and is told about."""
    app = Starlette(routes=ROUTES, middleware=[Middleware(BearerMiddleware, server=world.server())])
    with pytest.raises(Exception, match="revoked"):
        TestClient(app).get("/streamed", headers=bearer(world))
    assert [event.cause for event in world.notes.events if isinstance(event, CognitoRefused)] == [
        "refresh_token_revoked"
    ]


async def test_streaming(world: World) -> None:
    """The first piece leaves before the last one is made."""
    made: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for piece in ("a", "b", "c"):
            made.append(piece)
            await send({"type": "http.response.body", "body": piece.encode(), "more_body": piece != "c"})

    order: list[tuple[str, int]] = []

    async def send(message: Any) -> None:
        order.append((message["type"], len(made)))

    headers = authorization(b"Bearer " + world.mint())
    await BearerMiddleware(app, world.server(), session_ends=True)(scope_of(headers=headers), None, send)  # type: ignore[arg-type]
    assert order == [
        ("http.response.start", 0),
        ("http.response.body", 1),
        ("http.response.body", 2),
        ("http.response.body", 3),
    ]


async def test_foreign_scope(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind of scope that ASGI may get one day passes untouched, and ends nothing."""
    server, seen = world.server(), []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append((scope, receive, send))

    monkeypatch.setattr(server, "aclose", None)
    given: Any = ({"type": "webtransport"}, object(), object())
    await BearerMiddleware(app, server)(*given)
    assert seen == [given]
    assert given[0] == {"type": "webtransport"}


async def test_body_untouched(world: World) -> None:
    """The request's body is the application's to read."""
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(receive)
        await send({"type": "http.response.start", "status": 204, "headers": []})

    async def receive() -> Any:
        raise AssertionError

    async def send(message: Any) -> None:
        assert message["status"] == 204

    scope = scope_of(headers=authorization(b"Bearer " + world.mint()), method="POST")
    await BearerMiddleware(app, world.server())(scope, receive, send)
    assert seen == [receive]


def test_websocket(world: World) -> None:
    """A WebSocket with a good token talks; one without is refused with the problem, which Starlette's client shows."""
    client = client_of(world.server(), session_ends=True)
    with client.websocket_connect("/talk", headers=bearer(world, username="ada")) as socket:
        assert socket.receive_text() == "ada"
        socket.send_text("hello")
        assert socket.receive_text() == "hello"
    with pytest.raises(WebSocketDenialResponse) as info, client.websocket_connect("/talk"):
        pass
    assert info.value.status_code == 401
    assert info.value.headers["www-authenticate"] == "Bearer"
    assert info.value.json()["cause"] == "credentials_missing"


def test_websocket_ends(world: World) -> None:
    """Asked to, the guard closes a WebSocket with 3000 when its token expires."""
    client = client_of(world.server(), close_at_exp=True)
    headers = bearer(world, iat=world.clock(), exp=world.clock() + 0.2)
    with client.websocket_connect("/talk", headers=headers) as socket:
        assert socket.receive_text() == "ada"
        with pytest.raises(WebSocketDisconnect) as info:
            socket.receive_text()
    assert (info.value.code, info.value.reason) == (3000, "token_expired")


async def test_two_guards(world: World) -> None:
    """A guard within a guard decides for itself; the inner one's token is the application's."""
    inner, outer = world.server(max_session_age=60), world.server()
    headers = authorization(b"Bearer " + world.mint({"auth_time": world.clock() - 61}))

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    assert (await acall(BearerMiddleware(app, outer), headers)).status == 200
    assert (await acall(BearerMiddleware(BearerMiddleware(app, inner), outer), headers)).cause == "session_too_old"


def test_repr(world: World) -> None:
    """A user in a log tells nothing personal."""
    token = world.server().authenticate(b"Bearer " + world.mint({"username": "ada@example.com"}))
    assert "ada" not in repr(CognitoUser(token))


@pytest.mark.parametrize("type_", ["http.response.start", "websocket.accept"])
async def test_message_is_left_alone(type_: str, world: World) -> None:
    """What the application sends may be sent to others, too: when a session ends is told in a message of its own."""
    start = {"type": type_, "status": 200, "headers": [(b"a", b"b")]}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send(start)

    kind, wire = ("http", Wire()) if type_.startswith("http") else ("websocket", Wire([{"type": "websocket.connect"}]))
    guarded = BearerMiddleware(app, ending_server(world), session_ends=True)
    await guarded(scope_of(kind, authorization(b"Bearer " + world.mint())), wire.receive, wire.send)
    assert start["headers"] == [(b"a", b"b")]
    assert [name for name, _ in wire.sent[0]["headers"]] == [b"a", b"poolwarden-session-ends"]
