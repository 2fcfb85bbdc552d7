"""Tell which lost sessions the refused refreshes belong to that name nobody."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from poolwarden.triage.signs import Sign

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
    """

    shown_at: float
    key: str
    client: str | None
    expires_at: float
    wall: str
    walled_at: float = 0


@dataclass(frozen=True, slots=True)
class Call:
    """
    A refused refresh that names nobody.

    Attributes:
        at: When, epoch seconds.
        client: The app client, where the log tells.
        sign: What was said.
    """

    at: float
    client: str | None
    sign: Sign


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
        and one.expires_at - EARLY_S <= call.at
        and (call.sign is not Sign.SAID_EXPIRED or (one.wall in AT_VALIDITY and one.walled_at <= call.at))
    )
