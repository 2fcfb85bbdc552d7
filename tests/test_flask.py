"""Flask views, blueprints and applications; what a view sees of its token."""

from typing import Any

import pytest
from flask import Blueprint, Flask, Response, abort, request
from prometheus_client import CollectorRegistry

from botoerrors import raised
from edges import authorization, bearer, call_wsgi, ending_server
from poolwarden import ConfigurationError
from poolwarden.events import CognitoRefused, RequestRejected, Started
from poolwarden.flask import Bearer, current_access_token
from poolwarden.guard.server import Guard
from poolwarden.observe.prometheus import meter
from poolwarden.wsgi import BearerMiddleware
from world import START, World


def app_of(auth: Bearer) -> Flask:
    """Make an application with views of several needs."""
    app = Flask("shop")

    @app.get("/orders/<int:number>")
    @auth.required(scopes=["orders/read"], groups=["admin"])
    def order(number: int) -> dict[str, Any]:
        """Show an order."""
        return {"number": number, "sub": current_access_token.sub}

    @app.get("/async")
    @auth.required()
    async def later() -> str:
        return current_access_token.sub

    @app.get("/maybe")
    @auth.required(optional=True)
    def maybe() -> str:
        return current_access_token.sub if current_access_token else "nobody"

    @app.get("/open")
    def public() -> str:
        return "open"

    @app.get("/unguarded")
    def unguarded() -> str:
        return current_access_token.sub

    return app


def counted(registry: CollectorRegistry, outcome: str) -> float:
    """Return how many requests were counted."""
    return sum(
        sample.value
        for metric in registry.collect()
        for sample in metric.samples
        if sample.name == "poolwarden_requests_total" and sample.labels["outcome"] == outcome
    )


def test_required(world: World) -> None:
    """A decorated view runs with a good token, and keeps its name and its arguments."""
    app = app_of(Bearer(world.server()))
    client = app.test_client()
    good = bearer(world, sub="ada", scope="orders/read", **{"cognito:groups": ["admin"]})
    for _ in range(2):
        assert client.get("/orders/7", headers=good).json == {"number": 7, "sub": "ada"}
    assert app.view_functions["order"].__doc__ == "Show an order."
    for headers, status in ((None, 401), (bearer(world), 403), (bearer(world, scope="orders/read"), 403)):
        answer = client.get("/orders/7", headers=headers)
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert client.get("/open").text == "open"
    routes = {event.route for event in world.notes.events if isinstance(event, RequestRejected)}
    assert routes == {"/orders/<int:number>"}


def test_async(world: World) -> None:
    """A coroutine is a view like any other."""
    client = app_of(Bearer(world.server())).test_client()
    assert client.get("/async", headers=bearer(world, sub="ada")).text == "ada"
    assert client.get("/async").status_code == 401


def test_required_without_parentheses(world: World) -> None:
    """A decorator without parentheses guards as one with nothing between them; names have to be named."""
    auth = Bearer(world.server())
    app = Flask("shop")

    @app.get("/bare")
    @auth.required
    def bare() -> str:
        return current_access_token.sub

    assert bare.__name__ == "bare"
    assert app.test_client().get("/bare").status_code == 401
    assert app.test_client().get("/bare", headers=bearer(world)).status_code == 200
    with pytest.raises(ConfigurationError, match="by position"):
        auth.required("orders/read")  # type: ignore[call-overload]


def test_optional(world: World) -> None:
    """Without credentials an optional view runs, and its token is false."""
    client = app_of(Bearer(world.server())).test_client()
    assert client.get("/maybe").text == "nobody"
    assert client.get("/maybe", headers=bearer(world, sub="ada")).text == "ada"
    assert client.get("/maybe", headers={"Authorization": "Bearer undefined"}).status_code == 401


def test_unguarded(world: World) -> None:
    """To ask for the token in a view that nobody guards is a mistake that says how to mend it."""
    app = app_of(Bearer(world.server()))
    app.testing = True
    with pytest.raises(ConfigurationError, match=r"@auth\.required"):
        app.test_client().get("/unguarded", headers=bearer(world))


def test_shared_context(world: World) -> None:
    """Requests that share an application context share no token."""
    app = app_of(Bearer(world.server()))
    client = app.test_client()
    with app.app_context():
        assert client.get("/async", headers=bearer(world)).status_code == 200
        assert client.get("/async").status_code == 401
        assert client.get("/maybe").text == "nobody"


