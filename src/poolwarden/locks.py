"""
Make locks that a fork leaves usable, and what they guard whole.

A child of a fork has one thread. A lock that another thread held in that
moment is held for ever there, and what it guards may be half written. So
whoever forks takes these locks first (they are held for microseconds), and
both processes give them back.
"""

import os
import threading
import time
from weakref import WeakSet

# For all locks of one fork together: on a busy machine a thread that holds one may not run for a tenth of a second.
_PATIENCE_S = 1.0
_locks: "WeakSet[threading.Lock]" = WeakSet()
_taken: list[threading.Lock] = []
# Held from before a fork until after it: forks of several threads take turns, and no lock is made meanwhile.
_forking = threading.RLock()


def fork_safe_lock() -> threading.Lock:
    """Return a lock; what holds it does not wait for anything."""
    lock = threading.Lock()
    with _forking:
        _locks.add(lock)
    return lock


def _before() -> None:
    _forking.acquire()
    end = time.monotonic() + _PATIENCE_S
    # One that is not to be had is held by this very thread, in a signal handler, or while a stream is written to.
    _taken.extend(lock for lock in _locks if lock.acquire(timeout=max(0.0, end - time.monotonic())))


def _in_parent() -> None:
    for lock in _taken:
        lock.release()
    _taken.clear()
    _forking.release()


def _in_child() -> None:
    for lock in _locks:
        renew(lock)
    _taken.clear()
    _forking.release()


def renew(lock: threading.Lock) -> None:
    """Make a lock free in a child, whoever held it when that was forked."""
    lock._at_fork_reinit()  # type: ignore[attr-defined]  # noqa: SLF001 (as the standard library's logging does)


if hasattr(os, "register_at_fork"):  # not on Windows, where nothing forks
    os.register_at_fork(before=_before, after_in_parent=_in_parent, after_in_child=_in_child)
