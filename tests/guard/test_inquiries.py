"""One question for whoever waits for its answer, and no more than are needed where nobody answers."""

import asyncio
import gc
import json
import os
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Literal

import anyio
import pytest
import trio

from edges import until
from loopback import Answer, closed_port, http, serving
from playing import arefused, bearer, cause_of
from poolwarden import Cause, ConfigurationError
from poolwarden.guard import inquiries
from poolwarden.guard.online_check import OnlineCheck
from poolwarden.guard.online_list import OnlineList
from poolwarden.guard.revocation import RevocationList
from poolwarden.guard.server import Guard
from world import World

ALIVE = http(200, b'{"Username":"a"}')
BUSY = http(400, b'{"__type":"TooManyRequestsException","message":"Rate exceeded"}')
BROKEN = http(500, b"{}")
REVOKED = http(
    400, json.dumps({"__type": "NotAuthorizedException", "message": "Access Token has been revoked"}).encode()
)
PATIENT_S = 60.0
CHOICES = pytest.mark.parametrize(
    ("on_failure", "cause"), [("refuse", Cause.REVOCATION_UNAVAILABLE), ("accept", None)], ids=["refuse", "accept"]
)


class Cognito:
    """
    A server that answers when it may.

    Attributes:
        answer: What it says; may be changed.
        may: Held questions wait for it.
        questions: How many there were.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.may = threading.Event()
        self.may.set()
        self.questions = 0

    def __call__(self, connection: socket.socket) -> None:
        """Answer one question."""
        self.questions += 1
        self.may.wait(PATIENT_S)
        self.answer(connection)


@contextmanager
def asked(answer: Answer, world: World, revoked: Any = None, **settings: Any) -> Iterator[tuple[Cognito, Guard]]:
    """Serve, and make a guard that asks."""
    cognito = Cognito(answer)
    with serving(cognito) as server:
        check = {"url": server.url, "on_failure": "refuse", "timeout_s": PATIENT_S, **settings}
        cache_size = check.pop("cache_size", 10_000)
        yield cognito, world.server(online=OnlineCheck(**check), cache_size=cache_size, revoked=revoked)
        cognito.may.set()


def flights(server: Guard) -> int:
    """Return how many questions are being asked."""
    online = server.rules.online
    assert online is not None
    return sum(len(book._flights) for book in online._books.values())


@pytest.mark.parametrize(("answer", "cause"), [(ALIVE, None), (REVOKED, Cause.TOKEN_REVOKED)])
def test_threads(answer: Answer, cause: Cause | None, world: World) -> None:
    """Forty threads with one token ask once."""
    together, token = threading.Barrier(40), world.mint()

    def ask(server: Guard) -> Cause | None:
        together.wait(PATIENT_S)
        return cause_of(server, token)

    with asked(answer, world) as (cognito, server):
        with ThreadPoolExecutor(40) as threads:
            found = [future.result(PATIENT_S) for future in [threads.submit(ask, server) for _ in range(40)]]
        assert set(found) == {cause}
        assert cognito.questions == 1


async def test_tasks(world: World) -> None:
    """Two hundred tasks with one token ask once, and hold no threads while they wait."""
    token = world.mint()
    with asked(REVOKED, world) as (cognito, server):
        cognito.may.clear()
        before = threading.active_count()
        tasks = [asyncio.create_task(arefused(server, token)) for _ in range(200)]
        await asyncio.to_thread(until, lambda: cognito.questions)
        # What serves the one question, and what this test waits in.
        assert threading.active_count() <= before + 2
        cognito.may.set()
        assert set(await asyncio.gather(*tasks)) == {Cause.TOKEN_REVOKED}
        assert cognito.questions == 1
        await server.aclose()


async def closing(server: Guard, token: bytes) -> Cause | None:
    """Ask from a task, and leave no connection open."""
    try:
        return await arefused(server, token)
    finally:
        await server.aclose()


WAYS = {
    "thread": cause_of,
    "asyncio": lambda server, token: asyncio.run(closing(server, token)),
    "trio": lambda server, token: trio.run(closing, server, token),
}


@pytest.mark.parametrize("first", WAYS)
def test_mixed(first: str, world: World) -> None:
    """Threads, asyncio and trio share one question, whoever asks it."""
    token = world.mint()
    with asked(REVOKED, world) as (cognito, server), ThreadPoolExecutor(10) as threads:
        cognito.may.clear()
        asking = [threads.submit(WAYS[first], server, token)]
        until(lambda: cognito.questions)
        asking += [threads.submit(way, server, token) for way in WAYS.values() for _ in range(3)]
        cognito.may.set()
        assert {future.result(PATIENT_S) for future in asking} == {Cause.TOKEN_REVOKED}
        assert cognito.questions == 1


@pytest.mark.parametrize("kind", ["asyncio", "trio"])
def test_cancelled(kind: Literal["asyncio", "trio"], world: World) -> None:
    """Where the task that asks is cancelled, one of those that wait for its answer asks."""
    token, found = world.mint(), []

    async def staying(server: Guard) -> None:
        found.append(await arefused(server, token))

    async def play(cognito: Cognito, server: Guard) -> None:
        cognito.may.clear()
        async with anyio.create_task_group() as others:
            async with anyio.create_task_group() as leaving:
                leaving.start_soon(arefused, server, token)
                await anyio.to_thread.run_sync(until, lambda: cognito.questions)
                for _ in range(5):
                    others.start_soon(staying, server)
                await anyio.wait_all_tasks_blocked()
                leaving.cancel_scope.cancel()
            cognito.may.set()
        await server.aclose()

    with asked(REVOKED, world) as (cognito, server):
        anyio.run(play, cognito, server, backend=kind)
        assert found == [Cause.TOKEN_REVOKED] * 5
        assert cognito.questions == 2
        assert flights(server) == 0


def test_zombie(world: World) -> None:
    """A dead token is asked about once per ttl_s, however often it comes."""
    token = world.mint()
    with asked(REVOKED, world, ttl_s=30) as (cognito, server):
        for asked_for, after_s in ((1, 0), (1, 29), (2, 1)):
            world.clock.move(after_s)
            for _ in range(20):
                assert cause_of(server, token) is Cause.TOKEN_REVOKED
            assert cognito.questions == asked_for


def test_uncached(world: World) -> None:
    """A token that the guard does not remember is asked about once per ttl_s, too."""
    token = world.mint()
    with asked(ALIVE, world, ttl_s=30, cache_size=0) as (cognito, server):
        for _ in range(3):
            assert cause_of(server, token) is None
        assert cognito.questions == 1
        world.clock.move(30)
        assert cause_of(server, token) is None
        assert cognito.questions == 2


def test_from_the_question_on(world: World) -> None:
    """An answer holds from the moment of its question on: what ended the session meanwhile is not in it."""
    token = world.mint()

    def slow(connection: socket.socket) -> None:
        world.clock.move(20)
        ALIVE(connection)

    with asked(slow, world, ttl_s=30) as (cognito, server):
        assert cause_of(server, token) is None
        world.clock.move(9)
        assert cause_of(server, token) is None
        assert cognito.questions == 1
        world.clock.move(1)
        cognito.answer = REVOKED
        assert cause_of(server, token) is Cause.TOKEN_REVOKED


def test_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only so many answers are remembered; the oldest leaves."""
    monkeypatch.setattr(inquiries, "_REMEMBERED", 2)
    tokens = [world.mint() for _ in range(3)]
    with asked(REVOKED, world) as (cognito, server):
        for token in (*tokens, *tokens[1:], tokens[0]):
            assert cause_of(server, token) is Cause.TOKEN_REVOKED
        assert cognito.questions == 4


