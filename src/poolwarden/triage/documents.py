"""Read a file that is one document, or several: JSON over many lines, many events in one value, CSV."""

import csv
import io
import json
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import msgspec

from poolwarden.errors import UNDECODABLE
from poolwarden.triage.formats.answers import listed
from poolwarden.triage.formats.app_json import TIMES
from poolwarden.triage.formats.base import Context
from poolwarden.triage.formats.cloudtrail_fields import Trail
from poolwarden.triage.heads import is_when
from poolwarden.triage.opening import opened
from poolwarden.triage.patterns import later
from poolwarden.triage.records import Record
from poolwarden.triage.standing import lines_of
from poolwarden.triage.telling import may_tell

LARGEST = 256 << 20
"""Bytes of the largest document that is read as one; beyond it, its lines are."""

_LARGEST_CELL = 64 << 20
_LISTS = ("Records", "records", "events", "Events", "logEvents")
_MOST_DEEP = 2000
_MOSTLY = 0.5  # less than this share of JSON, and the file is a log of lines that begins with some
_NEAR, _CUT = 4096, 32  # characters that tell whether a value is one; what is cut at their end is an error, too
_WIDER = 8  # times as many are tried next
_OPENED = later(r"[{\[]")
_decoder = json.JSONDecoder()
_TRAIL_NAMES = {name.lower(): name for name in Trail.__struct_fields__}


def _values(data: bytes) -> Iterator[tuple[Any, int, bytes]]:
    """Yield each document with the line that it begins on and its text."""
    try:
        yield msgspec.json.decode(data), 1, data
    except UNDECODABLE:
        text = data.decode("utf-8", errors="replace")
        offset, line, deep = 0, 1, 0
        while (opened_at := _OPENED.search(text, offset)) is not None:
            begin = opened_at.start()
            line += text.count("\n", offset, begin)
            try:
                value, end = _value_at(text, begin)
            except UNDECODABLE as error:
                # Each level of what is nested too deep is tried, and costs as much as a thousand.
                deep += isinstance(error, RecursionError)
                if deep > _MOST_DEEP:
                    return
                offset = begin + 1
                continue
            yield value, line, text[begin:end].encode(errors="replace")
            line += text.count("\n", begin, end)
            offset = end


def _value_at(text: str, begin: int) -> tuple[Any, int]:
    """Return the value that begins there, and its end; what is none is seen by its first characters, as a rule."""
    # An error counts all lines before it in what is decoded, so a log with a bracket in each line would take hours.
    size = _NEAR
    while True:
        part = text[begin : begin + size]
        try:
            value, length = _decoder.raw_decode(part)
        except json.JSONDecodeError as error:
            cut = error.pos >= len(part) - _CUT or error.msg.startswith("Unterminated")
            if not cut or begin + size >= len(text):
                raise
        else:
            return value, begin + length
        # What a log cut is over with its line: the next one's beginning shows it.
        ended = text.find("\n", begin + size, begin + size * _WIDER) if size == _NEAR else -1
        size = size * _WIDER if ended < 0 else ended - begin + 2 * _CUT


def one_record(data: bytes, context: Context) -> list[Record] | None:
    """Return the records of a file that is a single JSON value in one line, such as a search's answer; else None."""
    try:
        value = msgspec.json.decode(data)
    except UNDECODABLE:
        return None
    return opened(value, context)


def json_records(data: bytes, context: Context) -> list[Record] | None:
    """
    Return the records of JSON documents, be they pretty-printed, concatenated or cut; None where most is not JSON.

    Args:
        data: The whole file, unpacked.
        context: The file.
    """
    records: list[Record] = []
    read = 0
    for value, line, text in _values(data):
        read += len(text)
        items = _items(value)
        if items and _is_log(value, items):
            if any(may_tell(item) for item, _ in items):
                lines = lines_of(text, value, [part for _, part in items], line)
                records.extend(opened(value, context.but(lines=tuple(lines))))
            continue
        telling = [(item, part) for item, part in items if may_tell(item)]
        for (item, _), at in zip(telling, lines_of(text, value, [part for _, part in telling], line), strict=True):
            records.extend(opened(item, context.but(line=at)))
        if not items and isinstance(value, dict | list):
            records.extend(opened(value, context.but(line=line)))
    return records if read >= len(data.rstrip()) * _MOSTLY else None


