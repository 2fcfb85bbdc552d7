"""Read the moments and durations that people type."""

import re
import time
from argparse import ArgumentTypeError
from datetime import UTC, datetime, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from poolwarden.validities import LETTER_S

_EPOCH = re.compile(r"\d{9,10}(\.\d+)?|\d{12,13}")
_MILLISECONDS = 1e11  # a larger number is one of milliseconds
# A moment, and behind it a zone's name (Europe/Berlin, America/Argentina/Salta, Etc/GMT+3).
_ZONE = re.compile(r"(.*\d)\s+([A-Za-z_]+(?:/[A-Za-z0-9_+-]+)+|UTC|GMT)")
# A moment, and behind it, after a blank, its offset from UTC.
_OFFSET = re.compile(r"(.*\d)\s+([+-]\d\d:?\d\d)")
_DURATION = re.compile(r"(\d{1,9})([smhdw])")


class Duration(NamedTuple):
    """
    A duration as it was typed.

    Attributes:
        number: How many of the unit.
        unit: The unit's letter, a key of :data:`poolwarden.validities.LETTER_S`.
    """

    number: int
    unit: str


def duration_of(text: str) -> Duration:
    """
    Return a duration with the unit that was typed.

    Args:
        text: A number and a unit's letter: ``30d``, ``30h``, ``90m``, ``3600s``, ``2w``.

    Raises:
        ArgumentTypeError: The text is no duration.
    """
    match = _DURATION.fullmatch(text.strip().lower())
    if match is None:
        message = f"{text!r} is no duration; write 30d, 30h, 90m or 3600s"
        raise ArgumentTypeError(message)
    return Duration(int(match[1]), match[2])


def seconds_of(text: str) -> int:
    """
    Return a duration in seconds.

    Args:
        text: As for :func:`duration_of`.

    Raises:
        ArgumentTypeError: The text is no duration.
    """
    number, unit = duration_of(text)
    return number * LETTER_S[unit]


def moment_of(text: str) -> float:
    """
    Return a moment in epoch seconds.

    Args:
        text: A date, or a date and a time (RFC 3339 or ISO 8601), in UTC unless an offset or a zone's name such as
            ``Europe/Berlin`` follows; epoch seconds or milliseconds; ``now``; or a duration, for so long ago.

    Raises:
        ArgumentTypeError: The text is no moment.
    """
    given = text.strip()
    if given == "now":
        return time.time()
    if _DURATION.fullmatch(given.lower()):
        return time.time() - seconds_of(given)
    if _EPOCH.fullmatch(given):
        number = float(given)
        return number / 1000 if number > _MILLISECONDS else number
    zone: tzinfo = UTC
    try:
        named = _ZONE.fullmatch(given)
        if named is not None:
            given, zone = named[1], ZoneInfo(named[2])
        moment = datetime.fromisoformat(_OFFSET.sub(r"\1\2", given))
    except (ValueError, KeyError):  # a zone that does not exist is a KeyError
        message = (
            f"{text!r} is no moment; write 2026-03-01, 2026-03-01T09:30:00Z, '2026-03-01 09:30 Europe/Berlin', "
            "or 36h for 36 hours ago"
        )
        raise ArgumentTypeError(message) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp()
