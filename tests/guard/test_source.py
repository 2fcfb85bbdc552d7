"""One fetch at a time for every thread and every task, and nobody waits longer than a fetch may take."""

import asyncio
import gc
import json
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
import trio

from edges import until
from playing import IMPATIENT, PATIENT, Play, held
from poolwarden import BearerError, Cause
from poolwarden.guard.crowd import KEY_IDS
from poolwarden.guard.fetched import FetchError
from poolwarden.guard.keys import KeyPolicy, Need
from poolwarden.guard.source import KeySource, KeyWanted, Outcome
from poolwarden.localpool import Clock
from world import Rings


@pytest.fixture
def play(rings: Rings) -> Iterator[Play]:
    """Fetch the keys of the world's pool, and let no thread hang behind."""
    played = Play(rings)
    yield played
    played.gate.set()
    for thread in threading.enumerate():
        if thread.name == "poolwarden-keys":
            thread.join(5)


def test_fetched(play: Play, rings: Rings) -> None:
    """A fetch puts keys in force and is told."""
    source = play.source()
    source.wait()
    assert set(source.ring.current.keys) == {rings.main.access.kid, rings.main.id.kid}
    assert play.told == [Outcome("ok", 2, 0, 0.0)]
    assert source.ring.look(rings.main.access.kid, 0)[1] is Need.NOTHING


@pytest.mark.parametrize(
    ("document", "result"),
    [
        (FetchError("timeout"), "timeout"),
        (FetchError("blocked"), "blocked"),
        (b"<!doctype html>", "invalid"),
        (b'{"message":"Internal server error"}', "invalid"),
        (b'{"__type":"TooManyRequestsException"}', "invalid"),
        (ZeroDivisionError(), "http_error"),
        (RecursionError(), "http_error"),
    ],
    ids=str,
)
def test_failed(play: Play, document: bytes | Exception, result: str) -> None:
    """Whatever goes wrong leaves the keys as they are, is told and backs off; the next try succeeds."""
    clock = Clock(0)
    source = play.source(clock=clock)
    source.wait()
    good, keys = play.document, source.ring.current.keys
    play.document = document
    source.wait()
    assert [outcome.result for outcome in play.told] == ["ok", result]
    assert source.ring.current.keys is keys
    assert source.ring.retry_in(0) == PATIENT.backoff_s
    play.document = good
    clock.move(PATIENT.backoff_s)
    source.wait()
    assert source.ring.failures == 0


def test_threads(play: Play, rings: Rings) -> None:
    """Two hundred threads that need keys at once cause one fetch, however late one of them comes to wait."""
    source, ready = play.source(), threading.Barrier(200)
    kid = rings.main.access.kid

    def need() -> bool:
        found, need = source.ring.look(kid, 0)
        ready.wait()
        assert (found, need) == (None, Need.FETCH)
        source.wait(kid)
        return source.ring.look(kid, 0)[0] is not None

    with ThreadPoolExecutor(200) as pool:
        assert all(future.result() for future in [pool.submit(need) for _ in range(200)])
    assert play.fetches == 1


async def test_tasks(play: Play) -> None:
    """Two hundred tasks cause one fetch, hold no threads and leave the event loop free."""
    source = play.source()
    with held(play):
        tasks = [asyncio.create_task(source.wait_async()) for _ in range(200)]
        for _ in range(3):
            await asyncio.sleep(0)
        assert not any(task.done() for task in tasks)
        assert sum(thread.name == "poolwarden-keys" for thread in threading.enumerate()) == 1
    await asyncio.gather(*tasks)
    assert len(source.ring.current.keys) == 2
    assert play.fetches == 1


