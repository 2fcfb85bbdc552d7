"""
Answer for Cognito's exceptions in Litestar's handlers, which Litestar would make a 500 of.

::

    Litestar([…], exception_handlers={Exception: poolwarden.litestar.cognito_errors(server)})

Litestar answers exceptions of its handlers itself, so none reaches the guard
(:mod:`poolwarden.asgi`), which authenticates the requests.
"""

from collections.abc import Callable
from typing import Any

from poolwarden.edge.cognito import answerable
from poolwarden.edge.connection import authorization_in, facts_in
from poolwarden.edge.extras import brought_by
from poolwarden.edge.resource import Metadata, ProtectedResource
from poolwarden.guard.challenge import answer_to
from poolwarden.guard.server import Guard

with brought_by("litestar"):
    from litestar import Request, Response
    from litestar.exceptions.responses import create_debug_response, create_exception_response

__all__ = ["ProtectedResource", "cognito_errors"]

_SERVER_ERROR = 500
# What Litestar writes itself.
_OWN_HEADERS = ("content-type", "content-length")

Handler = Callable[[Request[Any, Any, Any], Exception], Response[Any]]


def cognito_errors(server: Guard, *, resource: ProtectedResource | None = None) -> Handler:
    """
    Return an exception handler: 401 with its cause, or 503 where it is transient, for an exception of Cognito's.

    Meant for ``Exception``: any other exception is answered as Litestar does by
    itself. A handler for a more particular class goes first.

    Args:
        server: The server that emits the events and counts.
        resource: Name this resource's metadata (RFC 9728) in challenges; the middleware serves it.
    """
    metadata = Metadata(resource, server)

    def handle(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        scope: Any = request.scope
        refusal = answerable(
            error, server, lambda: facts_in(scope, scope.get("path_template")), authorization_in(scope)
        )
        if refusal is None:
            return _unanswered(request, error)
        answer = answer_to(refusal, metadata.url)
        headers = {name: value for name, value in answer.headers if name not in _OWN_HEADERS}
        media_type = dict(answer.headers)["content-type"]
        return Response(answer.body, status_code=answer.status, headers=headers, media_type=media_type)

    return handle


def _unanswered(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    if request.app.debug and getattr(error, "status_code", _SERVER_ERROR) == _SERVER_ERROR:
        return create_debug_response(request, error)
    return create_exception_response(request, error)
