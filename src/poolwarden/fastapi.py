"""
Guard FastAPI routes by a dependency.

::

    auth = poolwarden.fastapi.Bearer(server)

    @app.get("/orders")
    async def orders(token: Annotated[AccessToken, Security(auth, scopes=["orders/read"])]): ...
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from starlette.requests import HTTPConnection
from starlette.websockets import WebSocketState

from poolwarden.edge.connection import VERIFIED, authorization_in, facts_in, header_of
from poolwarden.edge.credentials import absent
from poolwarden.edge.extras import brought_by
from poolwarden.edge.resource import Metadata, ProtectedResource
from poolwarden.edge.send import SESSION_ENDS, Scope
from poolwarden.edge.switch import switch
from poolwarden.edge.verified import Verified, found_by, pass_unasked
from poolwarden.edge.websocket import CLOSE_UNAUTHORIZED, refuse_websocket
from poolwarden.errors import BearerError, ConfigurationError
from poolwarden.guard.access_token import AccessToken
from poolwarden.guard.challenge import Answer, answer_to, problem_of
from poolwarden.guard.pool import is_safe
from poolwarden.guard.requirement import Requirement
from poolwarden.guard.server import Guard
from poolwarden.telling import RequestFacts

with brought_by("poolwarden[fastapi]"):
    from fastapi import APIRouter, Request, Response, WebSocket
    from fastapi.exceptions import HTTPException, WebSocketException
    from fastapi.openapi.models import HTTPBearer, OAuth2, OAuthFlowAuthorizationCode, OAuthFlows
    from fastapi.security import SecurityScopes
    from fastapi.security.base import SecurityBase

__all__ = ["Bearer", "ProtectedResource", "Refused", "RefusedWebSocket"]

_LETTERS = 2
_HANDLERS = "starlette.exception_handlers"


class Refused(HTTPException):
    """
    A request was refused; answered as ``application/problem+json`` with the challenge.

    Attributes:
        error: The refusal, with its cause.
    """

    def __init__(self, error: BearerError, resource_metadata: str | None) -> None:
        self.answer: Answer = answer_to(error, resource_metadata)
        headers = {name: value for name, value in self.answer.headers if name != "content-length"}
        super().__init__(self.answer.status, detail=problem_of(error), headers=headers)
        self.error = error


class RefusedWebSocket(WebSocketException):
    """
    A WebSocket was refused: before it is accepted with the whole answer where the server can send one, else by closing.

    Attributes:
        error: The refusal, with its cause.
    """

    def __init__(self, error: BearerError, resource_metadata: str | None) -> None:
        super().__init__(CLOSE_UNAUTHORIZED, str(error.cause))
        self.answer: Answer = answer_to(error, resource_metadata)
        self.error = error


class Bearer(SecurityBase):
    """
    A dependency that gives the verified access token, or refuses the request.

    Where the middleware of :mod:`poolwarden.asgi` with the same server has
    authenticated the request already, its token is used. A WebSocket is refused
    before it is accepted.

    Args:
        server: The server that decides about requests.
        scopes: Scopes that every use needs, besides those of ``Security(…, scopes=[…])``.
        any_scope: Scopes of which one is needed.
        groups: Groups that the user must be in, all of them.
        any_group: Groups of which the user must be in at least one.
        optional: Give None for a request without bearer credentials; a bad token is refused all the same.
        domain: The pool's domain, such as ``https://shop.auth.eu-west-1.amazoncognito.com``:
            Swagger's Authorize button then signs in there (authorization code with PKCE).
        described: What the scopes mean, by scope, for Swagger.
        scheme_name: The scheme's name in the OpenAPI document.
        resource: Name this resource's metadata (RFC 9728) in challenges; :meth:`metadata` serves it.
        session_ends: Whether answers carry ``Poolwarden-Session-Ends``. FastAPI adds a dependency's headers to
            data that a route returns, but not to a ``Response``: for such routes use the middleware's setting.

    Raises:
        ConfigurationError: A setting is not of the type that it has to be.
    """

    def __init__(  # noqa: PLR0913 (each is a setting of its own, all but the first with a default)
        self,
        server: Guard,
        *,
        scopes: Iterable[str] = (),
        any_scope: Iterable[str] = (),
        groups: Iterable[str] = (),
        any_group: Iterable[str] = (),
        optional: bool = False,
        domain: str | None = None,
        described: Mapping[str, str] | None = None,
        scheme_name: str = "Cognito",
        resource: ProtectedResource | None = None,
        session_ends: bool = False,
    ) -> None:
        self.server = server
        self.scheme_name = _named(scheme_name)
        self.model: OAuth2 | HTTPBearer = _scheme(domain, described or {})
        self._own = Requirement(scopes=scopes, any_scope=any_scope, groups=groups, any_group=any_group)
        # By the scopes of Security(…, scopes=[…]), made once for each combination that routes name.
        self._needs: dict[tuple[str, ...], Requirement] = {(): self._own}
        self._optional = switch("optional", optional)
        self._metadata = Metadata(resource, server)
        self._session_ends = switch("session_ends", session_ends)

    async def __call__(
        self,
        connection: HTTPConnection,
        security_scopes: SecurityScopes,
        response: Response = None,  # type: ignore[assignment]  # FastAPI gives one always, and knows it by this type
    ) -> AccessToken | None:
        """Return the verified token; None only where ``optional`` and the request has no credentials."""
        scope = connection.scope
        values = authorization_in(scope)
        found = found_by(self.server, scope.get(VERIFIED), values)
        token = None if found is None else found.token
        try:
            needs = self._needing(tuple(security_scopes.scopes))
            if token is not None:
                self.server.authorize(token, needs, lambda: _facts(scope))
            elif found is None or not self._optional:
                token = self.server.recall(values[0], needs) if len(values) == 1 else None
                if token is None:
                    token = await self._decided(values, scope, needs)
                # A route may ask several times, for several scopes; the request counts once.
                scope[VERIFIED] = Verified(self.server, token, values)
        except BearerError as error:
            raise self._refused(error, scope) from None
        ends_at = token.session_ends_at if self._session_ends and token is not None else None
        if ends_at is not None and response is not None:
            response.headers[SESSION_ENDS] = str(ends_at)
        return token

    def metadata(self) -> APIRouter:
        """
        Return a router that serves the resource's metadata, for ``app.include_router`` at the application's root.

        Raises:
            ConfigurationError: The dependency was made without a ``resource``.
        """
        answer, path = self._metadata.answer, self._metadata.path
        if answer is None or path is None:
            raise ConfigurationError(
                "resource", "is not given.", "Write Bearer(server, resource=ProtectedResource(…))."
            )
        router = APIRouter()

        @router.get(path, include_in_schema=False)
        async def document() -> Response:
            return Response(answer.body, answer.status, dict(answer.headers))

        return router

    @staticmethod
    def swagger_ui_init_oauth(client_id: str, scopes: Iterable[str] = ("openid",)) -> dict[str, Any]:
        """
        Return what ``FastAPI(swagger_ui_init_oauth=…)`` needs for Swagger's Authorize button.

        Args:
            client_id: An app client without a secret, with ``/docs/oauth2-redirect`` among its callback URLs.
            scopes: The scopes that are ticked at first.
        """
        return {
            "clientId": client_id,
            "scopes": " ".join(scopes),
            "usePkceWithAuthorizationCodeGrant": True,
        }

    async def _decided(self, values: list[bytes], scope: Scope, needs: Requirement) -> AccessToken | None:
        if self._optional and absent(values):
            pass_unasked(self.server, scope)
            return None
        return await self.server.aauthenticate(header_of(values), lambda: _facts(scope), needs)

    def _needing(self, scopes: tuple[str, ...]) -> Requirement:
        needs = self._needs.get(scopes)
        if needs is None:
            # A text in place of a list gives one scope for each of its characters; no route needs three such scopes.
            if [len(scope) for scope in scopes].count(1) > _LETTERS:
                raise ConfigurationError(
                    "scopes", "is a text where a list belongs.", 'Write Security(auth, scopes=["orders/read"]).'
                )
            needs = self._needs[scopes] = replace(self._own, scopes=(*self._own.scopes, *scopes))
        return needs

    def _refused(self, error: BearerError, scope: Scope) -> Exception:
        websocket = scope["type"] == "websocket"
        kind = RefusedWebSocket if websocket else Refused
        # Starlette keeps exception handlers here, anew for each request. Without ours, its default handler would
        # answer with the same status and headers, but with the problem under "detail".
        handlers = scope.get(_HANDLERS)
        if handlers:
            handlers[0].setdefault(kind, _close_refused if websocket else _answer_refused)
        return kind(error, self._metadata.url)


async def _answer_refused(_: Request, refused: Refused) -> Response:
    answer = refused.answer
    return Response(answer.body, answer.status, dict(answer.headers))


async def _close_refused(websocket: WebSocket, refused: RefusedWebSocket) -> None:
    if websocket.application_state is WebSocketState.CONNECTING:
        await refuse_websocket(refused.answer, websocket.scope, websocket.send)
    else:
        await websocket.close(refused.code, refused.reason)


def _facts(scope: Scope) -> RequestFacts:
    return facts_in(scope, getattr(scope.get("route"), "path", None))


def _named(name: object) -> str:
    # FastAPI takes anything, and fails when the OpenAPI document is asked for.
    if not isinstance(name, str) or not name.strip():
        raise ConfigurationError("scheme_name", "is no name.", 'Write a text such as "Cognito".')
    return name


def _scheme(domain: str | None, described: Mapping[str, str]) -> OAuth2 | HTTPBearer:
    if not isinstance(described, Mapping):
        raise ConfigurationError("described", "is no mapping.", 'Write {"orders/read": "Read orders"}.')
    if domain is None:
        return HTTPBearer(bearerFormat="JWT", description="An access token of the user pool.")
    if not is_safe(domain):
        raise ConfigurationError("domain", "is no https address.", "Write https://<domain>, as the console shows it.")
    base = domain.rstrip("/")
    flow = OAuthFlowAuthorizationCode(
        authorizationUrl=f"{base}/oauth2/authorize", tokenUrl=f"{base}/oauth2/token", scopes=dict(described)
    )
    return OAuth2(flows=OAuthFlows(authorizationCode=flow), description="Sign in at the user pool.")
