"""
Remember tokens that were verified, by digest and never past their end.

The cache holds a SHA-256 of each token, never the token. A hit is one look
into a dict: no lock, no reordering; the oldest entry leaves first, which for
tokens of about one lifetime is the one that ends first. An entry takes about
1.7 kB with its claims.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable

import msgspec

from poolwarden.guard.access_token import AccessToken
from poolwarden.guard.keys import KeyRing
from poolwarden.locks import fork_safe_lock

# How many tokens at least are recognised as seen before, however few are remembered as verified.
_SEEN = 10_000
_SLICE = 256


class Known(msgspec.Struct, frozen=True, gc=False):
    """
    A verified token.

    Attributes:
        token: The verified token.
        until: When it has to be looked at again, epoch seconds: its ``exp`` or earlier.
        ring: The keys that it was verified with.
        epoch: The epoch of those keys at that time.
        accepted: Counts one accepted request.
        asked_until: How long the online check's answer holds, monotonic seconds, so that a clock that is set back does
            not make it longer.
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

    When the keys change, every token has to be verified anew, but is still known as one that was seen before.

    Args:
        maxsize: How many tokens at most; 0 switches the cache off.
        evicted: Called once for each token that leaves for lack of space.

    Attributes:
        get: Returns what is known of a token by its digest, or None; the caller checks until when it holds.
    """

    def __init__(self, maxsize: int, evicted: Callable[[], object]) -> None:
        self._keeps = maxsize > 0
        self._evicted = evicted
        self._lock = fork_safe_lock()
        # cachetools' FIFOCache would do as well, and take half a microsecond longer for each new token.
        self._seen: OrderedDict[bytes, None] = OrderedDict()
        # The order in which known tokens leave; it is that of the seen ones unless there are fewer of them.
        self._order: OrderedDict[bytes, None] = OrderedDict() if 0 < maxsize < _SEEN else self._seen
        self._holds = maxsize if self._order is not self._seen else max(maxsize, _SEEN)
        # In a plain dict, because a look into it is one call into C.
        self._known: dict[bytes, Known] = {}
        self.get = self._known.get

    def __len__(self) -> int:
        """Return how many tokens are known."""
        return len(self._known)

    def add(self, digest: bytes, known: Known) -> bool:
        """
        Remember a token, unless the keys have changed since it was verified.

        Args:
            digest: Its SHA-256.
            known: What is known of it.

        Returns:
            Whether it is seen for the first time.
        """
        evicted = None
        with self._lock:
            new = digest not in self._seen
            order = self._order
            if digest not in order:
                order[digest] = None
                if len(order) > self._holds:
                    evicted = self._known.pop(order.popitem(last=False)[0], None)
            if new and order is not self._seen:
                self._seen[digest] = None
                if len(self._seen) > _SEEN:
                    self._seen.popitem(last=False)
            # When keys change, first they are replaced and then clear() is called: a token that passes this test and is
            # verified by the old keys is forgotten by clear().
            if self._keeps and known.ring.current.epoch == known.epoch:
                self._known[digest] = known
        if evicted is not None:
            self._evicted()
        return new

    def drop(self, digest: bytes) -> None:
        """
        Forget what is known of a token.

        Args:
            digest: Its SHA-256.
        """
        with self._lock:
            self._known.pop(digest, None)

    def clear(self) -> dict[bytes, Known]:
        """Forget at once what is known of every token, and return it, for :func:`let_go`."""
        with self._lock:
            forgotten, self._known = self._known, {}
            self.get = self._known.get
        return forgotten


def let_go(forgotten: dict[bytes, Known]) -> None:
    """
    Free entries a few at a time, for freeing 30 000 at once would keep all other threads from running for 34 ms.

    Args:
        forgotten: What :meth:`KnownTokens.clear` returned; it is empty afterwards.
    """
    while forgotten:
        for _ in range(min(_SLICE, len(forgotten))):
            forgotten.popitem()
        time.sleep(0)
