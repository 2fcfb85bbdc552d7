"""
Guard any WSGI application: here one without a framework.

Run it against a local user pool::

    poolwarden pool serve                  # in another terminal; paste its export lines here
    gunicorn 'examples.wsgi_app:make_app()'
"""

from collections.abc import Callable, Iterable
from typing import Any

from poolwarden import ResourceServer
from poolwarden.wsgi import ENVIRON_KEY, BearerMiddleware


def hello(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Greet a session by its reference."""
    token = environ[ENVIRON_KEY]
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"hello, session {token.session_ref}\n".encode()]


def make_app(server: ResourceServer | None = None) -> BearerMiddleware:
    """
    Return the application.

    Args:
        server: Who decides; by default one made from the environment.
    """
    return BearerMiddleware(hello, server or ResourceServer.from_env())
