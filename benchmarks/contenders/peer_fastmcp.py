"""fastmcp: its Cognito verifier, and the bearer middleware of the MCP SDK that runs it."""

from typing import Any

from fastmcp.server.auth.providers.aws import AWSCognitoTokenVerifier
from mcp.server.auth.middleware.bearer_auth import BearerAuthBackend, RequireAuthMiddleware
from starlette.middleware.authentication import AuthenticationMiddleware

from benchmarks.contenders.apps import asgi_subject, bare_subjects, fastapi_app, starlette_app
from benchmarks.subject import Subject, World, token_in

PACKAGES = ("fastmcp", "mcp", "joserfc", "starlette")


def subjects(world: World, _variant: str) -> dict[str, Subject]:
    """Return the verifier by itself, and the middleware around applications."""
    return {
        "verify": Subject(_verifier(world).verify_token, token_in),
        "asgi": asgi_subject(_guarded(starlette_app(), world)),
        **bare_subjects("starlette"),
    }


def served(world: World, _kind: str) -> Any:
    """Return an application for a server in its own process."""
    return _guarded(fastapi_app(), world)


def _guarded(app: Any, world: World) -> Any:
    return AuthenticationMiddleware(RequireAuthMiddleware(app, []), backend=BearerAuthBackend(_verifier(world)))


def _verifier(world: World) -> AWSCognitoTokenVerifier:
    return AWSCognitoTokenVerifier(jwks_uri=world.jwks_url, issuer=world.issuer, audience=world.client_id)
