"""
Guard a WSGI application: Flask, Django, Pyramid, anything mounted.

::

    app.wsgi_app = poolwarden.wsgi.BearerMiddleware(app.wsgi_app, server)

Flask and Django answer exceptions of their views themselves, so none leaves
them: :meth:`poolwarden.flask.Bearer.init_app` answers for Cognito's in Flask,
:class:`poolwarden.django.CognitoErrors` in Django.
"""

import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from typing import Any

from poolwarden.edge.cognito import answerable
from poolwarden.edge.credentials import absent
from poolwarden.edge.exempt import Exempt, Exemption
from poolwarden.edge.facts import facts_of
from poolwarden.edge.layers import has_cors
from poolwarden.edge.resource import Metadata, ProtectedResource
from poolwarden.edge.send import SESSION_ENDS
from poolwarden.edge.started import tell_started
from poolwarden.edge.switch import switch
from poolwarden.edge.threads import for_threads
from poolwarden.edge.verified import Verified, found_by, pass_unasked
from poolwarden.errors import BearerError
from poolwarden.guard.access_token import AccessToken
from poolwarden.guard.challenge import Answer, answer_to
from poolwarden.guard.requirement import Requirement, required
from poolwarden.guard.server import Guard
from poolwarden.guard.unshown import Unshown
from poolwarden.telling import RequestFacts

__all__ = ["ENVIRON_KEY", "BearerMiddleware", "ProtectedResource", "token_in"]

ENVIRON_KEY = "poolwarden.access_token"
"""Where the verified token is found in the environ."""

VERIFIED_BY = "poolwarden.verified"
"""Where the :class:`poolwarden.edge.verified.Verified` of the request is found."""

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
App = Callable[[Environ, StartResponse], Iterable[bytes]]


class BearerMiddleware:
    """
    Authenticate every request before the application sees it.

    A good token is put into ``environ["poolwarden.access_token"]``.

    Args:
        app: The application.
        server: The server that decides about requests.
        exempt: Requests that need no token: ``"/healthz"``, ``"/static/*"``, or a
            function of method and path; paths within the application, where it is mounted.
        optional: Let requests without bearer credentials pass, without a token; a bad
            token is refused all the same.
        require: Scopes and groups that every request needs.
        session_ends: Whether answers carry ``Poolwarden-Session-Ends``.
        resource: Serve this resource's metadata (RFC 9728), and name it in challenges.

    Raises:
        ConfigurationError: A setting is not of the type that it has to be, or the server's ``OnlineList`` is for tasks.
    """

    def __init__(
        self,
        app: App,
        server: Guard,
        *,
        exempt: Iterable[Exemption] = (),
        optional: bool = False,
        require: Requirement | None = None,
        session_ends: bool = False,
        resource: ProtectedResource | None = None,
    ) -> None:
        self.app = app
        self._exempt = Exempt(exempt)
        self._optional = switch("optional", optional)
        self._require = required(require)
        self._session_ends = switch("session_ends", session_ends)
        self._metadata = Metadata(resource, server)
        self.server = for_threads(server)
        self._some_pass = bool(self._exempt) or resource is not None
        self._started = False
        self._starting = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:  # noqa: C901 (as below)
        """Pass a good request on, answer any other."""
        # All in one piece: each further call would cost every request of the API.
        if not self._started:
            self._start()
        outside = self._outside(environ) if VERIFIED_BY in environ else None
        token, telling = None, start_response
        if not ((self._some_pass or environ["REQUEST_METHOD"] == "OPTIONS") and self._passes(environ)):
            header = environ.get("HTTP_AUTHORIZATION")
            token = self.server.recall(header, self._require) if outside is None else outside
            if token is None or (outside is not None and self._require is not None):
                try:
                    token = self._decided(token, header, environ)
                except BearerError as error:
                    return self.refuse(error, environ, start_response)
            environ[VERIFIED_BY] = Verified(self.server, token, header)
            del header  # an exception of the application passes this frame, and tools show local variables
        if token is None:
            pass_unasked(self.server, environ)
            document = self._document(environ)
            if document is not None:
                return _send(document, environ, start_response)
        else:
            environ[ENVIRON_KEY] = token
            if self._session_ends and token.session_ends_at is not None:
                telling = _telling(start_response, token.session_ends_at)
        try:
            pieces = self.app(environ, telling)
        except Exception as error:
            refusal = self.recognised(error, environ)
            if refusal is None:
                raise
            return self.refuse(refusal, environ, start_response, replace=True)
        # Nothing can fail while a list is sent, and a file has to be passed as it is for the server to send it its way.
        if isinstance(pieces, (list, tuple)) or type(pieces) is environ.get("wsgi.file_wrapper"):
            return pieces
        return _Body(pieces, self, environ, start_response)

    def _outside(self, environ: Environ) -> AccessToken | None:
        """Return what this server has verified in this request before; forget what any guard has put there."""
        token = token_in(environ, self.server)
        del environ[VERIFIED_BY]
        environ.pop(ENVIRON_KEY, None)
        return token

    def _decided(self, token: AccessToken | None, header: str | None, environ: Environ) -> AccessToken | None:
        if token is not None and self._require is not None:
            self.server.authorize(token, self._require, lambda: facts_in(environ))
            return token
        if self._optional and absent(header):
            return None
        return self.server.authenticate(header, lambda: facts_in(environ), self._require)

    def _start(self) -> None:
        # At the first request, when the application is complete and the server has forked its workers.
        if self._starting.acquire(blocking=False):
            self._started = True
            tell_started(self.server, self._exempt.names, cors_outside=not has_cors(self.app))

    def _passes(self, environ: Environ) -> bool:
        if is_preflight(environ) or self._document(environ) is not None:
            return True
        return self._exempt.holds(environ["REQUEST_METHOD"], path_in(environ))

    def _document(self, environ: Environ) -> Answer | None:
        if self._metadata.path is None:
            return None
        path = path_in(environ)
        return self._metadata.asked(environ["REQUEST_METHOD"], path, str(environ.get("SCRIPT_NAME") or "") + path)

    def recognised(self, error: Exception, environ: Environ) -> BearerError | None:
        """
        Return what to answer for an exception of the application, or None where it is none of Cognito's.

        Also tells about it, as :func:`poolwarden.edge.cognito.answerable` does.

        Args:
            error: The exception.
            environ: The request's environ.
        """
        return answerable(error, self.server, lambda: facts_in(environ), environ.get("HTTP_AUTHORIZATION"))

    def refuse(
        self, error: BearerError, environ: Environ, start_response: StartResponse, *, replace: bool = False
    ) -> Iterable[bytes]:
        """
        Answer a refusal.

        Args:
            error: The refusal.
            environ: The request's environ.
            start_response: The server's.
            replace: Whether the application may have begun to answer.
        """
        return _send(answer_to(error, self._metadata.url), environ, start_response, replace=replace)


