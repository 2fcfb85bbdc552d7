"""The FastAPI dependency: scopes of routes, the OpenAPI document, overrides, WebSockets, the middleware before it."""

from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends, FastAPI, Request, Security, WebSocket
from fastapi.exceptions import HTTPException
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from prometheus_client import CollectorRegistry
from starlette.testclient import WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from edges import Wire, authorization, bearer, call_asgi, ending_server, scope_of
from poolwarden import AccessToken, ConfigurationError
from poolwarden.asgi import BearerMiddleware
from poolwarden.events import RequestRejected
from poolwarden.fastapi import Bearer, Refused
from poolwarden.observe.prometheus import meter
from world import START, World

DOMAIN = "https://shop.auth.eu-west-1.amazoncognito.com"


def app_of(auth: Bearer, **settings: Any) -> FastAPI:
    """Make an application with routes of several needs."""
    app = FastAPI(**settings)
    router = APIRouter(prefix="/v1", dependencies=[Security(auth, scopes=["api"])])

    @app.get("/me")
    async def me(token: Annotated[AccessToken, Depends(auth)]) -> dict[str, Any]:
        return {"sub": token.sub}

    @router.get("/orders/{number}")
    async def order(number: int, token: Annotated[AccessToken, Security(auth, scopes=["orders/read"])]) -> str:
        return token.sub

    @app.get("/sync")
    def sync(token: Annotated[AccessToken, Depends(auth)]) -> str:
        return token.sub

    @app.websocket("/talk")
    async def talk(websocket: WebSocket, token: Annotated[AccessToken, Security(auth, scopes=["talk"])]) -> None:
        await websocket.accept()
        await websocket.send_text(token.sub)
        await websocket.close()

    app.include_router(router)
    return app


def counted(registry: CollectorRegistry, outcome: str, cause: str = "none") -> float:
    """Return how many requests were counted."""
    return sum(
        sample.value
        for metric in registry.collect()
        for sample in metric.samples
        if sample.name == "poolwarden_requests_total"
        and (sample.labels["outcome"], sample.labels["cause"]) == (outcome, cause)
    )


def test_routes(world: World) -> None:
    """A route gets its token, whether it is a coroutine or a function."""
    client = TestClient(app_of(Bearer(world.server())))
    for _ in range(2):
        assert client.get("/me", headers=bearer(world, sub="ada")).json() == {"sub": "ada"}
        assert client.get("/sync", headers=bearer(world, sub="ada")).json() == "ada"
    answer = client.get("/me")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("scope", "status", "missing"),
    [("api orders/read", 200, None), ("api", 403, "orders/read"), ("orders/read", 403, "api"), ("", 403, "api")],
)
def test_security_scopes(scope: str, status: int, missing: str | None, world: World) -> None:
    """The scopes of a route and of its routers are all needed; what is missing stands in the challenge."""
    client = TestClient(app_of(Bearer(world.server())))
    answer = client.get("/v1/orders/7", headers=bearer(world, scope=scope))
    assert answer.status_code == status
    if missing is not None:
        assert missing in answer.headers["www-authenticate"]
        (event,) = [event for event in world.notes.events if isinstance(event, RequestRejected)]
        assert event.route == "/v1/orders/{number}"


@pytest.mark.parametrize("scopes", ["openid", "orders/read", ["api", *"orders/read"]])
def test_scopes_as_text(scopes: Any, world: World) -> None:
    """A text where FastAPI wants a list of scopes is a wrong setting, and not a scope for each of its characters."""
    app, auth = FastAPI(), Bearer(world.server())

    @app.get("/")
    async def root(token: Annotated[AccessToken, Security(auth, scopes=scopes)]) -> str:
        return token.sub

    with pytest.raises(ConfigurationError, match=r'^scopes: is a text .* Security\(auth, scopes=\["orders/read"\]\)'):
        call_asgi(app, authorization(b"Bearer " + world.mint({"scope": "api"})))


def test_short_scopes(world: World) -> None:
    """A scope may be a single character."""
    app, auth = FastAPI(), Bearer(world.server())

    @app.get("/")
    async def root(token: Annotated[AccessToken, Security(auth, scopes=["r", "w", "api"])]) -> str:
        return token.sub

    assert call_asgi(app, authorization(b"Bearer " + world.mint({"scope": "api r w"}))).status == 200


def test_counts_once(world: World) -> None:
    """However many of a route's dependencies ask, a request is counted once."""
    registry = CollectorRegistry()
    client = TestClient(app_of(Bearer(world.server(meter=meter(registry)))))
    headers = bearer(world, scope="api orders/read")
    for _ in range(3):
        assert client.get("/v1/orders/7", headers=headers).status_code == 200
    assert counted(registry, "accepted") == 3
    assert client.get("/v1/orders/7").status_code == 401
    assert counted(registry, "rejected", "credentials_missing") == 1


