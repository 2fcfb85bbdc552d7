"""Call functions later, by one daemon thread for all of a process."""

import atexit
import os
import threading
import time
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

MOST = 10_000
"""How many functions may wait at a time; any further one is called at once."""


class Timers:
    """Functions that wait for their time; they have to catch what they raise."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Forget all functions, in a forked child: its parent calls them, and the thread exists only there."""
        self._changed = threading.Condition()
        self._waiting: list[tuple[float, int, Callable[[], object]]] = []
        self._turns = count()
        self._runs = False

    def later(self, seconds: float, function: Callable[[], object]) -> None:
        """
        Call a function later, or at once where too many wait or no thread can be started.

        Args:
            seconds: How much later.
            function: The function.
        """
        with self._changed:
            held = len(self._waiting) < MOST and self._run()
            if held:
                heappush(self._waiting, (time.monotonic() + seconds, next(self._turns), function))
                self._changed.notify()
        if not held:
            function()

    def end(self) -> None:
        """Call now all functions that wait."""
        with self._changed:
            waiting, self._waiting = self._waiting, []
            self._changed.notify()
        for _, _, function in sorted(waiting):
            function()

    def _run(self) -> bool:
        if not self._runs:
            try:
                threading.Thread(target=self._call, name="poolwarden-timers", daemon=True).start()
            except RuntimeError:  # no more threads, or the interpreter is shutting down
                return False
            self._runs = True
        return True

    def _call(self) -> None:
        while True:
            with self._changed:
                while self._waiting and (left_s := self._waiting[0][0] - time.monotonic()) > 0:
                    self._changed.wait(left_s)
                if not self._waiting:
                    self._runs = False
                    return
                _, _, function = heappop(self._waiting)
            function()


SHARED = Timers()
"""The timers of this process; functions that still wait when Python ends are called then."""

atexit.register(SHARED.end)
if hasattr(os, "register_at_fork"):  # not on Windows, where nothing forks
    os.register_at_fork(after_in_child=SHARED.forget)
