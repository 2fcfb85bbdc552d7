"""A server while its key server hangs, fails, rotates or is flooded with made-up key ids."""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from edges import acall, authorization, until
from loopback import hang, http, serving
from playing import bearer, cause_of, events_of
from poolwarden import Cause, KeysUnavailable, UserPool
from poolwarden.asgi import BearerMiddleware
from poolwarden.events import KeysFailed, KeysFetched, RequestRejected
from poolwarden.guard.challenge import answer_to
from poolwarden.guard.fetched import Document, FetchError
from poolwarden.guard.keys import KeyPolicy
from poolwarden.guard.server import Guard
from poolwarden.guard.source import KeySource
from poolwarden.localpool import LocalPool
from poolwarden.observe.prometheus import meter
from world import CLIENT_ID, OTHER_POOL_ID, POOL_ID, World

Settle = Callable[[], None]
DAY = 86_400


def test_cold(world: World, settle: Settle) -> None:
    """Without keys nobody is told to sign in again: 503 with Retry-After, and the source is left in peace."""
    server = world.server()
    world.down[0] = True
    for _ in range(5):
        with pytest.raises(KeysUnavailable) as caught:
            server.authenticate(bearer(world.mint()))
        answer = answer_to(caught.value)
        assert answer.status == 503
        assert dict(answer.headers)["retry-after"] == "1"
        assert "www-authenticate" not in dict(answer.headers)
    assert len(world.fetched) == 1
    assert not server.ready()
    world.down[0] = False
    world.clock.move(1)
    assert cause_of(server, world.mint()) is None
    assert [event.level for event in events_of(world, RequestRejected)] == ["error"] * 5
    assert {event.outcome for event in events_of(world, RequestRejected)} == {"error"}
    (failed,) = events_of(world, KeysFailed)
    assert (failed.error, failed.level, failed.pool, failed.stale_for_s) == ("http_error", "error", "main", None)
    assert 0.25 <= failed.retry_in_s <= 0.5


def test_long_outage(world: World, settle: Settle) -> None:
    """The longer it lasts, the later the next try, and Retry-After says so."""
    server = world.server()
    world.down[0] = True
    for _ in range(12):
        assert cause_of(server, world.mint()) is Cause.KEYS_UNAVAILABLE
        world.clock.move(31)
    with pytest.raises(KeysUnavailable) as caught:
        server.authenticate(bearer(world.mint()))
    assert 15 <= (caught.value.retry_after_s or 0) <= 30


def test_dead_keys(world: World, settle: Settle) -> None:
    """A known token does not outlive the keys that it was verified with."""
    server = world.server(key_policy=KeyPolicy(max_stale_s=60, patience_s=0))
    token = world.mint()
    assert cause_of(server, token) is None
    world.down[0] = True
    world.clock.move(59)
    assert cause_of(server, token) is None
    world.clock.move(1)
    assert cause_of(server, token) is Cause.KEYS_UNAVAILABLE


def test_stale(world: World, settle: Settle, registry: CollectorRegistry) -> None:
    """Known keys serve on while the source fails, told once and counted, until they are too old."""
    server = world.server(meter=meter(registry))
    assert cause_of(server, world.mint()) is None
    world.down[0] = True
    for _ in range(23):
        world.clock.move(3600)
        assert cause_of(server, world.mint()) is None
        settle()
    assert len(events_of(world, KeysFailed)) == 1
    assert (
        registry.get_sample_value("poolwarden_keys_fetches_total", {"pool": "main", "result": "http_error"})
        == len(world.fetched) - 1
    )
    world.clock.move(2 * 3600)
    assert cause_of(server, world.mint()) is Cause.KEYS_UNAVAILABLE
    world.down[0] = False
    world.clock.move(60)
    assert cause_of(server, world.mint()) is None
    world.down[0] = True
    world.clock.move(3600)
    assert cause_of(server, world.mint()) is None
    settle()
    assert len(events_of(world, KeysFailed)) == 2
    assert events_of(world, KeysFailed)[1].stale_for_s == 3600


def test_refresh_in_the_background(world: World, settle: Settle) -> None:
    """Keys are renewed before they are old, and no request waits for it, also where its token is known."""
    server, token = world.server(), bearer(world.mint({"exp": 1_700_000_000 + DAY}))
    server.authenticate(token)
    world.clock.move(3600 * 0.8)
    server.authenticate(token)
    settle()
    assert len(world.fetched) == 2
    assert len(events_of(world, KeysFetched)) == 1


