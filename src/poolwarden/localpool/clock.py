"""A clock that can be moved, so that thirty days pass in one call."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta


class Clock:
    """
    Tell the time of a local pool: the real time plus an offset, or a time of its own.

    The clock is callable, so that it can be passed wherever a ``now`` is asked for.

    Args:
        start: Seconds since the epoch at which the clock stands still until it is moved. None
            makes it run with the real time.
        source: Where the real time comes from, in seconds since the epoch; used only when *start*
            is None.
    """

    __slots__ = ("_lock", "_offset", "_source")

    def __init__(self, start: float | None = None, *, source: Callable[[], float] = time.time) -> None:
        self._source: Callable[[], float] = source if start is None else lambda: float(start)
        self._offset = 0.0
        self._lock = threading.Lock()

    def __call__(self) -> float:
        """
        Tell the time.

        Returns:
            Seconds since the epoch.
        """
        return self._source() + self._offset

    def __repr__(self) -> str:
        """Show the time, in seconds since the epoch."""
        return f"Clock({self():.3f})"

    def move(self, by: timedelta | float) -> float:
        """
        Let time pass.

        Args:
            by: How much, as a timedelta or in seconds.

        Returns:
            The new time, in seconds since the epoch.

        Raises:
            ValueError: *by* is negative; time goes back only by :meth:`set`.
        """
        seconds = by.total_seconds() if isinstance(by, timedelta) else float(by)
        # Written so that NaN is refused as well.
        if not 0 <= seconds < float("inf"):
            msg = f"a clock is moved forward by a finite time, not by {seconds} seconds"
            raise ValueError(msg)
        with self._lock:
            self._offset += seconds
        return self()

    def set(self, epoch: float) -> float:
        """
        Set the time, also backwards: this is how a pool whose clock is wrong is played.

        Args:
            epoch: Seconds since the epoch.

        Returns:
            The new time, in seconds since the epoch.

        Raises:
            ValueError: *epoch* is negative or not finite.
        """
        if not 0 <= epoch < float("inf"):
            msg = f"a clock is set to seconds since the epoch, not to {epoch}"
            raise ValueError(msg)
        with self._lock:
            self._offset = epoch - self._source()
        return self()
