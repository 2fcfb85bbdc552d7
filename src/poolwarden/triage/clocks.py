"""
Find how far ahead the clock of a log is that writes the host's time and no zone.

A zone is a whole number of quarters of an hour, and in summer another one than
in winter: a log may run on two.
"""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from poolwarden.triage.kinds import kinds_of
from poolwarden.triage.signs import Sign
from poolwarden.triage.store import Store

QUARTER_S, HOUR_S = 900, 3600
"""The step of the world's time zones, and how far the clock goes at the begin and the end of summer time, seconds."""

ZONES: Sequence[float] = [step * QUARTER_S for step in range(-56, 57) if step]
"""How far a host's zone may be from UTC, seconds."""

SAME_S = 5
"""How far apart two logs may tell the same refused refresh, seconds: whole seconds, clocks, and a slow answer."""

SOME, LEAST = 300, 10
"""How many refused refreshes are tried in each zone, and how many there must be."""

MOSTLY = 0.5
"""Which share of them must fit."""

SELDOM, CLEAR = 0.25, 2.5
"""Or this share, where it is so many times what fits by chance."""

_UTC = -1  # the kind of the logs whose times are in UTC

Fits = Callable[[float], Collection[int]]
"""Tells which of the calls fit what other logs tell, once their clock is put back by so many seconds."""


@dataclass(frozen=True, slots=True)
class Shift:
    """
    How far ahead a log's clock is.

    Attributes:
        since: From when on by that clock, epoch seconds; None from the beginning.
        until: And before when; None to the end.
        ahead_s: Seconds; below 0 where it is behind.
    """

    since: float | None
    until: float | None
    ahead_s: float


def set_clocks(store: Store) -> tuple[Shift, ...]:
    """
    Read the times of logs in a host's zone as such, where other logs tell the same calls.

    Args:
        store: The store, with every record in it.

    Returns:
        How far ahead their clocks are.
    """
    kinds = kinds_of(store.rows("file_sources"))
    store.table("logs", "file INTEGER, kind INTEGER", sorted(kinds.items()))
    told: dict[int, list[tuple[float, Sign]]] = {}
    for kind, at, sign in store.rows("refused_moments") if len({*kinds.values()}) > 1 else ():
        told.setdefault(kind, []).append((at, Sign(sign)))
    known = told.pop(_UTC, [])
    found = [(kind, one) for kind, calls in told.items() for one in shifts(calls, known)]
    if found:
        rows = [(kind, one.since, one.until, one.ahead_s) for kind, one in found]
        store.table("clocks", "kind INTEGER, since DOUBLE, until DOUBLE, ahead_s DOUBLE", rows)
        store.run("set_clocks")
    return tuple(one for _, one in found)


def shifts(calls: Sequence[tuple[float, Sign]], others: Iterable[tuple[float, Sign]]) -> list[Shift]:
    """
    Return how far ahead the clock of one log is: nothing unless all is clear.

    Args:
        calls: When that log tells of refused refreshes, and of which kind.
        others: When logs do whose clock is known.
    """
    calls = sorted(calls)
    times: dict[Sign, list[float]] = {}
    for at, sign in sorted(others):
        times.setdefault(sign, []).append(at)
    if min(len(calls), sum(map(len, times.values()))) < LEAST:
        return []

    def fits(places: Iterable[int]) -> Fits:
        some = list(places)
        return lambda ahead_s: {place for place in some if _told(calls[place][0] - ahead_s, times.get(calls[place][1]))}

    return clock(
        [at for at, _ in calls],
        fits(range(0, len(calls), -(-len(calls) // SOME))),
        fits(range(len(calls))),
        len(range(0, len(calls), -(-len(calls) // SOME))),
    )


def clock(moments: Sequence[float], some: Fits, each: Fits, count: int) -> list[Shift]:
    """
    Return how far ahead a clock is, in the order of time.

    Args:
        moments: The calls by that clock, in order.
        some: Tells which of a part of them fit.
        each: Tells which of all fit.
        count: How many the part holds.
    """
    found: dict[float, int] = {ahead_s: len(some(ahead_s)) for ahead_s in (0, *ZONES)}
    chance = median(found.values()) / count
    best = max(found, key=lambda ahead_s: (found[ahead_s], -abs(ahead_s)))
    base = best if found[best] >= max(LEAST, 2 * found[0], 2 * chance * count) else 0
    fitting: dict[float, Collection[int]] = {ahead_s: each(ahead_s) for ahead_s in (base, base - HOUR_S, base + HOUR_S)}
    parts = _parts(len(moments), fitting)
    share = sum(place in fitting[ahead_s] for first, last, ahead_s in parts for place in range(first, last)) / len(
        moments
    )
    if not any(ahead_s for *_, ahead_s in parts) or share < min(MOSTLY, max(SELDOM, CLEAR * chance)):
        return []
    edges = [None, *(moments[first] for first, *_ in parts[1:]), None]
    return [
        Shift(since, until, ahead_s)
        for (since, until), (*_, ahead_s) in zip(pairwise(edges), parts, strict=True)
        if ahead_s
    ]


def _told(at: float, times: Sequence[float] | None) -> bool:
    if not times:
        return False
    index = bisect_left(times, at - SAME_S)
    return index < len(times) and times[index] <= at + SAME_S


def _parts(count: int, fitting: Mapping[float, Collection[int]]) -> list[tuple[int, int, float]]:
    """Return the calls in runs of one shift, by which most of them fit, a change being worth some calls."""
    clocks = list(fitting)
    score = dict.fromkeys(clocks, 0.0)
    came: list[dict[float, float]] = []
    for place in range(count):
        best = max(clocks, key=lambda one: score[one])
        came.append({one: one if score[one] >= score[best] - LEAST else best for one in clocks})
        score = {one: max(score[one], score[best] - LEAST) + (place in fitting[one]) for one in clocks}
    one = max(clocks, key=lambda one: score[one])
    runs: list[tuple[int, int, float]] = []
    last = count
    for place in range(count - 1, -1, -1):
        before = came[place][one] if place else one
        if before != one or not place:
            runs.append((place, last, one))
            last, one = place, before
    return runs[::-1]
