"""
Let tasks wait for what blocks, in threads of which there are only so many.

A thread cannot be stopped from without. One that hangs keeps its place until it
ends, also when the task that waited for it has gone.
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
"""How many threads of one event loop there are at a time, those among them that hang: as many as anyio's own."""


class Threads:
    """The threads for one purpose, by event loop."""

    __slots__ = ("_limiters",)

    def __init__(self) -> None:
        self._limiters: PerLoop[CapacityLimiter] = PerLoop(_limiter, _leave)

    async def run(self, function: Callable[[], R]) -> R:
        """Call a function in a thread, once there is a place; whoever is cancelled waits no longer."""
        from anyio import CapacityLimiter, to_thread  # noqa: PLC0415 (a guard of threads need not load it)

        loop, limiter = running(), await self._limiters.here()
        place, begun = object(), threading.Lock()
        await limiter.acquire_on_behalf_of(place)

        def leave() -> None:
            limiter.release_on_behalf_of(place)

        def called() -> R | None:
            if not begun.acquire(blocking=False):  # trio's threads may begin after the task has gone
                return None
            try:
                return function()
            finally:
                call_soon(loop, leave)

        try:
            # Of anyio's own limiters one lets the next thread in as soon as a task is cancelled.
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
