"""Authlib: its bearer token validator, and Flask's resource protector around it."""

from typing import Any

from authlib.integrations.flask_oauth2 import ResourceProtector
from authlib.oauth2.rfc7523 import JWTBearerTokenValidator

from benchmarks.contenders.apps import bare_subjects, flask_app, wsgi_subject
from benchmarks.subject import Subject, World, token_in

PACKAGES = ("authlib", "joserfc", "flask")


def subjects(world: World, _variant: str) -> dict[str, Subject]:
    """Return the validator and the decorator."""
    return {
        "verify": Subject(_validator(world).authenticate_token, token_in),
        "decorator": wsgi_subject(served(world, "decorator")),
        **bare_subjects("flask"),
    }


def served(world: World, _kind: str) -> Any:
    """Return an application for a server in its own process."""
    protector = ResourceProtector()
    protector.register_token_validator(_validator(world))
    return flask_app(protector())


def _validator(world: World) -> JWTBearerTokenValidator:
    validator = JWTBearerTokenValidator(world.key_set(), issuer=world.issuer)
    validator.claims_options = {
        "exp": {"essential": True},
        "iss": {"essential": True, "value": world.issuer},
        "token_use": {"essential": True, "value": "access"},
        "client_id": {"essential": True, "value": world.client_id},
    }
    return validator
