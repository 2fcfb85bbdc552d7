"""
Find the refresh validity that was in force, from what sessions did.

A pure function over facts of sessions: nothing is read, no clock is asked. What
the sessions do not bear is left out rather than guessed.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum

import msgspec

from poolwarden.triage.durations import (
    UnitMistake,
    round_between,
    unit_mistake,
    usual_between,
)
from poolwarden.triage.periods import periods
from poolwarden.triage.wall import Span, Wall, find_wall
from poolwarden.validities import REFRESH_BOUNDS_S

NARROW = 0.02
"""An interval this wide, as a share of its upper end, bears an estimate within one percent."""

WIDE = 0.06
"""In an interval up to this wide, the only usual validity inside is taken."""

SKEW = 0.003
"""How far a usual validity may lie outside the interval: clocks of the logs, and requests on their way."""

SURE, FAIR = 10, 5
"""How many sessions used until the wall make an estimate's confidence high, or medium."""

MANY = 100
"""How many of them an odd validity needs where a usual one is close by."""


class Confidence(StrEnum):
    """How sure a finding is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Estimate(msgspec.Struct, frozen=True):
    """
    The refresh validity of one app client in one period.

    Attributes:
        estimate_s: The validity, seconds.
        low_s: It is hardly below this.
        high_s: And hardly above this.
        sessions: How many sessions died at it.
        confidence: How sure that is.
        since: Sessions that began from here on, epoch seconds; None from the logs' beginning.
        until: And before this; None to the logs' end.
    """

    estimate_s: int
    low_s: int
    high_s: int
    sessions: int
    confidence: Confidence
    since: float | None = None
    until: float | None = None

    @property
    def mistake(self) -> UnitMistake | None:
        """The mistake of the unit that the validity looks like, or None."""
        return unit_mistake(self.estimate_s)


class Limit(msgspec.Struct, frozen=True):
    """
    The age that no session of one app client outlives in one period.

    Attributes:
        low_s: It is hardly below this, seconds.
        high_s: And hardly above this.
        estimate: The validity, where it can be named within one percent.
        since: Sessions that began from here on, epoch seconds; None from the logs' beginning.
        until: And before this; None to the logs' end.
    """

    low_s: float
    high_s: float
    estimate: Estimate | None
    since: float | None
    until: float | None


def estimate(spans: Sequence[Span]) -> Estimate | None:
    """
    Return the refresh validity of sessions under one setting, or None where they do not bear it within one percent.

    Args:
        spans: The sessions of one app client, in any order.
    """
    wall = find_wall(spans)
    return None if wall is None else _estimate(wall)


def _estimate(wall: Wall) -> Estimate | None:
    """Return the wall as a validity, or None where it cannot be named within one percent."""
    value = _name(wall)
    shortest_s, longest_s = REFRESH_BOUNDS_S
    if value is None or not shortest_s <= value <= longest_s:
        return None
    narrow = wall.high_s - wall.low_s <= NARROW * wall.high_s
    if wall.at_once and not usual_between(value, value):
        return None  # a moment that ended all, and not their age
    sure = Confidence.HIGH if wall.tight >= SURE and narrow else Confidence.MEDIUM
    return Estimate(
        estimate_s=value,
        low_s=int(min(wall.low_s, value)),
        high_s=int(max(wall.high_s, value)),
        sessions=wall.died,
        confidence=sure if wall.tight >= FAIR and not wall.at_once else Confidence.LOW,
    )


def limits(spans: Sequence[Span], changes: Iterable[float] = ()) -> tuple[Limit, ...]:
    """
    Return the ages that no session of one app client outlives, one for each period that bears one.

    Args:
        spans: The sessions of one app client, in any order.
        changes: When its settings were changed, epoch seconds, where the logs tell.
    """
    found: list[Limit] = []
    told = sorted(changes)
    for period in periods(spans, told):
        wall = period.wall
        if wall is None:
            continue
        one = _estimate(wall)
        if one is None and wall.at_once:
            continue
        if one is None:
            found.append(Limit(wall.low_s, wall.high_s, None, period.since, period.until))
            continue
        one = msgspec.structs.replace(one, since=period.since, until=period.until)
        place, last = next(
            ((place, found[place].estimate) for place in reversed(range(len(found))) if found[place].estimate),
            (0, None),
        )
        if last is not None and last.estimate_s == one.estimate_s and not _between(told, last.until, one.since):
            # A week without logs looks like a change, until the same validity is found behind it.
            one = _both(last, one)
            del found[place:]
        found.append(Limit(one.estimate_s, one.estimate_s, one, one.since, one.until))
    return tuple(found)


def _between(told: Sequence[float], until: float | None, since: float | None) -> bool:
    """Tell whether a change of settings is told between the end of a period and the beginning of a later one."""
    return until is not None and since is not None and any(until <= at <= since for at in told)


def _both(one: Estimate, other: Estimate) -> Estimate:
    """Return what two periods with the same validity say together."""
    surer = min(one, other, key=lambda each: tuple(Confidence).index(each.confidence))
    return msgspec.structs.replace(
        one,
        low_s=max(one.low_s, other.low_s),
        high_s=min(one.high_s, other.high_s),
        sessions=one.sessions + other.sessions,
        confidence=surer.confidence,
        until=other.until,
    )


def _name(wall: Wall) -> int | None:
    """Return the validity that people would have set in the wall's interval."""
    low, high = wall.low_s, wall.high_s
    usual = usual_between(low, high) or usual_between(low * (1 - SKEW), high * (1 + SKEW))
    if high - low <= NARROW * high:
        if usual:
            return usual[0] if usual[-1] - usual[0] <= NARROW / 2 * usual[-1] else None
        near = usual_between(low * (1 - WIDE), high * (1 + WIDE))
        enough = wall.tight >= (MANY if near else SURE)
        return (round_between(low, high) or round((low + high) / 2)) if enough else None
    if high - low <= WIDE * high and len(usual) == 1 and wall.tight >= SURE:
        return usual[0]
    return None
