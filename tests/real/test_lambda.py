"""Functions of AWS Lambda behind each of its front doors, with the adapters that bring events to ASGI and WSGI."""

import asyncio
import base64
import json
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Annotated, Any

import pytest
from apig_wsgi import make_lambda_handler
from fastapi import FastAPI, Security
from flask import Flask
from mangum import Mangum
from standins import PASSWORD

from poolwarden import AccessToken, ResourceServer, UserPool
from poolwarden import asgi as edge_asgi
from poolwarden import fastapi as edge_fastapi
from poolwarden import flask as edge_flask
from poolwarden import wsgi as edge_wsgi
from poolwarden.guard.keys import KeyPolicy
from poolwarden.localpool import LocalPool
from poolwarden.localpool.http import serve

Event = dict[str, Any]
Headers = dict[str, list[str]]
Handler = Callable[[Event, Any], dict[str, Any]]


def rest(headers: Headers, path: str) -> Event:
    """Write an event of API Gateway's REST API (payload 1.0)."""
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": "GET",
        "headers": {name: values[-1] for name, values in headers.items()} or None,
        "multiValueHeaders": headers or None,
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "requestContext": {"stage": "prod", "path": f"/prod{path}", "identity": {"sourceIp": "203.0.113.7"}},
        "body": None,
        "isBase64Encoded": False,
    }


def http(headers: Headers, path: str) -> Event:
    """Write an event of API Gateway's HTTP API, or of a function's URL (payload 2.0)."""
    return {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {name.lower(): ",".join(values) for name, values in headers.items()},
        "requestContext": {
            "http": {"method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7"},
            "stage": "$default",
        },
        "isBase64Encoded": False,
    }


def balancer(headers: Headers, path: str) -> Event:
    """Write an event of an Application Load Balancer that sends headers of several values."""
    return {
        "requestContext": {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:::targetgroup/shop"}},
        "httpMethod": "GET",
        "path": path,
        "multiValueHeaders": {name.lower(): values for name, values in headers.items()},
        "multiValueQueryStringParameters": {},
        "body": "",
        "isBase64Encoded": False,
    }


@pytest.fixture(autouse=True)
def loop() -> Iterator[None]:
    """Bring the event loop that Mangum would make, and leave open."""
    made = asyncio.new_event_loop()
    asyncio.set_event_loop(made)
    yield
    made.run_until_complete(made.shutdown_asyncgens())
    asyncio.set_event_loop(None)
    made.close()


def by_mangum(server: ResourceServer, lifespan: Any) -> Handler:
    """Serve FastAPI."""
    app, auth = FastAPI(), edge_fastapi.Bearer(server)

    @app.get("/me")
    async def me(token: Annotated[AccessToken, Security(auth)]) -> dict[str, str]:
        return {"client": token.client}

    app.add_middleware(edge_asgi.BearerMiddleware, server=server)
    handler: Handler = Mangum(app, lifespan=lifespan)
    return handler


def by_apig_wsgi(server: ResourceServer) -> Handler:
    """Serve Flask."""
    app = Flask("function")

    @app.get("/me")
    def me() -> dict[str, str]:
        return {"client": edge_flask.current_access_token.client}

    handler: Handler = make_lambda_handler(edge_wsgi.BearerMiddleware(app.wsgi_app, server))
    return handler


HANDLERS: dict[str, Callable[[ResourceServer], Handler]] = {
    "Mangum": lambda server: by_mangum(server, "auto"),
    "Mangum without lifespan": lambda server: by_mangum(server, "off"),
    "apig-wsgi": by_apig_wsgi,
}


@pytest.mark.parametrize("event", [rest, http, balancer])
@pytest.mark.parametrize("name", HANDLERS)
def test_function(
    name: str, event: Callable[[Headers, str], Event], rings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A function keeps to the rules, and refuses a key that was removed while it was frozen."""
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "shop")
    pool, passed = LocalPool("eu-west-1_Function"), [0.0]
    pool.create_user("ada", PASSWORD)
    web, other = (pool.create_client(client).client_id for client in ("web", "other"))
    with serve(pool) as url:
        keys = f"{url}/{pool.pool_id}/.well-known/jwks.json"
        server = ResourceServer(
            UserPool(pool.pool_id, client_ids={"web": web}, jwks_url=keys),
            monotonic=lambda: passed[0],
            key_policy=KeyPolicy(cooldown_s=0.2),
        )
        handler = HANDLERS[name](server)

        def ask(*values: str) -> tuple[int, str]:
            headers = {"Host": ["api.example.com"]} | ({"Authorization": list(values)} if values else {})
            answer = handler(event(headers, "/me"), SimpleNamespace(aws_request_id="1"))
            body = base64.b64decode(answer["body"]) if answer["isBase64Encoded"] else answer["body"]
            told = json.loads(body)
            return answer["statusCode"], told.get("cause") or told["client"]

        tokens = pool.sign_in(web, "ada", PASSWORD)
        good = f"Bearer {tokens.access_token}"
        assert [ask(good) for _ in range(3)] == [(200, "web")] * 3
        assert ask() == (401, "credentials_missing")
        assert ask(good, good) == (400, "credentials_malformed")
        assert ask(f"Bearer {tokens.id_token}") == (401, "token_use_mismatch")
        assert ask(f"Bearer {pool.sign_in(other, 'ada', PASSWORD).access_token}") == (401, "client_mismatch")
        pool.rotate_keys(keep_old=False)
        passed[0] += 3000
        new = f"Bearer {pool.sign_in(web, 'ada', PASSWORD).access_token}"
        ask(good)  # finds the keys due, and waits for their renewal
        assert ask(good) == (401, "key_unknown")
        assert ask(new) == (200, "web")
