"""Django, which answers its views' exceptions itself: Cognito's are answered as what they mean, WSGI and ASGI."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.test.utils import override_settings
from django.urls import include, path, re_path
from prometheus_client import CollectorRegistry

from botoerrors import raised
from edges import Reply, authorization, call_asgi, call_wsgi
from playing import events_of
from poolwarden import Cause, ConfigurationError, asgi, wsgi
from poolwarden.django import CognitoErrors, ProtectedResource
from poolwarden.errors import bearer_error
from poolwarden.events import CognitoRefused
from poolwarden.guard.server import Guard
from poolwarden.observe.prometheus import meter
from world import World

MIDDLEWARE = ["poolwarden.django.CognitoErrors"]
# What the views raise.
told: dict[str, Exception] = {}
resource = ProtectedResource("https://api.example.com")


def sync_view(request: HttpRequest, **_: Any) -> HttpResponse:
    """Raise what the test wants, or answer."""
    if "error" in told:
        raise told["error"]
    return HttpResponse(b"fine")


async def async_view(request: HttpRequest, **_: Any) -> HttpResponse:
    """Do the same as a coroutine."""
    return sync_view(request)


urlpatterns = [
    path("sync/<int:number>", sync_view),
    path("async/<int:number>", async_view),
    path("old/", include([re_path(r"^(?P<number>\d+)$", sync_view)])),
]
MOUNTS: Mapping[str, Callable[[Guard, bytes, str], Reply]] = {
    "wsgi": lambda guard, token, path: call_wsgi(
        wsgi.BearerMiddleware(get_wsgi_application(), guard), authorization(b"Bearer " + token), path
    ),
    "asgi": lambda guard, token, path: call_asgi(
        asgi.BearerMiddleware(get_asgi_application(), guard), authorization(b"Bearer " + token), path
    ),
}
EACH_MOUNT = pytest.mark.parametrize("mount", MOUNTS)


@pytest.fixture(autouse=True)
def configured(world: World) -> Iterator[None]:
    """Configure Django, which knows one configuration a process, for the time of a test."""
    if not settings.configured:
        settings.configure()
    told.clear()
    served = {"ALLOWED_HOSTS": ["*"], "LOGGING_CONFIG": None, "ROOT_URLCONF": __name__, "MIDDLEWARE": MIDDLEWARE}
    with override_settings(**served, POOLWARDEN_SERVER=world.server()):
        yield


@EACH_MOUNT
@pytest.mark.parametrize("view", ["sync", "async"])
@pytest.mark.parametrize(
    ("code", "message", "cause", "status"),
    [
        ("NotAuthorizedException", "Refresh Token has expired", "refresh_token_expired", 401),
        ("TooManyRequestsException", "Rate exceeded", "throttled", 503),
    ],
)
def test_answered(mount: str, view: str, code: str, message: str, cause: str, status: int, world: World) -> None:
    """A view's exception of Cognito's is a problem with its cause, an event with the route, and a count."""
    registry = CollectorRegistry()
    guard = world.server(meter=meter(registry))
    told["error"] = raised(code, message)
    with override_settings(POOLWARDEN_SERVER=guard, POOLWARDEN_RESOURCE=resource):
        reply = MOUNTS[mount](guard, world.mint(), f"/{view}/7")
    assert (reply.status, reply.cause) == (status, cause)
    assert (reply["content-type"], reply["cache-control"]) == ("application/problem+json", "no-store")
    assert reply["content-length"] == str(len(reply.body))
    assert (reply["retry-after"] is not None) is (status == 503)
    assert (f'resource_metadata="{resource.metadata_url}"' in (reply["www-authenticate"] or "")) is (status == 401)
    (event,) = events_of(world, CognitoRefused)
    assert (event.cause, event.method, event.route) == (cause, "GET", f"/{view}/<int:number>")
    assert (event.pool, event.client) == ("main", "web")
    labels = {"operation": "InitiateAuth", "cause": cause}
    assert registry.get_sample_value("poolwarden_cognito_refusals_total", labels) == 1


@EACH_MOUNT
def test_others(mount: str, world: World) -> None:
    """A view that answers is left alone, and any other exception is Django's."""
    assert MOUNTS[mount](world.server(), world.mint(), "/sync/7").body == b"fine"
    told["error"] = raised("ConditionalCheckFailedException", "The conditional request failed", "PutItem")
    reply = MOUNTS[mount](world.server(), world.mint(), "/sync/7")
    assert (reply.status, reply.cause) == (500, None)
    assert not events_of(world, CognitoRefused)


def test_own_refusal(world: World) -> None:
    """A refusal of a guard that a view asked itself is answered."""
    told["error"] = bearer_error(Cause.SESSION_TOO_OLD)
    reply = MOUNTS["wsgi"](world.server(), world.mint(), "/sync/7")
    assert (reply.status, reply.cause) == (401, "session_too_old")


def test_head(world: World) -> None:
    """An answer to HEAD has every header and no body."""
    told["error"] = raised("NotAuthorizedException", "Refresh Token has expired")
    reply = call_wsgi(get_wsgi_application(), path="/sync/7", method="HEAD")
    assert (reply.status, reply.body) == (401, b"")
    assert int(reply["content-length"] or 0) > 0


def test_old_route(world: World) -> None:
    """A route that is a regular expression is told as the path."""
    told["error"] = raised("NotAuthorizedException", "Refresh Token has expired")
    headers = [(b"x-request-id", b"req-1")]
    assert call_wsgi(get_wsgi_application(), headers, "/old/7").status == 401
    (event,) = events_of(world, CognitoRefused)
    assert (event.route, event.request_id, event.session_ref) == ("/old/7", "req-1", None)


def test_before_a_route(world: World) -> None:
    """An exception before a route was found has a path all the same."""
    request = HttpRequest()
    request.method, request.path_info = "GET", "/somewhere"
    answer = CognitoErrors(sync_view).process_exception(request, raised("NotAuthorizedException", "User is disabled."))
    assert answer is not None
    assert answer.status_code == 401
    assert [event.route for event in events_of(world, CognitoRefused)] == ["/somewhere"]


def test_asynchronous(world: World) -> None:
    """Between asynchronous layers it is one itself, so that Django needs no thread for it."""
    assert iscoroutinefunction(CognitoErrors(async_view))
    assert not iscoroutinefunction(CognitoErrors(sync_view))


def test_settings(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings hold the values, or say where they are imported from; what is wrong says so when Django starts."""
    guard = world.server()
    monkeypatch.setattr("poolwarden.django.server", guard, raising=False)
    monkeypatch.setattr("poolwarden.django.resource", resource, raising=False)
    with override_settings(
        POOLWARDEN_SERVER="poolwarden.django.server", POOLWARDEN_RESOURCE="poolwarden.django.resource"
    ):
        assert CognitoErrors(sync_view).server is guard
    for wrong, message in (
        ({"POOLWARDEN_SERVER": None}, "POOLWARDEN_SERVER: is no server"),
        ({"POOLWARDEN_SERVER": "nowhere.server"}, "POOLWARDEN_SERVER: cannot be imported"),
        ({"POOLWARDEN_SERVER": "server"}, "POOLWARDEN_SERVER: cannot be imported"),
        ({"POOLWARDEN_RESOURCE": 7}, "POOLWARDEN_RESOURCE: is no resource"),
    ):
        with override_settings(**wrong), pytest.raises(ConfigurationError, match=f"^{message}"):
            get_wsgi_application()
