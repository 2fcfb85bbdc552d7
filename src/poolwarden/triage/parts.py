"""Cut inputs into parts that can be read apart from each other, and read one part."""

import io
import math
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from poolwarden.triage.batches import Batch, Echo
from poolwarden.triage.contents import Counted, batches_of
from poolwarden.triage.continuation import CUT, RAISED, continues, opens
from poolwarden.triage.formats.base import PARTIAL, Context
from poolwarden.triage.heads import kind_of
from poolwarden.triage.inflate import Inflated, is_plain
from poolwarden.triage.lines import decoded, peel
from poolwarden.triage.prefilter import Prefilter
from poolwarden.triage.records import Record
from poolwarden.triage.sources import Source, open_source

PART = 16 << 20
"""Bytes of a part of a plain file."""

SMALL_PACKED = 8 << 20
"""Bytes of a packed file that is read at once; its records fit in memory."""

_WINDOW = 65536


class Part(msgspec.Struct, frozen=True):
    """
    What is read in one go.

    Attributes:
        index: The file's index.
        start: Offset of its first byte; only plain files are cut.
        end: Offset behind its last byte; None for all there is.
        latest: The latest time that a stamp without a year may mean, epoch seconds.
        since: Leave out records before, epoch seconds.
        until: Leave out records from then on.
        alone: Whether it is too large for its records to be kept: read as a stream.
        elsewhere: Whether the guard's events are passed over: they are read elsewhere.
    """

    index: int
    start: int
    end: int | None
    latest: float
    since: float | None = None
    until: float | None = None
    alone: bool = False
    elsewhere: bool = False


class Counts(msgspec.Struct):
    """
    What was counted in a part.

    Attributes:
        bytes: Bytes, unpacked.
        lines: Lines.
        tokens: Tokens in plain text.
        token_line: The first line that holds one, within the part.
        long_lines: Lines too long to be read as a whole.
        unread: Lines that could not be read.
        unread_at: The first of them.
        trouble: Why they could not.
        broken: What is wrong with the stream.
        taken: Bytes taken from the disk.
        passed: The guard's events that were passed over.
    """

    bytes: int = 0
    lines: int = 0
    tokens: int = 0
    token_line: int = 0
    long_lines: int = 0
    unread: int = 0
    unread_at: int = 0
    trouble: str = ""
    broken: str = ""
    taken: int = 0
    passed: int = 0


class _Range(io.RawIOBase):
    """A part of a file as a stream."""

    def __init__(self, path: Path, start: int, end: int) -> None:
        self._stream = path.open("rb", buffering=0)
        self._left = end - start
        self._stream.seek(start)

    def readinto(self, buffer: Any, /) -> int:
        got: int = self._stream.readinto(memoryview(buffer)[: self._left]) or 0
        self._left -= got
        return got

    def close(self) -> None:
        self._stream.close()
        super().close()


def _tells_time(line: bytes) -> bool:
    text, around, _ = peel(decoded(line), Context())
    return around.at is not None or opens(text)


def _begins_record(line: bytes, before: bytes, *, timed: bool) -> bool:
    """Tell whether a line surely begins a record, and tells the same without the lines before it."""
    text, around, _ = peel(decoded(line), Context())
    previous, _, _ = peel(decoded(before), Context())
    if previous.endswith(PARTIAL) or continues(text):
        return False
    if opens(text):
        return True
    # A plain text in an envelope is a record where nothing is about to be continued. One without a time has that of
    # the last line with one.
    apart = not (RAISED.match(text) or continues(previous) or CUT.search(previous))
    return apart and (around.at is not None or not timed)


def _cut_near(stream: BinaryIO, offset: int, size: int) -> int:
    """Return an offset near the given one where a record begins; the given file's end where none is found."""
    for near in range(offset, size, max(PART, _WINDOW)):
        stream.seek(near)
        lines = stream.read(_WINDOW).split(b"\n")[:-1]  # the last may be cut
        at, timed = near, False
        for number, (before, line) in enumerate(pairwise(lines)):
            at += len(before) + 1
            timed = timed or _tells_time(before)
            if number and _begins_record(line, before, timed=timed):  # the first one may be cut, too
                return at
    return size


