"""Count lost sessions and zombies for charts."""

from collections import Counter
from collections.abc import Sequence

from poolwarden.triage.durations import DAY, HOUR
from poolwarden.triage.report import Poller, Series
from poolwarden.triage.sessions import Group, Sessions
from poolwarden.triage.verdicts import Row

SLOTS = 60
"""About how many slots a chart has."""

WIDTHS = (300, 900, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 28 * DAY)
"""Widths of a slot in time, seconds: such as people read on a clock or a calendar."""


def series(sessions: Sessions, groups: Sequence[tuple[Group, Row]]) -> Series:
    """
    Return the numbers for the charts of a report.

    Args:
        sessions: The sessions of the triage, with their verdicts.
        groups: The lost sessions with the rows of the table that fit them.
    """
    length = (sessions.last or 0) - (sessions.first or 0)
    slot = next((width for width in WIDTHS if width * SLOTS >= length), WIDTHS[-1])
    lost: Counter[tuple[int, str]] = Counter()
    for at, verdict, count in sessions.rows("series_lost", slot=slot):
        lost[at, verdict] += count
    for group, row in groups:
        for moment in group.moments:
            lost[int(moment // slot * slot), str(row.verdict)] += 1
    return Series(
        lost=tuple((at, verdict, count) for (at, verdict), count in sorted(lost.items())),
        slot_s=slot,
        ages=tuple(sessions.rows("series_ages", slots=SLOTS)),
        zombies=tuple(sessions.rows("series_zombies", slot=slot)),
        pollers=tuple(Poller(*row) for row in sessions.rows("pollers")),
    )
