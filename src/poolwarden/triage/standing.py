"""Tell on which lines of a JSON document its parts stand."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import msgspec

from poolwarden.errors import UNDECODABLE
from poolwarden.triage.patterns import later

_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_SPELLED = later(r"[\"\\/<>&'\x00-\x1f\x7f-\U0010ffff]+")
_items = msgspec.json.Decoder(list[msgspec.Raw]).decode


def lines_of(document: bytes, value: Any, parts: Sequence[Any], first: int = 1) -> list[int]:
    """
    Return the line on which each part says what it says: that of its longest text, else its first.

    Args:
        document: The document's text.
        value: What it stands for.
        parts: Objects and lists that stand in lists of ``value``, the very ones.
        first: The line that the document begins on.
    """
    if not parts or b"\n" not in document:
        return [first] * len(parts)
    line, offset, found = first, 0, {}
    with suppress(*UNDECODABLE):  # Python's own reader takes more for JSON: NaN, half a surrogate
        for part, written in _as_written(value, msgspec.Raw(document), {id(part) for part in parts}):
            # Parts come in order, and each is a piece of the document: what is found first is the part.
            begin = document.find(written, offset)
            line += document.count(b"\n", offset, begin)
            said = document.find(_longest_text(part), begin, begin + len(memoryview(written)))
            found[id(part)] = line + (document.count(b"\n", begin, said) if said > 0 else 0)
            offset = begin + 1  # the next may be the same
    return [found.get(id(part), first) for part in parts]


def _as_written(value: Any, written: msgspec.Raw, wanted: set[int]) -> Iterator[tuple[Any, msgspec.Raw]]:
    """Yield each wanted part of a value and its text."""
    inner: Iterable[tuple[Any, msgspec.Raw]]
    if isinstance(value, dict):
        members = _members(written)
        inner = [(item, members[name]) for name, item in value.items() if name in members]
    else:
        inner = list(zip(value, _items(written), strict=True))
        if not wanted.isdisjoint(map(id, value)):  # then nothing is within their neighbours
            yield from ((item, raw) for item, raw in inner if id(item) in wanted)
            return
    for item, raw in inner:
        if isinstance(item, dict | list):
            yield from _as_written(item, raw, wanted)


def _longest_text(value: Any) -> bytes:
    """Return the longest text in a value, without what some write in other letters than others."""
    longest, waiting = "", [value]
    while waiting:
        inner = waiting.pop()
        for item in inner.values() if isinstance(inner, dict) else inner:
            if isinstance(item, str):
                longest = item if len(item) > len(longest) else longest
            elif isinstance(item, dict | list):
                waiting.append(item)
    return (max(_SPELLED.split(longest), key=len) if _SPELLED.search(longest) else longest).encode()
