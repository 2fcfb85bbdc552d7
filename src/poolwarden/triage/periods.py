"""Split sessions where the setting changed under them: whoever began later lives under the new one."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import pairwise
from math import inf

import msgspec

from poolwarden.triage.wall import PRESS, Span, Wall, find_wall

PARTS = 12
"""Into how many parts the sessions are cut, by their beginning, to look for a change that no log tells."""

LEAST_PART = 8
"""How many sessions that died a part needs to be worth a look."""

STRONG = 5
"""How many sessions must have been used until a part's wall: many parts are many chances for a coincidence."""

LEAST_RUN = 2
"""How many neighbouring parts must agree on a shorter validity that the whole does not show."""

FEW = 2
"""How many sessions may outlive a wall without speaking against it, however few died at it."""

AGREE = 0.01
"""How much of the validity may contradict where two periods are told to be one."""


class Period(msgspec.Struct, frozen=True, dict=True):
    """
    Sessions that began under one setting.

    Attributes:
        since: From here on, epoch seconds; None from the logs' beginning.
        until: And before this; None to the logs' end.
        spans: The sessions.
    """

    since: float | None
    until: float | None
    spans: tuple[Span, ...]

    @cached_property
    def wall(self) -> Wall | None:
        """The age that none of them outlives, looked for once."""
        return find_wall(self.spans)


def periods(spans: Sequence[Span], changes: Iterable[float] = ()) -> tuple[Period, ...]:
    """
    Return the periods of one app client's sessions, in their order.

    Args:
        spans: The sessions, in any order.
        changes: When the settings were changed, epoch seconds, where the logs tell.
    """
    ordered = sorted(spans, key=_start)
    told = _cut(ordered, None, None, sorted(set(changes)))
    merged: list[Period] = []
    for period in told:
        if merged and (joined := _joined(merged[-1], period)) is not None:
            merged[-1] = joined
        else:
            merged.append(period)
    return tuple(part for period in merged for part in _untold(period))


def _cut(spans: Sequence[Span], since: float | None, until: float | None, cuts: Sequence[float]) -> list[Period]:
    """Return the sessions, which are in their order, cut at the given beginnings."""
    edges = [since, *cuts, until]
    places = [0, *(bisect_left(spans, cut, key=_start) for cut in cuts), len(spans)]
    return [
        Period(a, b, tuple(spans[first:last]))
        for (a, b), (first, last) in zip(pairwise(edges), pairwise(places), strict=True)
    ]


def _start(span: Span) -> float:
    return span.start


def _joined(one: Period, other: Period) -> Period | None:
    """Return both periods as one, if the change between them did not touch the validity."""
    both = Period(one.since, other.until, one.spans + other.spans)
    if not one.spans or not other.spans:
        return both
    wall, first, second = both.wall, one.wall, other.wall
    if wall is None:
        # Neither side bears a validity alone: nothing is lost by looking at both together.
        return both if first is None and second is None else None
    fits = all(part is None or _same(part, wall) for part in (first, second))
    return both if fits and wall.outlived <= AGREE * wall.died else None


def _untold(period: Period) -> list[Period]:
    """Return the period, cut where its sessions alone show a change."""
    parts = _parts(period.spans)
    walls = [_strong(part) for part in parts]
    whole = period.wall
    runs = _filled(parts, _runs(walls))
    if whole is not None and whole.outlived <= max(FEW, AGREE * whole.died):
        # One validity holds for all. Still, an earlier and shorter one hides behind it as deaths of other causes.
        runs = _merged([run for run in runs if run.wall is not None and run.parts >= LEAST_RUN])
    if len(runs) < 2 and (whole is not None or all(run.wall is None for run in runs)):  # noqa: PLR2004 (two make a change)
        return [period]
    cuts = {_edge(parts, before, after) for before, after in pairwise(runs)}
    return _cut(period.spans, period.since, period.until, sorted(cuts))


