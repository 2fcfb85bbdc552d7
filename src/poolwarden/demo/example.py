"""A small API as ``examples/fastapi_app.py`` shows it, for those who have the package and not its repository."""

from typing import Annotated

from fastapi import FastAPI, Security
from starlette.middleware.cors import CORSMiddleware

from poolwarden.asgi import BearerMiddleware
from poolwarden.fastapi import Bearer
from poolwarden.guard.access_token import AccessToken
from poolwarden.guard.server import Guard

ORIGIN = "https://app.example.com"
"""The origin of its front end."""


def make_app(server: Guard) -> FastAPI:
    """
    Return the application.

    Args:
        server: The server that decides about requests.
    """
    app = FastAPI()
    auth = Bearer(server)

    @app.get("/me")
    async def me(token: Annotated[AccessToken, Security(auth)]) -> dict[str, str]:
        return {"client": token.client, "session": token.session_ref}

    app.add_middleware(BearerMiddleware, server=server)
    # CORS last, so that it runs first: a browser can then read the guard's 401.
    app.add_middleware(CORSMiddleware, allow_origins=[ORIGIN], allow_headers=["Authorization"])
    return app
