"""fastapi-cloudauth, by its dependency."""

from types import SimpleNamespace
from typing import Any

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials
from fastapi_cloudauth import verification
from fastapi_cloudauth.cognito import Cognito

from benchmarks.contenders.apps import asgi_subject, bare_subjects, fastapi_app
from benchmarks.subject import Subject, World, token_in

PACKAGES = ("fastapi-cloudauth", "python-jose", "fastapi")


def subjects(world: World, _variant: str) -> dict[str, Subject]:
    """Return the dependency called by itself, and within an application."""
    return {
        "verify": Subject(
            _auth(world).__call__,
            lambda header: HTTPAuthorizationCredentials(scheme="Bearer", credentials=token_in(header)),
        ),
        "dependency": asgi_subject(served(world, "dependency")),
        **bare_subjects("fastapi"),
    }


def served(world: World, _kind: str) -> Any:
    """Return an application for a server in its own process."""
    return fastapi_app(Depends(_auth(world)))


def _auth(world: World) -> Cognito:
    # Its address is fixed; its keys are fetched once, when it is made.
    verification.requests = SimpleNamespace(get=lambda _url: SimpleNamespace(json=world.key_set))
    return Cognito(region=world.region, userPoolId=world.pool_id, client_id=world.client_id)
