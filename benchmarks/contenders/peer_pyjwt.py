# ruff: noqa: PLC0415 (FastAPI is loaded only where it is measured)
"""PyJWT: with the key at hand, with its JWK Set client, and in a FastAPI dependency as FastAPI's own guide shows."""

from collections.abc import Callable
from typing import Annotated, Any

import jwt

from benchmarks.contenders.apps import asgi_subject, bare_subjects, fastapi_app
from benchmarks.subject import Subject, World, token_in

PACKAGES = ("pyjwt", "cryptography")


def subjects(world: World, _variant: str) -> dict[str, Subject]:
    """Return both ways to a key, and the dependency."""
    key = jwt.PyJWK(world.signing_key()).key
    client = jwt.PyJWKClient(world.jwks_url, cache_keys=True)
    check = _checked(world)

    def with_client(token: str) -> dict[str, Any]:
        return check(token, client.get_signing_key_from_jwt(token).key)

    return {
        "decode": Subject(lambda token: check(token, key), token_in),
        "client": Subject(with_client, token_in),
        "dependency": asgi_subject(served(world, "dependency")),
        **bare_subjects("fastapi"),
    }


def served(world: World, _kind: str) -> Any:
    """Return an application for a server in its own process."""
    from fastapi import Depends, HTTPException
    from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

    client = jwt.PyJWKClient(world.jwks_url, cache_keys=True)
    check = _checked(world)
    bearer = HTTPBearer()

    def verified(credentials: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]) -> dict[str, Any]:
        token = credentials.credentials
        try:
            return check(token, client.get_signing_key_from_jwt(token).key)
        except jwt.PyJWTError as error:
            raise HTTPException(401) from error

    return fastapi_app(Depends(verified))


def _checked(world: World) -> Callable[[str, Any], dict[str, Any]]:
    options: Any = {"require": ["exp", "iat", "iss", "sub"], "verify_aud": False}

    def check(token: str, key: Any) -> dict[str, Any]:
        claims = jwt.decode(token, key, algorithms=["RS256"], issuer=world.issuer, options=options)
        if claims.get("token_use") != "access" or claims.get("client_id") != world.client_id:
            raise jwt.InvalidTokenError
        return claims

    return check
