"""
Guard any ASGI application: here one without a framework.

Run it against a local user pool::

    poolwarden pool serve                  # in another terminal; paste its export lines here
    uvicorn --factory examples.asgi_app:make_app
"""

from poolwarden import ResourceServer
from poolwarden.asgi import BearerMiddleware
from poolwarden.edge.send import Receive, Scope, Send


async def hello(scope: Scope, _receive: Receive, send: Send) -> None:
    """Greet a session by its reference."""
    token = scope["state"]["access_token"]
    body = f"hello, session {token.session_ref}\n".encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": body})


def make_app(server: ResourceServer | None = None) -> BearerMiddleware:
    """
    Return the application.

    Args:
        server: Who decides; by default one made from the environment.
    """
    return BearerMiddleware(hello, server or ResourceServer.from_env())
