"""Walk over one stream of lines and hand out the records' places."""

from collections.abc import Iterator
from typing import Protocol

import msgspec
from stringzilla import count

from poolwarden.errors import UNDECODABLE
from poolwarden.triage.formats.base import Context
from poolwarden.triage.found import Found, Line
from poolwarden.triage.grouping import Group, group_at
from poolwarden.triage.heads import BEGINNING
from poolwarden.triage.lines import decoded
from poolwarden.triage.mask import TOKEN_BYTES
from poolwarden.triage.patterns import later
from poolwarden.triage.prefilter import LITERALS, NUMBERS, RARE, TOKENS, Prefilter
from poolwarden.triage.repeats import Repeats
from poolwarden.triage.shapes import Shapes

BLOCK = 1 << 18
"""Bytes read at once: as many as stay in the processor's cache."""

LONGEST_LINE = 4 << 20
"""A longer line is read in parts."""

_PLAIN, _NUMBER, _TOKEN = range(3)
_NO_STATUS = later(rb"\d| ?(?:[mun]s|[kMG]i?B)(?![\w=:])")  # a longer number, or a time or size
_SORTS = tuple(_TOKEN if i in TOKENS else _NUMBER if i in NUMBERS else _PLAIN for i in range(len(LITERALS) + len(RARE)))

_LOOK_BACK = 16384  # how far back a traceback's first line may stand in an earlier block
_READ_WHOLE = 1 << 20
_LOOK_BACK_LONG = 2 * _READ_WHOLE  # what is kept of a line without end: enough to see that it is one
_WINDOW_BEFORE, _WINDOW_AFTER = 2048, 6144


class Readable(Protocol):
    """What blocks are read from."""

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer as far as possible; 0 at the end."""
        ...


class _Named(msgspec.Struct, frozen=True, gc=False):
    """A JSON object's event."""

    event: str = ""


_event = msgspec.json.Decoder(_Named).decode
_EVENT, _BEFORE_JSON = b'"poolwarden.', b"{ \t\r"


