"""Choose how one stream is read: as lines, as a document, or as a table."""

import io
from collections.abc import Iterator, Sequence

from poolwarden.triage.batches import Batch
from poolwarden.triage.documents import LARGEST, csv_records, json_records, one_record, text_lines
from poolwarden.triage.formats.base import Context
from poolwarden.triage.formats.guard_events import event_in
from poolwarden.triage.formats.rendered_events import is_renamed
from poolwarden.triage.found import Found
from poolwarden.triage.heads import kind_of
from poolwarden.triage.inflate import Inflated
from poolwarden.triage.mask import TOKEN_BYTES
from poolwarden.triage.opening import opened
from poolwarden.triage.prefilter import Prefilter, in_document
from poolwarden.triage.records import Record
from poolwarden.triage.scanning import Scan
from poolwarden.triage.shapes import Shapes
from poolwarden.triage.trails import trail_records

BLOCK = 1 << 20
_HEAD = 65536
_CONTROL = bytes(range(1, 9)) + bytes(range(14, 27)) + bytes(range(28, 32))
_BINARY = 0.05  # text has hardly any control characters


class Counted:
    """
    A stream, and the count of what was read of it.

    Attributes:
        bytes: Bytes seen.
        lines: Lines seen.
        tokens: Tokens in plain text.
        token_line: The first line that holds one.
        long_lines: Lines too long to be read as a whole.
        unread: Lines that could not be read.
        unread_at: The first of them.
        trouble: Why, in a few words.
        passed: The guard's events that were passed over.

    Args:
        stream: What to read.
        lines_only: Whether it is the further part of a log of lines.
        elsewhere: Whether the guard's events among its lines are passed over: they are read elsewhere.
        size: How many bytes it has on disk; 0 where that is not known.
    """

    def __init__(self, stream: Inflated, *, lines_only: bool = False, elsewhere: bool = False, size: int = 0) -> None:
        self._stream = stream
        self._size = size
        self.lines_only = lines_only
        self.elsewhere = elsewhere
        self._ahead: list[bytes | memoryview] = []
        self.bytes = 0
        self.lines = 0
        self.tokens = 0
        self.token_line = 0
        self.long_lines = 0
        self.unread = 0
        self.unread_at = 0
        self.trouble = ""
        self.passed = 0

    @property
    def size(self) -> int:
        """How many bytes there are in all; 0 where that is not known, as of what is packed."""
        return self._size if self._stream.plain else 0

    def read(self, size: int) -> bytes:
        """Return about ``size`` bytes; nothing at the end."""
        if self._ahead:
            return bytes(self._ahead.pop())
        return self._stream.read(size)

    def readinto(self, buffer: memoryview) -> int:
        """Fill the buffer as far as possible; 0 at the end."""
        if not self._ahead:
            return self._stream.readinto(buffer)
        data = memoryview(self._ahead.pop())  # many buffers full of it: none copies the rest
        taken = min(len(data), len(buffer))
        buffer[:taken] = data[:taken]
        if taken < len(data):
            self._ahead.append(data[taken:])
        return taken

    def head(self) -> bytes:
        """Return the first bytes without taking them."""
        data = b""
        while len(data) < _HEAD and (block := self._stream.read(_HEAD)):
            data += block
        if data:
            self._ahead.append(data)
        return data

    def push(self, data: bytes) -> None:
        """Put bytes back in front."""
        self._ahead.append(data)

    def count_document(self, data: bytes, starts: list[int] | None = None) -> None:
        """
        Count the lines and tokens of a document.

        Args:
            data: The document, or a part of it.
            starts: Where tokens may begin, where that is known.
        """
        self.bytes += len(data)
        end = data.find(b"\n")  # a delivered file is one line of megabytes
        self.lines += 1 if end in (-1, len(data) - 1) else data.count(b"\n") + (not data.endswith(b"\n"))
        for start in in_document(data)[1] if starts is None else starts:
            if TOKEN_BYTES.match(data, start) and not data[start - 1 : start].isalnum():
                self.tokens += 1
                self.token_line = self.token_line or data.count(b"\n", 0, start) + 1


def batches_of(stream: Counted, context: Context, prefilter: Prefilter) -> Iterator[Sequence[Record]]:
    """
    Yield the records of one stream, in order.

    Args:
        stream: Plain bytes; its counts are complete once the iteration has ended.
        context: The file.
        prefilter: What to look for in lines.
    """
    head = stream.head()
    kind = kind_of(head) if not stream.lines_only else ""
    if kind == "csv":
        yield from _table(stream, context)
        return
    if kind:
        data = _whole(stream)
        if data is not None:
            marks, starts = in_document(data)
            records = trail_records(data, marks, context) if kind == "trail" else None
            records = records if records is not None else (one_record if kind == "one" else json_records)(data, context)
            if records is not None:
                stream.count_document(data, starts)
                if not data.rstrip().endswith((b"}", b"]")):
                    stream.unread, stream.unread_at, stream.trouble = 1, stream.lines, "the document is cut"
                yield records
                return
            stream.push(data)
    if head and len(head) - len(head.translate(None, _CONTROL)) > len(head) * _BINARY:
        stream.unread, stream.trouble = stream.unread + 1, "this looks like no text at all"
    yield from _lines(stream, context, prefilter)


def _whole(stream: Counted) -> bytes | None:
    """Return all of a stream, or None where that is too much; what was taken is put back then."""
    if stream.size > LARGEST:
        return None
    first, block = stream.read(BLOCK), stream.read(BLOCK)
    if not block:  # a small packed file, unpacked in one go
        return first
    whole = io.BytesIO()  # it hands out what it holds without a copy
    whole.write(first)
    while block:
        whole.write(block)
        if whole.tell() > LARGEST:
            stream.push(whole.getvalue())
            return None
        block = stream.read(BLOCK)
    return whole.getvalue()


def _table(stream: Counted, context: Context) -> Iterator[list[Record]]:
    def blocks() -> Iterator[bytes]:
        while block := stream.read(BLOCK):
            stream.count_document(block)
            yield block

    yield from csv_records(text_lines(blocks()), context)


def records_at(place: Found) -> list[Record]:
    """Return the records of a place."""
    context = place.context.but(line=place.number)
    if place.text.startswith('{"') and '"poolwarden.' in place.text and not is_renamed(place.text):
        told = event_in(place.text, context)
        if told is not None:
            return list(told)
    return opened(place.text, context)


def _lines(stream: Counted, context: Context, prefilter: Prefilter) -> Iterator[Batch]:
    shapes = Shapes()
    scan = Scan(stream, context, prefilter, shapes, elsewhere=stream.elsewhere)
    for found in scan.blocks():
        batch: list[Record] = []
        for place in found:
            line = place.line
            if line is not None and line.likeness is not None:
                batch.append(line.likeness.record_of(line.text, place.number, line.at, place.context.latest))
                continue
            records = records_at(place)
            batch.extend(records)
            shapes.learn(place, records)
        if batch or scan.echoes:
            yield Batch(batch, shapes.records, scan.echoes)
    stream.bytes += scan.bytes
    stream.lines += scan.lines
    stream.tokens += scan.tokens
    stream.token_line = scan.token_line
    stream.long_lines = scan.long_lines
    stream.passed = scan.passed
    if scan.unread:
        stream.unread, stream.unread_at, stream.trouble = scan.unread, scan.unread_at, "cut, or no JSON"
