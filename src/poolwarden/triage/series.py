"""Count lost sessions and zombies for charts."""

from collections import Counter
from collections.abc import Sequence

from poolwarden.triage.report import Peak, Poller, Series, moment
from poolwarden.triage.sessions import Group, Sessions
from poolwarden.triage.verdicts import Row
from poolwarden.validities import DAY, HOUR

SLOTS = 60
"""About how many slots a chart has."""

WIDTHS = (300, 900, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 28 * DAY)
"""Widths of a slot in time, seconds: such as people read on a clock or a calendar."""


PEAK_S = HOUR
"""The length of time in which sessions that are lost make a peak, seconds."""

PEAK, PEAK_SHARE = 10, 0.2
"""How many they must be at the least, and which share of all."""

LEAST_PEAKS = 12
"""How many such lengths of time the logs must last: in one morning's log all are lost at once."""


def peak(sessions: Sessions, groups: Sequence[tuple[Group, Row]]) -> Peak | None:
    """
    Return when strikingly many sessions were lost at once, or None.

    Args:
        sessions: The sessions of the triage, with their verdicts.
        groups: The lost sessions with the rows of the table that fit them.
    """
    if (sessions.last or 0) - (sessions.first or 0) < LEAST_PEAKS * PEAK_S:
        return None
    lost: Counter[int] = Counter()
    for (at, _), count in _lost(sessions, groups, PEAK_S).items():
        lost[at] += count
    at = max(lost, key=lambda one: (lost[one], -one), default=0)
    count = lost[at]
    if count < max(PEAK, PEAK_SHARE * lost.total()):
        return None
    return Peak(at=moment(at) or "", length_s=PEAK_S, sessions=count)


def _lost(sessions: Sessions, groups: Sequence[tuple[Group, Row]], slot: int) -> Counter[tuple[int, str]]:
    """Return how many sessions were lost, by slot of time and verdict."""
    lost: Counter[tuple[int, str]] = Counter()
    for at, verdict, count in sessions.rows("series_lost", slot=slot):
        lost[at, verdict] += count
    for group, row in groups:
        for place, count in Counter([at // slot for at in group.moments]).items():
            lost[int(place * slot), str(row.verdict)] += count
    return lost


def series(sessions: Sessions, groups: Sequence[tuple[Group, Row]]) -> Series:
    """
    Return the numbers for the charts of a report.

    Args:
        sessions: The sessions of the triage, with their verdicts.
        groups: The lost sessions with the rows of the table that fit them.
    """
    length = (sessions.last or 0) - (sessions.first or 0)
    slot = next((width for width in WIDTHS if width * SLOTS >= length), WIDTHS[-1])
    lost = _lost(sessions, groups, slot)
    return Series(
        lost=tuple((at, verdict, count) for (at, verdict), count in sorted(lost.items())),
        slot_s=slot,
        ages=tuple(sessions.rows("series_ages", slots=SLOTS)),
        zombies=tuple(sessions.rows("series_zombies", slot=slot)),
        pollers=tuple(Poller(*row) for row in sessions.rows("pollers")),
    )
