"""The pool's well-known documents, and the failures a test may put in their place."""

import asyncio
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from poolwarden.localpool.core import PoolCore
from poolwarden.localpool.http_common import json_response
from poolwarden.localpool.outage import ANSWERS, KeyServer, Outage

# How often a hanging answer looks whether it may end, in seconds.
_HANG_CHECK_S: Final = 0.02


class WellKnown:
    """
    Answer the JWK Set and the OpenID configuration.

    Args:
        pool: The pool.
        server: The failure being played.
    """

    __slots__ = ("_pool", "_server")

    def __init__(self, pool: PoolCore, server: KeyServer) -> None:
        self._pool = pool
        self._server = server

    async def jwk_set(self, request: Request) -> Response:
        """
        Answer the JWK Set, unless a failure is being played.

        Args:
            request: The request.

        Returns:
            The response; while the failure is ``hang``, not before it ends or the caller leaves.
        """
        self._server.requests += 1
        while self._server.outage is Outage.HANG:
            await asyncio.sleep(_HANG_CHECK_S)
            if await request.is_disconnected():
                break
        played = ANSWERS.get(self._server.outage)
        if played is not None:
            return Response(played.body, played.status, media_type=played.content_type)
        return json_response(self._pool.jwk_set(), headers={"Cache-Control": "public, max-age=86400"})

    async def configuration(self, request: Request) -> Response:
        """
        Answer the OpenID configuration (OpenID Connect Discovery §4).

        Args:
            request: The request; the endpoints are named as it reached them.

        Returns:
            The response.
        """
        base = str(request.base_url).rstrip("/")
        return json_response(
            {
                "issuer": self._pool.issuer,
                "authorization_endpoint": f"{base}/oauth2/authorize",
                "token_endpoint": f"{base}/oauth2/token",
                "revocation_endpoint": f"{base}/oauth2/revoke",
                "userinfo_endpoint": f"{base}/oauth2/userInfo",
                "end_session_endpoint": f"{base}/logout",
                "jwks_uri": f"{base}/{self._pool.pool_id}/.well-known/jwks.json",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
                "scopes_supported": ["openid", "email", "phone", "profile"],
                "token_endpoint_auth_methods_supported": [
                    "client_secret_basic",
                    "client_secret_post",
                    "none",
                ],
            }
        )