def _items(value: Any) -> Sequence[tuple[Any, Any]]:
    """Return the records that a document holds, each with its part of it; nothing where it is one itself."""
    if isinstance(value, list):
        return [(item, item) for item in value] if all(isinstance(item, dict) for item in value) else ()
    if not isinstance(value, dict):
        return ()
    around = value.get("context")
    if "span_id" in value or (isinstance(around, dict) and "span_id" in around):
        return ()  # what happened to a span, its events, is told with what it was about
    held = [value[name] for name in _LISTS if isinstance(value.get(name), list) and value[name]]
    if len(held) == 1 and all(isinstance(item, dict) for item in held[0]):
        return [(item, item) for item in held[0]]
    return () if held else listed(value)


def _is_log(value: Any, items: Sequence[tuple[Any, Any]]) -> bool:
    """Tell whether a document is a list of a log's lines, of which several may be one record (CloudWatch)."""
    named = isinstance(value, dict) and any(name in value for name in _LISTS)
    return named and "message" in items[0][0] and "timestamp" in items[0][0]


def csv_records(lines: Iterator[str], context: Context) -> Iterator[list[Record]]:
    """
    Yield the records of a CSV export: Logs Insights, CloudTrail Lake, Athena.

    Args:
        lines: The file's lines, their ends included; the first names the columns.
        context: The file.
    """
    rows = _rows(lines)
    names = [_TRAIL_NAMES.get(name.strip().lower(), name.strip()) for _, row in islice(rows, 1) for name in row]
    if not any(name in TIMES for name in names):
        when = next((name for name in names if is_when(name)), None)
        names = ["time" if name == when else name for name in names]
    trail = "eventName" in names  # what an operator did is told by nothing but its name
    for line, row in rows:
        if not trail and not may_tell(" ".join(row)):
            continue
        fields = {name: cell for name, cell in zip(names, row, strict=False) if cell not in ("", "null", "-")}
        found = opened(_opened_cells(fields), context.but(line=line))
        if found:
            yield found


def _opened_cells(fields: dict[str, str]) -> dict[str, Any]:
    """Return the fields with cells that are JSON decoded."""
    whole: dict[str, Any] = {}
    for name, cell in fields.items():
        if cell[:1] == "{" and name not in ("@message", "message"):
            try:
                whole[name] = msgspec.json.decode(cell)
                continue
            except UNDECODABLE:
                pass
        whole[name] = cell
    held = whole.get("eventdata", whole.get("eventData", whole.get("event_data")))
    return held if isinstance(held, dict) and "eventName" in held else whole


def _rows(lines: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
    """
    Yield rows, each with the number of its first line.

    A quote that is never closed would take the rows behind it into its own. So where quotes break the rules, the row
    is that one line, read as far as it goes, and the next line begins another.
    """
    csv.field_size_limit(_LARGEST_CELL)
    taken: list[str] = []
    ahead: deque[str] = deque()

    def feed() -> Iterator[str]:
        while (line := ahead.popleft() if ahead else next(lines, None)) is not None:
            taken.append(line)
            yield line.replace("\0", "")

    rows, number = csv.reader(feed(), strict=True), 1
    while True:
        try:
            row = next(rows, None)
        except csv.Error:
            line, *behind = taken
            ahead.extendleft(reversed(behind))
            del taken[1:]
            rows, row = csv.reader(feed(), strict=True), _row_of(line)
        if row is None:
            return
        yield number, row
        number += len(taken)
        taken.clear()


def _row_of(line: str) -> list[str]:
    """Return the cells of one line, whatever its quotes; one cell where it is too long for that."""
    try:
        return next(csv.reader([line.replace("\0", "")]), [])
    except csv.Error:
        return [line]


def text_lines(blocks: Iterator[bytes]) -> Iterator[str]:
    """Return lines of text over blocks of bytes, their ends included."""
    rest = b""
    for block in blocks:
        whole = rest + block
        cut = whole.rfind(b"\n") + 1
        rest = whole[cut:]
        yield from io.StringIO(whole[:cut].decode("utf-8", errors="replace"), newline="")
    if rest:
        yield rest.decode("utf-8", errors="replace")
