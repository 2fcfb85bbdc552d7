"""Tell sessions that somebody ended all at once from those that users ended one by one."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from math import sqrt

import msgspec

MASS = 10
"""How many sessions told to be revoked within minutes make a mass event."""

NEAR_S = 300
"""How long before and after a moment they count, seconds."""

STRIKING = 5
"""How many times as many as usual they must be."""

KNOWN_S = 86400
"""How long a log must show what is usual before an event, for its stragglers to be told from that, seconds."""

DOUBT = 2
"""By how many standard deviations what is usual is taken to be more than was seen."""


COMING_S = (3600, 6 * 3600, 86400)
"""Within how long of a sign-out of all users learn of it, seconds: those at work within an access token's hour."""

MOST = 0.5
"""Which share of the sessions that came back then must have been revoked."""

Alive = Callable[[str, float, float], tuple[int, int]]
"""Returns how many sessions of an app client got a token after a moment, and how many that began before it went on
after another."""


class Revoked(msgspec.Struct, frozen=True, order=True):
    """
    A session that was told to be revoked, nobody knows by whom.

    Attributes:
        at: When that was told, epoch seconds.
        client: The app client; empty where the log does not tell.
        start: When the session began, epoch seconds; None where unknown.
        key: The session's key; empty for one that no log names.
        group: Which of the groups it is of that are no sessions of the store; -1 for the others.
    """

    at: float
    client: str
    start: float | None
    key: str
    group: int = -1


def masses(calls: Sequence[Revoked], first: float, last: float, alive: Alive) -> list[Revoked]:
    """
    Return those that were ended together.

    That is whoever was refused in a striking crowd, and its stragglers: users
    learn of it when they come back, so that for days more are refused than
    before the event, and the earliest of them are put down to it, as many as
    there are too many.

    Args:
        calls: The sessions that were told to be revoked.
        first: When the logs begin, epoch seconds.
        last: When they end, epoch seconds.
        alive: How many sessions went on.
    """
    found: list[Revoked] = []
    for client in sorted({call.client for call in calls}):
        # A log that tells no app client may be about any.
        beside = sorted((call for call in calls if call.client == client or not client), key=lambda call: call.at)
        crowd = _gathering(beside, client, alive) or _crowd(beside, first, last)
        found.extend(call for call in _with_stragglers(beside, crowd, first) if call.client == client)
    return found


def _crowd(calls: Sequence[Revoked], first: float, last: float) -> list[int]:
    """Return the places of those, in the order of time, that were refused within minutes of each other."""
    moments = [call.at for call in calls]
    usual = len(moments) * 2 * NEAR_S / max(last - first, 2 * NEAR_S)
    least = max(MASS, STRIKING * usual)
    return [
        place
        for place, at in enumerate(moments)
        if bisect_right(moments, at + NEAR_S) - bisect_left(moments, at - NEAR_S) >= least
    ]


def _gathering(calls: Sequence[Revoked], client: str, alive: Alive) -> list[int]:
    """
    Return the places of those that were refused while most of those who came back were.

    Front ends learn of a sign-out of all when they next refresh, each in its
    time. Users' own sign-outs are few beside those who go on.
    """
    for within_s in COMING_S:
        begin = _most(calls, within_s)
        if begin is None:
            continue
        gone = [place for place, call in enumerate(calls) if begin <= call.at and _before(call, begin)]
        ended = [place for place in gone if calls[place].at <= begin + KNOWN_S]
        # Of what it ended nothing got a token after it; and who lives on may well be over before a day is.
        shown, went_on = alive(client, begin, begin + NEAR_S)
        if len(ended) < MASS or shown < MOST * len(ended):  # a log of what failed shows nobody who went on
            continue
        if len(ended) >= MOST * (len(ended) + went_on):
            return gone
    return []


def _most(calls: Sequence[Revoked], within_s: float) -> float | None:
    """Return from when on strikingly many were refused within some time."""
    moments = [call.at for call in calls]
    counts = [bisect_right(moments, at + within_s) - place for place, at in enumerate(moments)]
    most = max(counts, default=0)
    if most < MASS:
        return None
    begin = next(at for count, at in zip(counts, moments, strict=True) if count >= MOST * most)
    usual = max((count for count, at in zip(counts, moments, strict=True) if at < begin - within_s), default=0)
    return begin if most >= STRIKING * usual else None


def _before(call: Revoked, at: float) -> bool:
    """Tell whether a session began before; whose sign-in no log shows did."""
    return call.start is None or call.start < at


def _with_stragglers(calls: Sequence[Revoked], crowded: Sequence[int], first: float) -> list[Revoked]:
    """Return a crowd, and those who learned of what ended it later."""
    if not crowded:
        return []
    moments = [call.at for call in calls]
    found = [calls[place] for place in crowded]
    begin = moments[crowded[0]]
    if begin - first < KNOWN_S:
        return found
    known = set(crowded)
    rest = [
        call
        for place, call in enumerate(calls)
        if place not in known and call.at > begin and (call.start is None or call.start < begin)
    ]
    before = crowded[0] + 1
    rate = (before + DOUBT * sqrt(before)) / (begin - first)
    surplus = max((number - rate * (call.at - begin) for number, call in enumerate(rest, 1)), default=0)
    return found + rest[: max(0, int(surplus))]
