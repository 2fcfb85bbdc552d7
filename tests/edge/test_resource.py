"""A protected resource describes itself to clients (RFC 9728), to everybody and without a token."""

from typing import Any

import pytest
from fastapi import FastAPI
from flask import Flask

from edges import EDGES, Reply, call_asgi, call_wsgi
from poolwarden import fastapi as edge_fastapi
from poolwarden import flask as edge_flask
from poolwarden.edge.resource import Metadata, ProtectedResource
from poolwarden.errors import ConfigurationError
from world import ISSUER, OTHER_ISSUER, World

PATH = "/.well-known/oauth-protected-resource"
RESOURCE = ProtectedResource("https://api.example.com", scopes=["orders/read", "orders/write"], name="Orders")
DOCUMENT = {
    "resource": "https://api.example.com",
    "authorization_servers": [ISSUER, OTHER_ISSUER],
    "scopes_supported": ["orders/read", "orders/write"],
    "bearer_methods_supported": ["header"],
    "resource_name": "Orders",
}


def check(reply: Reply) -> None:
    """Hold an answer against the document that it has to be."""
    assert (reply.status, reply["content-type"]) == (200, "application/json")
    assert reply["access-control-allow-origin"] == "*"
    assert reply.json == DOCUMENT


@pytest.mark.parametrize(
    ("resource", "path", "url"),
    [
        ("https://api.example.com", PATH, "https://api.example.com" + PATH),
        ("https://api.example.com/", PATH, "https://api.example.com" + PATH),
        ("https://api.example.com:8443/mcp", PATH + "/mcp", f"https://api.example.com:8443{PATH}/mcp"),
        ("https://api.example.com/a/b/", PATH + "/a/b/", f"https://api.example.com{PATH}/a/b/"),
        ("http://127.0.0.1:8000/mcp", PATH + "/mcp", f"http://127.0.0.1:8000{PATH}/mcp"),
    ],
)
def test_address(resource: str, path: str, url: str) -> None:
    """The well-known path stands between the host and the resource's own path (RFC 9728 §3.1)."""
    made = ProtectedResource(resource)
    assert (made.path, made.metadata_url) == (path, url)


@pytest.mark.parametrize(
    "settings",
    [
        {"resource": "http://api.example.com"},
        {"resource": "api.example.com"},
        {"resource": ""},
        {"resource": "https://api.example.com/?a=b"},
        {"resource": "https://api.example.com/#a"},
        {"resource": 'https://api.example.com/"'},
        {"resource": "https://api.example.com/é"},
        {"resource": "https://api.example.com", "scopes": [1]},
        {"resource": "https://api.example.com", "authorization_servers": [""]},
        {"resource": "https://api.example.com", "scopes": 7},
        {"resource": "https://api.example.com", "scopes": "orders/read orders/write"},
        {"resource": "https://api.example.com", "name": 7},
        {"resource": "https://api.example.com", "documentation": b"https://docs.example.com"},
    ],
)
def test_wrong(settings: dict[str, Any]) -> None:
    """What may not be a resource's identifier is refused when it is made."""
    with pytest.raises(ConfigurationError):
        ProtectedResource(**settings)


@pytest.mark.parametrize("edge", EDGES)
def test_wrong_values(edge: str, world: World) -> None:
    """What is no server, and what is no resource, is refused where the edge is made, not at the first request."""
    for server, resource, field in ((None, None, "server"), (world.server(), "https://api.example.com", "resource")):
        with pytest.raises(ConfigurationError, match=f"^{field}: "):
            EDGES[edge][0](server, resource=resource)


def test_document(world: World) -> None:
    """Each pool's first issuer is named unless others are given; members without a value are left out."""
    server = world.server()
    assert RESOURCE.document(server) == DOCUMENT
    other = ProtectedResource("https://api.example.com", authorization_servers="https://idp.example", scopes="a")
    assert other.document(server) == {
        "resource": "https://api.example.com",
        "authorization_servers": ["https://idp.example"],
        "scopes_supported": ["a"],
        "bearer_methods_supported": ["header"],
    }


def test_none(world: World) -> None:
    """Without a resource nothing is served."""
    metadata = Metadata(None, world.server())
    assert metadata.asked("GET", PATH) is None
    assert metadata.url is None


@pytest.mark.parametrize("edge", ["asgi", "wsgi"])
def test_middleware(edge: str, world: World) -> None:
    """The middleware serves the document by GET and HEAD; all else at its path needs a token."""
    mount, call = EDGES[edge]
    app = mount(world.server(), resource=RESOURCE)
    check(call(app, path=PATH))
    head = call(app, path=PATH, method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert call(app, path=PATH, method="POST").status == 401
    assert call(app, path=PATH + "/", method="GET").status == 401
    assert call(mount(world.server()), path=PATH).status == 401


def test_mounted(world: World) -> None:
    """Where the application is mounted, the document is found at the host's root and at the mount's."""
    resource = ProtectedResource("https://api.example.com/api")
    app = EDGES["asgi"][0](world.server(), resource=resource)
    assert call_asgi(app, path=PATH + "/api").status == 200
    assert call_asgi(app, path="/api" + PATH + "/api", root_path="/api").status == 200
    app = EDGES["wsgi"][0](world.server(), resource=resource)
    assert call_wsgi(app, path=PATH + "/api").status == 200
    assert call_wsgi(app, path="/api", SCRIPT_NAME=PATH).status == 200


@pytest.mark.parametrize("edge", EDGES)
def test_challenge(edge: str, world: World) -> None:
    """Every challenge names the document (RFC 9728 §5.1)."""
    mount, call = EDGES[edge]
    challenge = f'Bearer resource_metadata="https://api.example.com{PATH}"'
    assert call(mount(world.server(), resource=RESOURCE))["www-authenticate"] == challenge


def test_fastapi(world: World) -> None:
    """A router serves the document, and is not in the OpenAPI document."""
    app = FastAPI()
    app.include_router(edge_fastapi.Bearer(world.server(), resource=RESOURCE).metadata())
    check(call_asgi(app, path=PATH))
    assert app.openapi()["paths"] == {}
    with pytest.raises(ConfigurationError, match=r"^resource:"):
        edge_fastapi.Bearer(world.server()).metadata()


@pytest.mark.parametrize("protect", [False, True])
def test_flask(protect: bool, world: World) -> None:
    """``init_app`` serves the document, also where every view is guarded."""
    app = Flask("resource")
    edge_flask.Bearer(world.server(), resource=RESOURCE).init_app(app, protect=protect)
    check(call_wsgi(app, path=PATH))
    assert call_wsgi(app, path=PATH, method="HEAD").body == b""