def parts_of(
    index: int, source: Source, latest: float, since: float | None, until: float | None, *, elsewhere: bool = False
) -> Iterator[Part]:
    """
    Cut one input into parts.

    Args:
        index: The file's index.
        source: The input.
        latest: The latest time that a stamp without a year may mean, epoch seconds.
        since: Leave out records before, epoch seconds.
        until: Leave out records from then on.
        elsewhere: Whether the guard's events are read elsewhere.
    """
    whole = Part(index, 0, None, latest, since, until, elsewhere=elsewhere)
    if source.path is None or source.member is not None or source.size <= PART:
        large = source.path is None or source.size > SMALL_PACKED
        yield msgspec.structs.replace(whole, alone=large)
        return
    with source.path.open("rb") as stream:
        head = stream.read(_WINDOW)
        if not is_plain(head) or kind_of(head):
            yield msgspec.structs.replace(whole, alone=source.size > SMALL_PACKED)
            return
        start = 0
        while start < source.size:
            end = source.size if source.size - start < PART * 1.5 else _cut_near(stream, start + PART, source.size)
            yield msgspec.structs.replace(whole, start=start, end=end)
            start = end


def read_part(part: Part, source: Source, prefilter: Prefilter, counts: Counts) -> Iterator[Batch]:
    """
    Yield the records of a part in batches; its first line counts as 1.

    Args:
        part: The part.
        source: Its input.
        prefilter: What to look for.
        counts: Filled in, complete once the iteration has ended.
    """
    if source.path is None or part.end is None:
        stream = open_source(source)
    else:
        stream = Inflated(_Range(source.path, part.start, part.end))
    context = Context(file=part.index, latest=part.latest)
    with stream:
        counted = Counted(stream, lines_only=part.start > 0, elsewhere=part.elsewhere, size=source.size)
        for batch in batches_of(counted, context, prefilter):
            counts.taken = stream.taken
            yield _wanted(batch if isinstance(batch, Batch) else Batch(list(batch)), part)
        counts.broken, counts.taken = stream.broken, stream.taken
    for name in ("bytes", "lines", "tokens", "token_line", "long_lines", "unread", "unread_at", "trouble", "passed"):
        setattr(counts, name, getattr(counted, name))


def _wanted(batch: Batch, part: Part) -> Batch:
    """Return what of a batch lies in the time asked for."""
    if part.since is None and part.until is None:
        return batch
    since = part.since if part.since is not None else -math.inf
    until = part.until if part.until is not None else math.inf
    records = [record for record in batch.records if record.at is None or since <= record.at < until]
    return Batch(records, batch.shapes, [echo for echo in batch.echoes if since <= echo[2] < until])


class Answer(msgspec.Struct, array_like=True):
    """What a worker answers: the records of a part as JSON, those that repeat others, and what was counted."""

    rows: bytes
    shapes: list[Record]
    echoes: list[Echo]
    counts: Counts


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Answer)
_prefilter: list[Prefilter] = []  # one for the life of a worker process


def answer(part: Part, source: Source) -> bytes:
    """Read a part in a worker process; the answer as bytes."""
    if not _prefilter:
        _prefilter.append(Prefilter())
    told, records = Answer(b"", [], [], Counts()), list[Record]()
    for batch in read_part(part, source, _prefilter[0], told.counts):
        records.extend(batch.records)
        told.echoes.extend(batch.echoes)
        told.shapes = batch.shapes  # one list for all batches of a part, which grows
    told.rows = Batch(records).rows
    return _encoder.encode(told)


def understood(data: bytes, before: int) -> tuple[Batch, Counts]:
    """
    Return what a worker answered: the records, and what was counted.

    Args:
        data: The answer.
        before: How many lines come before the part.
    """
    told = _decoder.decode(data)
    return Batch(told.rows, told.shapes, told.echoes, before), told.counts
