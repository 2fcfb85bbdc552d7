"""
Find how far ahead the clock of a log is that writes the host's time and no zone.

A zone is a whole number of quarters of an hour, and in summer another one than
in winter: a log may run on two.
"""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import pairwise

import msgspec

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

SELDOM, CLEAR = 0.25, 2
"""Or this share, where it is so many times what fits by chance in other zones."""

MORE = 2
"""How many times as many must fit as with the clock left alone."""

SEASON_S = 150 * 86400
"""Summer time begins or ends once in so long, seconds."""

_UTC = -1  # the kind of the logs whose times are in UTC

Fits = Callable[[float], Collection[int]]
"""Tells which of the calls fit what other logs tell, once their clock is put back by so many seconds."""


class Shift(msgspec.Struct, frozen=True):
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
    from statistics import quantiles  # noqa: PLC0415 (takes long to load, and few logs have two clocks)

    found: dict[float, int] = {ahead_s: len(some(ahead_s)) for ahead_s in (0, *ZONES)}
    chance = quantiles(found.values(), n=4)[-1] / count
    best = max(found, key=lambda ahead_s: (found[ahead_s], -abs(ahead_s)))
    base = best if found[best] >= max(LEAST, MORE * found[0]) else 0
    fitting = {ahead_s: each(ahead_s) for ahead_s in (0, base, base - HOUR_S, base + HOUR_S)}
    changes = 1 + int((moments[-1] - moments[0]) // SEASON_S)
    tried = [
        _parts(len(moments), {one: fitting[one] for one in pair}, changes)
        for pair in ((base - HOUR_S, base), (base, base + HOUR_S))
    ]
    parts = max(tried, key=lambda parts: (sum(_fit(part, fitting) for part in parts), -len(parts)))
    least = min(MOSTLY, max(SELDOM, CLEAR * chance))
    edges = [None, *(moments[first] for first, *_ in parts[1:]), None]
    return [
        Shift(since, until, part[2])
        for (since, until), part in zip(pairwise(edges), parts, strict=True)
        if part[2]
        and _fit(part, fitting) >= max(LEAST, least * (part[1] - part[0]), MORE * _fit((*part[:2], 0), fitting))
    ]


def _fit(part: tuple[int, int, float], fitting: Mapping[float, Collection[int]]) -> int:
    """Return how many calls of a part fit by its shift."""
    first, last, ahead_s = part
    return sum(place in fitting[ahead_s] for place in range(first, last))


def _told(at: float, times: Sequence[float] | None) -> bool:
    if not times:
        return False
    index = bisect_left(times, at - SAME_S)
    return index < len(times) and times[index] <= at + SAME_S


def _parts(count: int, fitting: Mapping[float, Collection[int]], changes: int) -> list[tuple[int, int, float]]:
    """Return the calls in runs of one shift each, by which most of them fit, with no more changes than that."""
    # By how many changes there were and the shift that followed: how many fit, and where the runs began.
    best: dict[tuple[int, float], tuple[int, tuple[tuple[int, float], ...]]] = {
        (0, one): (0, ((0, one),)) for one in fitting
    }
    for place in range(count):
        moved = dict(best)
        for (number, one), (fits, runs) in best.items():
            for other in fitting:
                key = (number + 1, other)
                if other != one and number < changes and fits - LEAST > moved.get(key, (-LEAST, ()))[0]:
                    moved[key] = (fits - LEAST, (*runs, (place, other)))
        best = {key: (fits + (place in fitting[key[1]]), runs) for key, (fits, runs) in moved.items()}
    _, runs = max(best.values(), key=lambda one: (one[0], -len(one[1])))
    ends = [*(first for first, _ in runs[1:]), count]
    return [(first, last, one) for (first, one), last in zip(runs, ends, strict=True)]
