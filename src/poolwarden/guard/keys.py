"""
Decide which keys are in force, and when to fetch them: a state machine without IO.

::

    empty ──fetched──▶ fresh ──refresh due──▶ refreshing in the background ──fetched──▶ fresh
      ▲                  │                                │ failed
      │                  ├─unknown kid: fetch now,        ▼
      │                  │ at most once a cooldown      stale: served, next try backs off
      │                  └─old, for nobody came while it was due: new tokens wait for one try
      └──────────────────────── max_stale reached ───────┘

Reading takes no lock: the key set in force is one immutable value that is
replaced as a whole.
"""

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from poolwarden.errors import ConfigurationError
from poolwarden.guard.durations import check_positive
from poolwarden.guard.jws import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPolicy:
    """
    How keys are fetched and how long they are used; every duration in seconds.

    Args:
        timeout_s: How long one fetch may take in all.
        min_fresh_s: How long keys are fresh at least, whatever Cache-Control says.
        max_fresh_s: How long keys are fresh at most. They are renewed in the background ahead of it, when four fifths
            have passed. Where nobody came to have that done, the next new token waits for the renewal, so that a
            removed key is refused; keys whose renewal fails serve on.
        cooldown_s: How long after a fetch for an unknown key id the next such fetch has to wait.
        backoff_s: How long after a first failed fetch the next has to wait; doubles each time. Where the server says
            when to come back (Retry-After, with 429 or 503), that long, but ``cooldown_s`` at most while keys are in
            force: it may have been a made-up key id that asked, and must not delay a rotation.
        max_backoff_s: How long it waits at most, whatever the server says.
        max_stale_s: How long after the last good fetch keys are served while the source fails.
        patience_s: How long a request may wait in all where there are no keys yet, to try once more after a quick
            failure: one bad answer of a key server then costs a moment and not a 503. 0 for never.

    Raises:
        ConfigurationError: A duration is not positive or too long, or a minimum exceeds its maximum.
    """

    timeout_s: float = 3.0
    min_fresh_s: float = 300.0
    max_fresh_s: float = 3600.0
    cooldown_s: float = 5.0
    backoff_s: float = 0.5
    max_backoff_s: float = 30.0
    max_stale_s: float = 86_400.0
    patience_s: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        durations = {name: getattr(self, name) for name in self.__slots__}
        if durations["patience_s"] == 0:
            durations.pop("patience_s")
        check_positive(**durations)
        for low, high in (("min_fresh_s", "max_fresh_s"), ("backoff_s", "max_backoff_s")):
            if getattr(self, low) > getattr(self, high):
                raise ConfigurationError(low, f"is above {high}.", f"Give at most {high}.")


class Need(Enum):
    """What has to happen before a key can be given."""

    NOTHING = "nothing"
    """The answer stands: the key, or that there is none."""
    FETCH = "fetch"
    """Fetch first, then ask again."""
    UNAVAILABLE = "unavailable"
    """The source failed and may not be asked yet: nothing can be decided."""


@dataclass(frozen=True, slots=True)
class KeySet:
    """
    The keys in force; replaced as a whole.

    Attributes:
        keys: The keys by id.
        epoch: Counts the changes; what was verified under another epoch is verified again.
        fetched_at: When they were fetched, monotonic seconds; None before the first time.
        refresh_at: When they want to be renewed in the background, monotonic seconds.
        old_at: When that is overdue, monotonic seconds: what they verify anew waits for one try.
        dead_at: When they may not be used any more, monotonic seconds.
    """

    keys: Mapping[str, Key] = field(default_factory=dict)
    epoch: int = 0
    fetched_at: float | None = None
    refresh_at: float = math.inf
    old_at: float = math.inf
    dead_at: float = -math.inf