@pytest.mark.parametrize("status", [200, 429, 500, 503])
def test_one_bad_answer(world: World, settle: Settle, status: int) -> None:
    """A key server that answers once with an error, whatever its status, spoils nothing."""
    keys = json.dumps(world.pool.jwk_set()).encode()
    with serving(http(status, b'{"__type":"TooManyRequestsException"}')) as key_server:
        pool = UserPool(POOL_ID, client_ids=CLIENT_ID, jwks_url=key_server.url)
        server = Guard(pool, now=world.clock, monotonic=world.clock)
        assert cause_of(server, world.mint()) is Cause.KEYS_UNAVAILABLE
        key_server.answer = http(200, keys)
        world.clock.move(1)
        assert cause_of(server, world.mint()) is None
        key_server.answer = http(status, b"<!doctype html>")
        world.clock.move(3600)
        assert cause_of(server, world.mint()) is None
        settle()
        assert cause_of(server, world.mint()) is None
        key_server.answer = http(200, keys)
        world.clock.move(60)
        assert cause_of(server, world.mint()) is None
        settle()
        assert server.ready()


@pytest.mark.parametrize("driver", ["thread", "task"])
@pytest.mark.parametrize(("wish", "told_s"), [("20", 20), ("86400", 30), ("0", 1)])
async def test_busy(world: World, wish: str, told_s: int, driver: str) -> None:
    """A key server that says when to come back is left alone until then, within bounds, and the client is told so."""
    with serving(http(429, b"{}", retry_after=wish)) as key_server:
        pool = UserPool(POOL_ID, client_ids=CLIENT_ID, jwks_url=key_server.url)
        server = Guard(pool, now=world.clock, monotonic=world.clock, key_policy=KeyPolicy(patience_s=0))
        header = bearer(world.mint())
        for _ in range(3):
            with pytest.raises(KeysUnavailable) as caught:
                server.authenticate(header) if driver == "thread" else await server.aauthenticate(header)
            assert (caught.value.cause, caught.value.retry_after_s) == (Cause.KEYS_UNAVAILABLE, told_s)
        assert len(key_server.requests) == 1
        key_server.answer = http(200, json.dumps(world.pool.jwk_set()).encode())
        world.clock.move(told_s)
        assert server.authenticate(header).client_id == CLIENT_ID


@pytest.mark.parametrize("driver", ["thread", "task"])
async def test_patience(world: World, driver: str) -> None:
    """Before there are any keys, one bad answer costs a request a moment and not a 503."""
    keys = json.dumps(world.pool.jwk_set()).encode()
    pool = UserPool(POOL_ID, client_ids=CLIENT_ID, jwks_url="https://keys.example/jwks.json")
    fetched: list[float] = []

    def fetch(url: str, timeout_s: float) -> Document:
        fetched.append(time.monotonic())
        if len(fetched) == 1:
            raise FetchError("http_error")
        return Document(keys, None)

    server = Guard(pool, now=world.clock, fetch=fetch)
    header = bearer(world.mint())
    token = server.authenticate(header) if driver == "thread" else await server.aauthenticate(header)
    assert token.client_id == CLIENT_ID
    assert len(fetched) == 2
    assert fetched[1] - fetched[0] >= 0.2


