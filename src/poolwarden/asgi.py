"""
Guard an ASGI application: Starlette, FastAPI, Litestar, Django, anything mounted.

::

    app.add_middleware(poolwarden.asgi.BearerMiddleware, server=server, exempt=["/healthz"])

Pure ASGI: nothing is buffered, other scopes pass untouched, and a request with
a token that is known costs a few microseconds.

What ``add_middleware`` adds sits inside the framework's own answer to errors,
so that an exception of Cognito's that leaves the application can be answered
as a 401 or 503. Wrapped around the whole application from outside, the guard
comes after that answer and only tells about it. Django and Litestar let no
exception of their views out: see :mod:`poolwarden.django`, :mod:`poolwarden.litestar`.
"""

from collections.abc import Awaitable, Iterable
from typing import Any

from starlette.authentication import AuthCredentials, BaseUser, UnauthenticatedUser

from poolwarden.edge.cognito import answerable
from poolwarden.edge.connection import VERIFIED, authorization_in, facts_in, header_of, is_preflight, path_in
from poolwarden.edge.credentials import absent
from poolwarden.edge.exempt import Exempt, Exemption
from poolwarden.edge.layers import has_cors
from poolwarden.edge.resource import Metadata, ProtectedResource
from poolwarden.edge.send import SESSION_ENDS, App, Message, Receive, Scope, Send, send_answer
from poolwarden.edge.started import tell_started
from poolwarden.edge.switch import switch
from poolwarden.edge.verified import Verified, found_by, pass_unasked
from poolwarden.edge.websocket import CLOSE_UNAUTHORIZED, closing_at_exp, refuse_websocket
from poolwarden.errors import BearerError
from poolwarden.guard.access_token import AccessToken
from poolwarden.guard.challenge import Answer, answer_to
from poolwarden.guard.requirement import Requirement, required
from poolwarden.guard.server import Guard

__all__ = ["CLOSE_UNAUTHORIZED", "BearerMiddleware", "CognitoUser", "ProtectedResource"]

_GUARDED = frozenset(("http", "websocket"))
_STARTS = ("http.response.start", "websocket.accept")
_SESSION_ENDS = SESSION_ENDS.lower().encode()


class CognitoUser(BaseUser, AuthCredentials):
    """
    Starlette's ``request.user`` and ``request.auth``: one object for both, because making two would take longer.

    Attributes:
        access_token: The verified token.
    """

    def __init__(self, access_token: AccessToken) -> None:
        self.access_token: AccessToken = access_token

    @property
    def is_authenticated(self) -> bool:
        """True: a request without a good token does not come this far."""
        return True

    @property
    def display_name(self) -> str:
        """The user's name; of a machine token the client's alias."""
        return self.access_token.username or self.access_token.client

    @property
    def identity(self) -> str:
        """The user's id (``sub``)."""
        return self.access_token.sub

    @property
    def scopes(self) -> list[str]:  # type: ignore[override]
        """The token's scopes, for Starlette's ``@requires``; a new list each time."""
        return _Scopes(self.access_token.scope.split())


class _Scopes(list[str]):
    """Scopes that include ``authenticated``, by which Starlette asks whether somebody is signed in."""

    def __contains__(self, scope: object) -> bool:
        return scope == "authenticated" or super().__contains__(scope)


