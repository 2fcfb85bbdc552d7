"""
Ask Cognito or a list elsewhere about a token: once for all who wait, and remember the answer.

Of several requests with the same token one asks, and the others wait for its
answer: threads by blocking, tasks without holding a thread. An answer is kept
for ``ttl_s``, also one that the session was ended: a client that goes on with a
dead token must not use up Cognito's quota. An answer that says nothing about the
token (throttling) is kept for a second, then two, four, up to ``ttl_s``, and
never revives a session that has ended. When several questions in a row get no
answer at all, only one request a second asks, and the others do not wait.
"""

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Generator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress
from typing import NamedTuple, Protocol

from poolwarden.causes import Cause
from poolwarden.guard.access_token import AccessToken
from poolwarden.guard.fetch import Exchange
from poolwarden.guard.gate import Gates
from poolwarden.guard.online_check import Confirmation, OnlineCheck
from poolwarden.guard.online_list import OnlineList
from poolwarden.guard.step import Step

# How many answers are remembered, some 300 bytes each.
_REMEMBERED = 10_000
# After so many questions in a row without any answer only one request a second asks; a single one may just get lost.
_PATIENCE = 3
_PAUSE_S = 1.0
_OVER = (Cause.TOKEN_REVOKED, Cause.TOKEN_EXPIRED)


class Answer(NamedTuple):
    """
    What is known of a token.

    Attributes:
        cause: Why it is refused; None where it passes.
        until: Until when that holds, monotonic seconds.
        pause_s: Where the answer said nothing about the token: how long until the next question, seconds; else 0.
    """

    cause: Cause | None
    until: float
    pause_s: float = 0.0


class Inquiries:
    """
    The questions of one guard about its tokens, safe for threads, event loops and forks.

    Args:
        online: Whom to ask, and how long answers hold.
        exchange: Sends questions to Cognito.
        monotonic: The clock by which answers hold, seconds.

    Attributes:
        can_ask: Returns whether there is anybody to ask about a token.
        for_tasks: Whether threads cannot ask.
    """

    def __init__(self, online: OnlineCheck | OnlineList, exchange: Exchange, monotonic: Callable[[], float]) -> None:
        self.can_ask: Callable[[AccessToken], bool] = online.can_ask
        self.for_tasks: bool = isinstance(online, OnlineList) and online.for_tasks
        self._online = online
        self._exchange = exchange
        self._monotonic = monotonic
        # By process id: a forked process does not get the answers that its parent's threads wait for.
        self._books: dict[int, _Book] = {}

    def about(self, verified: AccessToken, token: bytes, digest: bytes) -> Generator[Step, None, Answer]:
        """
        Find out whether a token's session is alive; yields the steps to wait for.

        Args:
            verified: The verified token.
            token: The same as it stands in the header.
            digest: Its SHA-256, by which the answer is remembered.

        Returns:
            The answer; where there was none in time, what ``on_failure`` says.
        """
        book = self._books.get(os.getpid()) or self._books.setdefault(os.getpid(), _Book(self._online.timeout_s))
        patient_until = time.monotonic() + self._online.timeout_s
        while True:
            now = self._monotonic()
            with book.lock:
                found = book.look(digest, now)
            if found is None:
                return self._unanswered(now, book.last(digest))
            if isinstance(found, Answer):
                return found
            flight, leads = found
            if leads:
                return (yield from self._ask(verified, token, now, book, flight))
            yield flight
            if flight.answer is not None:
                return flight.answer
            # The request that asked was cancelled, or hangs.
            if time.monotonic() >= patient_until or not flight.landed.done():
                return self._unanswered(now, book.last(digest))

    def _ask(
        self, verified: AccessToken, token: bytes, now: float, book: "_Book", flight: "_Flight"
    ) -> Generator[Step, None, Answer]:
        try:
            question = self._question(verified, token)
            yield question
            ended = self._monotonic()
            # It holds from when it was asked: a session that was ended after that is not in the answer yet.
            flight.answer = answer = (
                Answer(question.cause, now + self._online.ttl_s)
                if question.answered
                else self._unanswered(ended, book.last(flight.digest))
            )
            with book.lock:
                book.answered(flight, reached=question.reached, now=ended)
        finally:  # also when this task is cancelled, so that another request can ask
            with book.lock:
                book.landed(flight)
            flight.landed.set_result(None)
        return answer

    def _question(self, verified: AccessToken, token: bytes) -> "_Question":
        if isinstance(self._online, OnlineList):
            return self._online.look_up(verified)
        return Confirmation(self._online, self._exchange, token)

    def _unanswered(self, now: float, last: Answer | None) -> Answer:
        # Ask less and less often: calls that are throttled must not become more numerous because of it.
        pause_s = min(2 * last.pause_s if last is not None and last.pause_s else _PAUSE_S, self._online.ttl_s)
        if last is not None and last.cause in _OVER:  # a session that has ended stays so
            return Answer(last.cause, now + pause_s, pause_s)
        cause = Cause.REVOCATION_UNAVAILABLE if self._online.on_failure == "refuse" else None
        return Answer(cause, now + pause_s, pause_s)


