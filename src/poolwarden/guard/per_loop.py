"""
Keep one thing for each event loop, and close it when that ends.

Not every application has one event loop for its whole life: Flask runs each
asynchronous view in one of its own, as ``asyncio.run`` does. A connection of
one that is over can neither be used nor closed any more.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Generic, NamedTuple, TypeVar

from poolwarden.guard.loops import is_over, running
from poolwarden.locks import fork_safe_lock

T = TypeVar("T")


class _Kept(NamedTuple, Generic[T]):
    """A thing, and what closes it."""

    thing: T
    end: AsyncGenerator[None]


class PerLoop(Generic[T]):
    """
    One thing for each event loop of a process, asyncio's or trio's.

    Args:
        make: Makes one.
        close: Closes one, in its event loop.
    """

    def __init__(self, make: Callable[[], T], close: Callable[[T], Awaitable[None]]) -> None:
        self._make = make
        self._close = close
        self._kept: dict[object, _Kept[T]] = {}
        self._lock = fork_safe_lock()  # each thread may have an event loop

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._kept)

    async def here(self) -> T:
        """Return that of the running event loop."""
        loop = running()
        kept = self._kept.get(loop)
        if kept is None:
            thing = self._make()
            kept = _Kept(thing, self._until_end(loop, thing))
            with self._lock:
                # Whoever closes an event loop without ending it leaves what is open in there.
                for other in [other for other in self._kept if is_over(other)]:
                    del self._kept[other]
                self._kept[loop] = kept
            await anext(kept.end)
        return kept.thing

    async def aclose(self) -> None:
        """Close that of the running event loop, where there is one."""
        kept = self._kept.get(running())
        if kept is not None:
            await kept.end.aclose()

    async def _until_end(self, loop: object, thing: T) -> AsyncGenerator[None]:
        # An event loop that ends closes the generators that are open.
        try:
            yield
        finally:
            with self._lock:
                self._kept.pop(loop, None)
            await self._close(thing)
