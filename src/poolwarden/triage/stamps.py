"""Read the stamp that most loggers begin a line with, such as ``2026-03-01T10:00:00.123Z``, and know the hour again."""

import re

from poolwarden.triage.template import template_of
from poolwarden.triage.times import HOURS_AHEAD, STAMP_ENDS, stamp_of

LONGEST = 2000
"""Bytes of the longest line that is looked at."""

# What may stand before it: brackets and quotes, or the first member's name of a JSON object.
_STAMP = re.compile(
    rb"(?:[\s\[<(\"']*|\{\"[A-Za-z_@]{1,20}\": ?\")"
    rb"(\d{4}-\d\d-\d\d[T ](?:[01]\d|2[0-3]):)([0-5]\d):([0-5]\d)(?:[.,](\d{1,9}))?(?:Z|\+00:?00)?"
    + STAMP_ENDS.encode()
    + rb"(?=[ \t\"\]|)>'])"  # where a template may be cut
)
_HOUR, _MINUTE, _SECOND, _MILLI = slice(14), slice(14, 16), slice(17, 19), slice(20, 23)
_COLON_AT, _MILLI_AT, _LEAST = 16, 19, 25
_COLON, _SPACE, _Z = b": Z"
_SIGNS, _ZONES = b"+-", frozenset(zone[:2].encode() for zone in HOURS_AHEAD)
_WHOLE_HOUR = re.compile(rb"\d{4}-\d\d-\d\d[T ](?:[01]\d|2[0-3]):")  # some read 24:00 as the next day
_YEAR = 4
_AS_ZERO = bytes.maketrans(b"123456789", b"0" * 9)
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

    def read(self, line: bytes) -> tuple[float, int, int] | None:
        """
        Return a line's time, where it begins with such a stamp and is not too long to be remembered.

        Returns:
            Epoch seconds, and from where to where the stamp stands; None where there is none.
        """
        if _LEAST < len(line) <= LONGEST and line[_MILLI_AT] in b".," and line[_COLON_AT] == _COLON:
            usual = self._usual(line)
            if usual is not None:
                return usual
        found = _STAMP.match(line) if len(line) <= LONGEST else None
        if found is None:
            return None
        head, minute, second, fraction = found.groups()
        hour = self[head]
        if hour is None:
            return None
        at = hour + 60 * _SIXTY[minute] + _SIXTY[second]
        return (at + float(b"0." + fraction) if fraction else at), found.start(1), found.end()

    def _usual(self, line: bytes) -> tuple[float, int, int] | None:
        """Read a stamp of milliseconds at its fixed places, with nothing before it and no zone but Z: most are such."""
        end = _MILLI.stop + (line[_MILLI.stop] == _Z)
        hour, minute, second = self[line[_HOUR]], _SIXTY.get(line[_MINUTE]), _SIXTY.get(line[_SECOND])
        milli = line[_MILLI]
        if (
            hour is None
            or minute is None
            or second is None
            or line[end] != _SPACE
            or line[end + 1] in _SIGNS
            or line[end + 1 : end + 3] in _ZONES
            or not milli.isdigit()
        ):
            return None
        return hour + 60 * minute + second + int(milli) / 1000, 0, end

    def template(self, line: bytes, text: str, start: int, end: int) -> str | None:
        """
        Return the template of a line that begins with such a stamp, as :func:`template_of` does.

        Args:
            line: The line.
            text: The same, decoded.
            start: Where its stamp begins.
            end: Where it ends.
        """
        year = start + _YEAR
        kept = line[:year] + line[year:end].translate(_AS_ZERO)  # nothing else of a stamp stays in its template
        head = self._heads.get(kept)
        if head is None:
            if len(self._heads) >= _MOST:
                self._heads.clear()
            head = self._heads[kept] = template_of(text[:end]) or ""
        rest = template_of(text[end:])
        return head + rest if rest is not None else None
