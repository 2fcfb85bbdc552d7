"""
Fetch a source's keys: one thread at a time fetches, and everybody who needs the outcome waits for it.

A thread waits by blocking, a task without holding a thread or its event loop.
So one fetch serves every thread and every event loop of a process, and
nothing that waits can delay it.
"""

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress
from typing import NamedTuple, Protocol

from poolwarden.causes import Cause
from poolwarden.errors import bearer_error
from poolwarden.guard.crowd import Crowd
from poolwarden.guard.fetch import fetch_document
from poolwarden.guard.fetched import Document, FetchError
from poolwarden.guard.gate import Gates
from poolwarden.guard.jwks import BadKeySetError, read_keys
from poolwarden.guard.keys import KeyPolicy, KeyRing, Need

# How many fetches beyond their time-out may be left running; while so many hang, no further one is begun.
_MOST_LOST = 4


class Outcome(NamedTuple):
    """
    How a fetch ended.

    Attributes:
        result: ``ok``, ``timeout``, ``http_error``, ``invalid`` or ``blocked``.
        added: How many keys are new.
        removed: How many keys are gone.
        duration_s: How long it took, seconds.
    """

    result: str
    added: int
    removed: int
    duration_s: float


class Fetch(Protocol):
    """Fetch a document within a time, or raise FetchError."""

    def __call__(self, url: str, timeout_s: float, /) -> Document:
        """Return the document at the address."""
        ...


class KeySource:
    """
    The keys of one address: a ring and the one fetch that may be in flight.

    Args:
        url: Where the JWK Set is.
        ring: Its keys.
        policy: The durations.
        monotonic: The clock, seconds.
        told: Called with the source and the outcome after every fetch, in the fetch's thread.
        fetch: What fetches.
    """

    def __init__(
        self,
        url: str,
        ring: KeyRing,
        policy: KeyPolicy,
        *,
        monotonic: Callable[[], float],
        told: Callable[["KeySource", Outcome], None],
        fetch: Fetch = fetch_document,
    ) -> None:
        self.url = url
        self.ring = ring
        self._policy = policy
        self._monotonic = monotonic
        self._told = told
        self._fetch = fetch
        # By process id: a forked process has neither the thread that fetches nor a lock that it may hold.
        self._flights: dict[int, _Flight] = {}
        self._gates = Gates()

    def renew(self, kid: str | None = None) -> Future[None]:
        """
        Start a fetch, or join the one in flight.

        Args:
            kid: The key id that somebody waits for; where it is settled by now, nothing is fetched.
                None for whoever wants the keys as they are.

        Returns:
            A future that ends when the fetch has ended, well or not.
        """
        flight = self._flight()
        now = self._monotonic()
        with flight.lock:
            # A key id that the keys in force do not have: the next fetch for an unknown one has to wait (cooldown_s).
            flight.unknown |= kid is not None and now < self.ring.current.dead_at and not self._has(kid)
            overdue = flight.future
            if overdue is not None and self._slept(now - flight.started_at):
                flight.lost += 1
                flight.future = overdue = None
            if overdue is not None and now < flight.started_at + self._policy.timeout_s:
                return overdue
            future: Future[None] = overdue or Future()
            if overdue is None and kid is not None and self.ring.look(kid, now)[1] is not Need.FETCH:
                flight.unknown = False
                future.set_result(None)  # another fetch has ended since it was looked for
                return future
            # Looking up a name has no time-out: a thread that hangs in it is left running, and given up.
            given_up = overdue is not None or flight.lost >= _MOST_LOST
            took_s = now - flight.started_at if overdue is not None else 0.0
            if given_up:
                flight.lost += overdue is not None
                flight.future = None
                self.ring.failed(now, took_s=took_s)
            else:
                future.set_running_or_notify_cancel()  # so that no waiting task can cancel it for the others
                flight.future, flight.started_at = future, now
        if given_up:
            self._told(self, Outcome("timeout", 0, 0, took_s))
            _end(future)
            return future
        try:
            threading.Thread(target=self._run, args=(flight, future), name="poolwarden-keys", daemon=True).start()
        except RuntimeError:  # no more threads, or the interpreter is shutting down
            self.ring.failed(self._monotonic())
            self._land(flight, future)
        return future

    def wait(self, kid: str | None = None, begun: Future[None] | None = None) -> bool:
        """
        Renew and block this thread until that has ended, at most as long as a fetch may take.

        Args:
            kid: As for :meth:`renew`.
            begun: What :meth:`renew` returned, where it was called before.

        Returns:
            False where keys are in force and too many threads wait for others: then this one does not.
        """
        future = begun or self.renew(kid)
        # Who waits for a key in force, an old one, has a token signed with it: such waits need no limit.
        if kid is None or future.done() or self._monotonic() >= self.ring.current.dead_at or self._has(kid):
            self._block(future)
            return True
        crowd = self._flight().crowd
        if not crowd.enter(kid):
            return False
        try:
            self._block(future)
        finally:
            crowd.leave(kid)
        return True

    async def wait_async(self, kid: str | None = None, begun: Future[None] | None = None) -> None:
        """
        Renew and let this task wait until that has ended, at most as long as a fetch may take.

        Args:
            kid: As for :meth:`renew`.
            begun: What :meth:`renew` returned, where it was called before.
        """
        future = begun or self.renew(kid)
        if not future.done():
            await self._gates.wait(future, self._policy.timeout_s)

    def _slept(self, took_s: float) -> bool:
        """Return whether the process stood still during a fetch, as its host slept or gave it no processor time."""
        return took_s > 2 * self._policy.timeout_s

    def _has(self, kid: str) -> bool:
        return kid in self.ring.current.keys

    def _flight(self) -> "_Flight":
        process = os.getpid()
        return self._flights.get(process) or self._flights.setdefault(process, _Flight())

    def _block(self, future: Future[None]) -> None:
        with suppress(FutureTimeout):
            future.result(self._policy.timeout_s)

    def _run(self, flight: "_Flight", future: Future[None]) -> None:
        started = self._monotonic()
        added = removed = 0
        retry_after_s = 0.0
        try:
            try:
                document = self._fetch(self.url, self._policy.timeout_s)
                keys = read_keys(document.body)
            except FetchError as error:
                result, retry_after_s = error.result, error.retry_after_s
            except BadKeySetError:
                result = "invalid"
            except Exception:  # noqa: BLE001 (whatever a proxy or a resolver does: a failed fetch, not a dead thread)
                result = "http_error"
            else:
                result = "ok"
            given_up = flight.future is not future  # and counted as failed
            newer = given_up and (self.ring.current.fetched_at or started) > started
            if result == "ok" and not newer:
                # If the process stood still, nobody knows when in that time the answer came: the keys count as old as
                # the question.
                slept = self._slept(self._monotonic() - started)
                added, removed = self.ring.fetched(keys, started if slept else self._monotonic(), document.max_age_s)
            elif given_up or self._slept(self._monotonic() - started):
                return  # whoever still needs the keys asks again
            else:
                self.ring.failed(self._monotonic(), retry_after_s, self._monotonic() - started)
            self._told(self, Outcome(result, added, removed, self._monotonic() - started))
        finally:
            if flight.unknown:
                self.ring.asked_for_unknown(self._monotonic())
            self._land(flight, future)

    def _land(self, flight: "_Flight", future: Future[None]) -> None:
        with flight.lock:
            if flight.future is not future:
                flight.lost -= 1
            else:
                flight.future = None
                flight.unknown = False
        _end(future)


