"""Litestar, which answers its handlers' exceptions itself: Cognito's are answered as what they mean."""

from typing import Any

import pytest
from litestar import Litestar, get, post
from litestar.exceptions import NotAuthorizedException
from prometheus_client import CollectorRegistry

from botoerrors import raised
from edges import Reply, acall, authorization, call_asgi
from playing import events_of
from poolwarden import Cause
from poolwarden.asgi import BearerMiddleware
from poolwarden.errors import bearer_error
from poolwarden.events import CognitoRefused
from poolwarden.litestar import ProtectedResource, cognito_errors
from poolwarden.observe.prometheus import meter
from world import World

RESOURCE = ProtectedResource("https://api.example.com")


def ask(world: World, error: Exception, *, method: str = "GET", debug: bool = False, **settings: Any) -> Reply:
    """Ask a guarded application whose handlers raise."""

    @get("/coroutine/{number:int}")
    async def coroutine() -> None:
        raise error

    @post("/function", sync_to_thread=True)
    def function() -> None:
        raise error

    guard = world.server(**settings)
    handlers: Any = {Exception: cognito_errors(guard, resource=RESOURCE)}
    app = Litestar(
        [coroutine, function], exception_handlers=handlers, openapi_config=None, debug=debug, logging_config=None
    )
    path = "/coroutine/7" if method == "GET" else "/function"
    return call_asgi(BearerMiddleware(app, guard), authorization(b"Bearer " + world.mint()), path, method)


@pytest.mark.parametrize(("method", "route"), [("GET", "/coroutine/{number}"), ("POST", "/function")])
@pytest.mark.parametrize(
    ("code", "message", "cause", "status"),
    [
        ("NotAuthorizedException", "Refresh Token has expired", "refresh_token_expired", 401),
        ("TooManyRequestsException", "Rate exceeded", "throttled", 503),
    ],
)
def test_answered(method: str, route: str, code: str, message: str, cause: str, status: int, world: World) -> None:
    """A handler's exception of Cognito's is a problem with its cause, an event with the route, and a count."""
    registry = CollectorRegistry()
    reply = ask(world, raised(code, message), method=method, meter=meter(registry))
    assert (reply.status, reply.cause) == (status, cause)
    assert (reply["content-type"], reply["cache-control"]) == ("application/problem+json", "no-store")
    assert reply["content-length"] == str(len(reply.body))
    assert (reply["retry-after"] is not None) is (status == 503)
    assert (f'resource_metadata="{RESOURCE.metadata_url}"' in (reply["www-authenticate"] or "")) is (status == 401)
    (event,) = events_of(world, CognitoRefused)
    assert (event.cause, event.method, event.route) == (cause, method, route)
    assert (event.pool, event.client) == ("main", "web")
    labels = {"operation": "InitiateAuth", "cause": cause}
    assert registry.get_sample_value("poolwarden_cognito_refusals_total", labels) == 1


@pytest.mark.parametrize("debug", [False, True])
def test_others(debug: bool, world: World) -> None:
    """Any other exception is answered as Litestar does by itself, its own 401 and its page for developers included."""
    broken = ask(world, ValueError("broken"), debug=debug)
    assert (broken.status, broken.cause) == (500, None)
    assert (b"broken" in broken.body) is debug
    own = ask(world, NotAuthorizedException("Sign in."), debug=debug)
    assert (own.status, own.json["detail"]) == (401, "Sign in.")
    assert not events_of(world, CognitoRefused)


def test_own_refusal(world: World) -> None:
    """A refusal of a guard that a handler asked itself is answered."""
    reply = ask(world, bearer_error(Cause.SESSION_TOO_OLD))
    assert (reply.status, reply.cause) == (401, "session_too_old")


async def test_not_found(world: World) -> None:
    """What has no route is Litestar's own 404."""
    handlers: Any = {Exception: cognito_errors(world.server())}
    reply = await acall(Litestar([], exception_handlers=handlers, openapi_config=None), path="/nowhere")
    assert (reply.status, reply.json["status_code"]) == (404, 404)
