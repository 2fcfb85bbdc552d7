"""Tell sessions that somebody ended all at once from those that users ended one by one."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

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


@dataclass(frozen=True, slots=True, order=True)
class Revoked:
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


def masses(calls: Sequence[Revoked], first: float, last: float) -> list[Revoked]:
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
    """
    found: list[Revoked] = []
    for client in sorted({call.client for call in calls}):
        # A log that tells no app client may be about any.
        beside = sorted((call for call in calls if call.client == client or not client), key=lambda call: call.at)
        found.extend(call for call in _of_client(beside, first, last) if call.client == client)
    return found


def _of_client(calls: Sequence[Revoked], first: float, last: float) -> list[Revoked]:
    """Return those of one app client, in the order of time, that were ended together."""
    moments = [call.at for call in calls]
    usual = len(moments) * 2 * NEAR_S / max(last - first, 2 * NEAR_S)
    least = max(MASS, STRIKING * usual)
    crowded = [
        place
        for place, at in enumerate(moments)
        if bisect_right(moments, at + NEAR_S) - bisect_left(moments, at - NEAR_S) >= least
    ]
    if not crowded:
        return []
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