class BearerMiddleware:
    """
    Authenticate every request before the application sees it.

    A good token is put into the scope: Starlette's ``request.user``,
    ``request.auth`` and ``request.state.access_token``. A request that passes
    without one gets Starlette's ``UnauthenticatedUser``.

    Args:
        app: The application.
        server: The server that decides about requests.
        exempt: Requests that need no token: ``"/healthz"``, ``"/static/*"``, or a
            function of method and path; paths within the application, where it is mounted.
        optional: Let requests without bearer credentials pass, without a user; a bad
            token is refused all the same.
        require: Scopes and groups that every request needs.
        session_ends: Whether answers carry ``Poolwarden-Session-Ends``.
        close_at_exp: Whether a WebSocket is closed (code 3000) when its token expires.
        resource: Serve this resource's metadata (RFC 9728), and name it in challenges.

    Raises:
        ConfigurationError: A setting is not of the type that it has to be.
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
        close_at_exp: bool = False,
        resource: ProtectedResource | None = None,
    ) -> None:
        self.app = app
        self.server = server
        self._exempt = Exempt(exempt)
        self._optional = switch("optional", optional)
        self._require = required(require)
        self._session_ends = switch("session_ends", session_ends)
        self._close_at_exp = switch("close_at_exp", close_at_exp)
        self._metadata = Metadata(resource, server)
        self._some_pass = bool(self._exempt) or resource is not None
        self._started = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: C901, PLR0912 (as below)
        """Pass a good request on, answer any other."""
        # All in one piece: each further coroutine would cost every request of the API.
        kind = scope["type"]
        if not self._started:
            self._start()
        if kind not in _GUARDED:
            await self._pass_on(scope, receive, send)
            return
        app = self.app
        token = ends_at = None
        if not ((self._some_pass or (kind == "http" and scope["method"] == "OPTIONS")) and self._passes(scope)):
            values = authorization_in(scope)
            # Another middleware of this server may have verified and counted this request with these very credentials.
            outside = found_by(self.server, scope[VERIFIED], values) if VERIFIED in scope else None
            if outside is not None:
                token = outside.token
            elif len(values) == 1:
                token = self.server.recall(values[0], self._require)
            if token is None or (outside is not None and self._require is not None):
                try:
                    token = await self._decided(token, values, scope)
                except BearerError as error:
                    await self._refuse(error, scope, send)
                    return
            scope[VERIFIED] = Verified(self.server, token, values)
            del values  # an exception of the application passes this frame, and tools show local variables
        if token is None:
            if await self._unasked(scope, send):
                return
        else:
            scope["user"] = scope["auth"] = CognitoUser(token)
            if "state" in scope:
                scope["state"]["access_token"] = token
            else:
                scope["state"] = {"access_token": token}
            if self._close_at_exp and kind == "websocket":
                app = closing_at_exp(app, token.exp - self.server.rules.now())
            if self._session_ends:
                ends_at = token.session_ends_at
        telling = send if ends_at is None else _telling(send, ends_at)
        begun = False

        def watched(message: Message) -> Awaitable[None]:
            nonlocal begun
            begun = True
            return telling(message)

        try:
            await app(scope, receive, watched)
        except Exception as error:
            refusal = self._recognised(error, scope)
            if refusal is None or begun:
                raise
            await self._refuse(refusal, scope, send)

    async def _decided(self, token: AccessToken | None, values: list[bytes], scope: Scope) -> AccessToken | None:
        if token is not None and self._require is not None:
            self.server.authorize(token, self._require, lambda: facts_in(scope))
            return token
        if self._optional and absent(values):
            return None
        return await self.server.aauthenticate(header_of(values), lambda: facts_in(scope), self._require)

    def _recognised(self, error: Exception, scope: Scope) -> BearerError | None:
        """Return what to answer for an exception of the application, or None where it is none of Cognito's."""
        return answerable(error, self.server, lambda: facts_in(scope), authorization_in(scope))

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.app(scope, receive, send)
        finally:
            if scope["type"] == "lifespan":
                await self.server.aclose()

    def _start(self) -> None:
        self._started = True
        tell_started(self.server, self._exempt.names, cors_outside=not has_cors(self.app))
        self.server.prefetch()

    def _passes(self, scope: Scope) -> bool:
        if is_preflight(scope) or self._document(scope) is not None:
            return True
        return self._exempt.holds(scope.get("method", "GET"), path_in(scope))

    def _document(self, scope: Scope) -> Answer | None:
        if self._metadata.path is None or scope["type"] != "http":
            return None
        return self._metadata.asked(scope["method"], scope["path"], path_in(scope))

    async def _unasked(self, scope: Scope, send: Send) -> bool:
        """Count a request that passes without a token, and answer it where it asks for the resource's metadata."""
        pass_unasked(self.server, scope)
        document = self._document(scope)
        if document is not None:
            await _send(document, scope, send)
            return True
        # A user that another middleware outside has set by other means stays.
        scope.setdefault("user", UnauthenticatedUser())
        scope.setdefault("auth", AuthCredentials())
        return False

    async def _refuse(self, error: BearerError, scope: Scope, send: Send) -> None:
        await _send(answer_to(error, self._metadata.url), scope, send)


async def _send(answer: Answer, scope: Scope, send: Send) -> None:
    if scope["type"] == "websocket":
        await refuse_websocket(answer, scope, send)
    else:
        await send_answer(answer, send, bodiless=scope["method"] == "HEAD")


def _telling(send: Send, ends_at: int) -> Send:
    """Return a send that adds when the session ends to the first message of an answer."""

    def telling(message: Message) -> Awaitable[None]:
        if message["type"] in _STARTS:
            # A dependency inside may have told it too.
            kept = [header for header in message.get("headers", ()) if header[0] != _SESSION_ENDS]
            # The message is the application's, which may send the same one to others.
            message = {**message, "headers": [*kept, (_SESSION_ENDS, b"%d" % ends_at)]}
        return send(message)

    return telling
