"""Keep revocations in this process, bounded in time and in number."""

import logging
from collections import OrderedDict
from collections.abc import Callable

from poolwarden.locks import fork_safe_lock

_log = logging.getLogger("poolwarden")


class KeptEntries:
    """
    Entries that leave when their time is over, or the oldest first when there are too many; safe for threads.

    Args:
        keep_s: How long an entry stays after it was last written, seconds.
        max_entries: How many there are at most; the first entry that has to leave early is logged.
        monotonic: The clock, seconds.
    """

    __slots__ = ("_entries", "_keep_s", "_lock", "_max_entries", "_monotonic", "_told")

    def __init__(self, keep_s: float, max_entries: int, monotonic: Callable[[], float]) -> None:
        # Each with the time at which it leaves; in that order, because all stay equally long.
        self._entries: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._keep_s = keep_s
        self._max_entries = max_entries
        self._monotonic = monotonic
        self._lock = fork_safe_lock()
        self._told = False

    def get(self, key: str) -> float | None:
        """
        Return an entry, or None.

        Args:
            key: Its key.
        """
        found = self._entries.get(key)
        return None if found is None or self._monotonic() >= found[1] else found[0]

    def write(self, key: str, value: float) -> None:
        """
        Write an entry, which is then the newest.

        Args:
            key: Its key.
            value: What it says.
        """
        now, entries = self._monotonic(), self._entries
        with self._lock:
            while entries and now >= entries[next(iter(entries))][1]:
                entries.popitem(last=False)
            entries[key] = value, now + self._keep_s
            entries.move_to_end(key)
            full = len(entries) > self._max_entries
            if full:
                entries.popitem(last=False)
            tell, self._told = full and not self._told, full or self._told
        if tell:
            _log.error(
                "poolwarden: sessions that were ended may be accepted again: the RevocationList holds its %d entries "
                "(max_entries), and for each new one the oldest leaves",
                self._max_entries,
            )
