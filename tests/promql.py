"""Look into PromQL: what is selected, over which ranges, and within which calls."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import promql_parser


@dataclass(frozen=True, slots=True)
class Selected:
    """
    A selector within a query.

    Attributes:
        metric: The metric.
        matchers: Values by label, with their operator before them.
        range: Its range as text; None without one.
        call: The function that it is directly given to.
        text: The selector as PromQL, without its range.
    """

    metric: str
    matchers: dict[str, str]
    range: str | None
    call: str | None
    text: str


_OPERATORS = (
    (promql_parser.MatchOp.Equal, "="),
    (promql_parser.MatchOp.NotEqual, "!="),
    (promql_parser.MatchOp.Re, "=~"),
    (promql_parser.MatchOp.NotRe, "!~"),
)
_BELOW = ("expr", "lhs", "rhs", "param")


def selected(query: str) -> list[Selected]:
    """
    Return every selector of a query.

    Raises:
        ValueError: It is no PromQL.
    """
    return list(_walk(promql_parser.parse(query), None, None))


def _walk(node: Any, call: str | None, range_: str | None) -> Iterator[Selected]:
    if isinstance(node, promql_parser.VectorSelector):
        matchers = {one.name: _operator(one.op) + one.value for one in node.matchers.matchers}
        bare = ", ".join(f"{name}{_quoted(value)}" for name, value in matchers.items())
        yield Selected(node.name, matchers, range_, call, f"{node.name}{{{bare}}}")
    elif isinstance(node, promql_parser.MatrixSelector):
        yield from _walk(node.vector_selector, call, promql_parser.display_duration(node.range))
    elif isinstance(node, promql_parser.Call):
        for argument in node.args:
            yield from _walk(argument, node.func.name, None)
    else:
        for name in _BELOW:
            below = getattr(node, name, None)
            if below is not None:
                yield from _walk(below, None, None)


def _operator(operation: Any) -> str:
    return next(text for known, text in _OPERATORS if known == operation)


def _quoted(matcher: str) -> str:
    operator = matcher[:2] if matcher[:2] in ("=~", "!=", "!~") else matcher[:1]
    value = matcher[len(operator) :].replace("\\", "\\\\").replace('"', '\\"')
    return f'{operator}"{value}"'