class _Body(Unshown, frozen=True, eq=False, gc=True):
    """
    An application's body on its way, piece by piece as it comes.

    Attributes:
        pieces: The application's.
        guard: Answers for an exception before the first piece.
        environ: The request's.
        start_response: The server's.
    """

    pieces: Iterable[bytes]
    guard: BearerMiddleware
    environ: Environ
    start_response: StartResponse

    def __iter__(self) -> Iterator[bytes]:
        """Hand the body on; an exception before its first piece can be answered."""
        sent = False
        try:
            for piece in self.pieces:
                yield piece
                sent = sent or piece != b""
        except Exception as error:
            refusal = self.guard.recognised(error, self.environ)  # told about in any case
            if refusal is None or sent:
                raise
            yield from self.guard.refuse(refusal, self.environ, self.start_response, replace=True)

    def close(self) -> None:
        """Close the application's body, as PEP 3333 asks of whoever wraps it."""
        close = getattr(self.pieces, "close", None)
        if close is not None:
            close()


def _telling(start_response: StartResponse, ends_at: int) -> StartResponse:
    """Return a start_response that adds when the session ends."""

    def telling(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
        # A view inside may have told it too.
        kept = [header for header in headers if header[0].title() != SESSION_ENDS]
        return start_response(status, [*kept, (SESSION_ENDS, str(ends_at))], *exc_info)

    return telling


def token_in(environ: Environ, server: Guard | None = None) -> AccessToken | None:
    """
    Return the verified token of a request, or None where the middleware has not put one there.

    Args:
        environ: The request's environ.
        server: Accept only what this very server has verified.
    """
    if server is not None:
        found = found_by(server, environ.get(VERIFIED_BY), environ.get("HTTP_AUTHORIZATION"))
        return None if found is None else found.token
    token = environ.get(ENVIRON_KEY)
    return token if isinstance(token, AccessToken) else None


def facts_in(environ: Environ) -> RequestFacts:
    """Return what events tell about a request."""
    return facts_of(
        environ["REQUEST_METHOD"],
        path_in(environ),
        environ.get("HTTP_X_REQUEST_ID"),
        environ.get("HTTP_TRACEPARENT"),
    )


def is_preflight(environ: Environ) -> bool:
    """Return whether a request is a CORS preflight (Fetch §3.2.2)."""
    return (
        environ["REQUEST_METHOD"] == "OPTIONS"
        and "HTTP_ORIGIN" in environ
        and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ
    )


def path_in(environ: Environ) -> str:
    """Return the path within the application."""
    # PEP 3333 has the path's bytes as latin-1; they are UTF-8.
    return str(environ.get("PATH_INFO") or "/").encode("latin-1", "replace").decode("utf-8", "replace")


def _send(answer: Answer, environ: Environ, start_response: StartResponse, *, replace: bool = False) -> Iterable[bytes]:
    status = f"{answer.status} {HTTPStatus(answer.status).phrase}"
    headers = [(name.title(), value) for name, value in answer.headers]
    # PEP 3333: with exc_info an answer that has begun may be replaced until its first piece is sent.
    start_response(status, headers, *([sys.exc_info()] if replace else []))
    return [b""] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]
