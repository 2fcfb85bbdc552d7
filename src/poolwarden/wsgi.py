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
from poolwarden.edge.credentials import absent, unfolded
from poolwarden.edge.exempt import Exempt, Exemption
from poolwarden.edge.facts import facts_of
from poolwarden.edge.resource import Metadata, ProtectedResource
from poolwarden.edge.send import SESSION_ENDS
from poolwarden.edge.started import has_cors, tell_started
from poolwarden.errors import BearerError
from poolwarden.guard.access_token import AccessToken
from poolwarden.guard.challenge import Answer, answer_to
from poolwarden.guard.rejections import RequestFacts
from poolwarden.guard.requirement import Requirement
from poolwarden.guard.server import Guard

__all__ = ["ENVIRON_KEY", "BearerMiddleware", "ProtectedResource", "token_in"]

ENVIRON_KEY = "poolwarden.access_token"
"""Where the verified token is found in the environ."""

VERIFIED_BY = "poolwarden.server"
"""Where the server that verified it is found."""

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
App = Callable[[Environ, StartResponse], Iterable[bytes]]


class BearerMiddleware:
    """
    Authenticate every request before the application sees it.

    A good token is put into ``environ["poolwarden.access_token"]``.

    Args:
        app: The application.
        server: Who decides.
        exempt: Requests that pass unasked: ``"/healthz"``, ``"/static/*"``, or a
            function of method and path; paths within the application, where it is mounted.
        optional: Let requests without bearer credentials pass, without a token; a bad
            token is refused all the same.
        require: Scopes and groups that every request needs.
        session_ends: Whether answers carry ``Poolwarden-Session-Ends``.
        resource: Serve this resource's metadata (RFC 9728), and name it in challenges.
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
        self.server = server
        self._exempt = Exempt(exempt)
        self._optional = optional
        self._require = require
        self._session_ends = session_ends
        self._metadata = Metadata(resource, server)
        self._some_pass = bool(self._exempt) or resource is not None
        self._started = False
        self._starting = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Pass a good request on, answer any other."""
        if not self._started:
            self._start()
        if VERIFIED_BY in environ:  # another guard's, outside
            del environ[VERIFIED_BY]
            environ.pop(ENVIRON_KEY, None)
        if (self._some_pass or environ["REQUEST_METHOD"] == "OPTIONS") and self._passes(environ):
            return self._unasked(environ, start_response)
        header = environ.get("HTTP_AUTHORIZATION")
        token = self.server.recall(header)
        try:
            if token is None:
                values = unfolded(header)
                if self._optional and absent(values):
                    environ[VERIFIED_BY] = self.server
                    return self._unasked(environ, start_response)
                token = self.server.authenticate(values, facts_in(environ))
            if self._require is not None:
                self.server.authorize(token, self._require, facts_in(environ))
        except BearerError as error:
            return self._refuse(error, environ, start_response)
        environ[ENVIRON_KEY] = token
        environ[VERIFIED_BY] = self.server
        return self._run(environ, start_response, token.session_ends_at if self._session_ends else None)

    def _start(self) -> None:
        # At the first request: whatever sits inside is complete by then, and a fork is behind us.
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

    def _unasked(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        self.server.skip()
        document = self._document(environ)
        if document is not None:
            return _send(document, environ, start_response)
        return self._run(environ, start_response, None)

    def _run(self, environ: Environ, start_response: StartResponse, ends_at: int | None) -> Iterable[bytes]:
        begun = False

        def started(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            nonlocal begun
            begun = True
            if ends_at is not None:
                # A view inside may have told it too.
                kept = [header for header in headers if header[0].title() != SESSION_ENDS]
                headers = [*kept, (SESSION_ENDS, str(ends_at))]
            return start_response(status, headers) if exc_info is None else start_response(status, headers, exc_info)

        try:
            body = self.app(environ, started)
        except Exception as error:
            refusal = answerable(error, self.server, lambda: facts_in(environ), environ.get("HTTP_AUTHORIZATION"))
            if refusal is None:
                raise
            return self._refuse(refusal, environ, start_response, replace=begun)
        # A list holds no surprises, and servers send files in their own way.
        if isinstance(body, (list, tuple)) or type(body) is environ.get("wsgi.file_wrapper"):
            return body
        return _Body(
            body,
            lambda error: answerable(error, self.server, lambda: facts_in(environ), environ.get("HTTP_AUTHORIZATION")),
            lambda refusal: self._refuse(refusal, environ, start_response, replace=begun),
        )

    def _refuse(
        self, error: BearerError, environ: Environ, start_response: StartResponse, *, replace: bool = False
    ) -> Iterable[bytes]:
        return _send(answer_to(error, self._metadata.url), environ, start_response, replace=replace)


class _Body:
    """An application's body, piece by piece as it comes; an exception before the first piece can be answered."""

    __slots__ = ("_body", "_pieces", "_recognise", "_refuse", "_sent")

    def __init__(
        self,
        body: Iterable[bytes],
        recognise: Callable[[Exception], BearerError | None],
        refuse: Callable[[BearerError], Iterable[bytes]],
    ) -> None:
        self._body = body
        self._pieces: Iterator[bytes] | None = None
        self._recognise = recognise
        self._refuse = refuse
        self._sent = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            if self._pieces is None:
                self._pieces = iter(self._body)
            piece = next(self._pieces)
        except StopIteration:
            raise
        except Exception as error:
            refusal = self._recognise(error)
            if refusal is None or self._sent:
                raise
            self._pieces = iter(self._refuse(refusal))
            return next(self._pieces)
        if piece:
            self._sent = True
        return piece

    def close(self) -> None:
        """Close the application's body, as PEP 3333 asks of whoever wraps it."""
        close = getattr(self._body, "close", None)
        if close is not None:
            close()


def token_in(environ: Environ, server: Guard | None = None) -> AccessToken | None:
    """
    Return the verified token of a request, or None where the middleware has not put one there.

    Args:
        environ: The request's environ.
        server: Accept only what this very server has verified.
    """
    token = environ.get(ENVIRON_KEY)
    if server is not None and environ.get(VERIFIED_BY) is not server:
        return None
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
    # PEP 3333: bytes in latin-1; what they mean is UTF-8.
    return str(environ.get("PATH_INFO") or "/").encode("latin-1", "replace").decode("utf-8", "replace")


def _send(answer: Answer, environ: Environ, start_response: StartResponse, *, replace: bool = False) -> Iterable[bytes]:
    status = f"{answer.status} {HTTPStatus(answer.status).phrase}"
    headers = [(name.title(), value) for name, value in answer.headers]
    # PEP 3333: with exc_info an application may take back what it has said, until the first piece is sent.
    start_response(status, headers, *([sys.exc_info()] if replace else []))
    return [b""] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]
