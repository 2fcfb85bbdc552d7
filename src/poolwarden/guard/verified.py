"""
Remember tokens that were verified, by digest and never past their end.

The cache holds a SHA-256 of each token, never the token. A hit is one look
into a dict: no lock, no reordering; the oldest entry leaves first, which for
tokens of about one lifetime is the one that ends first. An entry takes about
1.7 kB with its claims.
"""

import math
from collections.abc import Callable

import msgspec
from cachetools import FIFOCache

from poolwarden.guard.access_token import AccessToken
from poolwarden.guard.keys import KeyRing
from poolwarden.locks import fork_safe_lock


class Known(msgspec.Struct, frozen=True, gc=False):
    """
    A verified token.

    Attributes:
        token: What it says.
        until: When it has to be looked at again, epoch seconds: its ``exp`` or earlier.
        ring: The keys it was verified with.
        epoch: Their epoch then.
        accepted: Counts one accepted request.
        asked_until: How long the online check's answer holds, monotonic seconds: no step of the clock makes it longer.
    """

    token: AccessToken
    until: float
    ring: KeyRing
    epoch: int
    accepted: Callable[[], object]
    asked_until: float = math.inf


class KnownTokens:
    """
    A bounded cache of verified tokens, safe for threads.

    Args:
        maxsize: How many tokens at most; 0 switches it off.
        evicted: Called once for each token that leaves for want of space.

    Attributes:
        get: Returns what is known of a token by its digest, or None; the caller checks until when it holds.
    """

    def __init__(self, maxsize: int, evicted: Callable[[], object]) -> None:
        self._maxsize = maxsize
        self._evicted = evicted
        self._lock = fork_safe_lock()
        # The cache says who leaves first. The entries stand in a dict of their own: a look into it is one call into C.
        self._order: FIFOCache[bytes, None] = FIFOCache(max(maxsize, 1))
        self._entries: dict[bytes, Known] = {}
        self.get = self._entries.get

    def __len__(self) -> int:
        """Return how many tokens are known."""
        return len(self._entries)

    def add(self, digest: bytes, known: Known) -> None:
        """Remember a token by its digest, unless its keys have changed since it was verified."""
        if not self._maxsize:
            return
        full = False
        with self._lock:
            # Keys change first, and then the cache is emptied: what is not refused here is emptied with all others.
            if known.ring.current.epoch != known.epoch:
                return
            if digest not in self._entries:
                full = len(self._entries) >= self._maxsize
                if full:
                    del self._entries[self._order.popitem()[0]]
                self._order[digest] = None
            self._entries[digest] = known
        if full:
            self._evicted()

    def drop(self, digest: bytes) -> None:
        """Forget a token."""
        with self._lock:
            if self._entries.pop(digest, None) is not None:
                del self._order[digest]

    def clear(self) -> None:
        """Forget every token."""
        with self._lock:
            self._entries.clear()
            self._order.clear()
