"""
Count in one call into C, without a lock: what a counter takes over when it is collected.

A counter of prometheus_client takes a lock for each request, and its code out
of the processor's caches; two of them were a third of what a request with a
known token costs. ``next()`` of an :func:`itertools.count` is atomic.
"""

from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

from prometheus_client import Counter, values
from prometheus_client.metrics_core import Metric

from poolwarden.locks import fork_safe_lock


class Ticks:
    """
    Ticks that a counter has not taken over yet.

    Args:
        into: Takes how many there were.

    Attributes:
        tick: Counts one.
    """

    __slots__ = ("_into", "_taken", "tick")

    def __init__(self, into: Callable[[float], None]) -> None:
        self.tick = count().__next__
        self._into = into
        self._taken = 0

    def hand_over(self) -> None:
        """Tell the counter what was ticked since it was last told; one caller at a time."""
        new = self.tick() - self._taken  # reading ticks, too
        self._taken += new + 1
        if new:
            self._into(new)


class TickingCounter(Counter):
    """A counter, some of whose children are ticked; in prometheus_client's multi-process mode they count as usual."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        # Before it is registered, for a registry may collect at once.
        self._ticking: list[Ticks] = []
        self._handing_over = fork_safe_lock()
        super().__init__(*arguments, **settings)

    def ticker(self, *labels: str) -> Callable[[], object]:
        """Return what counts one for the child with these labels."""
        child = self.labels(*labels)
        if values.ValueClass is not values.MutexValue:
            return child.inc  # other processes read it from a file: it must be there at once
        ticks = Ticks(child.inc)
        self._ticking.append(ticks)
        return ticks.tick

    def collect(self) -> Iterable[Metric]:
        """Take over what was ticked, and tell all."""
        with self._handing_over:
            for ticks in self._ticking:
                ticks.hand_over()
        return super().collect()
