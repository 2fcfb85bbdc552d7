"""
Tell a line's record by those of its likes: lines of one template tell the same, but for their times and ids.

Where those stand is guessed from a line that was read in full, and believed
once further lines have been read in full and gave what was guessed.
"""

from collections.abc import Iterator, Sequence

import msgspec

from poolwarden.triage.facts import Span, spans_in
from poolwarden.triage.mask import masked, user_key
from poolwarden.triage.patterns import later
from poolwarden.triage.records import Record
from poolwarden.triage.times import stamps_in, time_of

NEEDED = 2
"""How many lines must give what was guessed."""

TRIES = 2
"""How often it is guessed anew: a short value may stand where an id holds it by chance."""

_COPIED = ("pool", "client", "session", "user", "request", "route", "text")
_ORIGIN = "session|"  # see facts.py
_SIGNS = later("[\x01-\x06]")  # what stands in a template where lines differ
_NUMBERED = later(r"\S*\d\S*")
_WORD = later(r"[^\s\"'=,;&(){}\[\]<>|]+")
# What they tell hangs on numbers, and some of it is no copy of anything.
_OTHERWISE = frozenset(("poolwarden", "cloudtrail"))


class Copy(msgspec.Struct, frozen=True):
    """
    One field that differs from line to line.

    Attributes:
        field: The record's field.
        start: Where in the line its value begins.
        end: And ends.
        key: Whether it is the key of what stands there, behind what: see :func:`poolwarden.triage.mask.user_key`.
    """

    field: str
    start: int
    end: int
    key: str | None = None

    def of(self, text: str) -> str:
        """Return the field's value in a line."""
        value = text[self.start : self.end]
        if self.key is not None:
            return user_key(f"{self.key}{value}")
        return masked(value) if self.field == "text" else value


class Likeness(msgspec.Struct, frozen=True):
    """
    What the lines of one template tell.

    Attributes:
        record: The record of one of them.
        stamped: Whether its time is the stamp that the line begins with.
        time: Else where its time stands; None where it has none.
        copies: What differs from line to line besides.
        agreed: How many lines gave the same.
        refuted: How many guesses were wrong before.
    """

    record: Record
    stamped: bool
    time: Span | None
    copies: tuple[Copy, ...]
    agreed: int = 0
    refuted: int = 0

    def record_of(self, text: str, line: int, at: float | None, latest: float) -> Record:
        """
        Return the record of a line of the template.

        Args:
            text: The line.
            line: Its number.
            at: The stamp it begins with, epoch seconds.
            latest: The latest time that a stamp without a year may mean, epoch seconds.
        """
        if not self.stamped:
            at = time_of(text[self.time[0] : self.time[1]], latest) if self.time is not None else None
        changed = {copy.field: copy.of(text) for copy in self.copies}
        return msgspec.structs.replace(self.record, line=line, at=at, **changed)


def guessed(
    text: str, line: int, at: float | None, latest: float, records: Sequence[Record], template: str
) -> Likeness | None:
    """
    Return what the lines of a template seem to tell, or None where that cannot be guessed.

    Args:
        text: One of them.
        line: Its number.
        at: The stamp it begins with, epoch seconds.
        latest: The latest time that a stamp without a year may mean, epoch seconds.
        records: What that line told, read in full.
        template: Their template.
    """
    if len(records) != 1 or records[0].source in _OTHERWISE or records[0].line != line:
        return None
    record = records[0]
    stamped = record.at is not None and record.at == at
    times = () if stamped or record.at is None else _times(text, record.at, latest)
    # A stamp that is no time in this line may be one in the next.
    untimed = record.at is None and next(stamps_in(text), None) is None
    if not (stamped or untimed or len(times) == 1):
        return None
    copies = tuple(
        copy
        for field in _COPIED
        if (value := getattr(record, field)) is not None and (copy := _copy(field, value, text, template)) is not None
    )
    # Evidence that was masked is no copy: what is left of numbers and ids in it would be another line's.
    if not any(copy.field == "text" for copy in copies) and not all(
        word in template for word in _NUMBERED.findall(record.text)
    ):
        return None
    return Likeness(record, stamped, times[0] if times else None, copies)


def _times(text: str, at: float, latest: float) -> list[Span]:
    """Return where a time stands, each place once however it may be read."""
    found: list[Span] = []
    for start, end in sorted(stamps_in(text)):
        if (not found or start >= found[-1][1]) and time_of(text[start:end], latest) == at:
            found.append((start, end))
    return found


def _copy(field: str, value: str, text: str, template: str) -> Copy | None:
    """Return where a value stands, if it stands where lines differ."""
    for start in _places(value, text):
        if _SIGNS.search(template, start, start + len(value)):
            return Copy(field, start, start + len(value))
    for (start, end), key in _persons(text):
        if _SIGNS.search(template, start, end) and user_key(f"{key}{text[start:end]}") == value:
            return Copy(field, start, end, key)
    return None


def _places(value: str, text: str) -> Iterator[int]:
    start = text.find(value) if value else -1
    while start >= 0:
        yield start
        start = text.find(value, start + 1)


def _persons(text: str) -> Iterator[tuple[Span, str]]:
    """Yield where something stands that a key may be of."""
    spans = spans_in(text)
    if spans.user is not None:
        yield spans.user, ""
    if spans.origin is not None:
        yield spans.origin, _ORIGIN
    for word in _WORD.finditer(text):
        yield word.span(), ""
