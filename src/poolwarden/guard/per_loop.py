"""
Keep one thing, such as an HTTP client, for each event loop, and close it when the loop ends.

Not every application has one event loop for its whole life: Flask runs each
asynchronous view in a new one, as ``asyncio.run`` does. A connection that was
opened in a loop can neither be used nor closed once that loop has ended.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Generic, NamedTuple, TypeVar

from poolwarden.guard.loops import is_over, running
from poolwarden.locks import fork_safe_lock

T = TypeVar("T")


class _Kept(NamedTuple, Generic[T]):
    """A thing, and the generator that closes it when it is closed itself."""

    thing: T
    end: AsyncGenerator[None]


class PerLoop(Generic[T]):
    """
    One thing for each event loop of a process, asyncio's or trio's.

    Args:
        make: Makes the thing for an event loop.
        close: Closes it, in that event loop.
    """

    def __init__(self, make: Callable[[], T], close: Callable[[T], Awaitable[None]]) -> None:
        self._make = make
        self._close = close
        self._kept: dict[object, _Kept[T]] = {}
        self._lock = fork_safe_lock()  # each thread may run an event loop

    def __len__(self) -> int:
        """Return for how many event loops something is kept."""
        return len(self._kept)

    async def here(self) -> T:
        """Return the thing of the running event loop; it is made when it is first asked for."""
        loop = running()
        kept = self._kept.get(loop)
        if kept is None:
            thing = self._make()
            kept = _Kept(thing, self._until_end(loop, thing))
            with self._lock:
                # A loop that was closed without ending its generators has left its thing here.
                for other in [other for other in self._kept if is_over(other)]:
                    del self._kept[other]
                self._kept[loop] = kept
            await anext(kept.end)
        return kept.thing

    async def aclose(self) -> None:
        """Close the thing of the running event loop, where there is one."""
        kept = self._kept.get(running())
        if kept is not None:
            await kept.end.aclose()

    async def _until_end(self, loop: object, thing: T) -> AsyncGenerator[None]:
        # An event loop that ends closes its open generators (PEP 525), and this one with them.
        try:
            yield
        finally:
            with self._lock:
                self._kept.pop(loop, None)
            await self._close(thing)
