"""
Free prometheus_client's locks in a forked child process.

A lock that another thread held during the fork would stay locked in the child for
ever. The library has no hook for that, and in multi-process mode it has one lock
for all values, which threads under load hold a few percent of the time. Its locks
protect nothing but numbers, and a child begins with files of its own, so they can
be freed whatever state they are in.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from poolwarden.locks import renew


def free_in_children(collectors: Callable[[], Iterable[Any]]) -> None:
    """
    Free the locks of registries and metrics in every child process that is forked from now on.

    Args:
        collectors: Returns the registries and metrics; called in each child.
    """

    def free() -> None:
        for collector in collectors():
            for lock in {id(lock): lock for lock in _locks_of(collector)}.values():
                renew(lock)

    if hasattr(os, "register_at_fork"):  # not on Windows
        os.register_at_fork(after_in_child=free)


def _locks_of(collector: Any) -> Iterator[Any]:
    for holder in (collector, *getattr(collector, "_metrics", {}).values()):
        yield from _lock_in(holder)
        for value in getattr(holder, "__dict__", {}).values():
            for number in value if isinstance(value, list) else (value,):  # a histogram's buckets
                yield from _lock_in(number)


def _lock_in(holder: Any) -> Iterator[Any]:
    own = getattr(holder, "_lock", None)
    # In multi-process mode the lock is a variable of the function that has made the class for values.
    shared = getattr(getattr(type(holder), "inc", None), "__closure__", None) or ()
    yield from (lock for lock in (own, *(cell.cell_contents for cell in shared)) if hasattr(lock, "_at_fork_reinit"))
