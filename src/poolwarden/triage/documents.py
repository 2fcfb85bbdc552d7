"""Read a file that is one document, or several: JSON over many lines, many events in one value, CSV."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from poolwarden.triage.formats.answers import listed
from poolwarden.triage.formats.base import Context
from poolwarden.triage.formats.cloudtrail_fields import Trail
from poolwarden.triage.opening import opened
from poolwarden.triage.records import Record
from poolwarden.triage.telling import may_tell

LARGEST = 256 << 20
"""Bytes of the largest document that is read as one; beyond it, its lines are."""

_MANY = re.compile(
    rb"\s*\{\s*\"(?:Records|records|events|Events|logEvents|messageType|results|searchedLogStreams|"
    rb"nextForwardToken)\"\s*:"
)
_SPREAD = re.compile(rb"\s*(?:\{|\[)\s*\r?\n|\s*\[\s*[{\"]")
# Lambda is given lists of the same name by queues, topics and streams.
_TRAIL_FILE = re.compile(
    rb"\s*\{\s*\"Records\"\s*:\s*\[(?!\s*\{\s*\"(?:messageId|EventSource|EventVersion|kinesis|cf)\")"
)
_CSV_NAMES = frozenset(
    (
        *(
            "@timestamp",
            "@message",
            "message",
            "eventtime",
            "eventname",
            "eventsource",
            "errorcode",
            "errormessage",
            "log",
        ),
        *("requestparameters", "eventdata", "timestamp", "line", "_raw", "_time", "host", "source", "date", "time"),
        *("content", "body", "textpayload", "log_s", "service", "id"),
    )
)
_OPENED_ELSEWHERE = frozenset(("Records", "records", "events", "Events", "logEvents"))
_FEWEST_NAMES = 2
_LONG = 65536
_MOST_DEEP = 2000
_MOSTLY = 0.5  # less than this share of JSON, and the file is a log of lines that begins with some
_TRAIL_NAMES = {name.lower(): name for name in Trail.__struct_fields__}


def kind_of(head: bytes) -> str:
    """
    Return what a file that begins so is as a whole, or nothing for a log of lines.

    Returns:
        ``trail``, ``json``, ``csv``; ``one`` where it may be a single JSON value in one long line.
    """
    if _TRAIL_FILE.match(head):
        return "trail"
    if _MANY.match(head) or _SPREAD.match(head):
        return "json"
    if len(head) >= _LONG and head.startswith(b"{") and b"\n" not in head:
        return "one"
    first = head.split(b"\n", 1)[0][:2000].decode("utf-8", errors="replace")
    if "," in first:
        names = [name.strip().strip('"').lower() for name in first.split(",")]
        if len(_CSV_NAMES.intersection(names)) >= _FEWEST_NAMES and all(
            re.fullmatch(r"[\w@.:\-\[\] ]*", name) for name in names
        ):
            return "csv"
    return ""


class _At:
    """Tell the line of a value by where its text begins; values come in the order of the document."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._offset = 0
        self._line = 1

    def line_of(self, raw: bytes) -> int:
        begin = max(self._data.find(raw[:4096], self._offset), self._offset)
        self._line += self._data.count(b"\n", self._offset, begin)
        self._offset = begin
        return self._line


def _values(data: bytes) -> Iterator[tuple[Any, int, int]]:
    """Yield each document with the line that it begins on and its size."""
    try:
        yield msgspec.json.decode(data), 1, len(data)
    except (ValueError, RecursionError):
        text = data.decode("utf-8", errors="replace")
        decoder, offset, line, deep = json.JSONDecoder(), 0, 1, 0
        while True:
            begin = min((at for at in (text.find("{", offset), text.find("[", offset)) if at >= 0), default=-1)
            if begin < 0:
                return
            line += text.count("\n", offset, begin)
            try:
                value, end = decoder.raw_decode(text, begin)
            except (ValueError, RecursionError) as error:
                # Each level of what is nested too deep is tried, and costs as much as a thousand.
                deep += isinstance(error, RecursionError)
                if deep > _MOST_DEEP:
                    return
                offset = begin + 1
                continue
            yield value, line, len(text[begin:end].encode())
            line += text.count("\n", begin, end)
            offset = end


