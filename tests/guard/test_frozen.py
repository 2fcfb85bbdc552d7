"""Where nothing runs between requests, nothing is left to the background, and time that was slept counts."""

import os
import subprocess
import sys
import threading

import pytest

from playing import cause_of
from poolwarden import Cause
from poolwarden.guard import sources
from poolwarden.guard.fetched import Document
from poolwarden.guard.frozen import freezes, waking
from poolwarden.guard.keys import KeyPolicy
from world import World

HOUR = 3600
FUNCTION = "AWS_LAMBDA_FUNCTION_NAME"


@pytest.fixture
def function(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be a function of AWS Lambda."""
    monkeypatch.setenv(FUNCTION, "shop")


def test_freezes() -> None:
    """Lambda freezes a process between requests; a server elsewhere goes on."""
    assert freezes({FUNCTION: "shop"})
    assert not freezes({})


def test_waking() -> None:
    """The clock counts what it slept through, and does not go back when the wall clock is set back."""
    monotonic, wall = [10.0], [1_000.0]
    clock = waking(lambda: monotonic[0], lambda: wall[0])
    began = clock()
    monotonic[0], wall[0] = 15.0, 1_005.0
    assert clock() - began == 5
    wall[0] = 1_005.0 + HOUR
    assert clock() - began == 5 + HOUR
    wall[0] = 7.0
    assert clock() - began == 5 + HOUR
    monotonic[0] = 16.0
    assert clock() - began == 6 + HOUR


@pytest.mark.parametrize("slept", [True, False])
def test_clock(slept: bool) -> None:
    """A guard's clock is the one that counts what was slept through where that happens, else the system's."""
    env = {name: value for name, value in os.environ.items() if name != FUNCTION}
    code = "import time; from poolwarden.guard.server import monotonic; print(monotonic is not time.monotonic)"
    ran = subprocess.run(
        [sys.executable, "-c", code], env=env | ({FUNCTION: "shop"} if slept else {}), capture_output=True, check=True
    )
    assert ran.stdout.split() == [str(slept).encode()]


def test_due(own: World, function: None) -> None:
    """Keys that are due have been renewed when the request is answered, which may be one with a known token."""
    server, token = own.server(), own.mint()
    assert cause_of(server, token) is None
    assert len(own.fetched) == 1
    own.clock.move(0.9 * HOUR)
    assert server.recall(b"Bearer " + token) is not None
    assert len(own.fetched) == 2
    assert not [thread for thread in threading.enumerate() if thread.name == "poolwarden-ask"]


def test_removed(own: World, function: None) -> None:
    """A known token ends at the first renewal after its key was removed, for which it waits itself."""
    server, token = own.server(), own.mint()
    assert cause_of(server, token) is None
    own.pool.rotate_keys(keep_old=False)
    own.clock.move(0.9 * HOUR)
    assert server.recall(b"Bearer " + token) is None
    assert cause_of(server, token) is Cause.KEY_UNKNOWN


def test_prefetch(own: World, function: None) -> None:
    """What is fetched ahead is there when that returns."""
    server = own.server()
    server.prefetch()
    assert server.ready()


def test_side_by_side(own: World, function: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several pools' keys that are due are fetched side by side, and waited for together."""
    monkeypatch.setattr(sources, "_PATIENCE_S", 50.0)
    both = threading.Barrier(2)

    def fetch(url: str, timeout_s: float) -> Document:
        both.wait(5)  # or it is broken, and the fetch fails
        return own.fetch(url, timeout_s)

    server = own.server(fetch=fetch)
    server.prefetch()
    assert server.ready()


def test_hangs(own: World, function: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key server that hangs delays a request that has a key at hand for a moment only."""
    monkeypatch.setattr(sources, "_PATIENCE_S", 0.01)
    gate = threading.Event()
    gate.set()

    def fetch(url: str, timeout_s: float) -> Document:
        gate.wait(60)
        return own.fetch(url, timeout_s)

    server, token = own.server(fetch=fetch, key_policy=KeyPolicy(timeout_s=50)), own.mint()
    assert cause_of(server, token) is None
    gate.clear()
    own.clock.move(0.9 * HOUR)
    try:
        assert server.recall(b"Bearer " + token) is not None
        assert len(own.fetched) == 1
    finally:
        gate.set()