@CHOICES
def test_silent(on_failure: str, cause: Cause | None, world: World) -> None:
    """Where nobody answers three times in a row, one question a second finds out when somebody does; others go on."""
    tokens = iter([world.mint() for _ in range(30)])
    with asked(BROKEN, world, on_failure=on_failure) as (cognito, server):
        for _ in range(10):
            assert cause_of(server, next(tokens)) is cause
        assert cognito.questions == 3
        for count in (4, 5):
            world.clock.move(1)
            for _ in range(3):
                assert cause_of(server, next(tokens)) is cause
            assert cognito.questions == count
        world.clock.move(1)
        cognito.answer = REVOKED
        for _ in range(3):
            assert cause_of(server, next(tokens)) is Cause.TOKEN_REVOKED


def test_one_tries(world: World) -> None:
    """While one finds out whether somebody answers again, no other request waits, however long that takes."""
    tokens = [world.mint() for _ in range(6)]
    with asked(BROKEN, world) as (cognito, server), ThreadPoolExecutor(1) as threads:
        for token in tokens[:3]:
            assert cause_of(server, token) is Cause.REVOCATION_UNAVAILABLE
        world.clock.move(1)
        cognito.answer = ALIVE
        cognito.may.clear()
        trying = threads.submit(cause_of, server, tokens[3])
        until(lambda: cognito.questions == 4)
        world.clock.move(1)
        assert cause_of(server, tokens[4]) is Cause.REVOCATION_UNAVAILABLE
        cognito.may.set()
        assert trying.result(PATIENT_S) is None
        assert cause_of(server, tokens[5]) is None
        assert cognito.questions == 5


@pytest.mark.parametrize("between", [ALIVE, REVOKED, BUSY])
def test_not_silent(between: Answer, world: World) -> None:
    """Whoever answers in between is not taken for one that does not."""
    with asked(BROKEN, world) as (cognito, server):
        for count in range(1, 10):
            cognito.answer = BROKEN if count % 3 else between
            cause_of(server, world.mint())
            assert cognito.questions == count


@CHOICES
def test_nothing_said(on_failure: str, cause: Cause | None, world: World) -> None:
    """A token of which an answer says nothing is asked about again after a second, and others at once."""
    token = world.mint()
    with asked(BUSY, world, on_failure=on_failure) as (cognito, server):
        for _ in range(20):
            assert cause_of(server, token) is cause
        assert cognito.questions == 1
        cognito.answer = REVOKED
        assert cause_of(server, world.mint()) is Cause.TOKEN_REVOKED
        assert cause_of(server, token) is cause
        world.clock.move(1)
        assert cause_of(server, token) is Cause.TOKEN_REVOKED
        assert cognito.questions == 3


