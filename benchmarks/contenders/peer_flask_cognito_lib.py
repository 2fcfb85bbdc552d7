"""flask-cognito-lib: its token service by itself, which keeps its keys, and its decorator, which fetches each time."""

from types import SimpleNamespace
from typing import Any

from flask_cognito_lib import CognitoAuth
from flask_cognito_lib.config import Config
from flask_cognito_lib.decorators import auth_required
from flask_cognito_lib.services.token_svc import TokenService

from benchmarks.contenders.apps import bare_subjects, flask_app, wsgi_subject
from benchmarks.subject import Subject, World, token_in

PACKAGES = ("flask-cognito-lib", "pyjwt", "flask")
COOKIE = Config.COOKIE_NAME


def subjects(world: World, _variant: str) -> dict[str, Subject]:
    """Return the service's check by itself, and the decorator within an application."""
    settings: Any = SimpleNamespace(
        jwk_endpoint=world.jwks_url, secret_key=b"secret", user_pool_client_id=world.client_id, issuer=world.issuer
    )
    return {
        "verify": Subject(TokenService(settings).verify_access_token, token_in),
        "decorator": wsgi_subject(served(world, "decorator"), cookie=COOKIE),
        **bare_subjects("flask"),
    }


def served(world: World, _kind: str) -> Any:
    """Return an application for a server in its own process."""

    class Local(Config):
        jwk_endpoint = world.jwks_url

    app = flask_app(auth_required())
    app.config.update(
        SECRET_KEY="secret",
        AWS_REGION=world.region,
        AWS_COGNITO_USER_POOL_ID=world.pool_id,
        AWS_COGNITO_USER_POOL_CLIENT_ID=world.client_id,
    )
    CognitoAuth(app, cfg=Local())
    return app
