"""
Let tasks call functions that block, in a limited number of threads.

A thread cannot be stopped from outside. One that hangs counts until it ends,
even when the task that waited for it has gone.
"""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar, cast

from poolwarden.guard.loops import call_soon, running
from poolwarden.guard.per_loop import PerLoop

if TYPE_CHECKING:
    from anyio import CapacityLimiter

R = TypeVar("R")

MOST = 40
"""How many threads one event loop may have at a time, hanging ones included; anyio's own limit is the same."""


class Threads:
    """Threads for one purpose; each event loop has its own limit."""

    __slots__ = ("_limiters",)

    def __init__(self) -> None:
        self._limiters: PerLoop[CapacityLimiter] = PerLoop(_limiter, _leave)

    async def run(self, function: Callable[[], R]) -> R:
        """
        Call a function in a thread, as soon as one may be started; a task that is cancelled does not wait for it.

        Args:
            function: The function, which may block.
        """
        from anyio import CapacityLimiter, to_thread  # noqa: PLC0415 (a guard of threads need not load it)

        loop, limiter = running(), await self._limiters.here()
        place, begun = object(), threading.Lock()
        await limiter.acquire_on_behalf_of(place)

        def leave() -> None:
            limiter.release_on_behalf_of(place)

        def called() -> R | None:
            if not begun.acquire(blocking=False):  # trio may start the thread after the task was cancelled
                return None
            try:
                return function()
            finally:
                call_soon(loop, leave)

        try:
            # A limiter that anyio is given lets the next thread start as soon as this task is cancelled, though this
            # thread still runs. So anyio gets one that limits nothing, and the real one is held until the thread ends.
            result = await to_thread.run_sync(called, abandon_on_cancel=True, limiter=CapacityLimiter(1))
        finally:
            if begun.acquire(blocking=False):
                leave()
        return cast("R", result)


def _limiter() -> "CapacityLimiter":
    from anyio import CapacityLimiter  # noqa: PLC0415 (as above)

    return CapacityLimiter(MOST)


async def _leave(_: "CapacityLimiter") -> None:
    """Close nothing: a limiter holds nothing open."""
