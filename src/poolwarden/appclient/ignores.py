"""
Read what people ask the checks to pass over: ``poolwarden: ignore PW003 reason``.

In YAML it is a comment: within a client's resource, or right above it, it holds
for that client; anywhere else for all of the file's. JSON has no comments:
there it is the text of a ``//`` member, as Terraform has it, or of the member
``poolwarden`` of a CloudFormation resource's Metadata, as the CDK writes it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

# "poolwarden: ignore" and what follows it in its line.
_MARK: Final = re.compile(r"poolwarden:\s*ignore\b[\s:]*(?P<rest>[^\r\n]*)", re.IGNORECASE)
# A YAML comment that says so; its # begins the line or follows white space, else it is part of a value.
_COMMENT: Final = re.compile(r"(?<!\S)#\s*(?=poolwarden:\s*ignore\b)", re.IGNORECASE)
# Ids ("PW003, PW004 and PW005"), if any, what people put between (a colon, a dash), and the reason.
_IDS: Final = re.compile(
    r"""
    (?P<ids> PW\d+ (?: [\s,]+ (?: and\s+ )? PW\d+ )* )?
    [\s,:\-\u2013\u2014]*
    (?P<reason> .* )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ID: Final = re.compile(r"PW\d+", re.IGNORECASE)
_WORD: Final = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Ignore:
    """
    A wish that a check be passed over.

    Attributes:
        id: The check's id as it is written, in capitals; empty where none is named.
        reason: Why; empty where none is given.
        line: Where it stands, from 1; 0 where that is not known.
    """

    id: str
    reason: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Comment:
    """
    A comment that speaks to poolwarden.

    Attributes:
        text: What it says.
        line: Where it stands, from 1.
        column: How far it is indented; None where something else stands before it on its line.
        below: The next line that is no comment.
    """

    text: str
    line: int
    column: int | None
    below: int


def comments_in(text: str) -> tuple[Comment, ...]:
    """Return the comments of a YAML text that speak to poolwarden."""
    return tuple(_comments(text)) if "poolwarden:" in text.lower() else ()


def ignores_in(text: str, line: int = 0) -> tuple[Ignore, ...]:
    """
    Return what a comment asks for, one ignore for each id; none where it asks for nothing.

    Args:
        text: The comment.
        line: Where it stands.
    """
    found = _MARK.search(text)
    if found is None:
        return ()
    parts = _IDS.fullmatch(found["rest"].strip())
    ids = _ID.findall(parts["ids"] or "") if parts else []
    reason = parts["reason"].strip() if parts else ""
    reason = reason if _WORD.search(reason) else ""
    return tuple(Ignore(one.upper(), reason, line) for one in ids or [""])


def ignores_among(value: Any, line: int = 0) -> tuple[Ignore, ...]:
    """
    Return what a member that stands for a comment asks for: a text, or a list of texts.

    Args:
        value: The member's value; its ``poolwarden:`` may be left out where the member itself is called so.
        line: Where it stands.
    """
    texts = value if isinstance(value, list) else [value]
    return tuple(ignore for text in texts if isinstance(text, str) for ignore in ignores_in(text, line))


def metadata_ignores(metadata: Any, line: int = 0) -> tuple[Ignore, ...]:
    """
    Return what a CloudFormation resource's Metadata asks for under ``poolwarden``.

    Args:
        metadata: The Metadata: its member is ``ignore PW003 reason``, or a list of such.
        line: Where it stands.
    """
    member = metadata.get("poolwarden") if isinstance(metadata, Mapping) else None
    texts = member if isinstance(member, list) else [member]
    named = [text if "poolwarden:" in text else f"poolwarden: {text}" for text in texts if isinstance(text, str)]
    return ignores_among(named, line)


def without_reason(ignores: Iterable[Ignore]) -> Iterator[Ignore]:
    """Yield those that say no reason or name no check: they silence nothing."""
    return (ignore for ignore in ignores if not (ignore.id and ignore.reason))


def _comments(text: str) -> Iterator[Comment]:
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        found = _COMMENT.search(line)
        if found:
            before = line[: found.start()]
            below = number + 1
            while below <= len(lines) and lines[below - 1].lstrip().startswith("#"):
                below += 1
            yield Comment(line[found.end() :], number, None if before.strip() else len(before), below)