def test_behind_middleware(world: World) -> None:
    """Behind the middleware with the same server the decorator takes its token: nothing is counted twice."""
    registry = CollectorRegistry()
    server = world.server(meter=meter(registry))
    app = app_of(Bearer(server))
    app.wsgi_app = BearerMiddleware(app.wsgi_app, server, optional=True)  # type: ignore[method-assign]
    client = app.test_client()
    assert client.get("/async", headers=bearer(world, sub="ada")).text == "ada"
    assert client.get("/unguarded", headers=bearer(world, sub="ada")).text == "ada"
    assert counted(registry, "accepted") == 2
    assert client.get("/maybe").text == "nobody"
    assert client.get("/open").text == "open"
    assert counted(registry, "skipped") == 2
    assert client.get("/async").json["cause"] == "credentials_missing"


@pytest.mark.parametrize("inner_first", [True, False])
def test_other_server(inner_first: bool, world: World) -> None:
    """A token that another server has let pass is not good enough for this one."""
    strict, lax = world.server(max_session_age=60), world.server()
    app = app_of(Bearer(strict))
    if inner_first:
        app.wsgi_app = BearerMiddleware(app.wsgi_app, lax)  # type: ignore[method-assign]
    else:
        Bearer(lax).init_app(app, protect=True)
    answer = app.test_client().get("/async", headers=bearer(world, auth_time=world.clock() - 61))
    assert answer.json["cause"] == "session_too_old"


def test_blueprint(world: World) -> None:
    """A guarded blueprint guards each of its views, and lets a CORS preflight pass."""
    app, blueprint = Flask("shop"), Blueprint("admin", "admin", url_prefix="/admin")
    Bearer(world.server()).protect(blueprint, groups=["admin"])

    @blueprint.get("/")
    def index() -> str:
        return current_access_token.sub

    app.register_blueprint(blueprint)
    client = app.test_client()
    assert client.get("/admin/").status_code == 401
    assert client.get("/admin/", headers=bearer(world)).json["cause"] == "group_missing"
    admin = bearer(world, sub="ada", **{"cognito:groups": ["admin"]})
    assert client.get("/admin/", headers=admin).text == "ada"
    preflight = {"Origin": "https://app.example", "Access-Control-Request-Method": "GET"}
    assert client.options("/admin/", headers=preflight).status_code == 200
    assert client.options("/admin/").status_code == 401


def test_blueprint_optional(world: World) -> None:
    """A blueprint may be open to requests without credentials."""
    app, blueprint = Flask("shop"), Blueprint("maybe", "maybe")
    Bearer(world.server()).protect(blueprint, optional=True)
    blueprint.add_url_rule("/", "root", lambda: "nobody" if not current_access_token else current_access_token.sub)
    app.register_blueprint(blueprint)
    assert app.test_client().get("/").text == "nobody"
    assert app.test_client().get("/", headers=bearer(world, sub="ada")).text == "ada"


def test_init_app(world: World) -> None:
    """A whole application is guarded, but for what is exempt; unknown addresses are guarded as well."""
    app = app_of(Bearer(world.server()))
    Bearer(ending_server(world)).init_app(app, protect=True, exempt=["/open"], scopes=["api"])
    client = app.test_client()
    assert client.get("/open").text == "open"
    assert client.get("/nowhere").status_code == 401
    assert client.get("/nowhere", headers=bearer(world)).status_code == 403
    assert client.get("/nowhere", headers=bearer(world, scope="api")).status_code == 404
    assert client.get("/unguarded", headers=bearer(world, scope="api", sub="ada")).text == "ada"
    (event,) = [event for event in world.notes.events if isinstance(event, Started)]
    assert (event.exempt, event.cors_order_ok) == (("/open",), True)


def failing(server: Guard, error: Exception) -> Flask:
    """Make an application whose view raises, with Cognito's exceptions answered."""
    app = Flask("shop")
    Bearer(server).init_app(app)

    @app.get("/fails")
    def fails() -> str:
        raise error

    @app.get("/streams")
    def streams() -> Any:
        def pieces() -> Any:
            yield "first"
            raise error

        return pieces()

    @app.get("/aborts")
    def aborts() -> str:
        abort(418)

    return app


