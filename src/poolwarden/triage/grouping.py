"""Find where a record begins and ends: a traceback belongs to the line it was logged with."""

from typing import NamedTuple

from poolwarden.triage.continuation import (
    CHAINED,
    CUT,
    JUL_LEVEL,
    RAISED,
    THROWN,
    TRACEBACK,
    answers,
    continues,
    ends_trace,
    follows,
    inside,
    is_body,
    is_field,
    names_cut,
    opens,
    states_time,
    tells_failure,
    traces,
)
from poolwarden.triage.formats.base import PARTIAL, Context
from poolwarden.triage.lines import MOST_BYTES, Lines, decoded, peel
from poolwarden.triage.nextline import announced_at, may_continue
from poolwarden.triage.times import stamp_of, starts_with_time, time_in

_EVENT = '{"event":"poolwarden.'  # what the guard writes is one line, whatever stands on the next
_FIELDS, _SHORT = 24, 300  # of a block, and characters of one that says when
MOST_LINES = 1500  # an SDK's error with its whole answer, printed member by member, has some 500


class Group(NamedTuple):
    """
    One record's place.

    Attributes:
        start: Offset of its first byte.
        end: Offset behind its last byte, its line's end included.
        text: Its text, its lines' envelopes taken off.
        context: What the envelopes told.
        single: Whether it is one line that opens a record: so is any line of its template between such neighbours.
        stream: The stream that its envelopes name; nothing where it is in none.
    """

    start: int
    end: int
    text: str
    context: Context
    single: bool = False
    stream: str = ""


def _first_line(lines: Lines, start: int, text: str, floor: int) -> tuple[int, list[str], Context | None]:
    """Walk back from a line that opens no record to the one that does; return what its head, or the last, told."""
    near = None
    before: list[str] = []
    best, kept = start, 0
    current, at = text, start
    for _ in range(MOST_LINES):
        if at <= floor or start - at > MOST_BYTES:
            break
        begin = lines.data.rfind(b"\n", floor, at - 1) + 1 or floor
        previous = lines.text(begin, at)
        if previous is None:
            headed, context, stream = lines.peeled(begin, at)
            follow = (follows(current, headed) and not lines.is_far(context)) or headed.endswith(PARTIAL)
            if follow and stream.startswith(lines.stream):
                before.append(headed)
                best, kept, near = begin, len(before), context
            elif at == start and not lines.stream:
                near = _timed(headed, context)
            break
        cut = previous.endswith(PARTIAL)
        if not cut and current.endswith(PARTIAL) and opens(current):
            break
        head = not cut and _heads(lines, previous, begin, floor)
        if not cut and (not follows(current, previous) if head else _apart(current, previous)):
            near = _timed(previous, lines.context) if head else None
            break
        before.append(previous)
        if cut or head or (previous and (not continues(previous) or previous.startswith(TRACEBACK))):
            best, kept = begin, len(before)
        if head:
            break
        current, at = previous, begin
    return best, before[:kept][::-1], near


def _timed(text: str, context: Context) -> Context:
    """Return when the line before a record was written, for one that tells no time."""
    return Context(at=context.at or time_in(text, context.latest))


def _time_beside(lines: Lines, start: int, floor: int) -> float | None:
    """Return the time that a field says on one of the lines before one, where each is a field: a block of them."""
    for _ in range(_FIELDS):
        if start <= floor:
            break
        begin = lines.data.rfind(b"\n", floor, start - 1) + 1 or floor
        text = decoded(lines.data[begin : min(start, begin + _SHORT)])
        stated = states_time(text, lines.context.latest)
        if stated is not None or not is_field(text):
            return stated
        start = begin
    return None


def _heads(lines: Lines, text: str, begin: int, floor: int) -> bool:
    """Tell whether a line is the first of its record."""
    return opens(text) and not continues(text) and not _announced(lines, text, begin, floor)


def _announced(lines: Lines, text: str, begin: int, floor: int) -> bool:
    """Tell whether a line is the answer that the line before it announces."""
    if begin <= floor or not (text[:1] in ("{", "<", "[") or JUL_LEVEL.match(text)):
        return False
    before = lines.text(lines.data.rfind(b"\n", floor, begin - 1) + 1 or floor, begin)
    return before is not None and answers(text, before)


def _apart(current: str, previous: str) -> bool:
    """Tell whether a line and the one before it, which opens no record, belong to two records."""
    if current.startswith(TRACEBACK) and not previous.startswith(CHAINED) and previous.strip():
        return True  # the end of an earlier record
    if RAISED.match(current) and not (inside(previous) or continues(previous) or tells_failure(previous)):
        return not answers(current, previous)  # what was raised stands behind a line that has nothing to do with it
    return not (follows(current, previous) or (previous and continues(previous)))