class KeyRing:
    """
    The keys of one source, and when to fetch them.

    All times are monotonic seconds given by the caller. The methods that write
    are called by whoever holds the one fetch in flight; :meth:`look` and
    :attr:`current` may be used by anyone at any time.

    Args:
        policy: The durations.
        spread: Draws the back-off's jitter, between 0 and 1.

    Attributes:
        current: The keys in force.
        failures: How many fetches in a row have failed.
        took_s: How long the last of those that failed took, seconds.
    """

    __slots__ = (
        "_failed_at",
        "_not_before",
        "_policy",
        "_spread",
        "_unknown_at",
        "_wanted",
        "current",
        "failures",
        "took_s",
    )

    def __init__(self, policy: KeyPolicy, spread: Callable[[], float] = random.random) -> None:
        self._policy = policy
        self._spread = spread
        self._not_before = -math.inf
        self._failed_at = -math.inf
        self._unknown_at = -math.inf
        self._wanted = False
        self.current: KeySet = KeySet()
        self.failures: int = 0
        self.took_s: float = 0.0

    @classmethod
    def fixed(cls, keys: Mapping[str, Key]) -> "KeyRing":
        """Return a ring whose keys are given and never fetched."""
        ring = cls(KeyPolicy())
        ring.current = KeySet(keys=MappingProxyType(dict(keys)), dead_at=math.inf)
        ring._unknown_at = math.inf
        return ring

    def look(self, kid: str, now: float) -> tuple[Key | None, Need]:
        """
        Look a key up.

        Args:
            kid: The key's id.
            now: The time, monotonic seconds.

        Returns:
            The key or None, and what has to happen first. Without a need, None
            means that the issuer does not publish this key; with one, a key
            serves where the fetch fails.
        """
        current = self.current
        if now < current.dead_at:
            key = current.keys.get(kid)
            if key is not None:
                return key, Need.NOTHING if now < current.old_at else self._need_of_old(now)
            return None, self._need_of_unknown(now)
        return None, Need.UNAVAILABLE if now < self._not_before else Need.FETCH

    def refresh_due(self, now: float) -> bool:
        """Return whether the keys in force should be renewed in the background."""
        # An unknown key id that was refused within the cooldown may be of a real rotation: fetch as soon as allowed.
        wanted = self._wanted and now >= self._unknown_at + self._policy.cooldown_s
        return (wanted or now >= self.current.refresh_at) and now >= self._not_before

    def retry_in(self, now: float) -> float:
        """Return how long the next fetch has to wait, seconds."""
        return max(0.0, self._not_before - now)

    def stale_for(self, now: float) -> float | None:
        """Return how long ago the last good fetch was, seconds, or None without one."""
        fetched_at = self.current.fetched_at
        return None if fetched_at is None else now - fetched_at

    def asked_for_unknown(self, now: float) -> None:
        """Note that a fetch was made because of an unknown key id: the next such one has to wait."""
        self._unknown_at = now
        self._wanted = False

    def fetched(self, keys: Mapping[str, Key], now: float, max_age_s: float | None) -> tuple[int, int]:
        """
        Put fetched keys in force.

        Args:
            keys: The keys by id.
            now: The time, monotonic seconds.
            max_age_s: Cache-Control's max-age (RFC 9111 §5.2.2.1), or None without one.

        Returns:
            How many keys are new and how many are gone; one that is replaced under its id is both.
        """
        policy = self._policy
        old = self.current
        fresh_s = min(
            max(max_age_s if max_age_s is not None else policy.max_fresh_s, policy.min_fresh_s), policy.max_fresh_s
        )
        published, before = _published(keys), _published(old.keys)
        added, removed = len(published - before), len(before - published)
        changed = published != before
        self.failures = 0
        self._not_before = -math.inf
        self._met(now)
        self._wanted = False
        self.current = KeySet(
            keys=MappingProxyType(dict(keys)) if changed else old.keys,
            epoch=old.epoch + changed,
            fetched_at=now,
            # Early enough that a fetch, even a slow one, ends before the keys are old.
            refresh_at=now + fresh_s * 0.8,
            old_at=now + fresh_s,
            dead_at=now + policy.max_stale_s,
        )
        return added, removed

    def failed(self, now: float, retry_after_s: float = 0.0, took_s: float = 0.0) -> None:
        """
        Note a failed fetch: the keys in force stay, the next try backs off with jitter.

        Args:
            now: The time, monotonic seconds.
            retry_after_s: How long the server wants the next try to wait (RFC 9110 §10.2.3), 0 without a wish.
            took_s: How long the fetch took, seconds.
        """
        policy = self._policy
        wait_s = min(policy.backoff_s * 2**self.failures, policy.max_backoff_s) * (0.5 + self._spread() / 2)
        longest_s = policy.max_backoff_s if now >= self.current.dead_at else policy.cooldown_s
        self.failures = min(self.failures + 1, 32)
        self._failed_at = now
        self.took_s = took_s
        self._not_before = now + max(wait_s, min(retry_after_s, longest_s, policy.max_backoff_s))
        self._met(now)

    def _met(self, now: float) -> None:
        # This fetch was made for an unknown key id, so the next such fetch has to wait.
        if self._wanted and now >= self._unknown_at + self._policy.cooldown_s:
            self._unknown_at = now

    def _need_of_old(self, now: float) -> Need:
        # While fetches keep failing, the tries in the background are enough: no request waits for each of them.
        return Need.NOTHING if now < self._failed_at + 2 * self._policy.max_backoff_s else Need.FETCH

    def _need_of_unknown(self, now: float) -> Need:
        if now < self._not_before:
            return Need.UNAVAILABLE
        if now < self._unknown_at + self._policy.cooldown_s:
            self._wanted = True
            # After a failed fetch it is not known whether the key is published by now.
            return Need.UNAVAILABLE if self.failures else Need.NOTHING
        return Need.FETCH


def _published(keys: Mapping[str, Key]) -> frozenset[tuple[str, object]]:
    return frozenset((kid, key.public_key.public_numbers()) for kid, key in keys.items())
