"""fastapi-cognito, by its dependency."""

from typing import Any

from fastapi import Depends
from fastapi_cognito import CognitoAuth, CognitoSettings
from starlette.requests import HTTPConnection

from benchmarks.contenders.apps import asgi_subject, bare_subjects, fastapi_app
from benchmarks.subject import Subject, World

PACKAGES = ("fastapi-cognito", "joserfc", "fastapi")


def subjects(world: World, _variant: str) -> dict[str, Subject]:
    """Return the dependency called by itself, and within an application."""
    return {
        "verify": Subject(_auth(world).auth_required, _connection),
        "dependency": asgi_subject(served(world, "dependency")),
        **bare_subjects("fastapi"),
    }


def served(world: World, _kind: str) -> Any:
    """Return an application for a server in its own process."""
    return fastapi_app(Depends(_auth(world).auth_required))


def _auth(world: World) -> CognitoAuth:
    pool = {
        "region": world.region,
        "userpool_id": world.pool_id,
        "app_client_id": world.client_id,
        "jwks_url": world.jwks_url,
    }
    return CognitoAuth(
        settings=CognitoSettings(
            check_expiration=True,
            jwt_header_name="Authorization",
            jwt_header_prefix="Bearer",
            userpools={"main": pool},
        )
    )


def _connection(header: str) -> HTTPConnection:
    return HTTPConnection({"type": "http", "headers": [(b"authorization", header.encode())]})