class _Run(msgspec.Struct, frozen=True):
    """Neighbouring parts with one wall, or with none: the first one, the one after the last, and how many."""

    wall: Wall | None
    first: int
    last: int
    parts: int


def _runs(walls: Sequence[Wall | None]) -> list[_Run]:
    """Return the runs of parts with the same wall, or with none."""
    return _merged([_Run(wall, index, index + 1, 1) for index, wall in enumerate(walls)])


def _merged(runs: Sequence[_Run]) -> list[_Run]:
    """Return runs with those that agree with the one before taken into it."""
    found: list[_Run] = []
    for run in runs:
        last = found[-1] if found else None
        if last is not None and _alike(last.wall, run.wall):
            wall = max((w for w in (last.wall, run.wall) if w is not None), key=lambda w: w.tight, default=None)
            found[-1] = _Run(wall, last.first, run.last, last.parts + run.parts)
        else:
            found.append(run)
    return found


def _filled(parts: Sequence[Sequence[Span]], runs: Sequence[_Run]) -> list[_Run]:
    """Return runs, where those without a wall that do not speak against their neighbour's are taken into it."""
    found: list[_Run] = []
    for run in runs:
        last = found[-1] if found else None
        if last is not None and (last.wall is None) is not (run.wall is None):
            open_run, closed = (last, run) if last.wall is None else (run, last)
            both = find_wall(_spans(parts, last.first, run.last))
            if both is not None and closed.wall is not None and _same(both, closed.wall):
                seen = _spans(parts, open_run.first, open_run.last)
                outlived = sum(span.sessions for span in seen if span.issued_age > both.high_s * (1 + AGREE))
                if outlived <= max(FEW, PRESS * sum(span.sessions for span in seen if span.died)):
                    found[-1] = _Run(closed.wall, last.first, run.last, closed.parts)
                    continue
        found.append(run)
    return _merged(found)


def _spans(parts: Sequence[Sequence[Span]], first: int, last: int) -> list[Span]:
    return [span for part in parts[first:last] for span in part]


def _alike(one: Wall | None, other: Wall | None) -> bool:
    return _same(one, other) if one is not None and other is not None else one is other


def _parts(spans: Sequence[Span]) -> list[Sequence[Span]]:
    """Return the sessions in parts of about as many deaths each, by their beginning."""
    dead = sum(1 for span in spans if span.died)
    size = max(LEAST_PART, -(-dead // PARTS))
    parts: list[list[Span]] = [[]]
    deaths = 0
    for span in spans:
        if deaths >= size:
            parts.append([])
            deaths = 0
        parts[-1].append(span)
        deaths += span.died
    return [tuple(part) for part in parts]


def _strong(spans: Sequence[Span]) -> Wall | None:
    """Return the part's wall, if it is more than a coincidence."""
    wall = find_wall(spans)
    return wall if wall is not None and wall.tight >= STRONG and not wall.at_once else None


def _same(one: Wall, other: Wall) -> bool:
    """Say whether two walls may be the same validity."""
    return one.low_s <= other.high_s * (1 + AGREE) and other.low_s <= one.high_s * (1 + AGREE)


def _edge(parts: Sequence[Sequence[Span]], before: _Run, after: _Run) -> float:
    """Return when the setting changed, near the edge between two runs of parts."""
    edge = (before.last + after.first) // 2
    middle = parts[edge][0].start
    # A run may have parts that speak for neither setting: the change is where the last of its own sessions began.
    if after.wall is not None and (before.wall is None or before.wall.low_s > after.wall.high_s):
        # The validity shrank: whoever still outlives the new one began before.
        near = _spans(parts, before.first, edge + 1)
        return max((span.start + 1 for span in near if span.issued_age > after.wall.high_s), default=middle)
    # It grew: whoever outlives the old one began after.
    outlived = inf if before.wall is None else before.wall.high_s
    near = _spans(parts, max(0, edge - 1), after.last)
    return min((span.start for span in near if span.issued_age > outlived), default=middle)
