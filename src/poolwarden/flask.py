"""
Guard Flask views by a decorator, a blueprint or the whole application.

::

    auth = poolwarden.flask.Bearer(server)

    @app.get("/orders")
    @auth.required(scopes=["orders/read"], groups=["admin"])
    def orders():
        return {"user": current_access_token.sub}
"""

from collections.abc import Callable, Iterable
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar, cast, overload

from poolwarden.edge.cognito import answerable
from poolwarden.edge.credentials import absent
from poolwarden.edge.exempt import Exempt, Exemption
from poolwarden.edge.extras import brought_by
from poolwarden.edge.facts import facts_of
from poolwarden.edge.order import Order
from poolwarden.edge.resource import Metadata, ProtectedResource
from poolwarden.edge.send import SESSION_ENDS
from poolwarden.edge.started import tell_started
from poolwarden.edge.switch import switch
from poolwarden.edge.threads import for_threads
from poolwarden.edge.verified import Verified, pass_unasked
from poolwarden.errors import BearerError, ConfigurationError
from poolwarden.guard.access_token import AccessToken
from poolwarden.guard.challenge import Answer, answer_to
from poolwarden.guard.requirement import Requirement
from poolwarden.guard.server import Guard
from poolwarden.telling import RequestFacts
from poolwarden.wsgi import ENVIRON_KEY, VERIFIED_BY, Environ, is_preflight, token_in

with brought_by("poolwarden[flask]"):
    from flask import Blueprint, Flask, Response, after_this_request, current_app, request
    from werkzeug.exceptions import HTTPException
    from werkzeug.local import LocalProxy

__all__ = ["Bearer", "ProtectedResource", "current_access_token"]

P = ParamSpec("P")
R = TypeVar("R")


def _current() -> AccessToken | None:
    token = token_in(request.environ)
    if token is None and VERIFIED_BY not in request.environ:
        raise ConfigurationError(
            "current_access_token", "is asked for in a view that is not guarded.", "Put @auth.required on the view."
        )
    return token


current_access_token: AccessToken = cast("AccessToken", LocalProxy(_current))
"""
The verified access token of the current request.

False in a view guarded with ``optional`` when the request has no credentials;
in a view that is not guarded it raises ConfigurationError.
"""


