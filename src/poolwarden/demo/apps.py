"""The two applications of the demo, guarded as any application would be."""

from typing import Any

from fastapi import FastAPI, Request
from flask import Flask, request

from poolwarden.asgi import BearerMiddleware as AsgiBearer
from poolwarden.demo.cognito import Cognito
from poolwarden.guard.server import Guard
from poolwarden.wsgi import BearerMiddleware as WsgiBearer

REFRESH_PATH = "/session/refresh"
"""Where old front ends refresh through the shop instead of at Cognito; nobody has a valid token there."""


def make_shop(server: Guard, cognito: Cognito) -> FastAPI:
    """
    Return the shop, a FastAPI application behind the ASGI middleware.

    Args:
        server: The server that decides about requests.
        cognito: What its refresh endpoint calls.
    """
    shop = FastAPI(title="shop", openapi_url=None)

    @shop.get("/orders")
    async def orders() -> dict[str, Any]:
        return {"orders": [17, 42]}

    @shop.get("/orders/{number}")
    async def order(number: int) -> dict[str, Any]:
        return {"order": number, "state": "packed"}

    @shop.post(REFRESH_PATH)
    async def refresh(asked: Request) -> dict[str, str]:
        form = await asked.json()
        # What Cognito refuses leaves the application as botocore's exception; the middleware answers for it.
        return {"access_token": cognito.refresh(form["client_id"], form["refresh_token"]).access_token}

    shop.add_middleware(AsgiBearer, server=server, exempt=["/healthz", REFRESH_PATH])
    return shop


def make_office(server: Guard, cognito: Cognito) -> Flask:
    """
    Return the office, a Flask application behind the WSGI middleware.

    Args:
        server: The server that decides about requests.
        cognito: What its sign-out calls.
    """
    office = Flask("office")

    @office.get("/reports")
    def reports() -> dict[str, Any]:
        return {"reports": ["march"]}

    @office.get("/profile")
    def profile() -> dict[str, Any]:
        return {"language": "en"}

    @office.post("/sign-out-everywhere")
    def sign_out_everywhere() -> dict[str, Any]:
        cognito.sign_out_everywhere(request.headers["Authorization"].removeprefix("Bearer "))
        return {"signed_out": True}

    office.wsgi_app = WsgiBearer(office.wsgi_app, server, exempt=["/healthz"])  # type: ignore[method-assign]
    return office
