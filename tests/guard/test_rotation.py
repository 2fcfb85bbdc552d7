"""A server whose pool rotates its keys, and one that is flooded with made-up key ids."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from playing import cause_of, events_of
from poolwarden import Cause
from poolwarden.events import KeysFetched
from poolwarden.guard.fetched import Document, FetchError
from poolwarden.guard.keys import KeyPolicy
from world import World

Settle = Callable[[], None]
DAY = 86_400


def test_flood(world: World, settle: Settle) -> None:
    """A thousand made-up key ids cause one fetch a cooldown, and good tokens pass meanwhile."""
    server = world.server()
    assert cause_of(server, world.mint()) is None
    for n in range(1000):
        assert cause_of(server, world.mint({}, {"kid": f"forged{n}"})) is Cause.KEY_UNKNOWN
        if n % 100 == 0:
            assert cause_of(server, world.mint()) is None
    assert len(world.fetched) == 2
    world.clock.move(6)
    for n in range(100):
        assert cause_of(server, world.mint({}, {"kid": f"again{n}"})) is Cause.KEY_UNKNOWN
        assert cause_of(server, world.mint()) is None
    settle()
    assert len(world.fetched) <= 4


def test_flood_at_a_server_that_hangs(world: World) -> None:
    """While the fetch that made-up key ids caused hangs, good tokens pass, and nobody asks for another fetch."""
    hanging, over, asked = threading.Event(), threading.Event(), list[str]()

    def fetch(url: str, timeout_s: float) -> Document:
        asked.append(url)
        if len(asked) > 1:
            hanging.set()
            assert over.wait(60)
        return world.fetch(url, timeout_s)

    server = world.server(fetch=fetch, key_policy=KeyPolicy(timeout_s=300))
    assert cause_of(server, world.mint()) is None
    forged = [world.mint({}, {"kid": f"forged{n}"}) for n in range(20)]
    with ThreadPoolExecutor(20) as threads:
        refusals = [threads.submit(cause_of, server, token) for token in forged]
        assert hanging.wait(60)
        assert [cause_of(server, world.mint({"sub": f"s{n}"})) for n in range(50)] == [None] * 50
        over.set()
        assert {refusal.result() for refusal in refusals} == {Cause.KEY_UNKNOWN}
    assert len(asked) == 2


def test_wanted_once(world: World, settle: Settle) -> None:
    """A key id refused within the cooldown is looked for once after it, however much other traffic there is."""
    server = world.server()
    for n in range(3):
        cause_of(server, world.mint({}, {"kid": f"forged{n}"}))
    before = len(world.fetched)
    world.clock.move(6)
    for _ in range(20):
        assert cause_of(server, world.mint()) is None
        settle()
        world.clock.move(0.2)
    assert len(world.fetched) == before + 1


def test_rotation(own: World, settle: Settle) -> None:
    """A new key is accepted without a restart, within seconds of forged key ids."""
    server, old = own.server(), own.mint()
    assert cause_of(server, old) is None
    assert cause_of(server, own.mint({}, {"kid": "forged"})) is Cause.KEY_UNKNOWN
    own.pool.rotate_keys(keep_old=True)
    new = own.mint()
    assert cause_of(server, new) is Cause.KEY_UNKNOWN
    own.clock.move(5.5)
    cause_of(server, own.mint({}, {"kid": "forged"}))
    assert cause_of(server, new) is None
    assert cause_of(server, old) is None
    settle()
    assert [(event.added, event.removed) for event in events_of(own, KeysFetched)] == [(2, 0), (2, 0)]


def test_rotation_at_a_busy_server(own: World, settle: Settle) -> None:
    """However long a key server wants to be left alone, a rotation is seen within a cooldown, whoever asked it."""
    busy = [False]

    def fetch(url: str, timeout_s: float) -> Document:
        if busy[0]:
            raise FetchError("http_error", retry_after_s=3600)
        return own.fetch(url, timeout_s)

    server = own.server(fetch=fetch)
    assert cause_of(server, own.mint()) is None
    own.clock.move(60)
    busy[0] = True
    assert cause_of(server, own.mint({}, {"kid": "forged"})) is Cause.KEYS_UNAVAILABLE
    busy[0] = False
    own.pool.rotate_keys(keep_old=True)
    own.clock.move(4.9)
    assert cause_of(server, own.mint()) is Cause.KEYS_UNAVAILABLE
    own.clock.move(0.1)
    assert cause_of(server, own.mint()) is None


def test_removed_key(own: World, settle: Settle) -> None:
    """A key that is no longer published ends its tokens at the next refresh, known ones included."""
    server, old = own.server(), own.mint({"exp": 1_700_000_000 + DAY})
    assert cause_of(server, old) is None
    own.pool.rotate_keys(keep_old=False)
    assert cause_of(server, old) is None
    assert cause_of(server, own.mint()) is None
    assert cause_of(server, old) is Cause.KEY_UNKNOWN


def test_replaced_key(own: World, settle: Settle) -> None:
    """Another key under the same id ends the tokens of the old one, known ones included."""
    server, old = own.server(), own.mint({"exp": 1_700_000_000 + DAY})
    assert cause_of(server, old) is None
    kid = own.rings.main.access.kid
    own.rings.main.access = own.rings.stranger
    object.__setattr__(own.rings.main.access, "kid", kid)
    object.__setattr__(own.rings.main.access, "jwk", {**own.rings.main.access.jwk, "kid": kid})
    own.clock.move(3600)
    cause_of(server, own.mint())
    settle()
    assert cause_of(server, old) is Cause.SIGNATURE_INVALID
    assert cause_of(server, own.mint()) is None
    assert [(event.added, event.removed) for event in events_of(own, KeysFetched)] == [(2, 0), (1, 1)]
