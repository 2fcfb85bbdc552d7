"""Tell which lost sessions the refused refreshes belong to that name nobody."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from math import inf

import msgspec

from poolwarden.triage.signs import Sign

SAME_S = 5
"""How far apart two logs may tell the same refused refresh, seconds: whole seconds, clocks, and a slow answer."""

BEFORE_S, AFTER_S = 120, 900
"""How long before the refused refresh its session may have failed, and how long after its user may sign in again."""

EARLY_S = 600
"""How long before its token's expiry a client may refresh, seconds."""

CLOCKS_S = 60
"""How far the clocks of two logs may be apart, seconds."""

MOST_TRIED = 2000
"""Among how many sessions whose users came back later a call's is looked for."""

AT_VALIDITY = frozenset({"reached", "around", "idle", "unknown"})
"""Where a session may have failed whose refresh token had expired."""


class Candidate(msgspec.Struct, frozen=True, order=True):
    """
    A lost session of which nothing says why.

    Attributes:
        shown_at: When its loss showed: it was refused, or its user signed in again; epoch seconds.
        key: The session.
        client: Its app client.
        expires_at: When its last token expires, epoch seconds.
        wall: Where it failed, seen from the refresh validity.
        walled_at: When the refresh validity was reached, epoch seconds; 0 where it is not known.
        start: When it began, epoch seconds, where the logs tell.
        unrefused: Nothing refused it: only its user's next sign-in shows that it was over.
        ended_at: When somebody ended it on purpose, epoch seconds; None where nobody is seen to have.
        user: Its user as other logs name them; None where that is not known.
    """

    shown_at: float
    key: str
    client: str | None
    expires_at: float
    wall: str
    walled_at: float = 0
    start: float | None = None
    unrefused: bool = False
    ended_at: float | None = None
    user: str | None = None

    def since(self, sign: Sign) -> float:
        """Return from when on its refresh may have been refused in these words, epoch seconds."""
        if sign is Sign.SAID_EXPIRED:
            known = self.ended_at is None and self.wall in AT_VALIDITY
            return max(self.expires_at - EARLY_S, self.walled_at) if known else inf
        return max(self.expires_at - EARLY_S, (self.ended_at or 0) - CLOCKS_S)


class Call(msgspec.Struct, frozen=True):
    """
    A refused refresh that names nobody.

    Attributes:
        at: When, epoch seconds.
        client: The app client, where the log tells.
        sign: What was said.
        key: What the session is called that only this log knows; empty where it names nobody.
        kind: What the keys of the sessions that it may be begin with: a log does not know its own in two ways.
        start: When that session began, epoch seconds, where the log tells.
        user: Its user, where the log tells of their sign-ins.
    """

    at: float
    client: str | None
    sign: Sign
    key: str = ""
    kind: str = ""
    start: float | None = None
    user: str | None = None


class Told(msgspec.Struct, frozen=True):
    """
    A refused refresh that a log tells of a session.

    Attributes:
        at: When, epoch seconds.
        key: The session; empty where the log names nobody.
        sign: What was said.
        place: The kind of log (:mod:`poolwarden.triage.kinds`).
        rank: How well the log names its session: 2 by its reference, 1 by its user and sign-in, 0 by its user alone,
            -1 not at all.
        requests: The ids of its calls, where the log tells them.
    """

    at: float
    key: str
    sign: Sign
    place: int
    rank: int
    requests: frozenset[str] = frozenset()


def same(calls: Iterable[Told], told: Iterable[Told], *, by_request: bool = True) -> dict[int, int]:
    """
    Return which refused refreshes another kind of log tells as well, and names better.

    Cognito gives each call an id: by that they are known wherever the clocks stand. Else it is their time.

    Args:
        calls: The refused refreshes of one log.
        told: Those of all logs that name somebody.
        by_request: Whether the calls' ids count.

    Returns:
        The places in ``told`` by the places in ``calls``.
    """
    others = sorted(enumerate(told), key=lambda row: row[1].at)
    times = [one.at for _, one in others]
    ids: dict[str, list[int]] = {}
    for index, (_, one) in enumerate(others if by_request else ()):
        for request in one.requests:
            ids.setdefault(request, []).append(index)
    taken: set[int] = set()
    found: dict[int, int] = {}
    ordered = sorted(enumerate(calls), key=lambda row: row[1].at)
    for place, call in ordered:
        known = (index for request in sorted(call.requests) for index in ids.get(request, ()))
        same_call = next((index for index in known if index not in taken and _better(others[index][1], call)), None)
        if same_call is not None:
            taken.add(same_call)
            found[place] = others[same_call][0]
    for place, call in ordered:
        if place in found:
            continue
        for index in range(bisect_left(times, call.at - SAME_S), len(others)):
            number, one = others[index]
            if one.at > call.at + SAME_S:
                break
            if index not in taken and one.sign & call.sign and _better(one, call):
                taken.add(index)
                found[place] = number
                break
    return found


def _better(one: Told, other: Told) -> bool:
    """Tell whether one names the session better than the other, or as well in an earlier kind of log."""
    return one.place != other.place and (one.rank, -one.place) > (other.rank, -other.place)


def pair(calls: Iterable[Call], candidates: Iterable[Candidate], *, late: bool = True) -> dict[int, str]:
    """
    Return which session each refused refresh belongs to, as far as time tells.

    Each takes the first session around it that is not taken yet: as many pairs
    as there can be, and one loss that two records tell is counted once. Of a
    session that is known to be over by its user's next sign-in alone, the
    refresh may have been refused long before that: where nothing nearer is
    found, a call takes the first of those that were over by then.

    Args:
        calls: The refused refreshes, by their time.
        candidates: The lost sessions.
        late: Whether a session's user may have come back long after.

    Returns:
        The sessions' keys by the calls' places.
    """
    calls = list(calls)
    ordered = sorted(candidates)
    found: dict[int, str] = {}
    for some, after_s in ((ordered, AFTER_S), ([one for one in ordered if late and one.unrefused], inf)):
        taken = {*found.values()}
        left = [one for one in some if one.key not in taken]
        times = [one.shown_at for one in left]
        free = list(range(len(left) + 1))
        for place, call in enumerate(calls):
            if place in found or not left or (after_s > AFTER_S and call.user is not None):
                continue
            index = _first(call, left, _next(free, bisect_left(times, call.at - BEFORE_S)), free, after_s)
            if index is not None:
                free[index] = index + 1
                found[place] = left[index].key
    return found


def _next(free: list[int], index: int) -> int:
    """Return the first place from there on that is not taken."""
    last = index
    while free[last] != last:
        last = free[last]
    while free[index] != last:
        free[index], index = last, free[index]
    return last


def _first(call: Call, left: Sequence[Candidate], index: int, free: list[int], after_s: float) -> int | None:
    tried = 0
    while index < len(left) and tried < MOST_TRIED:
        one = left[index]
        if one.shown_at > call.at + after_s:
            return None
        # Whose session was revoked is seen by what ended it, so long after.
        if _fits(call, one) and (after_s <= AFTER_S or call.sign is Sign.SAID_EXPIRED or one.ended_at is not None):
            return index
        index = _next(free, index + 1)
        tried += after_s > AFTER_S
    return None


def _fits(call: Call, one: Candidate) -> bool:
    return (
        call.client in {None, one.client}
        and call.key != one.key
        and one.key.startswith(call.kind)
        and (call.user is None or one.user in {None, call.user})
        and (call.start is None or one.start is None or abs(call.start - one.start) <= SAME_S)
        and one.since(call.sign) <= call.at
    )
