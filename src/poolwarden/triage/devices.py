"""
Tell which session of a user a refused refresh ended, where a log knows only the user.

Users have several devices, and a session each. That which got a token later was
not refused for good before.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from poolwarden.triage.signs import Sign
from poolwarden.triage.store import Store

FINAL = Sign.SAID_EXPIRED | Sign.SAID_REVOKED | Sign.SAID_DISABLED | Sign.SAID_MISSING
"""What is said of a refresh token for good: its session gets no other token."""

CLOCKS_S = 5
"""How far the clocks of two logs may be apart, seconds."""

EARLY_S = 600
"""How long before its token's expiry a client may refresh, seconds."""

BURST_S = 15
"""Within so many seconds a refusal is the one before told again, seconds."""

BEFORE_S, AFTER_S = 130, 30
"""How long before and after the refused refresh the API may have refused the session's last token, seconds."""

RETRY_S = 3600
"""How long a client that was refused may try again before it is taken for another device's, seconds."""

SHORTEST_S = 3600 - 60
"""The shortest refresh validity that Cognito takes, clocks spared, seconds."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """
    A refused refresh of a user.

    Attributes:
        user: The user.
        client: The app client, as that log names it; empty where it does not.
        at: When, epoch seconds.
        key: The session of the user's latest sign-in.
        sign: What was said.
    """

    user: str
    client: str
    at: float
    key: str
    sign: Sign


@dataclass(frozen=True, slots=True)
class Device:
    """
    A session of a user.

    Attributes:
        user: The user.
        key: The session.
        client: Its app client as the log of the refusals names it; None where that is not known.
        start: When it began, epoch seconds; None where unknown.
        issued_last: When its last token was issued; None without any.
        expires_last: When that expires, where the logs tell.
        failed_first: When the API first refused its last token; None where it did not.
    """

    user: str
    key: str
    client: str | None
    start: float | None
    issued_last: float | None
    expires_last: float | None
    failed_first: float | None


def tell_devices(store: Store) -> None:
    """
    Tell refused refreshes of users with several devices to the sessions that they ended.

    Args:
        store: The store, each of its records told to a session.
    """
    refusals = [
        Refusal(user, client, at, key, Sign(sign)) for user, client, at, key, sign in store.rows("refused_calls")
    ]
    if not refusals:
        return
    store.table("callers", "user_ref VARCHAR", [(user,) for user in sorted({one.user for one in refusals})])
    moved = assigned(refusals, [Device(*row) for row in store.rows("devices")])
    store.table(
        "moved",
        "user_ref VARCHAR, client VARCHAR, moment DOUBLE, before VARCHAR, key VARCHAR",
        [(call.user, call.client, call.at, call.key, key) for call, key in moved],
    )
    store.run("reassign")


def assigned(refusals: Iterable[Refusal], devices: Iterable[Device]) -> Iterator[tuple[Refusal, str]]:
    """
    Yield the refusals that are of another session than that of the latest sign-in, each with that session's key.

    Args:
        refusals: Refused refreshes, ordered by user.
        devices: The sessions of these users.
    """
    by_user: dict[str, list[Device]] = {}
    for device in devices:
        by_user.setdefault(device.user, []).append(device)
    for user, calls in groupby(refusals, key=attrgetter("user")):
        known = by_user.setdefault(user, [])
        taken: dict[str, float] = {}
        for call in sorted(calls, key=attrgetter("at", "key", "sign")):
            key = _session_of(call, known, taken) if call.sign & FINAL else call.key
            if key not in taken and not any(one.key == key for one in known):
                known.append(Device(user, key, call.client or None, None, None, None, None))
            taken[key] = call.at
            if key != call.key:
                yield call, key


def _session_of(call: Refusal, known: Sequence[Device], taken: dict[str, float]) -> str:
    """Return the key of the session that the refusal ended: a new one where it fits none."""
    fits = [one for one in known if _fits(call, one)]
    again = [one for one in fits if call.at - taken.get(one.key, -RETRY_S) <= BURST_S]
    near = [
        one
        for one in fits
        if one.failed_first is not None and -AFTER_S <= call.at - one.failed_first <= BEFORE_S and one.key not in taken
    ]
    retried = [
        one
        for one in fits
        if one.key in taken
        and call.at - taken[one.key] <= RETRY_S
        and not any(taken[one.key] < (other.start or 0) <= call.at for other in known)
    ]
    fresh = [one for one in fits if one.key not in taken]
    for some in (again, near, retried, fresh):
        if some:
            return max(some, key=lambda one: (one.issued_last or one.start or 0, one.key)).key
    return f"u:{call.user}|{call.client}|?{int(call.at)}"


def _fits(call: Refusal, one: Device) -> bool:
    return (
        (not call.client or one.client in (None, "", call.client))
        and (one.start is None or one.start <= call.at - (SHORTEST_S if call.sign & Sign.SAID_EXPIRED else -CLOCKS_S))
        and (one.issued_last is None or one.issued_last <= call.at + CLOCKS_S / 2)
        and (one.expires_last is None or one.expires_last - EARLY_S <= call.at)
    )
