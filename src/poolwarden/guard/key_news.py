"""Report on key sources: count every fetch, and emit an event when keys change or fetches begin to fail."""

from collections.abc import Callable

from poolwarden.causes import Cause
from poolwarden.events import KeysFailed, KeysFetched, timestamp
from poolwarden.guard.observer import Meter
from poolwarden.guard.source import KeySource, Outcome
from poolwarden.telling import EventSink


class KeyNews:
    """
    Turn the outcomes of fetches into events and counts.

    Args:
        events: Where events go.
        meter: Where counts go.
        now: The clock, epoch seconds.
        monotonic: The clock for keys, seconds.
    """

    def __init__(
        self, events: EventSink, meter: Meter, *, now: Callable[[], float], monotonic: Callable[[], float]
    ) -> None:
        self._events = events
        self._meter = meter
        self._now = now
        self._monotonic = monotonic

    def tell(self, alias: str, source: KeySource, outcome: Outcome) -> None:
        """
        Take the outcome of a fetch.

        Args:
            alias: The pool's alias.
            source: The source that was asked.
            outcome: How it ended.
        """
        self._meter.fetched(alias, outcome.result)
        if outcome.result == "ok":
            self._meter.keys(alias, len(source.ring.current.keys), self._now())
            if (outcome.added or outcome.removed) and self._events.enabled("info"):
                self._events.emit(self._fetched(alias, outcome))
        elif source.ring.failures == 1 and self._events.enabled("error"):
            # Only the first failure after a success is an event; the others are counted.
            self._events.emit(self._failed(alias, source, outcome))

    def _fetched(self, alias: str, outcome: Outcome) -> KeysFetched:
        return KeysFetched(
            timestamp=timestamp(self._now()),
            pool=alias,
            outcome="observed",
            added=outcome.added,
            removed=outcome.removed,
            duration_s=round(outcome.duration_s, 6),
        )

    def _failed(self, alias: str, source: KeySource, outcome: Outcome) -> KeysFailed:
        now = self._monotonic()
        stale_for_s = source.ring.stale_for(now)
        return KeysFailed(
            timestamp=timestamp(self._now()),
            level="error",
            pool=alias,
            outcome="error",
            cause=str(Cause.KEYS_UNAVAILABLE),
            error=outcome.result,
            stale_for_s=None if stale_for_s is None else round(stale_for_s, 3),
            retry_in_s=round(source.ring.retry_in(now), 3),
        )
