"""A Flask application behind the middleware, with the decorator on a view."""

import os
import time
from collections.abc import Iterator
from typing import Any

import guarded
from flask import Flask, Response

from poolwarden.flask import Bearer, current_access_token
from poolwarden.wsgi import BearerMiddleware, ProtectedResource

server = guarded.made()
resource = ProtectedResource("https://api.example.com")
auth = Bearer(server, resource=resource)
app = Flask("served")
auth.init_app(app)
app.wsgi_app = BearerMiddleware(  # type: ignore[method-assign]
    app.wsgi_app, server, exempt=guarded.EXEMPT, resource=resource
)


@app.get("/healthz")
def healthz() -> Any:
    """Tell that it runs, and in which process."""
    return {"pid": os.getpid()}


@app.get("/me")
@auth.required()
def me() -> Any:
    """Tell who asks."""
    return guarded.told(current_access_token)


@app.get("/stream")
def stream() -> Response:
    """Send a first piece, and the last one when the test lets it."""

    def pieces() -> Iterator[bytes]:
        yield guarded.FIRST
        while not guarded.gate_is_open():
            time.sleep(0.01)
        yield guarded.LAST

    return Response(pieces())


@app.get("/cognito")
def cognito() -> Any:
    """Ask Cognito with a token that it refuses."""
    return guarded.cognito().get_user(AccessToken="none")
