"""A revocation list elsewhere: asked once in a while, by threads and by tasks, and never in an event loop's way."""

import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import anyio.lowlevel
import pytest
import trio

from playing import arefused, bearer, by_asyncio, cause_of
from poolwarden import Cause, ConfigurationError
from poolwarden.guard.online_list import OnlineList
from poolwarden.guard.server import Guard
from poolwarden.guard.threads import MOST
from world import START, World

SESSION_A = {"origin_jti": "a", "sub": "ada"}


class Plain:
    """A client that blocks, as redis.Redis does; it remembers what it was asked, and where."""

    def __init__(self, entries: dict[str, Any]) -> None:
        self.entries = entries
        self.asked: list[tuple[str, int]] = []

    def get(self, key: str) -> Any:
        """Return an entry."""
        self.asked.append((key, threading.get_ident()))
        return self.entries.get(key)


class Coroutine(Plain):
    """A client for tasks, whose methods are coroutines."""

    async def get(self, key: str) -> Any:
        """Return an entry."""
        return Plain.get(self, key)


class Awaitable(Plain):
    """A client for tasks as redis.asyncio is one: its methods are functions that return something to await."""

    def get(self, key: str) -> Any:
        """Return what gives an entry."""

        async def later() -> Any:
            return Plain.get(self, key)

        return later()


def by_trio(server: Guard, token: bytes) -> Cause | None:
    """Ask from a task of trio's."""
    return trio.run(arefused, server, token)


Ask = Callable[[Guard, bytes], Cause | None]
WAYS: dict[str, tuple[type[Plain], Ask]] = {
    "thread": (Plain, cause_of),
    "asyncio, plain": (Plain, by_asyncio),
    "asyncio, coroutine": (Coroutine, by_asyncio),
    "asyncio, awaitable": (Awaitable, by_asyncio),
    "trio, plain": (Plain, by_trio),
    "trio, awaitable": (Awaitable, by_trio),
}
PATIENT_S = 60.0


def listed(client: Any, **settings: Any) -> OnlineList:
    """Make a list that waits for a slow machine."""
    return OnlineList(client, **{"on_failure": "refuse", "timeout_s": PATIENT_S, **settings})


EVERY_WAY = pytest.mark.parametrize("way", WAYS)


@EVERY_WAY
@pytest.mark.parametrize(
    ("entries", "cause"),
    [
        ({}, None),
        ({"session:a": b"1"}, Cause.TOKEN_REVOKED),
        ({"session:b": b"1"}, None),
        ({"user:ada": str(START).encode()}, Cause.TOKEN_REVOKED),
        ({"user:ada": START - 1}, None),
        ({"user:ada": b"no number"}, Cause.REVOCATION_UNAVAILABLE),
        ({"user:ada": []}, Cause.REVOCATION_UNAVAILABLE),
    ],
    ids=str,
)
def test_entries(way: str, entries: dict[str, Any], cause: Cause | None, world: World) -> None:
    """The entries are those of a list in memory, whoever asks and whatever kind of client."""
    kind, ask = WAYS[way]
    assert ask(world.server(online=listed(kind(entries))), world.mint(SESSION_A)) is cause


@EVERY_WAY
def test_time(way: str, world: World) -> None:
    """It is asked once per token and ttl_s, so an entry takes effect within that."""
    kind, ask = WAYS[way]
    client = kind({})
    server, token = world.server(online=listed(client, ttl_s=5)), world.mint(SESSION_A)
    for _ in range(3):
        assert ask(server, token) is None
    assert [key for key, _ in client.asked] == ["session:a", "user:ada"]
    client.entries["session:a"] = 1
    world.clock.move(4)
    assert ask(server, token) is None
    world.clock.move(1)
    assert ask(server, token) is Cause.TOKEN_REVOKED


@pytest.mark.parametrize("step", [-1_000_000, -60, 60, 1800])
def test_clock_that_is_set(step: float, world: World) -> None:
    """A step of the clock neither makes an answer hold longer nor has every token asked about at once."""
    client, passed = Plain({}), [0.0]
    server, token = world.server(online=listed(client, ttl_s=5), monotonic=lambda: passed[0]), world.mint(SESSION_A)
    assert cause_of(server, token) is None
    world.clock.set(START + step)
    passed[0] = 4.9
    assert cause_of(server, token) is None
    assert len(client.asked) == 2
    client.entries["session:a"] = 1
    passed[0] = 5
    assert server.recall(bearer(token)) is None
    world.clock.set(START)
    assert cause_of(server, token) is Cause.TOKEN_REVOKED


PREPARED = """
import asyncio, sys
from types import SimpleNamespace
from poolwarden.guard.online_list import OnlineList

online = OnlineList({}, on_failure="refuse")
loaded = set(sys.modules)
asyncio.run(online.look_up(SimpleNamespace(origin_jti="a", sub="b")).wait_async())
print([name for name in set(sys.modules) - loaded if name.startswith("anyio")])
"""


