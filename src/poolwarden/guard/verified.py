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
        epoch: Their epoch then; another epoch now means that the keys have changed.
        accepted: Counts one accepted request.
        asked_until: How long the online check's answer holds, monotonic seconds: no step of the clock makes it longer.
    """

    token: AccessToken
    until: float
    ring: KeyRing
    epoch: int
    accepted: Callable[[], object]
    asked_until: float = math.inf


class _Tokens(FIFOCache[bytes, Known | None]):
    """The cache itself; a look at what is not there costs no exception."""

    def __missing__(self, _: bytes) -> None:
        return None


class KnownTokens:
    """
    A bounded cache of verified tokens, safe for threads.

    Args:
        maxsize: How many tokens at most; 0 switches it off.
        evicted: Called once for each token that leaves for want of space.
    """

    def __init__(self, maxsize: int, evicted: Callable[[], object]) -> None:
        self._maxsize = maxsize
        self._evicted = evicted
        self._lock = fork_safe_lock()
        self._tokens = _Tokens(max(maxsize, 1))

    def get(self, digest: bytes) -> Known | None:
        """Return what is known of a token by its digest, or None; the caller checks ``until`` and ``epoch``."""
        # Not the cache's own get: it looks twice, and the entry may leave in between.
        return self._tokens[digest]

    def __len__(self) -> int:
        """Return how many tokens are known."""
        return len(self._tokens)

    def add(self, digest: bytes, known: Known) -> None:
        """Remember a token by its digest."""
        if not self._maxsize:
            return
        with self._lock:
            full = len(self._tokens) >= self._maxsize and digest not in self._tokens
            self._tokens[digest] = known
        if full:
            self._evicted()

    def drop(self, digest: bytes) -> None:
        """Forget a token."""
        with self._lock:
            self._tokens.pop(digest, None)

    def clear(self) -> None:
        """Forget every token."""
        with self._lock:
            self._tokens.clear()