def _end(future: Future[None]) -> None:
    """End a fetch for all who wait for it; it may be ended already, where it landed while it was given up."""
    with suppress(InvalidStateError):
        future.set_result(None)


class KeyWanted(NamedTuple):
    """
    A key that a request waits for.

    Attributes:
        source: Where it may come from.
        kid: Its id.
    """

    source: KeySource
    kid: str

    def wait(self) -> None:
        """
        Renew the keys where that is still needed, and block this thread.

        Raises:
            BearerError: ``key_unknown``: it is not among the keys in force, and too many threads wait for others.
        """
        if not self.source.wait(self.kid):
            raise bearer_error(Cause.KEY_UNKNOWN, claim="kid")

    async def wait_async(self) -> None:
        """Renew the keys where that is still needed, and let this task wait."""
        await self.source.wait_async(self.kid)


class Pause(NamedTuple):
    """
    A short wait, before a source is asked once more.

    Attributes:
        seconds: How long.
    """

    seconds: float

    def wait(self) -> None:
        """Block this thread."""
        time.sleep(self.seconds)

    async def wait_async(self) -> None:
        """Let this task wait."""
        from anyio import sleep  # noqa: PLC0415 (asyncio's and trio's)

        await sleep(self.seconds)


class _Flight:
    """The fetch in flight in one process."""

    __slots__ = ("crowd", "future", "lock", "lost", "started_at", "unknown")

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.crowd = Crowd()
        self.future: Future[None] | None = None
        self.started_at = 0.0
        self.lost = 0
        self.unknown = False
