"""Carry many records at once: those that differ from another in nothing but line and time only as an echo of it."""

from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import overload

import msgspec

from poolwarden.triage.records import Record

Echo = tuple[int, int, float]
"""Which of the shapes a line repeats, the line, and its time, epoch seconds."""


class Batch(Sequence[Record]):
    """
    Records, in the order of their lines.

    Most lines that a log repeats are never made into records of their own: they
    reach the store as a number, a line and a time.

    Args:
        records: Records as they are.
        shapes: Records that others repeat; not counted themselves.
        echoes: The repetitions.
        before: How many lines come before the first one that was counted.

    Attributes:
        records: Records as they are.
        shapes: Records that others repeat.
        echoes: The repetitions; lines count from the part's first.
        before: Lines to be added to those of the echoes.
    """

    __slots__ = ("_all", "before", "echoes", "records", "shapes")

    def __init__(
        self,
        records: list[Record],
        shapes: list[Record] | None = None,
        echoes: list[Echo] | None = None,
        before: int = 0,
    ) -> None:
        self.records = records
        self.shapes = shapes or []
        self.echoes = echoes or []
        self.before = before
        self._all: list[Record] | None = None if self.echoes else records
        if before:
            for record in records:
                msgspec.structs.force_setattr(record, "line", record.line + before)

    def __len__(self) -> int:
        """Return how many records there are, echoes included."""
        return len(self.records) + len(self.echoes)

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
        if self._all is None:
            replace, shapes, before = msgspec.structs.replace, self.shapes, self.before
            repeated = [replace(shapes[which], line=line + before, at=at) for which, line, at in self.echoes]
            self._all = sorted([*self.records, *repeated], key=attrgetter("line"))
        return self._all