def test_no_patience_with_a_hanging_server(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who comes when a fetch has nearly timed out does not wait for another that would take as long."""
    begun, waiting, fetched = threading.Event(), threading.Event(), []
    block = KeySource._block

    def noted(source: KeySource, future: Future[None]) -> None:
        waiting.set()
        block(source, future)

    def fetch(url: str, timeout_s: float) -> Document:
        fetched.append(url)
        begun.set()
        waiting.wait(10)
        world.clock.move(0.1)
        raise FetchError("timeout")

    monkeypatch.setattr(KeySource, "_block", noted)
    pool = UserPool(POOL_ID, client_ids=CLIENT_ID, jwks_url="https://keys.example/jwks.json")
    server = Guard(pool, now=world.clock, monotonic=world.clock, fetch=fetch)
    server.prefetch()
    assert begun.wait(10)
    world.clock.move(2.8)
    assert cause_of(server, world.mint()) is Cause.KEYS_UNAVAILABLE
    assert len(fetched) == 1


async def test_hanging(world: World) -> None:
    """While the key server hangs, other routes answer, and whoever waits gets a 503 at the end of one fetch."""
    over = threading.Event()

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"well"})

    async def ask(path: str, header: bytes) -> int:
        return (await acall(app, authorization(header), path=path)).status

    with serving(hang(over)) as key_server:
        pool = UserPool(POOL_ID, client_ids=CLIENT_ID, jwks_url=key_server.url)
        # Nobody's patience ends before the test says so.
        server = Guard(pool, now=world.clock, key_policy=KeyPolicy(timeout_s=300, patience_s=0))
        app = BearerMiddleware(inner, server, exempt=["/healthz"])
        waiting = [asyncio.create_task(ask("/", bearer(world.mint()))) for _ in range(100)]
        await asyncio.to_thread(until, lambda: key_server.requests)
        assert [await ask("/healthz", b"Bearer x") for _ in range(3)] == [200, 200, 200]
        assert await ask("/", b"Bearer x.y.z") == 401
        assert not any(task.done() for task in waiting)
        over.set()
        assert {await task for task in waiting} == {503}
    assert len(key_server.requests) == 1


def test_side_by_side(world: World) -> None:
    """Keys of several pools are fetched at once: a source that hangs keeps no other from being asked."""
    asked, all_asked = set[str](), threading.Event()

    def fetch(url: str, timeout_s: float) -> Document:
        asked.add(url)
        if len(asked) == 2:
            all_asked.set()
        assert all_asked.wait(30)  # each answers when the other was asked
        return Document(json.dumps(world.pool.jwk_set()).encode(), None)

    pools = [UserPool(pool_id, client_ids=CLIENT_ID) for pool_id in (POOL_ID, OTHER_POOL_ID)]
    assert Guard(pools, fetch=fetch, key_policy=KeyPolicy(timeout_s=60)).warm_up() is True
    assert asyncio.run(Guard(pools, fetch=fetch, key_policy=KeyPolicy(timeout_s=60)).awarm_up()) is True


def test_sources(world: World, settle: Settle) -> None:
    """Warming up fetches each pool's first issuer; readiness asks for keys of every pool."""
    server = world.server()
    assert not server.ready()
    world.down[0] = True
    assert server.warm_up() is False
    world.down[0] = False
    assert server.warm_up() is True
    assert len(world.fetched) == 4
    server.prefetch()
    settle()
    assert len(world.fetched) == 4


async def test_sources_of_tasks(world: World) -> None:
    """Warming up does the same for tasks."""
    server = world.server()
    assert await server.awarm_up() is True
    assert sorted(world.fetched) == sorted(
        f"{issuer.issuer}/.well-known/jwks.json" for issuer in (world.pool, world.other)
    )


def test_prefetch(world: World, settle: Settle) -> None:
    """Prefetching begins, and waits for nothing."""
    server = world.server()
    server.prefetch()
    settle()
    assert server.ready()


def test_given_keys(world: World) -> None:
    """Keys that are given are never fetched, and an unknown key id is refused at once."""
    pool = UserPool(POOL_ID, client_ids=CLIENT_ID, keys=world.pool.jwk_set())
    server = Guard(pool, now=world.clock, fetch=world.fetch)
    assert server.warm_up()
    assert cause_of(server, world.mint()) is None
    assert cause_of(server, world.mint({}, {"kid": "unknown"})) is Cause.KEY_UNKNOWN
    assert not world.fetched


def test_pools_of_one_key_server(world: World) -> None:
    """Issuers that share an address share its keys and its fetches."""
    pool = UserPool(POOL_ID, client_ids=CLIENT_ID, jwks_url="https://issuer.example/jwks.json")
    server = Guard(pool, now=world.clock, monotonic=world.clock, fetch=world.fetch)
    newer = LocalPool(
        POOL_ID,
        clock=world.clock,
        keys=world.rings.main,
        issuer=f"https://issuer-cognito-idp.eu-west-1.amazonaws.com/{POOL_ID}",
    )
    assert cause_of(server, world.mint()) is None
    assert cause_of(server, newer.mint(client_id=CLIENT_ID).encode()) is None
    assert len(world.fetched) == 1


def test_pools_apart(world: World) -> None:
    """The keys of one pool say nothing about another's."""
    server = world.server()
    assert cause_of(server, world.mint()) is None
    assert len(world.fetched) == 1
    assert cause_of(server, world.other.mint(client_id=CLIENT_ID).encode()) is None
    assert len(world.fetched) == 2


def test_end_of_stale_keys(world: World, settle: Settle) -> None:
    """A known token ends with its keys to the moment, and passes again as soon as there are keys."""
    server, known = (
        world.server(key_policy=KeyPolicy(max_stale_s=7200, patience_s=0)),
        bearer(world.mint({"exp": 1_700_000_000 + DAY})),
    )
    server.authenticate(known)
    world.down[0] = True
    world.clock.move(7199.75)
    for accepted in (True, True, False, False):
        assert (server.recall(known) is not None) is accepted
        settle()
        world.clock.move(0.125)
    assert cause_of(server, known[7:]) is Cause.KEYS_UNAVAILABLE
    world.down[0] = False
    world.clock.move(60)
    assert cause_of(server, known[7:]) is None
    assert server.recall(known) is not None