@pytest.mark.parametrize("optional", [False, True])
def test_behind_middleware(optional: bool, world: World) -> None:
    """Behind the middleware with the same server the dependency takes its token, and nothing is counted twice."""
    registry = CollectorRegistry()
    server = world.server(meter=meter(registry))
    app = app_of(Bearer(server, optional=optional))
    app.add_middleware(BearerMiddleware, server=server, optional=True)
    client = TestClient(app)
    assert client.get("/me", headers=bearer(world, sub="ada")).json() == {"sub": "ada"}
    assert counted(registry, "accepted") == 1
    if not optional:
        assert client.get("/me").json()["cause"] == "credentials_missing"
    else:
        with pytest.raises(AttributeError):
            client.get("/me")
    assert counted(registry, "skipped") == 1


def test_other_server(world: World) -> None:
    """A token that another server has let pass is not good enough for this one."""
    app = app_of(Bearer(world.server(max_session_age=60)))
    app.add_middleware(BearerMiddleware, server=world.server())
    answer = TestClient(app).get("/me", headers=bearer(world, auth_time=world.clock() - 61))
    assert (answer.status_code, answer.json()["cause"]) == (401, "session_too_old")


def test_override(world: World) -> None:
    """``dependency_overrides`` replace the dependency, as tests of applications do."""
    auth, server = Bearer(world.server()), world.server()
    app = app_of(auth)
    token = server.authenticate(b"Bearer " + world.mint({"sub": "somebody"}))
    app.dependency_overrides[auth] = lambda: token
    assert TestClient(app).get("/me").json() == {"sub": "somebody"}


def test_openapi_bearer(world: World) -> None:
    """Without a domain the scheme is plain bearer; a route shows the scopes that it needs."""
    document = app_of(Bearer(world.server())).openapi()
    assert document["components"]["securitySchemes"] == {
        "Cognito": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "An access token of the user pool.",
        }
    }
    assert document["paths"]["/me"]["get"]["security"] == [{"Cognito": []}]
    shown = {
        scope for entry in document["paths"]["/v1/orders/{number}"]["get"]["security"] for scope in entry["Cognito"]
    }
    assert shown == {"api", "orders/read"}


@pytest.mark.parametrize("domain", [DOMAIN, DOMAIN + "/", "http://localhost:9229", "http://127.0.0.1:9229"])
def test_openapi_domain(domain: str, world: World) -> None:
    """With a domain Swagger signs in there: authorization code, with PKCE."""
    auth = Bearer(world.server(), domain=domain, described={"orders/read": "Read orders"}, scheme_name="Shop")
    settings = auth.swagger_ui_init_oauth("1example23456789", ["openid", "orders/read"])
    app = app_of(auth, swagger_ui_init_oauth=settings)
    base = domain.rstrip("/")
    assert app.openapi()["components"]["securitySchemes"]["Shop"]["flows"] == {
        "authorizationCode": {
            "authorizationUrl": f"{base}/oauth2/authorize",
            "tokenUrl": f"{base}/oauth2/token",
            "scopes": {"orders/read": "Read orders"},
        }
    }
    page = TestClient(app).get("/docs").text
    assert '"usePkceWithAuthorizationCodeGrant": true' in page
    assert '"scopes": "openid orders/read"' in page


@pytest.mark.parametrize("name", [None, 7, "", " ", ["Cognito"]])
def test_wrong_scheme_name(name: Any, world: World) -> None:
    """A scheme without a name is refused when the dependency is made."""
    with pytest.raises(ConfigurationError, match=r"^scheme_name: "):
        Bearer(world.server(), scheme_name=name)


@pytest.mark.parametrize("described", [["orders/read"], "orders/read", 7])
def test_wrong_descriptions(described: Any, world: World) -> None:
    """Descriptions that are no mapping are refused when the dependency is made."""
    with pytest.raises(ConfigurationError, match=r"^described: "):
        Bearer(world.server(), domain=DOMAIN, described=described)


@pytest.mark.parametrize(
    "domain", ["shop.auth.eu-west-1.amazoncognito.com", "http://shop.example", "", "http://localhost.evil.example"]
)
def test_wrong_domain(domain: str, world: World) -> None:
    """A domain to which a browser would send a code in the clear is refused when the dependency is made."""
    with pytest.raises(ConfigurationError, match=r"^domain:"):
        Bearer(world.server(), domain=domain)