class Scan:
    """
    Look through one stream, a buffer of a few hundred kilobytes at a time.

    Args:
        stream: Plain bytes.
        context: The file, and how late its stamps may be.
        prefilter: What to look for.
        shapes: What is known of lines. Whoever reads the places fills it in, and finds the lines of known shapes in
            ``echoes`` instead of among the places, and those that tell nothing nowhere.
        elsewhere: Whether the guard's events, one JSON object a line, are passed over: they are read elsewhere.

    Attributes:
        echoes: The lines of known shapes of the block: shape, line, time.
        lines: Lines seen so far.
        bytes: Bytes seen so far.
        tokens: Tokens in plain text seen so far.
        token_line: The first line that holds one; 0 while there is none.
        long_lines: Lines too long to be read as a whole.
        passed: The guard's events that were passed over.
        unread: Lines that begin as such an event and cannot be read.
        unread_at: The first of them.
        cut: Whether the last line has no end.
    """

    def __init__(
        self,
        stream: Readable,
        context: Context,
        prefilter: Prefilter,
        shapes: Shapes | None = None,
        *,
        elsewhere: bool = False,
    ) -> None:
        self._elsewhere = elsewhere
        self.passed = 0
        self.unread = 0
        self.unread_at = 0
        self._repeats = Repeats(shapes or Shapes())
        self.echoes: list[tuple[int, int, float]] = []
        self._stream = stream
        self._context = context
        self._prefilter = prefilter
        # One buffer for all blocks: a fresh one for each costs more in page faults than the search itself.
        self._data = bytearray(_LOOK_BACK + 2 * BLOCK)
        self._fill = 0  # bytes of the buffer in use
        self._taken = 0  # hits were taken up to here
        self._free = 0  # the last record ends here
        self._counted = 0  # lines were counted up to here
        self.lines = 0
        self.bytes = 0
        self.tokens = 0
        self.token_line = 0
        self.long_lines = 0
        self.cut = False

    def blocks(self) -> Iterator[list[Found]]:
        """Yield the places of each block, in order."""
        final = False
        while not final:
            final = not self._refill()
            yield self.rest() if final else self._places(final=False)

    def up_to(self, latest: float) -> None:
        """Let stamps without a year mean times up to this one from here on, epoch seconds."""
        self._context = self._context.but(latest=latest)

    def step(self) -> list[Found] | None:
        """Return the places of what a growing stream holds by now, None where nothing new is there."""
        return self._places(final=False) if self._refill() else None

    def pause(self) -> list[Found]:
        """Return the places of whole lines that waited for a further one; the last line may still grow."""
        whole = self._data.rfind(b"\n", self._taken, self._fill) + 1
        if whole <= self._taken:
            return []
        fill, self._fill = self._fill, whole
        found = self._places(final=True)
        self._fill = fill
        return found

    def rest(self) -> list[Found]:
        """Return the places of what is left once a stream has ended."""
        found = self._places(final=True)
        self.cut = self._fill > 0 and self._data[self._fill - 1] != ord("\n")
        self.lines += self.cut
        return found

    def _refill(self) -> bool:
        """Forget what is no longer needed, and read on; tell whether there was more."""
        data = self._data
        keep = max(
            self._free, data.rfind(b"\n", 0, max(self._taken - _LOOK_BACK, 0)) + 1, self._taken - _LOOK_BACK_LONG
        )
        if keep:
            left = self._fill - keep
            data[:left] = data[keep : self._fill]
            self._fill, self._taken, self._counted = left, self._taken - keep, self._counted - keep
            self._free = max(self._free - keep, 0)
        if len(data) - self._fill < BLOCK:
            data.extend(bytes(BLOCK))
        with memoryview(data) as view:
            got = self._stream.readinto(view[self._fill : self._fill + BLOCK])
        self._fill += got
        self.bytes += got
        return got > 0

    def _places(self, *, final: bool) -> list[Found]:
        data, fill = self._data, self._fill
        self.echoes = []
        whole = fill if final else data.rfind(b"\n", self._taken, fill) + 1
        too_long = whole <= self._taken and not final and fill - self._taken >= LONGEST_LINE
        if too_long:
            whole = fill
        if whole <= self._taken:
            return []
        with memoryview(data) as view:
            hits = self._prefilter.in_block(view[self._taken : whole])
        found: list[Found] = []
        base = self._taken
        for literal, start, stop in hits:
            hit = base + start
            sort = _SORTS[literal]
            if sort == _TOKEN:
                self._token(hit)
                continue
            if hit < self._free or (sort == _NUMBER and _NO_STATUS.match(data, base + stop, fill)):
                continue
            if self._elsewhere and self._passes_over(hit):
                continue
            line = self._repeats.line_at(data, fill, hit, self._free)
            if line.end:
                self._take(line, found)
                continue
            group = self._group(hit, final=final, too_long=too_long)
            if group is None:
                whole = max(data.rfind(b"\n", 0, hit) + 1, base)
                break
            self._count_to(group.start)
            found.append(Found(self.lines + 1, group.text, group.context, group.stream, line if group.single else None))
            self._free = group.end
        self._taken = max(whole, self._free)
        self._count_to(self._taken)
        return found

    def _take(self, line: Line, found: list[Found]) -> None:
        """Take a line that repeats others; one that tells nothing is but passed over."""
        if line.shape >= 0:
            self._count_to(line.start)
            self.echoes.append((line.shape, self.lines + 1, line.at or 0.0))
        elif line.likeness is not None:
            self._count_to(line.start)
            found.append(Found(self.lines + 1, line.text, self._context, "", line))
        self._free = line.end

    def _passes_over(self, hit: int) -> bool:
        """Pass over a line that is an event of the guard; whoever reads those reads any JSON object that says so."""
        data = self._data
        start = data.rfind(b"\n", self._free, hit) + 1 or self._free
        end = data.find(b"\n", hit, self._fill)
        end = end if end >= 0 else self._fill
        if data[start] not in _BEFORE_JSON or data.find(_EVENT, start, end) < 0:
            return False
        try:
            event = _event(data[start:end]).event
        except UNDECODABLE:
            if not data.startswith(BEGINNING, start, end):
                return False
            self.unread += 1
            if not self.unread_at:
                self._count_to(start)
                self.unread_at = self.lines + 1
        else:
            if not event.startswith("poolwarden."):
                return False
            self.passed += 1
        self._free = min(end + 1, self._fill)
        return True

    def _count_to(self, offset: int) -> None:
        if offset >= self._counted:
            self.lines += count(self._data, b"\n", self._counted, offset)
        else:
            self.lines -= count(self._data, b"\n", offset, self._counted)
        self._counted = offset

    def _group(self, hit: int, *, final: bool, too_long: bool) -> Group | None:
        data, fill = self._data, self._fill
        start = data.rfind(b"\n", self._free, hit) + 1 or self._free
        end = data.find(b"\n", hit, fill)
        stop = end if end >= 0 else fill
        if too_long or stop - start > _READ_WHOLE:
            self.long_lines += 1
            until = min(stop, hit + _WINDOW_AFTER)
            return Group(start, until, decoded(data[max(start, hit - _WINDOW_BEFORE) : until]), self._context)
        return group_at(data, fill, hit, self._free, self._context, final=final)

    def _token(self, hit: int) -> None:
        if TOKEN_BYTES.match(self._data, hit, self._fill) and not self._data[hit - 1 : hit].isalnum():
            self.tokens += 1
            if not self.token_line:
                self.token_line = self.lines + count(self._data, b"\n", self._counted, hit) + 1
