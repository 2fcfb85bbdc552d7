"""
Tell which session of a user a refused refresh ended, where a log knows only the user.

Users have several devices, and a session each. That which got a token later was
not refused for good before.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from poolwarden.triage.signs import Sign
from poolwarden.triage.store import Store

FINAL = Sign.SAID_EXPIRED | Sign.SAID_REVOKED | Sign.SAID_DISABLED | Sign.SAID_MISSING
"""What is said of a refresh token for good: its session gets no other token."""

_FINAL, _EXPIRED, _REVOKED = int(FINAL), int(Sign.SAID_EXPIRED), int(Sign.SAID_REVOKED)

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

BESIDE, OUTLIERS = 50, 0.04
"""How many sessions before and after tell how old one becomes, and which share of them may be wrong."""

SHORTEST_S = 3600 - 60
"""The shortest refresh validity that Cognito takes, clocks spared, seconds."""


class Refusal(NamedTuple):
    """
    A refused refresh of a user.

    Attributes:
        user: The user.
        client: The app client, as that log names it; empty where it does not.
        at: When, epoch seconds.
        key: The session of the user's latest sign-in.
        sign: What was said, as :class:`~poolwarden.triage.signs.Sign` numbers it: sums of those take their time.
    """

    user: str
    client: str
    at: float
    key: str
    sign: int


class Device(NamedTuple):
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


class Reach:
    """
    How old sessions become, as those show that began about then.

    Args:
        devices: The sessions, in any order.
    """

    def __init__(self, devices: Iterable[Device]) -> None:
        told = sorted(
            (one.start, one.issued_last - one.start)
            for one in devices
            if one.start is not None and one.issued_last is not None
        )
        self._starts = [start for start, _ in told]
        self._ages = [age for _, age in told]
        self._last = max((start + age for start, age in told), default=0.0)

    def over_at(self, one: Device, *, changed: bool = False) -> float:
        """
        Return before when a session's refresh token can hardly have expired, epoch seconds; 0 where nothing tells.

        Args:
            one: The session.
            changed: Whether the setting may have been changed just before it began.
        """
        if one.start is None:
            return 0.0
        place = bisect_left(self._starts, one.start)
        before = _usual(self._ages[max(0, place - BESIDE) : place])
        after = _usual(self._ages[place + 1 : place + 1 + BESIDE])
        # Those that began later had less time to become old.
        return one.start + (min(before, after) if changed or self._last - one.start > before else before)


def _usual(ages: Sequence[float]) -> float:
    """Return the greatest of some ages, outliers spared; 0 without any."""
    return sorted(ages)[-1 - int(OUTLIERS * len(ages))] if ages else 0.0


def tell_devices(store: Store) -> None:
    """
    Tell refused refreshes of users with several devices to the sessions that they ended.

    Args:
        store: The store, each of its records told to a session.
    """
    store.run("callers")
    refusals = [Refusal(*row) for row in store.rows("refused_calls")]
    if not refusals:
        return
    moved = assigned(refusals, [Device(*row) for row in store.rows("devices")], store.rows("sign_outs"))
    store.table(
        "moved",
        "user_ref VARCHAR, client VARCHAR, moment DOUBLE, before VARCHAR, key VARCHAR",
        [(call.user, call.client, call.at, call.key, key) for call, key in moved],
    )
    store.run("reassign")


def assigned(
    refusals: Iterable[Refusal], devices: Iterable[Device], sign_outs: Iterable[tuple[str, float, bool]]
) -> Iterator[tuple[Refusal, str]]:
    """
    Yield the refusals that are of another session than that of the latest sign-in, each with that session's key.

    Args:
        refusals: Refused refreshes, ordered by user, and by time.
        devices: The sessions of these users.
        sign_outs: When sessions of theirs were ended on purpose, by user and in order, and whether by the user.
    """
    ended: dict[str, list[float]] = {}
    own: dict[str, list[float]] = {}
    for user, at, themself in sign_outs:
        ended.setdefault(user, []).append(at)
        if themself:
            own.setdefault(user, []).append(at)
    by_user: dict[str, list[Device]] = {}
    devices = list(devices)
    for device in devices:
        by_user.setdefault(device.user, []).append(device)
    reach = Reach(devices)
    for user, calls in groupby(refusals, key=attrgetter("user")):
        known = by_user.setdefault(user, [])
        left = {key for at in own.get(user, ()) for key in _signed_out(at, known)}
        starts = sorted((one.start for one in known if one.start is not None), reverse=True)
        taken: dict[str, float] = {}
        dead: dict[str, float] = {}
        for call in calls:
            while starts and starts[-1] <= call.at:
                _sign_in(starts.pop(), dead)
            key = _session_of(call, [one for one in known if _ended(call, one, ended)], taken, dead, left, reach)
            if key not in taken and not any(one.key == key for one in known):
                known.append(Device(user, key, call.client or None, None, None, None, None))
            taken[key] = dead[key] = call.at
            if key != call.key:
                yield call, key


def _signed_out(at: float, known: Sequence[Device]) -> Sequence[str]:
    """Return the session that signed out: it had a token to do so, and was used last."""
    used = [one for one in known if one.issued_last is not None and one.issued_last <= at + CLOCKS_S]
    return [max(used, key=lambda one: (one.issued_last, one.key)).key] if used else []


def _ended(call: Refusal, one: Device, ended: Mapping[str, Sequence[float]]) -> bool:
    """Tell whether a session that is said to be revoked may be: it began before its user's latest sign-out, if any."""
    if one.start is None or call.user not in ended or not call.sign & _REVOKED:
        return True
    moments = ended[call.user]
    latest = bisect_right(moments, call.at + CLOCKS_S)
    return latest == 0 or one.start <= moments[latest - 1] + CLOCKS_S