class _Question(Step, Protocol):
    """A question about one token; its attributes are set once it was carried out (see :class:`Confirmation`)."""

    cause: Cause | None
    answered: bool
    reached: bool


class _Flight:
    """A question on its way, for all who wait for its answer."""

    __slots__ = ("_gates", "_hangs_at", "_timeout_s", "answer", "digest", "landed")

    def __init__(self, digest: bytes, timeout_s: float) -> None:
        self.digest = digest
        self.answer: Answer | None = None
        self.landed: Future[None] = Future()
        self.landed.set_running_or_notify_cancel()  # so that no waiting task can cancel it for the others
        self._gates = Gates()
        self._timeout_s = timeout_s
        self._hangs_at = time.monotonic() + 2 * timeout_s

    def wait(self) -> None:
        """Block this thread until the question was answered, at most as long as its time-out."""
        with suppress(FutureTimeout):
            self.landed.result(self._timeout_s)

    async def wait_async(self) -> None:
        """Let this task wait until the question was answered, at most as long as its time-out."""
        await self._gates.wait(self.landed, self._timeout_s)

    def hangs(self) -> bool:
        """Return whether it takes twice its time-out: a list's own time-out may be longer, or it may have none."""
        return time.monotonic() >= self._hangs_at


class _Book:
    """The questions and answers of one process; every method but :meth:`last` is called with the lock held."""

    def __init__(self, timeout_s: float) -> None:
        # Reentrant: the garbage collector may end an abandoned flow, which takes the lock, while the lock is held.
        self.lock = threading.RLock()
        self._timeout_s = timeout_s
        self._answers: OrderedDict[bytes, Answer] = OrderedDict()
        self._flights: dict[bytes, _Flight] = {}
        self._failures = 0  # in a row
        self._try_at = 0.0
        self._trying: _Flight | None = None  # the one question on its way after several failures

    def look(self, digest: bytes, now: float) -> "Answer | tuple[_Flight, bool] | None":
        """
        Return what is known of a token, or whom to wait for.

        Returns:
            The answer that holds; or the question on its way, and whether it is the caller who has to ask it; or None
            where nobody may ask now.
        """
        answer = self._answers.get(digest)
        if answer is not None and now < answer.until:
            return answer
        while self._flights and (oldest := next(iter(self._flights.values()))).hangs():
            self._failed(oldest, now)
        flight = self._flights.get(digest)
        if flight is not None:
            return flight, False
        if self._failures >= _PATIENCE and (self._trying is not None or now < self._try_at):
            return None
        flight = self._flights[digest] = _Flight(digest, self._timeout_s)
        if self._failures >= _PATIENCE:
            self._trying = flight
        return flight, True

    def last(self, digest: bytes) -> Answer | None:
        """Return the last answer about a token, however old, or None."""
        return self._answers.get(digest)

    def answered(self, flight: _Flight, *, reached: bool, now: float) -> None:
        """Remember an answer; where there was none at all, count the failure and remember nothing."""
        if self._flights.get(flight.digest) is not flight or flight.answer is None:
            return
        if not reached:
            self._failed(flight, now)
            return
        self._failures = 0
        self._answers[flight.digest] = flight.answer
        self._answers.move_to_end(flight.digest)
        if len(self._answers) > _REMEMBERED:
            self._answers.popitem(last=False)

    def landed(self, flight: _Flight) -> None:
        """Take note that a question is no longer on its way."""
        if self._flights.get(flight.digest) is flight:
            del self._flights[flight.digest]
        if self._trying is flight:
            self._trying = None

    def _failed(self, flight: _Flight, now: float) -> None:
        self._failures += 1
        self._try_at = now + _PAUSE_S
        self.landed(flight)
