"""
Make locks that stay usable in a forked child process, and keep whole what they protect.

A forked child has only the thread that forked. A lock that another thread held in
that moment would stay locked in the child for ever, and what it protects could be
half written. So these locks, which are held for microseconds, are all taken before
a fork, and given back after it in both processes.
"""

import os
import threading
import time
from weakref import WeakSet

# How long a fork waits for all locks together: on a busy machine a thread that holds one may be idle for 0.1 s.
_PATIENCE_S = 1.0
_locks: "WeakSet[threading.Lock]" = WeakSet()
_taken: list[threading.Lock] = []
# Held during a fork, so that forks of several threads take turns and no lock is made in that time.
_forking = threading.RLock()


def fork_safe_lock() -> threading.Lock:
    """Return a lock; who holds it must not wait for anything."""
    lock = threading.Lock()
    with _forking:
        _locks.add(lock)
    return lock


def _before() -> None:
    _forking.acquire()
    end = time.monotonic() + _PATIENCE_S
    # A lock that cannot be had is held by this very thread: it forks in a signal handler, or while it writes a line.
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
    """
    Make a lock free in a forked child, whoever held it during the fork.

    Args:
        lock: The lock.
    """
    lock._at_fork_reinit()  # type: ignore[attr-defined]  # noqa: SLF001 (as the standard library's logging does)


if hasattr(os, "register_at_fork"):  # not on Windows, where nothing forks
    os.register_at_fork(before=_before, after_in_parent=_in_parent, after_in_child=_in_child)
