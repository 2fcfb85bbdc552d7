"""The JWK Set's address answers, or fails as told."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from poolwarden.localpool.outage import Outage

if TYPE_CHECKING:
    import httpx2

    from poolwarden.localpool import LocalPool
    from poolwarden.localpool.outage import KeyServer


def address(pool: LocalPool) -> str:
    """Tell where the keys are."""
    return f"/{pool.pool_id}/.well-known/jwks.json"


async def test_jwk_set(http: httpx2.AsyncClient, pool: LocalPool, key_server: KeyServer) -> None:
    """The keys are public, and asking is counted."""
    response = await http.get(address(pool))
    assert response.json() == pool.jwk_set()
    assert key_server.requests == 1


@pytest.mark.parametrize(
    ("outage", "status", "content_type"),
    [
        (Outage.UNAVAILABLE, 503, "text/plain"),
        (Outage.THROTTLED, 429, "application/json"),
        (Outage.HTML, 200, "text/html"),
        (Outage.ERROR_BODY, 200, "application/json"),
    ],
)
async def test_outages(
    http: httpx2.AsyncClient, pool: LocalPool, key_server: KeyServer, outage: Outage, status: int, content_type: str
) -> None:
    """Each failure has its own answer, and none holds a key."""
    key_server.outage = outage
    response = await http.get(address(pool))
    assert response.status_code == status
    assert response.headers["content-type"].startswith(content_type)
    assert '"keys"' not in response.text


async def test_hang_ends_with_the_outage(http: httpx2.AsyncClient, pool: LocalPool, key_server: KeyServer) -> None:
    """A hanging request is answered once the outage is over."""
    key_server.outage = Outage.HANG
    waiting = asyncio.create_task(http.get(address(pool)))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(waiting), 0.05)
    key_server.outage = Outage.NONE
    assert (await waiting).json() == pool.jwk_set()


async def test_hang_ends_with_the_caller(pool: LocalPool, key_server: KeyServer) -> None:
    """Nobody is left waiting for a caller who has gone."""
    from starlette.requests import Request  # noqa: PLC0415 (a request whose caller leaves at once)

    from poolwarden.localpool.http_keys import WellKnown  # noqa: PLC0415

    async def gone() -> dict[str, str]:
        return {"type": "http.disconnect"}

    key_server.outage = Outage.HANG
    request = Request({"type": "http", "headers": []}, gone)
    assert (await WellKnown(pool, key_server).jwk_set(request)).status_code == 200


async def test_configuration(http: httpx2.AsyncClient, pool: LocalPool) -> None:
    """The configuration names the issuer, and endpoints that exist."""
    found = (await http.get(f"/{pool.pool_id}/.well-known/openid-configuration")).json()
    assert found["issuer"] == pool.issuer
    assert found["jwks_uri"] == f"http://127.0.0.1{address(pool)}"
    for name in ("authorization", "token", "revocation", "userinfo", "end_session"):
        assert (await http.get(found[f"{name}_endpoint"])).status_code in {400, 401, 405}
