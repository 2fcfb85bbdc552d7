"""Name durations as people set them, and know which of them are usual."""

import msgspec

from poolwarden.validities import DAY, HOUR, MINUTE, in_largest_unit, mistaken_unit

USUAL_DAYS = (1, 2, 3, 4, 5, 7, 10, 14, 15, 21, 28, 30, 31, 45, 60, 90, 100, 120, 180, 182, 183, 270, 360, 365, 366)
"""Validities that people choose in days."""

USUAL_YEARS = (1, 2, 3, 5, 10)
"""Validities that people choose in years of 365 days."""

USUAL_HOURS = (
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    10,
    12,
    14,
    15,
    16,
    18,
    20,
    24,
    28,
    30,
    31,
    36,
    45,
    48,
    60,
    72,
    90,
    96,
    180,
    365,
)
"""Validities that people choose in hours, by a mistake of the unit included."""

USUAL_MINUTES = (60, 72, 75, 90, 96, 100, 120, 150, 168, 336, 365)
"""Validities that people choose in minutes, by a mistake of the unit included."""

_USUAL = tuple(
    sorted(
        {days * DAY for days in USUAL_DAYS}
        | {years * 365 * DAY for years in USUAL_YEARS}
        | {hours * HOUR for hours in USUAL_HOURS}
        | {minutes * MINUTE for minutes in USUAL_MINUTES}
    )
)


class UnitMistake(msgspec.Struct, frozen=True):
    """
    A validity that was set with the wrong unit.

    Attributes:
        set: What is in force, such as ``30 hours``.
        meant: What was probably meant, such as ``30 days``.
    """

    set: str
    meant: str


def unit_mistake(validity_s: int) -> UnitMistake | None:
    """
    Return the unit mistake that a refresh validity looks like, or None.

    Args:
        validity_s: The validity in force, seconds.
    """
    mistake = mistaken_unit(validity_s)
    if mistake is None:
        return None
    return UnitMistake(f"{mistake.number} {mistake.unit}", f"{mistake.number} {mistake.meant}")


def spell(seconds: float) -> str:
    """
    Return a duration as people say it: ``30 days``, ``30 hours``, ``90 minutes``, ``45 seconds``.

    Args:
        seconds: The duration; a part below the unit is shown with one decimal.
    """
    whole = round(seconds)
    years, rest = divmod(whole, 365 * DAY)
    if whole and not rest and years > 1:
        return f"{years} years"
    number, largest = in_largest_unit(whole)
    if largest != "seconds":
        return f"{number} {largest if number > 1 else largest[:-1]}"
    for unit, name in ((DAY, "days"), (HOUR, "hours"), (MINUTE, "minutes")):
        if seconds >= 2 * unit:
            return f"{seconds / unit:.1f} {name}"
    return f"{whole} second{'s' if whole != 1 else ''}"


def round_between(low_s: float, high_s: float) -> int | None:
    """
    Return the roundest whole number of days, hours or minutes in an interval, or None.

    Args:
        low_s: The interval's lower end, seconds, included.
        high_s: Its upper end, seconds, included.
    """
    usual = [value for value in _USUAL if low_s <= value <= high_s]
    if usual:
        return min(usual, key=lambda value: abs(value - (low_s + high_s) / 2))
    for step in (DAY, HOUR, 30 * MINUTE, 10 * MINUTE, 5 * MINUTE, MINUTE):
        last = int(high_s // step) * step
        if last >= low_s and last > 0:
            middle = round((low_s + high_s) / 2 / step) * step
            return middle if low_s <= middle <= high_s else last
    return None


def usual_between(low_s: float, high_s: float) -> tuple[int, ...]:
    """Return the usual validities in an interval, seconds, both ends included."""
    return tuple(value for value in _USUAL if low_s <= value <= high_s)
