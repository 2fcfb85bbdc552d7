"""Flask-Cognito (over cognitojwt and python-jose), by its decorator."""

import os
from typing import Any

from flask_cognito import CognitoAuth, cognito_auth_required

from benchmarks.contenders.apps import bare_subjects, flask_app, wsgi_subject
from benchmarks.subject import Subject, World, token_in

PACKAGES = ("flask-cognito", "cognitojwt", "python-jose", "flask")


def subjects(world: World, _variant: str) -> dict[str, Subject]:
    """Return decoding by itself, and the decorator within an application."""
    app = served(world, "decorator")
    return {
        "verify": Subject(app.extensions["cognito_auth"].decode_token, token_in),
        "decorator": wsgi_subject(app),
        **bare_subjects("flask"),
    }


def served(world: World, _kind: str) -> Any:
    """Return an application for a server in its own process."""
    os.environ["AWS_COGNITO_JWKS_PATH"] = world.jwks_file
    app = flask_app(cognito_auth_required)
    app.config.update(
        COGNITO_REGION=world.region, COGNITO_USERPOOL_ID=world.pool_id, COGNITO_APP_CLIENT_ID=world.client_id
    )
    CognitoAuth(app)
    return app
