"""
Count by one call into C, without a lock; a Prometheus counter takes the number over when it is collected.

A counter of prometheus_client takes a lock each time. Two of them made up a third
of the time that a request with a known token takes. ``next()`` of an
:func:`itertools.count` is atomic and needs no lock.
"""

from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

from prometheus_client import Counter, values
from prometheus_client.metrics_core import Metric

from poolwarden.locks import fork_safe_lock


class Ticks:
    """
    Ticks, and how many of them a counter has taken over already.

    Args:
        into: Adds a number to the counter.

    Attributes:
        tick: Counts one tick.
    """

    __slots__ = ("_into", "_taken", "tick")

    def __init__(self, into: Callable[[float], None]) -> None:
        self.tick: Callable[[], int] = count().__next__
        self._into = into
        self._taken = 0

    def hand_over(self) -> None:
        """Add to the counter what was ticked since the last time; not for several threads at a time."""
        new = self.tick() - self._taken  # to read the number is a tick, too, which is left out below
        self._taken += new + 1
        if new:
            self._into(new)


class TickingCounter(Counter):
    """A counter with children that are ticked; in prometheus_client's multi-process mode they count as usual."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        # Set before the counter is registered, because a registry may collect at once.
        self._ticking: list[Ticks] = []
        self._handing_over = fork_safe_lock()
        super().__init__(*arguments, **settings)

    def ticker(self, *labels: str) -> Callable[[], object]:
        """Return a function that counts one for the child with these labels."""
        child = self.labels(*labels)
        if values.ValueClass is not values.MutexValue:
            return child.inc  # other processes read the number from a file, where it has to be at once
        ticks = Ticks(child.inc)
        self._ticking.append(ticks)
        return ticks.tick

    def collect(self) -> Iterable[Metric]:
        """Take over what was ticked, and return the metric."""
        with self._handing_over:
            for ticks in self._ticking:
                ticks.hand_over()
        return super().collect()