class _Held(msgspec.Struct, frozen=True, gc=False):
    """The list that a document holds, its items left as they stand so that their lines can be told."""

    Records: list[msgspec.Raw] = []
    records: list[msgspec.Raw] = []
    events: list[msgspec.Raw] = []
    Events: list[msgspec.Raw] = []
    logEvents: list[msgspec.Raw] = []  # noqa: N815 -- CloudWatch's own name


def one_record(data: bytes, context: Context) -> list[Record] | None:
    """Return the records of a file that is a single JSON value in one line, such as a search's answer; else None."""
    try:
        value = msgspec.json.decode(data)
    except (ValueError, RecursionError):
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
    for value, line, size in _values(data):
        at = _At(data)
        read += size
        if (
            isinstance(value, dict)
            and any(isinstance(value.get(name), list) for name in _Held.__struct_fields__)
            and line == 1
        ):
            items = _items(data)
            if items is not None and _is_log(items):
                records.extend(opened(value, context.but(lines=tuple(at.line_of(bytes(item)) for item in items))))
                continue
            if items is not None:
                for item in items:
                    records.extend(opened(msgspec.json.decode(item), context.but(line=at.line_of(bytes(item)))))
                continue
        found = _listed(value) if line == 1 else ()
        for one in found:
            if may_tell(one):
                records.extend(opened(one, context.but(line=at.line_of(_longest_text(one)))))
        if not found and isinstance(value, dict | list):
            records.extend(opened(value, context.but(line=line)))
    return records if read >= len(data.rstrip()) * _MOSTLY else None


def _listed(value: Any) -> Sequence[Mapping[str, Any]]:
    """Return the records of a document whose lines are told by their texts; nothing where another format opens it."""
    if isinstance(value, list):
        return value if all(isinstance(item, dict) for item in value) else ()
    return () if isinstance(value, dict) and not _OPENED_ELSEWHERE.isdisjoint(value) else listed(value)


def _longest_text(value: Any) -> bytes:
    """Return the longest text in a value as it stands in the document: what tells it best from its neighbours."""
    texts, waiting = [""], [value]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, str):
            texts.append(inner)
        elif isinstance(inner, dict | list):
            waiting.extend(inner.values() if isinstance(inner, dict) else inner)
    return msgspec.json.encode(max(texts, key=len))[1:-1]


def _items(data: bytes) -> list[msgspec.Raw] | None:
    try:
        held = msgspec.json.decode(data, type=_Held)
    except (ValueError, RecursionError):
        return None
    lists = [getattr(held, name) for name in _Held.__struct_fields__]
    found = [items for items in lists if items]
    return found[0] if len(found) == 1 else None


def _is_log(items: Sequence[msgspec.Raw]) -> bool:
    """Tell whether a list holds lines of a log, of which several may be one record."""
    return b'"message"' in bytes(items[0]) and b'"timestamp"' in bytes(items[0])


def csv_records(lines: Iterator[str], context: Context) -> Iterator[list[Record]]:
    """
    Yield the records of a CSV export: Logs Insights, CloudTrail Lake, Athena.

    Args:
        lines: The file's lines, their ends included; the first names the columns.
        context: The file.
    """
    csv.field_size_limit(64 << 20)
    rows = csv.reader(_without_nul(lines))
    names = [_TRAIL_NAMES.get(name.strip().lower(), name.strip()) for name in next(rows, [])]
    trail = "eventName" in names  # what an operator did is told by nothing but its name
    while True:
        line = rows.line_num + 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error:
            continue
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
            except (ValueError, RecursionError):
                pass
        whole[name] = cell
    held = whole.get("eventdata", whole.get("eventData", whole.get("event_data")))
    return held if isinstance(held, dict) and "eventName" in held else whole


def _without_nul(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line.replace("\0", "")


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
