"""Tokens are verified for the MCP Python SDK: its own types, its own application."""

import asyncio
import time
from typing import Any

import pytest
from mcp.server.auth.provider import AccessToken, TokenVerifier
from mcp.server.auth.settings import AuthSettings
from mcp.server.mcpserver import MCPServer

from edges import acall, authorization
from poolwarden import Cause, ConfigurationError, asgi
from poolwarden import mcp as edge_mcp
from poolwarden.edge.resource import ProtectedResource
from poolwarden.errors import KeysUnavailable
from poolwarden.guard.server import Guard
from poolwarden.mcp import OutageMiddleware
from world import CLIENT_ID, ISSUER, START, World

ADDRESS = "https://mcp.example.com/mcp"
PATH = "/.well-known/oauth-protected-resource/mcp"


async def verified(verifier: TokenVerifier, world: World, **changes: Any) -> AccessToken | None:
    """Verify a good token with changes."""
    return await verifier.verify_token(world.mint(changes).decode())


async def test_verified(world: World) -> None:
    """The SDK learns client, user, scopes, expiry and claims of a good token."""
    token = world.mint({"sub": "ada", "scope": "tools/read tools/call"}).decode()
    got = await edge_mcp.TokenVerifier(world.server()).verify_token(token)
    assert isinstance(got, AccessToken)
    assert (got.token, got.client_id, got.subject) == (token, CLIENT_ID, "ada")
    assert (got.scopes, got.expires_at, got.resource) == (["tools/read", "tools/call"], START + 3_600, None)
    assert (got.claims or {})["iss"] == ISSUER


@pytest.mark.parametrize(
    ("audience", "resource"),
    [
        (ADDRESS, ADDRESS),
        ("https://other.example", "https://other.example"),
        (["https://other.example", ADDRESS], ADDRESS),
        (["https://other.example", 1], "https://other.example"),
        ([], None),
        ([1], None),
        ({"a": 1}, None),
    ],
)
async def test_resource(audience: Any, resource: str | None, world: World) -> None:
    """A token's audience is its resource; of several the server's own (RFC 8707)."""
    got = await verified(edge_mcp.TokenVerifier(world.server(), resource=ADDRESS), world, aud=audience)
    assert got is not None
    assert got.resource == resource


@pytest.mark.parametrize(
    "changes", [{"token_use": "id"}, {"exp": START}, {"client_id": "other"}, {"cognito:groups": ["guest"]}]
)
async def test_refused(changes: dict[str, Any], world: World) -> None:
    """A token that the server refuses, or whose user lacks a group, is none."""
    assert await verified(edge_mcp.TokenVerifier(world.server(), groups=["staff"]), world, **changes) is None


@pytest.mark.parametrize("token", ["", "undefined", "a b", "a,b", "é", "a" * 20_000])
async def test_odd(token: str, world: World) -> None:
    """Whatever the SDK takes out of a header, the verifier answers."""
    assert await edge_mcp.TokenVerifier(world.server()).verify_token(token) is None


@pytest.mark.parametrize(
    ("settings", "field"),
    [({"server": None}, "server"), ({"resource": 7}, "resource"), ({"groups": {"a": True}}, "groups")],
)
def test_settings(settings: dict[str, Any], field: str, world: World) -> None:
    """A wrong setting is refused by its name where the verifier is made."""
    with pytest.raises(ConfigurationError, match=f"^{field}: "):
        edge_mcp.TokenVerifier(**{"server": world.server(), **settings})


async def test_undecided(world: World) -> None:
    """Without keys there is no answer, and "no" would be a wrong one."""
    world.down[0] = True
    with pytest.raises(KeysUnavailable):
        await verified(edge_mcp.TokenVerifier(world.server()), world)


def application(world: World, guard: Guard | None = None) -> Any:
    """Make the SDK's own application, as its users do."""
    server = MCPServer(
        "orders",
        token_verifier=edge_mcp.TokenVerifier(guard or world.server(), resource=ADDRESS),
        auth=AuthSettings(
            issuer_url=ISSUER,  # type: ignore[arg-type]
            resource_server_url=ADDRESS,  # type: ignore[arg-type]
            required_scopes=["tools/read"],
            validate_token_resource=True,
        ),
    )
    app = server.streamable_http_app()
    app.add_middleware(edge_mcp.OutageMiddleware)
    return app


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"token_use": "id"}, 401),
        ({"scope": "tools/read"}, 401),
        ({"scope": "tools/call", "aud": ADDRESS}, 403),
    ],
)
async def test_application(changes: dict[str, Any], status: int, world: World) -> None:
    """The SDK's application refuses by what it was told, and names its metadata."""
    world.clock.set(time.time())  # the SDK looks at the expiry once more, by the real time
    reply = await acall(application(world), authorization(b"Bearer " + world.mint(changes)), "/mcp", "POST")
    assert reply.status == status
    assert f'resource_metadata="https://mcp.example.com{PATH}"' in (reply["www-authenticate"] or "")


async def test_middleware_outside(world: World) -> None:
    """The ASGI middleware around the SDK's application refuses with the cause, also several headers, and passes on."""
    world.clock.set(time.time())
    guard = world.server()
    app = asgi.BearerMiddleware(application(world, guard), guard, resource=ProtectedResource(ADDRESS))
    good = b"Bearer " + world.mint({"scope": "tools/call", "aud": ADDRESS})
    for values, status, cause in (
        ((good, good), 400, Cause.CREDENTIALS_MALFORMED),
        ((b"Bearer " + world.mint({"token_use": "id"}),), 401, Cause.TOKEN_USE_MISMATCH),
        ((), 401, Cause.CREDENTIALS_MISSING),
        ((good,), 403, None),  # the SDK's own answer to a scope that is missing
    ):
        reply = await acall(app, authorization(*values), "/mcp", "POST")
        assert (reply.status, reply.cause) == (status, cause)
        assert f'resource_metadata="https://mcp.example.com{PATH}"' in (reply["www-authenticate"] or "")


async def test_metadata(world: World) -> None:
    """The SDK serves the resource's metadata itself."""
    reply = await acall(application(world), path=PATH)
    assert (reply.json["resource"], reply.json["authorization_servers"]) == (ADDRESS, [ISSUER])


@pytest.mark.parametrize("method", ["POST", "HEAD"])
async def test_outage(method: str, world: World) -> None:
    """Without keys the application answers 503 with Retry-After, and logs nobody out."""
    world.down[0] = True
    reply = await acall(application(world), authorization(b"Bearer " + world.mint()), "/mcp", method)
    assert (reply.status, int(reply["retry-after"] or 0) >= 1) == (503, True)
    assert reply.body == b"" if method == "HEAD" else reply.cause == "keys_unavailable"


async def test_other_scopes(world: World) -> None:
    """Other scopes pass untouched."""
    seen: list[Any] = []

    async def app(*given: Any) -> None:
        seen.append(given)

    await edge_mcp.OutageMiddleware(app)({"type": "lifespan"}, asyncio.Event(), asyncio.Event())  # type: ignore[arg-type]
    assert [given[0] for given in seen] == [{"type": "lifespan"}]


async def test_not_answered() -> None:
    """What is no HTTP request cannot be answered: there the error passes."""

    async def undecided(*_: Any) -> None:
        raise KeysUnavailable(Cause.KEYS_UNAVAILABLE)

    with pytest.raises(KeysUnavailable):
        await OutageMiddleware(undecided)({"type": "lifespan"}, undecided, undecided)
