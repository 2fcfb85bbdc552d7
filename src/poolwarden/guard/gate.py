"""
Resume the tasks that wait for a fetch a few at a time.

When a fetch ends, a thousand tasks may be waiting for it. Resumed all at once,
they would keep their event loop from doing anything else.
"""

import asyncio
from collections import deque
from concurrent.futures import Future

from poolwarden.guard.loops import call_soon, is_over, running
from poolwarden.locks import fork_safe_lock

SLICE = 16
"""How many tasks are resumed in one turn of the event loop."""


class Gate:
    """
    The tasks of one event loop that wait for one fetch; used in that loop's thread only.

    Args:
        loop: The event loop.
        fetched: Ends when the fetch has ended.
        timeout_s: How long a task waits at most, seconds.
    """

    __slots__ = ("_loop", "_timeout_s", "_timer", "_waiting", "fetched")

    def __init__(self, loop: asyncio.AbstractEventLoop, fetched: Future[None], timeout_s: float) -> None:
        self.fetched: Future[None] = fetched
        self._loop = loop
        self._timeout_s = timeout_s
        self._timer: asyncio.TimerHandle | None = None
        self._waiting: deque[asyncio.Future[None]] = deque()
        fetched.add_done_callback(self._landed)

    async def wait(self) -> None:
        """Let this task wait until the fetch has ended, or its time is over."""
        if self._timer is None:
            self._timer = self._loop.call_later(self._timeout_s, self._release)
        turn = self._loop.create_future()
        self._waiting.append(turn)
        await turn

    def _landed(self, _: Future[None]) -> None:
        call_soon(self._loop, self._release)

    def _release(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for _ in range(min(SLICE, len(self._waiting))):
            turn = self._waiting.popleft()
            if not turn.done():  # a task that was cancelled no longer waits
                turn.set_result(None)
        if self._waiting:
            self._loop.call_soon(self._release)


class Gates:
    """Where the tasks of all event loops wait for a fetch; nothing is kept of a loop that has ended."""

    def __init__(self) -> None:
        self._gates: dict[asyncio.AbstractEventLoop, Gate] = {}
        self._lock = fork_safe_lock()

    async def wait(self, fetched: Future[None], timeout_s: float) -> None:
        """
        Let this task wait until a fetch has ended, or its time is over.

        Args:
            fetched: Ends when the fetch has ended.
            timeout_s: How long to wait at most, seconds.
        """
        loop = running()
        if not isinstance(loop, asyncio.AbstractEventLoop):
            await _wait(loop, fetched, timeout_s)
            return
        with self._lock:
            gate = self._gates.get(loop)
            if gate is None or gate.fetched is not fetched:
                for over in filter(is_over, tuple(self._gates)):
                    self._gates.pop(over, None)
                gate = self._gates[loop] = Gate(loop, fetched, timeout_s)
        try:
            await gate.wait()
        finally:  # a gate refers to its event loop, and each request may have a loop of its own
            # Without the lock: the garbage collector may end an abandoned task while this very thread holds it.
            if self._gates.get(loop) is gate:
                self._gates.pop(loop, None)


async def _wait(loop: object, fetched: Future[None], timeout_s: float) -> None:
    # Trio itself resumes tasks a few at a time.
    from anyio import Event, move_on_after  # noqa: PLC0415 (asyncio's users need not load it)

    landed = Event()
    fetched.add_done_callback(lambda _: call_soon(loop, landed.set))
    with move_on_after(timeout_s):
        await landed.wait()
