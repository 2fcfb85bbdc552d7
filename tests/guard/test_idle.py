"""Keys that nobody had renewed, because nobody came: a new token waits for one try, and known ones wait for nothing."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from playing import arefused, bearer, by_asyncio, cause_of
from poolwarden import Cause
from poolwarden.guard.fetched import Document, FetchError
from poolwarden.guard.jwks import read_keys
from poolwarden.guard.keys import KeyPolicy
from world import START, World

Settle = Callable[[], None]
HOUR, DAY = 3600, 86_400
LONG = {"exp": START + DAY}


EVERY_DRIVER = pytest.mark.parametrize("ask", [cause_of, by_asyncio])


class Slow:
    """Fetch from the world's pools, but never while the gate is closed."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.gate = threading.Event()
        self.gate.set()
        self.begun = threading.Event()

    def __call__(self, url: str, timeout_s: float) -> Document:
        """Fetch."""
        self.begun.set()
        self.gate.wait(60)
        return self.world.fetch(url, timeout_s)


@EVERY_DRIVER
@pytest.mark.parametrize("hours", [1, 5, 23])
def test_removed(ask: Any, hours: int, own: World, settle: Settle) -> None:
    """A token by a key that was removed in idle hours is refused at once, however long they were."""
    server, earlier, later = own.server(), own.mint(LONG), own.mint(LONG)
    assert ask(server, earlier) is None
    own.pool.rotate_keys(keep_old=False)
    own.clock.move(hours * HOUR)
    assert ask(server, later) is Cause.KEY_UNKNOWN
    assert ask(server, own.mint()) is None
    assert ask(server, earlier) is Cause.KEY_UNKNOWN
    assert len(own.fetched) <= 3  # one for age; another where that had ended before it was looked for


@EVERY_DRIVER
def test_kept(ask: Any, own: World, settle: Settle) -> None:
    """Where the keys are as they were, a new token passes by one fetch, and the next by none."""
    server = own.server()
    assert ask(server, own.mint()) is None
    own.clock.move(5 * HOUR)
    for _ in range(3):
        assert ask(server, own.mint()) is None
    assert len(own.fetched) == 2
    own.clock.move(HOUR - 1)
    assert ask(server, own.mint()) is None
    settle()
    assert len(own.fetched) == 3


@EVERY_DRIVER
def test_refused_anyway(ask: Any, own: World, settle: Settle) -> None:
    """Whoever has no good token by an old key waits for nothing: forgeries cannot hold anybody up."""
    slow = Slow(own)
    server = own.server(fetch=slow)
    assert ask(server, own.mint()) is None
    own.clock.move(5 * HOUR)
    slow.gate.clear()
    assert ask(server, own.mint()[:-9] + b"AAAAAAAAA") is Cause.SIGNATURE_INVALID
    assert ask(server, own.mint({"exp": START})) is Cause.TOKEN_EXPIRED
    slow.gate.set()


def test_known(own: World, settle: Settle) -> None:
    """A known token passes while the keys are renewed in the background, and ends with the renewal."""
    slow = Slow(own)
    server, known = own.server(fetch=slow), own.mint(LONG)
    assert cause_of(server, known) is None
    own.pool.rotate_keys(keep_old=False)
    own.clock.move(5 * HOUR)
    slow.gate.clear()
    for _ in range(3):
        assert server.recall(bearer(known)) is not None
    slow.gate.set()
    settle()
    assert len(own.fetched) == 2
    assert cause_of(server, known) is Cause.KEY_UNKNOWN


def test_together(own: World) -> None:
    """Whoever comes meanwhile waits for the same fetch, threads and tasks alike."""
    slow = Slow(own)
    server = own.server(fetch=slow)
    assert cause_of(server, own.mint()) is None
    own.pool.rotate_keys(keep_old=True)
    own.clock.move(5 * HOUR)
    slow.gate.clear()
    slow.begun.clear()
    outcomes: list[Cause | None] = []
    tokens = [own.mint({"jti": str(number)}) for number in range(300)]

    async def tasks() -> None:
        outcomes.extend(await asyncio.gather(*(arefused(server, token) for token in tokens[10:])))

    works = [lambda token=token: outcomes.append(cause_of(server, token)) for token in tokens[:10]]  # type: ignore[misc]
    threads = [threading.Thread(target=work) for work in (*works, lambda: asyncio.run(tasks()))]
    for thread in threads:
        thread.start()
    assert slow.begun.wait(60)
    slow.gate.set()
    for thread in threads:
        thread.join(60)
    assert outcomes == [None] * 300
    assert len(own.fetched) == 2


@EVERY_DRIVER
def test_outage(ask: Any, own: World, settle: Settle) -> None:
    """Where the fetch fails, the old keys serve on; while tries fail one after the other, nobody waits for them."""
    slow = Slow(own)
    server = own.server(fetch=slow)
    assert ask(server, own.mint()) is None
    own.down[0] = True
    own.clock.move(5 * HOUR)
    assert ask(server, own.mint()) is None
    assert len(own.fetched) == 2
    slow.gate.clear()
    for _ in range(50):
        own.clock.move(1)
        assert ask(server, own.mint()) is None  # nothing opens the gate meanwhile
    slow.gate.set()
    settle()
    own.pool.rotate_keys(keep_old=False)
    own.down[0] = False
    own.clock.move(HOUR)
    assert ask(server, own.mint()) is None


@EVERY_DRIVER
def test_outage_after_outage(ask: Any, own: World, settle: Settle) -> None:
    """A failure of hours ago says nothing about now: the key that was removed since is refused."""
    server, later = own.server(), own.mint(LONG)
    assert ask(server, own.mint()) is None
    own.down[0] = True
    own.clock.move(5 * HOUR)
    assert ask(server, own.mint()) is None
    settle()
    own.down[0] = False
    own.pool.rotate_keys(keep_old=False)
    own.clock.move(HOUR)
    assert ask(server, later) is Cause.KEY_UNKNOWN


@EVERY_DRIVER
def test_hanging(ask: Any, own: World, settle: Settle) -> None:
    """Where the key server hangs, one request waits for one time-out; whoever comes after it passes at once."""
    over = threading.Event()

    def fetch(url: str, timeout_s: float) -> Document:
        over.wait(60)
        raise FetchError("timeout")

    server = own.server(fetch=fetch, key_policy=KeyPolicy(timeout_s=0.05, patience_s=0))
    # Given, and not fetched: however slow this machine is, it is there in time.
    server.rules.issuers[own.pool.issuer].ring.fetched(read_keys(own.pool.jwk_set()), own.clock(), None)
    assert ask(server, own.mint()) is None
    own.clock.move(5 * HOUR)
    assert ask(server, own.mint()) is None
    for _ in range(5):
        own.clock.move(1)
        assert ask(server, own.mint()) is None
    over.set()


def test_too_old(own: World, settle: Settle) -> None:
    """Keys older than max_stale_s serve nobody, and what decides is the fetch."""
    server = own.server()
    assert cause_of(server, own.mint()) is None
    own.down[0] = True
    own.clock.move(DAY)
    assert cause_of(server, own.mint()) is Cause.KEYS_UNAVAILABLE