async def test_threads_and_tasks(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads, tasks and several event loops share one fetch."""
    source, joined = play.source(), []
    renew = source.renew

    def counted(kid: str | None = None) -> Future[None]:
        joined.append(kid)
        return renew(kid)

    monkeypatch.setattr(source, "renew", counted)
    with held(play):
        tasks = [asyncio.create_task(source.wait_async()) for _ in range(50)]
        threads = [asyncio.create_task(asyncio.to_thread(source.wait)) for _ in range(4)]
        loops = [asyncio.create_task(asyncio.to_thread(asyncio.run, source.wait_async())) for _ in range(2)]
        while len(joined) < 56:  # noqa: ASYNC110 (threads and other loops come, too)
            await asyncio.sleep(0.001)
    await asyncio.gather(*tasks, *threads, *loops)
    assert play.fetches == 1


async def test_cancelled(play: Play) -> None:
    """A request that leaves takes nobody else's fetch with it."""
    source = play.source()
    with held(play):
        leaving, staying = (asyncio.create_task(source.wait_async()) for _ in range(2))
        await asyncio.sleep(0)
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        assert not staying.done()
    await staying
    assert len(source.ring.current.keys) == 2
    assert play.fetches == 1


async def test_patience(play: Play) -> None:
    """Nobody waits longer than a fetch may take, though it may end later and still be of use."""
    source = play.source(IMPATIENT)
    with held(play):
        await source.wait_async()
        await asyncio.to_thread(source.wait)
        assert not source.ring.current.keys
        late = source.renew()
    late.result(5)
    assert source.ring.current.keys
    assert play.fetches == 1


def test_lost(play: Play) -> None:
    """A fetch that does not end is left to itself: it counts as failed, and another may begin."""
    clock = Clock(0)
    source = play.source(clock=clock)
    with held(play):
        first = source.renew()
        clock.move(PATIENT.timeout_s - 0.1)
        assert source.renew() is first
        clock.move(0.1)
        assert source.renew() is first
        assert first.done()
        assert source.ring.failures == 1
        assert play.told == [Outcome("timeout", 0, 0, PATIENT.timeout_s)]
        second = source.renew()
        assert second is not first
    second.result(5)
    assert play.fetches == 2
    assert source.ring.failures == 0


def test_lost_and_failed(play: Play) -> None:
    """A fetch that was left to itself and fails later is counted once."""
    clock = Clock(0)
    source = play.source(clock=clock)
    play.document = FetchError("timeout")
    with held(play):
        source.renew()
        clock.move(PATIENT.timeout_s)
        source.renew()
    for thread in threading.enumerate():
        if thread.name == "poolwarden-keys":
            thread.join(5)
    assert source.ring.failures == 1


def test_lost_and_found(play: Play) -> None:
    """A fetch that was given up and ends well after all puts its keys in force, unless newer ones are."""
    clock = Clock(0)
    source = play.source(clock=clock)
    with held(play):
        source.renew()
        clock.move(PATIENT.timeout_s)
        source.renew()
        assert source.ring.failures == 1
    _settle()
    assert (source.ring.failures, len(source.ring.current.keys)) == (0, 2)
    assert [outcome.result for outcome in play.told] == ["timeout", "ok"]
    with held(play):
        source.renew()
        clock.move(PATIENT.timeout_s)
        source.renew()
        source.ring.fetched({}, clock(), None)
    _settle()
    assert source.ring.current.keys == {}


def test_all_lost(play: Play) -> None:
    """While several fetches hang for ever no further one is begun: each try fails at once, and is told."""
    clock = Clock(0)
    source = play.source(clock=clock)
    with held(play):
        for _ in range(10):
            source.renew()
            clock.move(PATIENT.timeout_s)
            source.renew()
        assert sum(thread.name == "poolwarden-keys" for thread in threading.enumerate()) == 4
        assert source.ring.failures == 16
        assert {outcome.result for outcome in play.told} == {"timeout"}
        assert [outcome.duration_s for outcome in play.told] == [PATIENT.timeout_s] * 4 + [0] * 12
    _settle()
    source.wait()
    assert len(source.ring.current.keys) == 2


def _settle() -> None:
    for thread in threading.enumerate():
        if thread.name == "poolwarden-keys":
            thread.join(60)


def test_lands_when_given_up(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fetch that lands in the moment in which it is given up fails nobody's request."""
    clock = Clock(0)
    source = play.source(clock=clock)
    told = source._told

    def telling(of: KeySource, outcome: Outcome) -> None:
        told(of, outcome)
        if outcome.result == "timeout":
            play.gate.set()
            first.result(5)

    monkeypatch.setattr(source, "_told", telling)
    with held(play):
        first = source.renew()
        clock.move(1.5 * PATIENT.timeout_s)
        assert source.renew() is first
    assert {outcome.result for outcome in play.told} == {"ok", "timeout"}


def test_slept(play: Play) -> None:
    """Where the process stood still during a fetch, nothing has failed: another begins at once."""
    clock = Clock(0)
    source = play.source(clock=clock)
    with held(play):
        first = source.renew()
        clock.move(3 * PATIENT.timeout_s)
        second = source.renew()
        assert second is not first
        assert not second.done()
    second.result(5)
    first.result(5)  # who waited for the first is woken, too
    assert (play.fetches, source.ring.failures) == (2, 0)
    assert {outcome.result for outcome in play.told} == {"ok"}


def test_slept_with_the_answer(play: Play) -> None:
    """Keys whose fetch was slept through are as old as the question: one removed meanwhile is found missing in time."""
    clock = Clock(0)
    source = play.source(clock=clock)
    with held(play):
        fetch = source.renew()
        clock.move(3 * PATIENT.timeout_s)
    fetch.result(5)
    assert source.ring.current.fetched_at == 0


def test_slept_and_failed(play: Play) -> None:
    """A fetch that fails because the process stood still is no failure of the source."""
    clock = Clock(0)
    source = play.source(clock=clock)
    play.document = FetchError("timeout")
    with held(play):
        first = source.renew()
        clock.move(3 * PATIENT.timeout_s)
    first.result(5)
    assert (play.told, source.ring.failures) == ([], 0)
    source.wait()
    assert source.ring.failures == 1


def test_loop_of_one_request(play: Play) -> None:
    """An event loop that is gone leaves nothing behind, where each request has one of its own."""
    source = play.source()
    for _ in range(2):
        asyncio.run(source.wait_async())
    assert play.fetches == 2
    assert not source._gates._gates


def test_another_loop(play: Play) -> None:
    """A task of trio's waits as asyncio's do, and no longer."""
    source, impatient = play.source(), play.source(IMPATIENT)

    async def waiting(ended: list[bool]) -> None:
        await source.wait_async()
        ended.append(True)

    async def both() -> None:
        ended: list[bool] = []
        with held(play):
            async with trio.open_nursery() as nursery:
                nursery.start_soon(waiting, ended)
                await impatient.wait_async()
                assert not ended
                play.gate.set()
        assert ended

    trio.run(both)
    assert source.ring.current.keys
    assert play.fetches == 2


def test_closed_loops(play: Play) -> None:
    """An event loop that is gone is not kept, also where its task was cancelled while it waited."""
    loops: list[weakref.ref[asyncio.AbstractEventLoop]] = []

    async def leaving(source: KeySource) -> None:
        loops.append(weakref.ref(asyncio.get_running_loop()))
        task = asyncio.create_task(source.wait_async())
        await asyncio.sleep(0)
        task.cancel()

    async def staying(source: KeySource) -> None:
        loops.append(weakref.ref(asyncio.get_running_loop()))
        await source.wait_async()

    source = play.source()
    for _ in range(5):
        with held(play):
            asyncio.run(leaving(source))
        asyncio.run(staying(source))
    source.wait()
    gc.collect()
    assert not [loop for loop in loops if loop() is not None]


def test_unknown(play: Play) -> None:
    """With keys in force, a fetch that somebody waits for is one for an unknown key id, and begins the cooldown."""
    source = play.source()
    source.wait()
    assert source.ring.look("x", 0)[1] is Need.FETCH
    KeyWanted(source, "x").wait()
    assert source.ring.look("x", 0)[1] is Need.NOTHING
    KeyWanted(source, "y").wait()
    assert play.fetches == 2


async def test_unknown_in_flight(play: Play) -> None:
    """Whoever joins a fetch for an unknown key id shares its outcome and its cooldown."""
    source = play.source()
    await source.wait_async()
    with held(play):
        tasks = [asyncio.create_task(KeyWanted(source, f"forged{n}").wait_async()) for n in range(1000)]
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    assert {source.ring.look(f"forged{n}", 0)[1] for n in range(1000)} == {Need.NOTHING}
    assert play.fetches == 2


def test_flood(play: Play, rings: Rings) -> None:
    """
    With keys in force, few of many made-up key ids are waited for: the other threads are answered at once.

    Whoever waits for the same key, as in a rotation, waits with the others and gets it.
    """
    play.document, rotated = json.dumps(rings.other.jwk_set()).encode(), play.document
    source = play.source(KeyPolicy(timeout_s=60))
    source.wait()
    play.document, real = rotated, rings.main.id.kid

    def need(kid: str) -> Cause | None:
        try:
            KeyWanted(source, kid).wait()
        except BearerError as error:
            return error.cause
        return None

    with ThreadPoolExecutor(50) as pool, held(play):
        rotation = [pool.submit(need, real) for _ in range(20)]
        until(lambda: blocked() == 20, 50)
        forged = [pool.submit(need, f"forged{n}") for n in range(30)]
        until(lambda: sum(future.done() for future in forged) == 30 - (KEY_IDS - 1), 50)
        assert not any(future.done() for future in rotation)
        assert blocked() == 20 + KEY_IDS - 1
        play.gate.set()
        assert {future.result() for future in rotation} == {None}
        assert sorted(str(future.result()) for future in forged) == ["None"] * 7 + ["key_unknown"] * 23
    assert source.ring.look(real, 0)[1] is Need.NOTHING
    assert play.fetches == 2


def blocked() -> int:
    """Return how many threads wait for a fetch."""
    found = 0
    for frame in sys._current_frames().values():
        outer: Any = frame
        while outer is not None:
            found += outer.f_code is KeySource._block.__code__
            outer = outer.f_back
    return found


def test_no_threads(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no thread can be started, the fetch has failed, and nobody hangs."""
    source = play.source()

    def refuse(_: threading.Thread) -> None:
        message = "can't start new thread"
        raise RuntimeError(message)

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        source.wait()
    assert source.ring.failures == 1
    assert not source.ring.current.keys
    source.wait()
    assert source.ring.current.keys


FORK = """
import os, sys, threading
from poolwarden.guard import source as module
from poolwarden.guard.fetched import Document
from poolwarden.guard.keys import KeyPolicy, KeyRing
from poolwarden.guard.source import KeySource

policy, gate, parent = KeyPolicy(timeout_s=5), threading.Event(), os.getpid()

def fetch(url, timeout_s):
    if os.getpid() == parent:
        gate.wait(10)
    return Document(DOCUMENT, None)

source = KeySource("https://a.example/", KeyRing(policy), policy, monotonic=lambda: 0.0, told=print, fetch=fetch)
flying = source.renew()
child = os.fork()
if child == 0:
    source.wait()
    os._exit(0 if source.ring.current.keys else 1)
_, status = os.waitpid(child, 0)
gate.set()
flying.result(5)
sys.exit(os.waitstatus_to_exitcode(status) or not source.ring.current.keys)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform has no fork")
def test_fork(rings: Rings) -> None:
    """A process forked while a fetch is in flight makes its own, and neither waits for the other."""
    document = json.dumps(rings.main.jwk_set()).encode()
    program = f"DOCUMENT = {document!r}\n{FORK}"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], capture_output=True, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
