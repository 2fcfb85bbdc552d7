"""Know where in a file its values stand, so that a finding can name the line."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from poolwarden.appclient.ignores import Comment, Ignore, ignores_in

Way = tuple[str | int, ...]
"""The keys and indices that lead from a file's value to one within it."""


class Span(NamedTuple):
    """
    Where a value stands.

    Attributes:
        first: The line of its key, or of itself in a list, from 1.
        last: The line that it ends on.
        column: The column of its key, from 0.
    """

    first: int
    last: int
    column: int


@dataclass(frozen=True, slots=True)
class Layout:
    """
    Where the values of a document stand.

    Attributes:
        spans: Returns the places of all values by the way to them; asked only where a client was found.
        comments: The comments that speak to poolwarden, where the syntax has comments.
    """

    spans: Callable[[], Mapping[Way, Span]] = field(default=dict, repr=False)
    comments: tuple[Comment, ...] = ()

    def line(self, way: Sequence[str | int]) -> int:
        """Return the line of a value, or of the nearest around it that is known; 0 where none is."""
        return self._span(tuple(way)).first

    def lines_below(self, way: Sequence[str | int]) -> dict[str, int]:
        """Return the lines of a value's members by their keys."""
        above = tuple(way)
        return {
            str(below[-1]): span.first
            for below, span in self.spans().items()
            if len(below) == len(above) + 1 and below[:-1] == above
        }

    def ignores(self, ways: Sequence[Way]) -> list[list[Ignore]]:
        """
        Return for each value what comments ask the checks to pass over; see :mod:`poolwarden.appclient.ignores`.

        Args:
            ways: The ways to the values that checks look at.
        """
        found: list[list[Ignore]] = [[] for _ in ways]
        spans = [self._span(way) for way in ways]
        for comment in self.comments:
            ignores = ignores_in(comment.text, comment.line)
            owner = _owner(comment, spans)
            if owner is not None:
                found[owner] += ignores
                continue
            for number, mine in enumerate(found):
                # What is wrong with an ignore for the whole file is told once.
                mine += [ignore for ignore in ignores if number == 0 or (ignore.id and ignore.reason)]
        return found

    def _span(self, way: Way) -> Span:
        spans = self.spans()
        for length in range(len(way), -1, -1):
            if way[:length] in spans:
                return spans[way[:length]]
        return Span(0, 0, 0)


def _owner(comment: Comment, spans: Sequence[Span]) -> int | None:
    """Return which value a comment is about: the one around it, the one right below it, or the one it ends."""
    for number, span in enumerate(spans):
        if span.first <= comment.line <= span.last:
            return number
    for number, span in enumerate(spans):
        if span.first == comment.below and comment.column is not None and comment.column <= span.column:
            return number
    for number, span in enumerate(spans):
        if span.last == comment.line - 1 and comment.column is not None and comment.column > span.column:
            return number
    return None


# JSON's tokens: a text with its quotes, a bracket, colon or comma, and whatever else stands together.
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+', re.DOTALL)


@dataclass(slots=True)
class _Open:
    """An object or a list that has begun: its way, its own place, and the key or index that comes next."""

    way: Way
    first: int
    column: int
    key: str | int | None
    place: tuple[int, int] = (0, 0)


def json_spans(text: str, start: int, end: int) -> dict[Way, Span]:
    """
    Return where the values of a JSON text stand.

    Args:
        text: The text, known to be JSON between the two.
        start: Where the value begins.
        end: Where it ends.
    """
    return dict(_json_spans(text, start, end))


def _json_spans(text: str, start: int, end: int) -> Iterator[tuple[Way, Span]]:
    line, at = 1 + text.count("\n", 0, start), start
    opened: list[_Open] = []
    for match in _TOKEN.finditer(text, start, end):
        token = match[0]
        line += text.count("\n", at, match.start())
        at = match.start()
        column = at - (text.rfind("\n", 0, at) + 1)
        above = opened[-1] if opened else None
        if token in ("}", "]"):
            done = opened.pop()
            yield done.way, Span(done.first, line, done.column)
        elif above is not None and token == ",":
            above.key = above.key + 1 if isinstance(above.key, int) else None
        elif above is not None and above.key is None:
            above.key, above.place = json.loads(token), (line, column)
        elif token != ":":
            way: Way = () if above is None else (*above.way, above.key if above.key is not None else "")
            first, where = (line, column) if above is None or isinstance(above.key, int) else above.place
            if token in ("{", "["):
                opened.append(_Open(way, first, where, 0 if token == "[" else None))
            else:
                yield way, Span(first, line, where)


def yaml_spans(node: Any) -> dict[Way, Span]:
    """
    Return where the values of a YAML document stand.

    Args:
        node: PyYAML's node of it; what an alias repeats is known where it stands first.
    """
    spans: dict[Way, Span] = {}
    _place(node, (), (node.start_mark.line + 1, node.start_mark.column), spans, set())
    return spans


def _place(node: Any, way: Way, begins: tuple[int, int], spans: dict[Way, Span], seen: set[int]) -> int:
    """Note where a node and all below it stand; return the line it ends on."""
    first, column = begins
    mark = node.end_mark
    last: int = mark.line + (1 if mark.column or mark.line == node.start_mark.line else 0)
    if id(node) not in seen and isinstance(node.value, list):
        seen.add(id(node))
        # A block's own end is where the next thing begins, comments between them included.
        last = first if node.flow_style is False else last
        for number, item in enumerate(node.value):
            key, inner = item if isinstance(item, tuple) else (None, item)
            name = key.value if key is not None and isinstance(key.value, str) else number
            start = (inner if key is None else key).start_mark
            last = max(last, _place(inner, (*way, name), (start.line + 1, start.column), spans, seen))
    spans[way] = Span(first, last, column)
    return last
