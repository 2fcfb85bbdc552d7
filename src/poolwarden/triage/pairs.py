"""Tell which lost sessions the refused refreshes belong to that name nobody."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from poolwarden.triage.signs import Sign

SAME_S = 5
"""How far apart two logs may tell the same refused refresh, seconds: whole seconds, clocks, and a slow answer."""

BEFORE_S, AFTER_S = 120, 900
"""How long before the refused refresh its session may have failed, and how long after its user may sign in again."""

EARLY_S = 600
"""How long before its token's expiry a client may refresh, seconds."""

AT_VALIDITY = frozenset({"reached", "around", "idle", "unknown"})
"""Where a session may have failed whose refresh token had expired."""


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
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
    """

    shown_at: float
    key: str
    client: str | None
    expires_at: float
    wall: str
    walled_at: float = 0
    start: float | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """
    A refused refresh that names nobody.

    Attributes:
        at: When, epoch seconds.
        client: The app client, where the log tells.
        sign: What was said.
        key: What the session is called that only this log knows; empty where it names nobody.
        kind: What the keys of the sessions that it may be begin with: a log does not know its own in two ways.
        start: When that session began, epoch seconds, where the log tells.
    """

    at: float
    client: str | None
    sign: Sign
    key: str = ""
    kind: str = ""
    start: float | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """
    A refused refresh that a log tells of a session.

    Attributes:
        at: When, epoch seconds.
        key: The session; empty where the log names nobody.
        sign: What was said.
        place: The kind of log (:mod:`poolwarden.triage.kinds`).
        rank: How well the log names its session: 2 by its reference, 1 by its user and sign-in, 0 by its user alone,
            -1 not at all.
    """

    at: float
    key: str
    sign: Sign
    place: int
    rank: int


def same(calls: Iterable[Told], told: Iterable[Told]) -> dict[int, int]:
    """
    Return which refused refreshes another kind of log tells as well, and names better.

    Args:
        calls: The refused refreshes of one log.
        told: Those of all logs that name somebody.

    Returns:
        The places in ``told`` by the places in ``calls``.
    """
    others = sorted(enumerate(told), key=lambda row: row[1].at)
    times = [one.at for _, one in others]
    taken: set[int] = set()
    found: dict[int, int] = {}
    for place, call in sorted(enumerate(calls), key=lambda row: row[1].at):
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


def pair(calls: Iterable[Call], candidates: Iterable[Candidate]) -> dict[int, str]:
    """
    Return which session each refused refresh belongs to, as far as time tells.

    Each takes the first session around it that is not taken yet: as many pairs
    as there can be, and one loss that two records tell is counted once.

    Args:
        calls: The refused refreshes, by their time.
        candidates: The lost sessions.

    Returns:
        The sessions' keys by the calls' places.
    """
    ordered = sorted(candidates)
    times = [candidate.shown_at for candidate in ordered]
    taken: set[int] = set()
    found: dict[int, str] = {}
    for place, call in enumerate(calls):
        index = _first(call, ordered, bisect_left(times, call.at - BEFORE_S), taken)
        if index is not None:
            taken.add(index)
            found[place] = ordered[index].key
    return found


def _first(call: Call, ordered: Sequence[Candidate], begin: int, taken: set[int]) -> int | None:
    for index in range(begin, len(ordered)):
        one = ordered[index]
        if one.shown_at > call.at + AFTER_S:
            return None
        if index not in taken and _fits(call, one):
            return index
    return None


def _fits(call: Call, one: Candidate) -> bool:
    return (
        call.client in {None, one.client}
        and call.key != one.key
        and one.key.startswith(call.kind)
        and (call.start is None or one.start is None or abs(call.start - one.start) <= SAME_S)
        and one.expires_at - EARLY_S <= call.at
        and (call.sign is not Sign.SAID_EXPIRED or (one.wall in AT_VALIDITY and one.walled_at <= call.at))
    )
