"""Read the stamp that most loggers begin a line with, such as ``2026-03-01 10:00:00,123 ``, at its fixed places."""

import re

from poolwarden.triage.template import template_of
from poolwarden.triage.times import stamp_of

STAMP = 23
"""Bytes of a stamp, without the space behind it."""

LONGEST_TAIL = 2000
"""Bytes of the longest line that is remembered."""

_HOUR, _MINUTE, _SECOND, _MILLI = slice(14), slice(14, 16), slice(17, 19), slice(20, 23)
_YEAR, _POINT, _COLON_AT, _POINT_AT = slice(4), slice(19, 20), 16, 19
_COLON, _POINTS, _SPACE = ord(":"), b",.", ord(" ")
_WHOLE_HOUR = re.compile(rb"\d{4}-\d\d-\d\d (?:[01]\d|2[0-3]):")  # some read 24:00 as the next day
_SIXTY = {b"%02d" % number: number for number in range(60)}
_MOST = 4096


class Stamps(dict[bytes, float | None]):
    """
    Epoch seconds of whole hours by the beginning of a stamp; None where it is none.

    Lines come many to an hour, and reading a date costs most.
    """

    def __init__(self) -> None:
        super().__init__()
        self._heads: dict[bytes, str] = {}

    def __missing__(self, text: bytes) -> float | None:
        """Read it, and remember it within bounds."""
        if len(self) >= _MOST:
            self.clear()
        stamp = stamp_of(f"{text.decode()}00:00") if _WHOLE_HOUR.fullmatch(text) else None
        at = self[text] = stamp[0] if stamp is not None else None
        return at

    def time(self, line: bytes) -> float | None:
        """Return a line's time, where it begins with such a stamp and is not too long to be remembered."""
        if (
            not STAMP < len(line) <= LONGEST_TAIL
            or line[STAMP] != _SPACE
            or line[_POINT_AT] not in _POINTS
            or line[_COLON_AT] != _COLON
        ):
            return None
        hour, minute, second = self[line[_HOUR]], _SIXTY.get(line[_MINUTE]), _SIXTY.get(line[_SECOND])
        milli = line[_MILLI]
        if hour is None or minute is None or second is None or not milli.isdigit():
            return None
        return hour + 60 * minute + second + int(milli) / 1000

    def template(self, line: bytes, text: str) -> str | None:
        """
        Return the template of a line that begins with such a stamp, as :func:`template_of` does.

        Args:
            line: The line.
            text: The same, decoded.
        """
        kept = line[_YEAR] + line[_POINT]  # nothing else of a stamp stays in its template
        head = self._heads.get(kept)
        if head is None:
            head = self._heads[kept] = template_of(text[:STAMP]) or ""
        rest = template_of(text[STAMP:])
        return head + rest if rest is not None else None
