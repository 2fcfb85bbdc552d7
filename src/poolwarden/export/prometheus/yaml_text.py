"""
Write plain values as YAML that people can read and change.

The core needs no YAML library, and rules need little of YAML: mappings, lists,
texts. What a plain scalar could be taken for otherwise is quoted as in JSON,
which YAML reads alike (YAML 1.2.2, 5.7 and 7.3.1).
"""

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

# A word, also with dots, slashes, colons and dashes within, that no reader of YAML takes for a boolean or null.
_PLAIN = re.compile(
    r"(?!(?:true|false|yes|no|on|off|null|y|n)$)[A-Za-z](?:[A-Za-z0-9_./:-]*[A-Za-z0-9])?", re.IGNORECASE
)
# Prometheus's durations begin with a digit, and are texts all the same.
_DURATION = re.compile(r"\d+(?:ms|[smhdwy])")
# A folded text comes back as it was where its words are parted by single spaces.
_FOLDABLE = re.compile(r"\S+(?: \S+)*")
_WIDTH = 100


def as_yaml(value: Mapping[str, Any]) -> str:
    """
    Return a document.

    Args:
        value: Mappings with text keys, sequences that are not empty, and texts.
    """
    return "\n".join(_mapping(value, 0)) + "\n"


def _mapping(value: Mapping[str, Any], indent: int) -> Iterator[str]:
    for key, item in value.items():
        yield from _entry(f"{' ' * indent}{_scalar(key)}:", item, indent)


def _entry(head: str, item: Any, indent: int) -> Iterator[str]:
    if isinstance(item, Mapping):
        yield head
        yield from _mapping(item, indent + 2)
    elif isinstance(item, str):
        yield from _text(head, item, indent)
    else:
        yield head
        yield from _sequence(item, indent + 2)


def _sequence(items: Sequence[Any], indent: int) -> Iterator[str]:
    for item in items:
        lines = list(_mapping(item, indent + 2)) if isinstance(item, Mapping) else [" " * (indent + 2) + _scalar(item)]
        yield f"{' ' * indent}- {lines[0][indent + 2 :]}"
        yield from lines[1:]


def _text(head: str, text: str, indent: int) -> Iterator[str]:
    inner = " " * (indent + 2)
    if "\n" in text:
        yield f"{head} |-"
        yield from (inner + line if line else "" for line in text.split("\n"))
    elif len(text) > _WIDTH - len(head) and _FOLDABLE.fullmatch(text):
        yield f"{head} >-"
        yield from textwrap.wrap(
            text, _WIDTH, initial_indent=inner, subsequent_indent=inner, break_long_words=False, break_on_hyphens=False
        )
    else:
        yield f"{head} {_scalar(text)}"


def _scalar(text: str) -> str:
    if _PLAIN.fullmatch(text) or _DURATION.fullmatch(text):
        return text
    return json.dumps(text, ensure_ascii=False)