def test_prepared() -> None:
    """What a first look of an event loop needs is imported when the list is made, not while the loop runs."""
    done = subprocess.run([sys.executable, "-c", PREPARED], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "[]\n")


def test_no_session(world: World) -> None:
    """A token without a session's id is looked up by its user alone."""
    client = Plain({"user:ada": START})
    server = world.server(online=listed(client))
    assert cause_of(server, world.mint({"origin_jti": ..., "sub": "ada"})) is Cause.TOKEN_REVOKED
    assert [key for key, _ in client.asked] == ["user:ada"]


async def test_elsewhere(world: World) -> None:
    """A client that blocks is asked in another thread than the event loop's."""
    client = Plain({})
    assert await arefused(world.server(online=listed(client)), world.mint(SESSION_A)) is None
    assert threading.get_ident() not in {thread for _, thread in client.asked}


@EVERY_WAY
@pytest.mark.parametrize(("on_failure", "cause"), [("refuse", Cause.REVOCATION_UNAVAILABLE), ("accept", None)])
def test_broken(way: str, on_failure: Any, cause: Cause | None, world: World) -> None:
    """A list that cannot be reached is 503 or passes, as chosen."""
    kind, ask = WAYS[way]

    class Broken(kind):  # type: ignore[valid-type,misc]
        asked: Any = None  # appending to it raises

        def __init__(self) -> None:
            self.entries = {}

    assert ask(world.server(online=listed(Broken(), on_failure=on_failure)), world.mint(SESSION_A)) is cause


@pytest.mark.parametrize("ask", [by_asyncio, by_trio])
def test_hanging(ask: Ask, world: World) -> None:
    """A list that hangs costs a task its time-out, and is a 503."""
    over = threading.Event()

    class Hanging:
        def get(self, key: str) -> Any:
            over.wait(60)

    def ended() -> Cause | None:
        try:
            return ask(world.server(online=online), world.mint(SESSION_A))
        finally:
            over.set()

    online = OnlineList(Hanging(), on_failure="refuse", timeout_s=0.05)
    asked: list[Cause | None] = []
    thread = threading.Thread(target=lambda: asked.append(ended()))
    thread.start()
    thread.join(60)
    assert asked == [Cause.REVOCATION_UNAVAILABLE]


@pytest.mark.parametrize("kind", ["asyncio", "trio"])
def test_many_hanging(kind: Any, world: World) -> None:
    """While a list hangs, only so many threads wait for it, however long that lasts; afterwards it is asked again."""
    over = threading.Event()

    class Hanging:
        asked = ended = 0

        def get(self, key: str) -> Any:
            self.asked += 1
            over.wait(60)
            self.ended += 1

    hanging = Hanging()
    online = OnlineList(hanging, on_failure="refuse", timeout_s=0.02)
    server = world.server(online=online)

    async def play() -> None:
        for _ in range(60):
            world.clock.move(1)
            assert await arefused(server, world.mint()) is Cause.REVOCATION_UNAVAILABLE
        assert hanging.asked == MOST
        over.set()
        while hanging.ended < MOST:
            await anyio.lowlevel.checkpoint()
        online.timeout_s = PATIENT_S
        world.clock.move(1)
        assert await arefused(server, world.mint(SESSION_A)) is None

    try:
        anyio.run(play, backend=kind)
    finally:
        over.set()


UNTHREADED = """
import threading
from poolwarden.guard import fetch
from poolwarden.guard.online_list import OnlineList

threading.Thread.start = None
OnlineList({}, on_failure="refuse")
print(fetch._trust.cache_info().currsize)
"""


def test_light() -> None:
    """A list that speaks no HTTP starts no thread and reads no certificates."""
    done = subprocess.run([sys.executable, "-c", UNTHREADED], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "0\n")


@pytest.mark.parametrize("kind", [Coroutine, Awaitable])
def test_wrong_client(kind: type[Plain], world: World) -> None:
    """A client for tasks is of no use to threads, which the first request says."""
    with pytest.raises(ConfigurationError, match=r"^entries: is for tasks"):
        cause_of(world.server(online=listed(kind({}))), world.mint(SESSION_A))


def test_futures(world: World) -> None:
    """What can be awaited and is no coroutine is taken for the same mistake."""

    class Future:
        def __await__(self) -> Any:
            yield

    with pytest.raises(ConfigurationError, match=r"^entries: is for tasks"):
        cause_of(world.server(online=listed({"user:ada": Future()})), world.mint(SESSION_A))


@pytest.mark.parametrize(
    ("entries", "changes", "field"),
    [
        ({}, {"on_failure": "maybe"}, "on_failure"),
        ({}, {"ttl_s": 0}, "ttl_s"),
        ({}, {"timeout_s": -1}, "timeout_s"),
        ([], {}, "entries"),
    ],
    ids=str,
)
def test_settings(entries: Any, changes: dict[str, Any], field: str) -> None:
    """A wrong setting is refused by name."""
    with pytest.raises(ConfigurationError, match=f"^{field}: "):
        OnlineList(entries, **{"on_failure": "refuse", **changes})
