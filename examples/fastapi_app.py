"""
Guard a FastAPI application: every request by the middleware, scopes by a dependency; metrics for everybody inside.

Run it against a local user pool::

    poolwarden pool serve                  # in another terminal; paste its export lines here
    uvicorn examples.fastapi_app:app

Several processes share one set of metrics::

    export PROMETHEUS_MULTIPROC_DIR=metrics
    gunicorn -c examples/gunicorn_conf.py -k asgi examples.fastapi_app:app
"""

from typing import Annotated

from fastapi import FastAPI, Security
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route

from poolwarden import AccessToken, ResourceServer
from poolwarden.asgi import BearerMiddleware
from poolwarden.fastapi import Bearer
from poolwarden.observe import exposition


def make_app(server: ResourceServer) -> FastAPI:
    """
    Return the application.

    Args:
        server: Who decides.
    """
    app = FastAPI()
    auth = Bearer(server)

    @app.get("/healthz")
    async def health() -> dict[str, bool]:
        return {"ready": server.ready()}

    @app.get("/me")
    async def me(token: Annotated[AccessToken, Security(auth)]) -> dict[str, str]:
        return {"client": token.client, "session": token.session_ref}

    @app.get("/orders")
    async def orders(_: Annotated[AccessToken, Security(auth, scopes=["orders/read"])]) -> list[int]:
        return [17, 42]

    # Where Prometheus has no token; keep the path from the outside world in the proxy.
    app.routes.append(Route("/metrics", exposition.asgi_app()))
    app.add_middleware(BearerMiddleware, server=server, exempt=["/healthz", "/metrics"])
    # CORS last, so that it runs first: a browser can then read the guard's 401.
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example.com"], allow_headers=["Authorization"])
    return app


def __getattr__(name: str) -> FastAPI:
    """Make the application when a server asks for it, from the environment."""
    if name != "app":
        raise AttributeError(name)
    return make_app(ResourceServer.from_env())