def _sign_in(at: float, dead: dict[str, float]) -> None:
    """Take that dead session for replaced which was refused last: its user was sent to sign in."""
    before = [key for key, refused_at in dead.items() if refused_at < at]
    if before:
        del dead[max(before, key=lambda key: (dead[key], key))]


def _session_of(
    call: Refusal,
    known: Sequence[Device],
    taken: Mapping[str, float],
    dead: Mapping[str, float],
    left: Collection[str],
    reach: Reach,
) -> str:
    """Return the key of the session that the refusal ended: a new one where it fits none."""
    fits = [one for one in known if _fits(call, one)]
    if not fits:
        return _another(call) if call.sign & _FINAL else call.key
    again = [one for one in fits if call.at - taken.get(one.key, -RETRY_S) <= BURST_S]
    near = [
        one
        for one in fits
        if one.failed_first is not None and -AFTER_S <= call.at - one.failed_first <= BEFORE_S and one.key not in taken
    ]
    if not call.sign & _FINAL:
        return next((one.key for some in (again, near) for one in some), call.key)
    # A front end that keeps a dead refresh token tries it again whenever its page is opened, for days.
    retried = [one for one in fits if one.key in dead]
    soon = [one for one in retried if call.at - taken[one.key] <= RETRY_S]
    fresh = [one for one in fits if one.key not in taken]
    shown = [one for one in fresh if (one.start or one.issued_last) is not None and one.key not in left]
    if call.sign & _EXPIRED:
        shown = [one for one in shown if call.at >= reach.over_at(one)]
        fresh = [one for one in fresh if call.at >= reach.over_at(one, changed=True)]
    for some in (again, near, soon, shown, retried, fresh):
        if some:
            return max(some, key=lambda one: (one.issued_last or one.start or 0, one.key)).key
    return _another(call)


def _another(call: Refusal) -> str:
    """Return the key of a session that no log tells of otherwise."""
    return f"u:{call.user}|{call.client}|?{int(call.at)}"


def _fits(call: Refusal, one: Device) -> bool:
    return (
        (not call.client or one.client in (None, "", call.client))
        and (one.start is None or one.start <= call.at - (SHORTEST_S if call.sign & _EXPIRED else -CLOCKS_S))
        and (one.issued_last is None or one.issued_last <= call.at + CLOCKS_S / 2)
        and (one.expires_last is None or one.expires_last - EARLY_S <= call.at)
    )
