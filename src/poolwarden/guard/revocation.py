"""
Find out what no signature shows: that a session was ended.

Optional ways. A :class:`RevocationList` is asked on every request and costs
one look into a mapping. An :class:`poolwarden.guard.online_check.OnlineCheck` asks
Cognito itself, once per token and ``ttl_s``, so a revocation takes effect within that
time; a :class:`poolwarden.guard.online_list.OnlineList` asks a list over a network likewise.
"""

import math
import time
from collections.abc import Callable, Mapping, MutableMapping
from datetime import timedelta
from typing import Any, Literal

from poolwarden.causes import Cause
from poolwarden.errors import ConfigurationError
from poolwarden.guard.access_token import AccessToken
from poolwarden.guard.claims import MAX_ACCESS_VALIDITY_S
from poolwarden.guard.kept import KeptEntries

# The longest life of a refresh token, and twice that of an access token (A/API_UserPoolClientType.html).
_LONGEST = timedelta(days=3650, seconds=2 * MAX_ACCESS_VALIDITY_S)


class RevocationList:
    """
    Refuse tokens of sessions and users that were ended.

    Args:
        entries: The list: a mapping in memory, such as a dict that a subscriber fills. It is read in
            the event loop itself, so a mapping behind a network belongs into an ``OnlineList``. Keys
            are ``session:{origin_jti}`` (with any value that is true) and ``user:{sub}`` (with epoch
            seconds: sessions that began then or before are over). By default a list of its own, in
            this process.
        on_failure: ``refuse`` (503) or ``accept`` where the mapping raises or holds no number.
        keep: How long entries of the list's own stay. A session gets new access tokens for as long as its refresh
            token lives, so by default the longest that Cognito allows (3650 days), and two days more for the last
            access token and for clocks that differ; less is enough where the refresh validity of the app clients is
            less.
        max_entries: How many entries the list's own may have, about 0.3 kB each. A further one takes the place of the
            oldest, whose session is then accepted again: a session that was ended just now is more urgent. The first
            time is logged as an error (logger ``poolwarden``).
        now: The clock, epoch seconds.
        monotonic: The clock by which entries of the list's own leave, seconds.

    Raises:
        ConfigurationError: A setting is wrong.
    """

    def __init__(
        self,
        entries: Mapping[str, Any] | None = None,
        *,
        on_failure: Literal["refuse", "accept"] = "refuse",
        keep: timedelta = _LONGEST,
        max_entries: int = 1_000_000,
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        check_choice(on_failure)
        if not (entries is None or hasattr(entries, "get")):
            raise ConfigurationError("entries", "is no mapping.", "Give a mapping, or nothing.")
        for name, clock in (("now", now), ("monotonic", monotonic)):
            if not callable(clock):
                raise ConfigurationError(name, "is no clock.", "Give a function of no arguments, such as time.time.")
        _check_bounds(keep, max_entries)
        self._on_failure = on_failure
        self._entries: Mapping[str, Any] | KeptEntries = (
            KeptEntries(keep.total_seconds(), max_entries, monotonic) if entries is None else entries
        )
        self._now = now

    def revoke_session(self, origin_jti: str) -> None:
        """
        End a session in this list.

        Args:
            origin_jti: The session's id (:attr:`poolwarden.AccessToken.origin_jti`).
        """
        self._write(f"session:{origin_jti}")

    def revoke_user(self, sub: str) -> None:
        """
        End the sessions that a user has so far.

        Args:
            sub: The user's id.
        """
        self._write(f"user:{sub}")

    def cause_for(self, token: AccessToken) -> Cause | None:
        """
        Return why a token is refused: its session was ended, or the list cannot tell; None where it may pass.

        Args:
            token: The verified token.
        """
        try:
            return Cause.TOKEN_REVOKED if self.refuses(token) else None
        except Exception:  # noqa: BLE001 (whatever a mapping over a network does: not a 500 for every request)
            return Cause.REVOCATION_UNAVAILABLE if self._on_failure == "refuse" else None

    def refuses(self, token: AccessToken) -> bool:
        """
        Return whether a token's session was ended.

        Args:
            token: The verified token.

        Raises:
            Exception: Whatever the mapping raises.
        """
        get = self._entries.get
        if token.origin_jti is not None and get(f"session:{token.origin_jti}"):
            return True
        return ended_with_user(token, get(f"user:{token.sub}"))

    def _write(self, key: str) -> None:
        if isinstance(self._entries, KeptEntries):
            self._entries.write(key, self._now())
        elif isinstance(self._entries, MutableMapping):
            self._entries[key] = self._now()
        else:
            raise ConfigurationError("entries", "is a mapping that cannot be written.", "Write where it comes from.")


def _check_bounds(keep: object, max_entries: object) -> None:
    if not (isinstance(keep, timedelta) and keep > timedelta()):
        raise ConfigurationError("keep", "is no duration.", "Give a timedelta, at least the refresh validity.")
    if not (type(max_entries) is int and max_entries > 0):
        raise ConfigurationError("max_entries", "is no number of entries.", "Give a whole number above 0.")


def ended_with_user(token: AccessToken, ended_at: Any) -> bool:
    """
    Return whether a token's session is among those of its user that were ended.

    Args:
        token: The verified token.
        ended_at: The user's entry: epoch seconds, as a number or as text; None without one.
    """
    return ended_at is not None and token.auth_time <= _number(ended_at)


def _number(value: Any) -> float:
    number = float(value)
    if math.isnan(number):
        raise ValueError(value)
    return number


def check_choice(on_failure: str) -> None:
    """Refuse what is neither ``refuse`` nor ``accept``."""
    if on_failure not in ("refuse", "accept"):
        raise ConfigurationError("on_failure", "is not a choice.", 'Write "refuse" or "accept".')
