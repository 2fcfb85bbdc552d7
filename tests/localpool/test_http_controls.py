"""Clock, keys and failures are controlled over HTTP, from this machine's programs alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import httpx2

    from poolwarden.localpool import Clock, LocalPool


async def test_clock(http: httpx2.AsyncClient, clock: Clock) -> None:
    """The clock is shown, moved and set."""
    now = clock()
    assert (await http.get("/_local/clock")).json() == {"now": now}
    assert (await http.post("/_local/clock", json={"move_s": 3600})).json() == {"now": now + 3600}
    assert (await http.post("/_local/clock", json={"set": 5, "move_s": 1})).json() == {"now": 6} == {"now": clock()}
    assert (await http.post("/_local/clock", json={})).json() == {"now": 6}


async def test_rotate_keys(http: httpx2.AsyncClient) -> None:
    """Rotation tells the ids of the keys there are now."""
    from poolwarden.localpool import LocalPool  # noqa: PLC0415 (keys of its own, as these change)

    own = LocalPool()
    import httpx2  # noqa: PLC0415

    from poolwarden.localpool.http import app  # noqa: PLC0415

    before = [key["kid"] for key in own.jwk_set()["keys"]]
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app(own)), base_url="http://localhost") as client:
        kids = (await client.post("/_local/rotate-keys", json={})).json()["kids"]
        assert set(before) < set(kids)
        kids = (await client.post("/_local/rotate-keys", json={"keep_old": False})).json()["kids"]
    assert len(kids) == 2


async def test_outage(http: httpx2.AsyncClient, pool: LocalPool) -> None:
    """A failure is played until another, or none, takes its place."""
    jwks = f"/{pool.pool_id}/.well-known/jwks.json"
    assert (await http.post("/_local/outage", json={"jwks": "unavailable"})).json()["jwks"] == "unavailable"
    assert (await http.get(jwks)).status_code == 503
    await http.post("/_local/outage", json={"jwks": "none"})
    assert (await http.get(jwks)).status_code == 200
    assert (await http.get("/_local/outage")).json() == {"jwks": "none", "jwks_requests": 2}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("clock", {"move_s": -1}),
        ("clock", {"set": -1}),
        ("clock", {"move": 1}),
        ("clock", []),
        ("rotate-keys", {"keep_old": "yes"}),
        ("outage", {}),
        ("outage", {"jwks": "nope"}),
    ],
)
async def test_bad_command(http: httpx2.AsyncClient, path: str, body: object) -> None:
    """A command that is none is refused."""
    assert (await http.post(f"/_local/{path}", json=body)).status_code == 400


async def test_what_a_command_takes(http: httpx2.AsyncClient) -> None:
    """Who sends something else is told what there is."""
    assert (await http.post("/_local/clock", json={"to": 1})).text.endswith("`to`; known here: move_s, set")


async def test_no_page_may_command(http: httpx2.AsyncClient) -> None:
    """A page of another site can neither send a command as a form nor ask for more."""
    origin = {"Origin": "https://evil.example"}
    plain = {**origin, "Content-Type": "text/plain"}
    assert (await http.post("/_local/clock", content=b'{"move_s":1}', headers=plain)).status_code == 415
    preflight = {**origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    response = await http.options("/_local/clock", headers=preflight)
    assert "access-control-allow-origin" not in response.headers