class Bearer:
    """
    Guards Flask views.

    Where the middleware of :mod:`poolwarden.wsgi` with the same server has
    authenticated the request already, its token is used.

    Args:
        server: The server that decides about requests.
        resource: Name this resource's metadata (RFC 9728) in challenges; :meth:`init_app` serves it.
        session_ends: Whether answers of guarded views carry ``Poolwarden-Session-Ends``.

    Raises:
        ConfigurationError: The server's ``OnlineList`` is for tasks.
    """

    def __init__(self, server: Guard, *, resource: ProtectedResource | None = None, session_ends: bool = False) -> None:
        self._metadata = Metadata(resource, server)
        self.server = for_threads(server)
        self._session_ends = switch("session_ends", session_ends)
        self._order = Order()

    @overload
    def required(self, view: Callable[P, R], /) -> Callable[P, R | Response]: ...
    @overload
    def required(
        self,
        /,
        *,
        scopes: Iterable[str] = (),
        any_scope: Iterable[str] = (),
        groups: Iterable[str] = (),
        any_group: Iterable[str] = (),
        optional: bool = False,
    ) -> Callable[[Callable[P, R]], Callable[P, R | Response]]: ...
    def required(self, view: Callable[P, R] | None = None, /, *, optional: bool = False, **needs: Iterable[str]) -> Any:
        """
        Guard a view, or return a decorator that does, for a view that needs a good token.

        Args:
            view: The view, where the decorator stands without parentheses.
            optional: Run the view also without bearer credentials; a bad token is refused all the same.
            needs: ``scopes`` and ``groups`` that the token must have, all of them; ``any_scope`` and ``any_group``, of
                which it must have at least one.

        Raises:
            ConfigurationError: The need is written in a way that could never be met. Where the decorator stands above
                the route, which leaves the view open, every request of an application known to :meth:`init_app` meets
                this error.
        """
        requirement = Requirement(**needs)
        switch("optional", optional)

        def decorate(view: Callable[P, R]) -> Callable[P, R | Response]:
            @wraps(view)
            def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
                refusal = self._refusal(requirement, optional=optional)
                if refusal is not None:
                    return refusal
                return cast("R", current_app.ensure_sync(view)(*args, **kwargs))

            self._order.note(view, guarded)
            return guarded

        if view is None:
            return decorate
        if not callable(view):
            raise ConfigurationError("required", "takes no names by position.", 'Write scopes=["orders/read"].')
        return decorate(view)

    def protect(self, blueprint: Blueprint, **needs: Any) -> None:
        """
        Guard every view of a blueprint; CORS preflights pass.

        Args:
            blueprint: The blueprint.
            needs: As for :meth:`required`.
        """
        blueprint.before_request(self._before(Exempt(), **needs))

    def init_app(self, app: Flask, *, exempt: Iterable[Exemption] = (), protect: bool = False, **needs: Any) -> None:
        """
        Answer Cognito's exceptions in views by 401 and 503, serve the resource's metadata, guard all views if asked.

        Args:
            app: The application.
            exempt: With ``protect``: requests that need no token.
            protect: Guard every view of the application; CORS preflights pass.
            needs: With ``protect``: as for :meth:`required`.
        """
        passing = Exempt(exempt)
        if not switch("protect", protect) and (passing or needs):
            raise ConfigurationError(
                "protect", "is off, so nothing needs a token.", "Write init_app(app, protect=True, …)."
            )
        # The guard's answers are responses like a view's, so whatever adds CORS headers adds them.
        tell_started(self.server, passing.names, cors_outside=True)
        # Flask keeps one handler of a class: the application's own, where it has one already, comes after ours.
        own = app.error_handler_spec[None][None].get(Exception)
        app.register_error_handler(Exception, partial(self._handle, own))
        app.before_request(self._order.checked(app))
        app.extensions["poolwarden"] = self
        document, path = self._metadata.answer, self._metadata.path
        if document is not None and path is not None:
            app.add_url_rule(path, "poolwarden_metadata", lambda: _response(document))
        if protect:
            app.before_request(self._before(passing, **needs))

    def _before(self, exempt: Exempt, *, optional: bool = False, **needs: Any) -> Callable[[], Response | None]:
        requirement = Requirement(**needs)
        switch("optional", optional)

        def before() -> Response | None:
            asked = self._metadata.asked(request.method, request.path)
            if asked is not None or is_preflight(request.environ) or exempt.holds(request.method, request.path):
                pass_unasked(self.server, request.environ)
                return None
            return self._refusal(requirement, optional=optional)

        return before

    def _refusal(self, requirement: Requirement, *, optional: bool) -> Response | None:
        try:
            token = self._token(request.environ, requirement, optional=optional)
        except BearerError as error:
            return self._answer(error)
        if self._session_ends and token is not None and token.session_ends_at is not None:
            after_this_request(partial(_telling, token.session_ends_at))
        return None

    def _token(self, environ: Environ, requirement: Requirement, *, optional: bool) -> AccessToken | None:
        token = token_in(environ, self.server)
        if token is not None:
            self.server.authorize(token, requirement, _facts)
            return token
        header = environ.get("HTTP_AUTHORIZATION")
        token = self.server.recall(header, requirement)
        if token is None:
            if not (optional and absent(header)):
                token = self.server.authenticate(header, _facts, requirement)
            else:
                pass_unasked(self.server, environ)
        # In the environ, which is the request's; flask.g may be shared by several requests of a test.
        environ[ENVIRON_KEY], environ[VERIFIED_BY] = token, Verified(self.server, token, header)
        return token

    def _answer(self, error: BearerError) -> Response:
        return _response(answer_to(error, self._metadata.url))

    def _handle(self, own: Callable[[Any], Any] | None, error: Exception) -> Any:
        http = isinstance(error, HTTPException)
        refusal = None if http else answerable(error, self.server, _facts, request.environ.get("HTTP_AUTHORIZATION"))
        if refusal is not None:
            return self._answer(refusal)
        if own is not None:
            return current_app.ensure_sync(own)(error)
        if http:
            return error
        raise error


class _Refusal(Response):
    """An answer of the guard's own: it may end the session, so it does not tell when that would have ended."""


def _response(answer: Answer) -> Response:
    return _Refusal(answer.body, answer.status, list(answer.headers))


def _telling(ends_at: int, response: Response) -> Response:
    if not isinstance(response, _Refusal):
        response.headers[SESSION_ENDS] = str(ends_at)
    return response


def _facts() -> RequestFacts:
    rule = request.url_rule
    return facts_of(
        request.method,
        rule.rule if rule is not None else request.path,
        request.headers.get("X-Request-ID"),
        request.headers.get("traceparent"),
    )
