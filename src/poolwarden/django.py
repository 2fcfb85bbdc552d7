"""
Answer for Cognito's exceptions in Django's views, which Django would make a 500 of.

::

    # settings.py
    MIDDLEWARE = ["poolwarden.django.CognitoErrors", …]
    POOLWARDEN_SERVER = "shop.auth.server"

Django hands an exception of a view to its own middleware only, so none
reaches the guard around the application (:mod:`poolwarden.asgi`,
:mod:`poolwarden.wsgi`), which authenticates the requests.
"""

from typing import Any

from poolwarden.edge.cognito import answerable
from poolwarden.edge.extras import brought_by
from poolwarden.edge.facts import facts_of
from poolwarden.edge.resource import Metadata, ProtectedResource
from poolwarden.errors import ConfigurationError
from poolwarden.guard.challenge import answer_to
from poolwarden.guard.server import Guard
from poolwarden.telling import RequestFacts

with brought_by("django"):
    from django.conf import settings  # type: ignore[import-untyped]  # Django ships no types
    from django.http import HttpRequest, HttpResponse  # type: ignore[import-untyped]  # as above
    from django.utils.deprecation import MiddlewareMixin  # type: ignore[import-untyped]  # as above
    from django.utils.module_loading import import_string  # type: ignore[import-untyped]  # as above

__all__ = ["CognitoErrors", "ProtectedResource"]


class CognitoErrors(MiddlewareMixin):  # type: ignore[misc]  # Django ships no types
    """
    Answer 401 with its cause, or 503 where it is transient, for an exception of Cognito's that a view raises.

    A Django middleware, for synchronous and asynchronous views. Its settings:

    - ``POOLWARDEN_SERVER``: the server whose events and counts are used, or where it is imported from.
    - ``POOLWARDEN_RESOURCE``: a :class:`ProtectedResource`, or where it is imported from: names the resource's
      metadata (RFC 9728) in challenges. Not needed.

    Args:
        get_response: What Django's next layer is.

    Raises:
        ConfigurationError: A setting is missing, cannot be imported, or is something else.
    """

    def __init__(self, get_response: Any) -> None:
        super().__init__(get_response)
        server = _set("POOLWARDEN_SERVER")
        if not isinstance(server, Guard):
            raise ConfigurationError(
                "POOLWARDEN_SERVER", "is no server.", 'Write where it is, such as "shop.auth.server", or the server.'
            )
        resource = _set("POOLWARDEN_RESOURCE")
        if not isinstance(resource, ProtectedResource | None):
            raise ConfigurationError("POOLWARDEN_RESOURCE", "is no resource.", "Give a ProtectedResource, or nothing.")
        self.server = server
        self._metadata = Metadata(resource, server)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the answer, or None where the exception is none of Cognito's; Django calls this."""
        header = request.META.get("HTTP_AUTHORIZATION")
        refusal = answerable(exception, self.server, lambda: _facts(request), header)
        if refusal is None:
            return None
        answer = answer_to(refusal, self._metadata.url)
        # Not every server drops the body of an answer to HEAD (RFC 9110 §9.3.2).
        body = b"" if request.method == "HEAD" else answer.body
        return HttpResponse(body, status=answer.status, headers=dict(answer.headers))


def _set(name: str) -> object:
    value = getattr(settings, name, None)
    if not isinstance(value, str):
        return value
    try:
        return import_string(value)
    except ImportError as error:
        raise ConfigurationError(name, "cannot be imported.", "Write module.name, as it is imported.") from error


def _facts(request: HttpRequest) -> RequestFacts:
    match = request.resolver_match
    # A regular expression is no template that anybody would look for.
    known = match is not None and not {"(", "^"} & set(match.route)
    return facts_of(
        request.method,
        f"/{match.route}" if known else request.path_info,
        request.headers.get("X-Request-ID"),
        request.headers.get("traceparent"),
    )