def test_over_stays_over(world: World) -> None:
    """A session that was said to be over stays so where nothing is said later, whatever the choice is."""
    token = world.mint()
    with asked(REVOKED, world, on_failure="accept") as (cognito, server):
        assert cause_of(server, token) is Cause.TOKEN_REVOKED
        for answer in (BUSY, BROKEN):
            cognito.answer = answer
            world.clock.move(31)
            assert cause_of(server, token) is Cause.TOKEN_REVOKED


def test_throttled_backs_off(world: World) -> None:
    """The longer nothing is said of a token, the rarer it is asked about: after 1, 2, 4 … seconds."""
    token = world.mint()
    with asked(BUSY, world, on_failure="accept") as (cognito, server):
        for _ in range(16):
            assert cause_of(server, token) is None
            world.clock.move(1)
        assert cognito.questions == 5


def test_ended_meanwhile(world: World) -> None:
    """A session that the revocation list ends while the answer is awaited is over."""
    revoked = RevocationList(now=world.clock)
    token = world.mint({"origin_jti": "a"})
    with asked(ALIVE, world, revoked=revoked) as (cognito, server), ThreadPoolExecutor(1) as threads:
        cognito.may.clear()
        waiting = threads.submit(cause_of, server, token)
        until(lambda: cognito.questions == 1)
        revoked.revoke_session("a")
        cognito.may.set()
        assert waiting.result(PATIENT_S) is Cause.TOKEN_REVOKED


@CHOICES
def test_whatever_is_raised(
    on_failure: Any, cause: Cause | None, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever keeps the question from being asked, such as a proxy of a kind that is not known, it is no answer."""
    monkeypatch.setenv("HTTPS_PROXY", "gopher://127.0.0.1:9")
    server = world.server(online=OnlineCheck(url="https://cognito.invalid/", on_failure=on_failure, timeout_s=0.5))
    assert cause_of(server, world.mint()) is cause


def test_failed_once(world: World) -> None:
    """That nobody answered is not remembered: the next request asks, and passes where somebody answers then."""
    token = world.mint()
    with asked(BROKEN, world) as (cognito, server):
        for _ in range(2):
            assert cause_of(server, token) is Cause.REVOCATION_UNAVAILABLE
        cognito.answer = ALIVE
        assert cause_of(server, token) is None
        assert cognito.questions == 3


@CHOICES
def test_nobody(on_failure: Any, cause: Cause | None, world: World) -> None:
    """Where nobody listens it is the same."""
    check = OnlineCheck(url=f"http://127.0.0.1:{closed_port()}/", on_failure=on_failure)
    server = world.server(online=check)
    for _ in range(5):
        assert cause_of(server, world.mint()) is cause


def test_hanging_list(world: World) -> None:
    """A list that lets the thread that asks hang lets the others wait their time, and is asked again."""
    over, entries = threading.Event(), dict[str, Any]()

    class Hanging:
        asked = 0

        def get(self, key: str) -> Any:
            self.asked += 1
            if self.asked == 1:
                over.wait(PATIENT_S)
            return entries.get(key)

    hanging, token = Hanging(), world.mint({"origin_jti": "a"})
    server = world.server(online=OnlineList(hanging, on_failure="refuse", timeout_s=0.05))
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(cause_of, server, token)
        until(lambda: hanging.asked)
        assert cause_of(server, token) is Cause.REVOCATION_UNAVAILABLE
        entries["session:a"] = 1
        until(lambda: cause_of(server, token) is Cause.TOKEN_REVOKED)
        over.set()
        assert first.result(PATIENT_S) is Cause.TOKEN_REVOKED


def test_own_mistake(world: World) -> None:
    """A question that ends in an error of the settings leaves nobody behind who waits for it."""

    class Tasks:
        async def get(self, key: str) -> Any:
            return None

    server = world.server(online=OnlineList(Tasks(), on_failure="refuse"))
    for _ in range(2):
        with pytest.raises(ConfigurationError, match="is for tasks"):
            server.authenticate(bearer(world.mint()))
    gc.collect()
    assert flights(server) == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform has no fork")
@pytest.mark.filterwarnings("ignore")  # threads run, as in a server that forks
def test_fork(world: World) -> None:
    """A process forked while a question is asked asks its own, and neither waits for the other."""
    token, found = world.mint(), Future[Cause | None]()
    with asked(REVOKED, world) as (cognito, server):
        cognito.may.clear()
        asking = threading.Thread(target=lambda: found.set_result(cause_of(server, token)))
        asking.start()
        until(lambda: cognito.questions)
        child = os.fork()
        if child == 0:
            os._exit(0 if cause_of(server, token) is Cause.TOKEN_REVOKED else 1)
        until(lambda: cognito.questions == 2)
        cognito.may.set()
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert found.result(PATIENT_S) is Cause.TOKEN_REVOKED
        asking.join()