class Growing:
    """A record's lines, as long as further ones belong to it."""

    __slots__ = ("blank", "chained", "texts", "traced")

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts
        self.traced = any(traces(text) for text in texts)
        self.chained = False
        self.blank = False

    def takes(self, text: str) -> bool:
        """Take a line, or say that it belongs to another record."""
        if self.texts[-1].endswith(PARTIAL):
            self.texts.append(text)
            return True
        if not text.strip():
            ends, self.blank = self.blank, True
            return not ends
        if inside(text) and starts_with_time(text) and inside(self.texts[0]) and starts_with_time(self.texts[0]):
            return False  # all of a log is indented, or quoted
        chained = self.chained or text.startswith(CHAINED)
        raised = RAISED.match(text) is not None and (
            (self.traced and inside(self.texts[-1])) or (len(self.texts) > 1 and text == self.texts[-1])
        )
        raised = raised or (self.traced and inside(self.texts[-1]) and ends_trace(text))
        again = text.startswith(TRACEBACK) and not chained and not (len(self.texts) == 1 and opens(self.texts[0]))
        again_php = self.blank and THROWN.match(text) is not None and opens(self.texts[0])
        body = self.blank and is_body(text, self.texts)
        apart = self.blank and not (
            chained
            or body
            or raised
            or again_php
            or text.startswith(("Caused by", "> File ", "Next ", "[previous exception]"))
            or (inside(text) and not opens(text.lstrip()))
        )
        cut = names_cut(text, self.texts[-1])
        answer = not self.blank and answers(text, self.texts[-1])
        if apart or not (raised or cut or answer or body or again_php or (continues(text) and not again)):
            return False
        self.traced = self.traced or traces(text)
        self.chained = chained and not text.startswith(TRACEBACK)
        self.blank = False
        self.texts.append(text)
        return True


def _last_line(lines: Lines, end: int, texts: list[str], *, final: bool) -> int | None:
    """Walk on while lines continue the record; None where the buffer ends before it is clear."""
    begun, growing = end, Growing(texts)
    for _ in range(MOST_LINES):
        stop = lines.data.find(b"\n", end, lines.size) + 1
        if not stop:
            if not final:
                return None
            if end == lines.size:
                break
            stop = lines.size  # the last line of a log need not end in a line's end
        text = lines.text(end, stop, behind=True)
        if end - begun > MOST_BYTES or text is None or not growing.takes(text):
            break
        end = stop
    return end


def _alone(text: str) -> bool:
    """Tell quickly whether a line is surely in no envelope and opens a record: most are such."""
    if text.startswith('{"'):
        return '"log":' not in text and '"MESSAGE"' not in text
    return text[10:11] == " " and stamp_of(text) is not None


def group_at(
    data: bytes | bytearray, size: int, hit: int, floor: int, context: Context, *, final: bool
) -> Group | None:
    """
    Return the record around a hit.

    Args:
        data: Whole lines; where nothing follows, the last is perhaps cut.
        size: How much of ``data`` is in use.
        hit: Offset of what was found.
        floor: Offset of the first line that belongs to no earlier record.
        context: The file, and how late its stamps may be.
        final: Whether nothing follows ``data``.

    Returns:
        The record, or None where more of the log is needed to see its end.
    """
    start = data.rfind(b"\n", floor, hit) + 1 or floor
    end = data.find(b"\n", hit, size) + 1 or size
    text = decoded(data[start:end])
    if text.startswith(_EVENT) and text.endswith("}"):
        return Group(start, end, text, context)
    apart = end < size and not may_continue(data, end)
    if apart and not announced_at(data, start) and _alone(text):
        return Group(start, end, text, context, single=True)
    text, around, stream = peel(text, context)
    lines = Lines(data, size, context, stream, around.at)
    before: list[str] = []
    first = start
    opening = opens(text) and not _announced(lines, text, start, floor)
    if not opening and start > floor:
        first, before, near = _first_line(lines, start, text, floor)
        if around.at is None and near is not None:
            around = around.but(at=near.at, request=near.request, source=near.source or None)
    texts = [*before, text]
    last = end
    if stream or before or not apart or text.startswith(TRACEBACK) or CUT.search(text) is not None:
        walked = _last_line(lines, end, texts, final=final)
        if walked is None:
            return None
        last = walked
    beside = _time_beside(lines, first, floor) if around.at is None and is_field(texts[0]) else None
    if beside is not None:
        around = around.but(at=beside)
    whole = "\n".join(texts).replace(f"{PARTIAL}\n", "").rstrip(PARTIAL)
    return Group(first, last, whole, around, opening and last == end and beside is None, stream)
