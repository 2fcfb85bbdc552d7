"""
Know validities, which say how long tokens live: Cognito's units and bounds, what is usual, and mistaken units.

A validity is a number and a unit (A/API_TokenValidityUnitsType.html). The classic
mistake is the right number with the wrong unit: 30 hours where 30 days were meant.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

UNIT_S: Final[Mapping[str, int]] = {"seconds": 1, "minutes": MINUTE, "hours": HOUR, "days": DAY}
"""Cognito's units and how many seconds each has."""

LETTERS: Final[Mapping[str, str]] = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
"""Cognito's units by the letter that people type, as in ``30d``."""

LETTER_S: Final[Mapping[str, int]] = {**{letter: UNIT_S[unit] for letter, unit in LETTERS.items()}, "w": 7 * DAY}
"""Seconds in each unit by its letter, with weeks, which Cognito does not have."""

REFRESH_BOUNDS_S: Final = (HOUR, 3650 * DAY)
"""The shortest and the longest refresh validity that Cognito takes, seconds (A/API_UserPoolClientType.html)."""

ACCESS_BOUNDS_S: Final = (5 * MINUTE, DAY)
"""The shortest and the longest validity of access and ID tokens that Cognito takes, seconds (as above)."""

DAYS_MEANT: Final = frozenset({7, 14, 28, 30, 31, 45, 60, 90, 180, 182, 183, 365, 366, 1825, 3650})
"""
Numbers that are a usual refresh validity in days and an odd one in hours.

Left out are the numbers that somebody may well mean in hours: a working day
(8, 10, 12), whole days (24, 48, 120), 100 hours, and 730 hours, which is a
month in AWS's own price lists.
"""

HOURS_MEANT: Final = frozenset({72, 96, 168, 336})
"""Numbers that are a usual refresh validity in hours and an odd one in minutes: 120 and 720 minutes are whole hours."""

LONG_DAYS_MEANT: Final = frozenset({182, 183, 365, 366})
"""Numbers that are a usual refresh validity in days and an odd one in minutes; 90 or 180 minutes may be meant."""

USUAL: Final[Mapping[str, int]] = {
    **{f"{hours}h": hours * HOUR for hours in (1, 8, 12, 24, 30, 48)},
    **{f"{days}d": days * DAY for days in (7, 14, 30, 60, 90, 365)},
}
"""The usual refresh validities and the classic mistake of 30 hours: seconds by name."""

MARGIN_PERCENT: Final = 2
"""A session that is lost within so many percent of a validity was lost because of it."""

LINGERS_S: Final = HOUR
"""How long at least after its session's end a token may still work: Cognito's default for access tokens."""


class MistakenUnit(NamedTuple):
    """
    A refresh validity that was set with the wrong unit.

    Attributes:
        number: The number, which is right.
        unit: The unit that it has, ``hours`` or ``minutes``.
        meant: The unit that was probably meant, ``days`` or ``hours``.
    """

    number: int
    unit: str
    meant: str


def mistaken_unit(refresh_validity_s: int) -> MistakenUnit | None:
    """
    Return the mistake of the unit that a refresh validity looks like, or None.

    The unit that it was written with does not matter: a tool may write 30 hours as 1800 minutes.

    Args:
        refresh_validity_s: The refresh validity, seconds.
    """
    for unit, numbers, meant in (
        ("hours", DAYS_MEANT, "days"),
        ("minutes", HOURS_MEANT, "hours"),
        ("minutes", LONG_DAYS_MEANT, "days"),
    ):
        number, rest = divmod(refresh_validity_s, UNIT_S[unit])
        if not rest and number in numbers:
            return MistakenUnit(number, unit, meant)
    return None


def in_largest_unit(seconds: int) -> tuple[int, str]:
    """
    Return a duration as a whole number and the largest of Cognito's units in which it is one.

    30 hours stay 30 hours, and 48 hours become 2 days.

    Args:
        seconds: The duration, seconds.
    """
    for unit in ("days", "hours", "minutes"):
        number, rest = divmod(seconds, UNIT_S[unit])
        if number and not rest:
            return number, unit
    return seconds, "seconds"


def just_under(validity: int) -> int:
    """Return the age from which on a session counts as ended at a validity; both in whole seconds."""
    return validity * (100 - MARGIN_PERCENT) // 100


def just_over(validity: int) -> int:
    """Return the age up to which a session counts as ended at a validity; both in whole seconds."""
    return validity + max(validity * MARGIN_PERCENT // 100, LINGERS_S)


AGES: Final[tuple[int, ...]] = tuple(
    sorted({bound for one in USUAL.values() for bound in (just_under(one), one, just_over(one))})
)
"""
The bounds of the histogram of session ages, seconds: each usual validity, just under it and just over it.

With them the rules and the dashboard can ask how many sessions ended at a validity.
"""
