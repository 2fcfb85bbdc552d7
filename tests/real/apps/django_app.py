"""A Django application, guarded as WSGI and as ASGI."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import django
import guarded
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, JsonResponse, StreamingHttpResponse
from django.urls import path

from poolwarden import asgi, wsgi
from poolwarden.asgi import ProtectedResource

server = guarded.made()
resource = ProtectedResource("https://api.example.com")
settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="made-up",
    USE_TZ=True,
    LOGGING_CONFIG=None,
    MIDDLEWARE=["poolwarden.django.CognitoErrors"],
    POOLWARDEN_SERVER=server,
    POOLWARDEN_RESOURCE=resource,
)
django.setup(set_prefix=False)


def healthz(request: HttpRequest) -> JsonResponse:
    """Tell that it runs."""
    return JsonResponse({})


def me(request: Any) -> JsonResponse:
    """Tell who asks."""
    if hasattr(request, "scope"):
        return JsonResponse(guarded.told(request.scope["state"]["access_token"]))
    return JsonResponse(guarded.told(wsgi.token_in(request.META)))  # type: ignore[arg-type]


def stream(request: Any) -> StreamingHttpResponse:
    """Send a first piece, and the last one when the test lets it."""

    def pieces() -> Iterator[bytes]:
        yield guarded.FIRST
        while not guarded.gate_is_open():
            time.sleep(0.01)
        yield guarded.LAST

    async def later() -> AsyncIterator[bytes]:
        yield guarded.FIRST
        while not guarded.gate_is_open():  # noqa: ASYNC110 (a test opens it from another process)
            await asyncio.sleep(0.01)
        yield guarded.LAST

    return StreamingHttpResponse(later() if hasattr(request, "scope") else pieces())


def cognito(request: HttpRequest) -> JsonResponse:
    """Ask Cognito with a token that it refuses."""
    return JsonResponse(guarded.cognito().get_user(AccessToken="none"))


urlpatterns = [path("healthz", healthz), path("me", me), path("stream", stream), path("cognito", cognito)]
by_wsgi = wsgi.BearerMiddleware(get_wsgi_application(), server, exempt=guarded.EXEMPT, resource=resource)
by_asgi = asgi.BearerMiddleware(get_asgi_application(), server, exempt=guarded.EXEMPT, resource=resource)
