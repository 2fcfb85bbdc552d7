"""
Verify tokens for a server of the MCP Python SDK.

::

    verifier = poolwarden.mcp.TokenVerifier(server, resource="https://mcp.example.com/mcp")
    mcp = MCPServer("orders", token_verifier=verifier, auth=AuthSettings(…))
    app = mcp.streamable_http_app()
    app.add_middleware(poolwarden.mcp.OutageMiddleware)

The SDK asks the verifier whether a token is good, and answers by itself. It
knows "yes" and "no" only: the middleware answers 503 where neither is known,
so that an outage of the key server logs nobody out. Of several Authorization
headers it reads the first. :class:`poolwarden.asgi.BearerMiddleware` with the
same server, in place of that middleware, answers all three itself, with causes.
"""

from collections.abc import Iterable

from poolwarden.edge.extras import brought_by
from poolwarden.edge.resource import guarding
from poolwarden.edge.send import App, Receive, Scope, Send, send_answer
from poolwarden.errors import BearerError, ConfigurationError, Unavailable
from poolwarden.guard.access_token import AccessToken
from poolwarden.guard.challenge import answer_to
from poolwarden.guard.requirement import Requirement
from poolwarden.guard.server import Guard

with brought_by("poolwarden[mcp]"):
    from mcp.server.auth.provider import AccessToken as SdkToken

__all__ = ["OutageMiddleware", "TokenVerifier"]


class TokenVerifier:
    """
    A ``mcp.server.auth.provider.TokenVerifier`` that asks a server.

    Args:
        server: The server that decides about requests.
        resource: The MCP server's address (``AuthSettings.resource_server_url``). Of a token whose
            ``aud`` is a list, this entry is reported as its resource (RFC 8707).
        groups: Groups that the user must be in, all of them; scopes are the SDK's to check.
        any_group: Groups of which the user must be in at least one.

    Raises:
        ConfigurationError: A setting is not of the type that it has to be.
    """

    def __init__(
        self,
        server: Guard,
        *,
        resource: str | None = None,
        groups: Iterable[str] = (),
        any_group: Iterable[str] = (),
    ) -> None:
        self.server: Guard = guarding(server)
        if not isinstance(resource, str | None):
            raise ConfigurationError("resource", "is no address.", "Give AuthSettings.resource_server_url as a text.")
        self._resource = resource
        self._require = Requirement(groups=groups, any_group=any_group)

    async def verify_token(self, token: str) -> SdkToken | None:
        """
        Return what the SDK wants to know of a good token, or None where it is refused.

        Args:
            token: The token, as the SDK took it out of the Authorization header.

        Raises:
            Unavailable: Nothing can be decided: no keys, or the revocation check does not answer.
        """
        try:
            verified = await self.server.aauthenticate(f"Bearer {token}", require=self._require)
        except Unavailable:
            raise
        except BearerError:
            return None
        return SdkToken(
            token=token,
            client_id=verified.client_id,
            scopes=verified.scope.split(),
            expires_at=int(verified.exp),
            resource=self._resource_of(verified),
            subject=verified.sub,
            claims=verified.claims,
        )

    def _resource_of(self, token: AccessToken) -> str | None:
        audience = token.claims.get("aud")
        named = [audience] if isinstance(audience, str) else audience if isinstance(audience, list) else []
        texts = [name for name in named if isinstance(name, str)]
        return self._resource if self._resource in texts else next(iter(texts), None)


class OutageMiddleware:
    """
    Answer 503 with Retry-After where the verifier could not decide.

    Args:
        app: The application.
    """

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass every request on."""
        try:
            await self.app(scope, receive, send)
        except Unavailable as error:
            if scope["type"] != "http":
                raise
            # It is raised before the SDK's application is asked, so nothing was sent yet.
            await send_answer(answer_to(error), send, bodiless=scope["method"] == "HEAD")