def test_cognito(world: World) -> None:
    """An exception of Cognito's in a view, guarded or not, is answered and told about."""
    app = failing(world.server(), raised("NotAuthorizedException", "Refresh Token has expired"))
    answer = app.test_client().get("/fails")
    assert (answer.status_code, answer.json["cause"]) == (401, "refresh_token_expired")
    (event,) = [event for event in world.notes.events if isinstance(event, CognitoRefused)]
    assert (event.route, event.cause) == ("/fails", "refresh_token_expired")


def test_cognito_in_stream(world: World) -> None:
    """In a stream that has begun it ends the stream; a middleware around the application tells about it."""
    app = failing(world.server(), raised("NotAuthorizedException", "Refresh Token has expired"))
    app.wsgi_app = BearerMiddleware(app.wsgi_app, world.server())  # type: ignore[method-assign]
    with pytest.raises(Exception, match="expired"):
        app.test_client().get("/streams", headers=bearer(world), buffered=True)
    assert len([event for event in world.notes.events if isinstance(event, CognitoRefused)]) == 1


def test_session_ends(world: World) -> None:
    """
    Guarded views tell once when the session ends, whatever they return and whoever guards them too.

    What the guard refuses itself does not tell it, nor does a view that nobody guards.
    """
    server = ending_server(world)
    auth, app = Bearer(server, session_ends=True), Flask("telling")
    auth.init_app(app)
    auth.protect(inner := Blueprint("inner", __name__))

    @app.get("/open")
    def public() -> str:
        return "open"

    @inner.get("/view")
    @auth.required()
    def view() -> Any:
        return Response("made here")

    @inner.get("/abort")
    def missing() -> Any:
        abort(404)

    @inner.get("/needs")
    @auth.required(scopes=["orders/read"])
    def needs() -> Any:
        return "never"

    @inner.get("/gone")
    def gone() -> Any:
        raise raised("NotAuthorizedException", "Refresh Token has expired")

    app.register_blueprint(inner)
    headers = authorization(b"Bearer " + world.mint({"auth_time": START - 60}))
    told = str(START - 60 + 30 * 3_600)
    answers = {path: call_wsgi(app, headers, path) for path in ("/open", "/view", "/abort", "/needs", "/gone")}
    assert {path: (reply.status, reply["poolwarden-session-ends"]) for path, reply in answers.items()} == {
        "/open": (200, None),
        "/view": (200, told),
        "/abort": (404, told),
        "/needs": (403, None),
        "/gone": (401, None),
    }
    outside = BearerMiddleware(app, server, session_ends=True)
    assert call_wsgi(outside, headers, "/view")["poolwarden-session-ends"] == told


def test_other_exceptions(world: World) -> None:
    """Other exceptions stay Flask's: a 500, or raised where tests want them; HTTP errors keep their status."""
    app = failing(world.server(), LookupError("mine"))
    client = app.test_client()
    assert client.get("/fails").status_code == 500
    assert client.get("/aborts").status_code == 418
    assert client.get("/nowhere").status_code == 404
    app.testing = True
    with pytest.raises(LookupError, match="mine"):
        client.get("/fails")


@pytest.mark.parametrize("coroutine", [False, True])
def test_own_handler(coroutine: bool, world: World) -> None:
    """The application's own handler of every exception still gets all but Cognito's."""
    app, errors = (
        Flask("shop"),
        {"/mine": LookupError("mine"), "/theirs": raised("TooManyRequestsException", "Rate exceeded")},
    )

    def handle(error: Exception) -> Any:
        return type(error).__name__, 418

    async def ahandle(error: Exception) -> Any:
        return handle(error)

    app.register_error_handler(Exception, ahandle if coroutine else handle)
    Bearer(world.server()).init_app(app)

    @app.get("/mine")
    @app.get("/theirs")
    def fails() -> str:
        raise errors[request.path]

    client = app.test_client()
    assert [(client.get(path).status_code, client.get(path).text) for path in ("/mine", "/nowhere")] == [
        (418, "LookupError"),
        (418, "NotFound"),
    ]
    answer = client.get("/theirs")
    assert (answer.status_code, answer.json["cause"]) == (503, "throttled")


def test_outage(world: World) -> None:
    """When no keys can be had, the answer is 503 with Retry-After."""
    world.down[0] = True
    answer = app_of(Bearer(world.server())).test_client().get("/async", headers=bearer(world))
    assert (answer.status_code, answer.json["cause"]) == (503, "keys_unavailable")
    assert int(answer.headers["retry-after"]) >= 1