def test_websocket(world: World) -> None:
    """A WebSocket route gets its token; without a good one it is refused before it is accepted."""
    client = TestClient(app_of(Bearer(world.server())))
    with client.websocket_connect("/talk", headers=bearer(world, sub="ada", scope="talk")) as socket:
        assert socket.receive_text() == "ada"
    for headers, status in (({}, 401), (bearer(world), 403)):
        with pytest.raises(WebSocketDenialResponse) as info, client.websocket_connect("/talk", headers=headers):
            pass
        assert info.value.status_code == status
        assert "www-authenticate" in info.value.headers


async def test_websocket_closed(world: World) -> None:
    """Where the server cannot send an answer to the handshake, it is told to close."""
    wire = Wire([{"type": "websocket.connect"}])
    await app_of(Bearer(world.server()))(scope_of("websocket", path="/talk"), wire.receive, wire.send)
    assert wire.sent == [{"type": "websocket.close", "code": 3000, "reason": ""}]


def test_websocket_accepted_before(world: World) -> None:
    """A connection that another dependency has accepted is closed with 3000 and the cause."""
    auth, app = Bearer(world.server()), FastAPI()

    async def accept(websocket: WebSocket) -> None:
        await websocket.accept()

    @app.websocket("/talk", dependencies=[Depends(accept), Depends(auth)])
    async def talk(websocket: WebSocket) -> None:
        raise AssertionError

    with TestClient(app).websocket_connect("/talk") as socket, pytest.raises(WebSocketDisconnect) as info:
        socket.receive_text()
    assert (info.value.code, info.value.reason) == (3000, "credentials_missing")


def test_own_handler(world: World) -> None:
    """An application may answer refusals itself: they are FastAPI's HTTP exceptions with the cause."""
    app = app_of(Bearer(world.server()))

    @app.exception_handler(Refused)
    async def answer(request: Request, refused: Refused) -> JSONResponse:
        return JSONResponse({"why": refused.error.cause}, refused.status_code, refused.headers)

    got = TestClient(app).get("/me")
    assert (got.status_code, got.json()) == (401, {"why": "credentials_missing"})
    assert issubclass(Refused, HTTPException)
    assert got.headers["www-authenticate"] == "Bearer"


def test_session_ends(world: World) -> None:
    """Routes tell once when the session ends, also where the middleware does; it alone does for a ready response."""
    server = ending_server(world)
    auth = Bearer(server, session_ends=True)
    app = app_of(auth)

    @app.get("/ready", dependencies=[Security(auth)])
    async def ready() -> JSONResponse:
        return JSONResponse("made here")

    headers = authorization(b"Bearer " + world.mint({"scope": "api orders/read", "auth_time": START - 60}))
    told = str(START - 60 + 30 * 3_600)
    for path, expected in (("/me", told), ("/v1/orders/7", told), ("/ready", None)):
        assert call_asgi(app, headers, path)["poolwarden-session-ends"] == expected
    outside = BearerMiddleware(app, server, session_ends=True)
    for path in ("/me", "/v1/orders/7", "/ready"):
        assert call_asgi(outside, headers, path)["poolwarden-session-ends"] == told
    assert call_asgi(app, authorization(b"Bearer " + world.mint()), "/v1/orders/7")["poolwarden-session-ends"] is None


async def test_called_by_hand(world: World) -> None:
    """Called without a response to add to, the dependency tells nothing and gives its token."""
    auth = Bearer(ending_server(world), session_ends=True)
    token = await auth(Request(scope_of(headers=authorization(b"Bearer " + world.mint()))), _no_scopes())
    assert token is not None
    assert token.session_ends_at is not None


async def test_without_handlers(world: World) -> None:
    """Called outside a framework that answers exceptions, the refusal is raised with status, headers and problem."""
    auth = Bearer(world.server())
    scope = scope_of()
    with pytest.raises(Refused) as info:
        await auth(Request(scope), _no_scopes())
    assert info.value.status_code == 401
    assert info.value.detail["cause"] == "credentials_missing"  # type: ignore[index]


def _no_scopes() -> Any:
    from fastapi.security import SecurityScopes  # noqa: PLC0415 (used here alone)

    return SecurityScopes()


def test_outage(world: World) -> None:
    """When no keys can be had, the answer is 503 with Retry-After, and other routes answer."""
    world.down[0] = True
    app = app_of(Bearer(world.server()))

    @app.get("/open")
    async def public() -> str:
        return "open"

    reply = call_asgi(app, authorization(b"Bearer " + world.mint()), path="/me")
    assert (reply.status, reply.cause) == (503, "keys_unavailable")
    assert int(reply["retry-after"] or 0) >= 1
    assert call_asgi(app, path="/open").status == 200
