"""Functions that are called later, by one thread, and however a process ends."""

import os
import subprocess
import sys
import threading

import pytest

from edges import until
from poolwarden.observe import timers as module
from poolwarden.observe.timers import Timers


def running() -> int:
    """Return how many threads call later."""
    return sum(thread.name == "poolwarden-timers" for thread in threading.enumerate())


def test_later() -> None:
    """What is to be called later is called by a thread, in its order, or when Python ends, and once."""
    timers, done, called = Timers(), threading.Event(), list[str]()
    timers.later(3_600, lambda: called.append("left over"))
    timers.later(0.02, done.set)
    timers.later(0.01, lambda: called.append("second"))
    timers.later(0, lambda: called.append("first"))
    assert done.wait(60)
    assert called == ["first", "second"]
    for _ in range(2):
        timers.end()
    assert called == ["first", "second", "left over"]


def test_one_thread() -> None:
    """However many wait, one thread waits with them, and none when they are done."""
    until(lambda: running() == 0)
    timers = Timers()
    for _ in range(2):
        for _ in range(300):
            timers.later(3_600, bool)
        assert running() == 1
        timers.end()
        until(lambda: running() == 0)


def test_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """One more than may wait is called at once."""
    monkeypatch.setattr(module, "MOST", 2)
    timers, called = Timers(), list[int]()
    for number in range(3):
        timers.later(3_600, lambda number=number: called.append(number))  # type: ignore[misc]
    assert called == [2]
    timers.end()
    assert called == [2, 0, 1]


def test_no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no thread can be started, it is called at once."""

    def refuse(_: threading.Thread) -> None:
        message = "can't start new thread"
        raise RuntimeError(message)

    timers, called = Timers(), list[str]()
    monkeypatch.setattr(threading.Thread, "start", refuse)
    timers.later(3_600, lambda: called.append("at once"))
    assert called == ["at once"]


FORK = """
import os, sys
from poolwarden.observe.timers import SHARED

SHARED.later(3600, lambda: os.write(1, b"parent's "))
child = os.fork()
if child == 0:
    SHARED.later(3600, lambda: os.write(1, b"child's "))
    sys.exit(0)
os.waitpid(child, 0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform has no fork")
def test_fork() -> None:
    """A child of a fork calls its own, and not its parent's once more."""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", FORK], capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr, done.stdout) == (0, b"", b"child's parent's ")
