"""Carry many records at once: those that differ from another in nothing but line and time only as an echo of it."""

from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import overload

import msgspec

from poolwarden.triage.records import Record

Echo = tuple[int, int, float]
"""Which of the shapes a line repeats, the line, and its time, epoch seconds."""


_NAMED = b'{"kind":'  # what each record begins with as JSON; in a text of one, the quotes would be escaped
_encode = msgspec.json.Encoder().encode_lines
_decode = msgspec.json.Decoder(Record).decode_lines


class Batch(Sequence[Record]):
    """
    Records, in the order of their lines.

    Most lines that a log repeats are never made into records of their own: they
    reach the store as a number, a line and a time. What another process read
    stays the JSON that the store takes, until somebody asks for the records.

    Args:
        records: Records as they are, or as lines of JSON.
        shapes: Records that others repeat; not counted themselves.
        echoes: The repetitions.
        before: How many lines come before the first one that was counted.

    Attributes:
        shapes: Records that others repeat.
        echoes: The repetitions; lines count from the part's first.
        before: Lines to be added to those of the echoes.
    """

    __slots__ = ("_all", "_records", "_rows", "before", "echoes", "shapes")

    def __init__(
        self,
        records: list[Record] | bytes,
        shapes: list[Record] | None = None,
        echoes: list[Echo] | None = None,
        before: int = 0,
    ) -> None:
        self._rows = records if isinstance(records, bytes) else None
        self._records = None if isinstance(records, bytes) else _moved(records, before)
        self.shapes = shapes or []
        self.echoes = echoes or []
        self.before = before
        self._all: list[Record] | None = None

    @property
    def records(self) -> list[Record]:
        """Records as they are."""
        if self._records is None:
            self._records = _moved(_decode(self._rows or b""), self.before)
        return self._records

    @property
    def rows(self) -> bytes:
        """The same as lines of JSON, which may name the lines before theirs apart."""
        if self._rows is None:
            return _encode(self.records)
        return self._rows.replace(_NAMED, b'{"before":%d,"kind":' % self.before) if self.before else self._rows

    def __len__(self) -> int:
        """Return how many records there are, echoes included."""
        records = self._rows.count(b"\n") if self._rows is not None else len(self.records)
        return records + len(self.echoes)

    def __iter__(self) -> Iterator[Record]:
        """Yield every record, echoes made into records."""
        return iter(self._whole())

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Record]: ...
    def __getitem__(self, index: int | slice) -> Record | Sequence[Record]:
        """Return one of the records, or some."""
        return self._whole()[index]

    def _whole(self) -> list[Record]:
        if not self.echoes:
            return self.records
        if self._all is None:
            replace, shapes, before = msgspec.structs.replace, self.shapes, self.before
            repeated = [replace(shapes[which], line=line + before, at=at) for which, line, at in self.echoes]
            self._all = sorted([*self.records, *repeated], key=attrgetter("line"))
        return self._all


def _moved(records: list[Record], before: int) -> list[Record]:
    """Return records with so many lines added to theirs."""
    if before:
        for record in records:
            msgspec.structs.force_setattr(record, "line", record.line + before)
    return records
