"""
Explain one text or one cause: the core of ``poolwarden explain``.

Needs no package of the ``triage`` extra and reads nothing but its arguments.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from poolwarden.causes import CAUSES, Cause, CauseRow
from poolwarden.errors import UNDECODABLE
from poolwarden.triage.formats.base import PARTIAL, Context
from poolwarden.triage.lines import peel
from poolwarden.triage.opening import opened
from poolwarden.triage.rules import Match, find

# The guard's own answers name their cause: the problem by its type, the challenge by its sentence. Of those that two
# causes share the last one counts, which is the one that the guard sees itself.
_TYPE = re.compile(r"urn:poolwarden:cause:(\w+)")
_DESCRIPTION = re.compile(r'error_description=\\?"([^"\\]*)')
_SENTENCES = {row.sentence: row.cause.value for row in sorted(CAUSES.values(), key=lambda row: row.seen_by == "guard")}


class Explanation(msgspec.Struct, frozen=True):
    """
    What a text or a cause means.

    Attributes:
        row: What is known of the cause; None where the text tells nothing of ours.
        operation: The API operation that the text names.
        name: The exception's name in the text.
        maybe: The words alone cannot tell whether this is Cognito's.
    """

    row: CauseRow | None
    operation: str | None = None
    name: str | None = None
    maybe: bool = False

    @property
    def cause(self) -> Cause | None:
        """The cause, where the words prove it."""
        return self.row.cause if self.row is not None and not self.maybe else None


def explain(text: str) -> Explanation:
    """
    Explain a cause by its name, or any text of a log.

    Args:
        text: A cause such as ``refresh_token_expired``; or a line, a traceback,
            JSON, whatever an SDK wrote.
    """
    name = _told_by_guard(text) or text.strip().lower()
    if name in CAUSES:
        return Explanation(CAUSES[Cause(name)])
    # Envelopes may name other systems, and may cut a word in two.
    bare = "\n".join(peel(line, Context())[0] for line in text.split("\n")).replace(f"{PARTIAL}\n", "")
    match = find(bare)
    # Some tell by their place, such as the status in a load balancer's line; and what a field holds may be a query.
    records = [record for record in opened(bare, Context()) if record.cause in CAUSES]
    told = next((record for record in records if not record.maybe), None)
    if match is not None and not match.maybe:
        return _of(match if told is not None or not records else msgspec.structs.replace(match, maybe=True))
    if told is not None:
        return Explanation(CAUSES[Cause(told.cause or "")], told.operation)
    return Explanation(None) if match is None else _of(match)


def _told_by_guard(text: str) -> str | None:
    named = _TYPE.search(text)
    if named is not None:
        return named[1]
    described = _DESCRIPTION.search(text)
    return _SENTENCES.get(described[1]) if described is not None else None


def _of(match: Match) -> Explanation:
    return Explanation(CAUSES[match.cause], match.operation, match.name, match.maybe)


def as_fields(explanation: Explanation) -> dict[str, Any]:
    """Return an explanation as JSON's own types, everything that is known included."""
    row = explanation.row
    if row is None:
        return {"cause": None, "operation": None, "ends_session": None}
    return {
        "cause": explanation.cause,
        "operation": explanation.operation,
        "ends_session": row.ends_session if explanation.cause else None,
        "maybe": row.cause if explanation.maybe else None,
        "exception": explanation.name,
        "title": row.title,
        "sentence": row.sentence,
        "seen_by": row.seen_by,
        "mender": row.mender,
        "action": row.action,
        "next_step": row.next_step,
        "source": row.source,
        "lookalikes": list(row.lookalikes),
    }


def as_json(explanation: Explanation) -> str:
    """Return an explanation as one JSON object."""
    return msgspec.json.encode(as_fields(explanation)).decode()


def as_text(explanation: Explanation) -> str:
    """Return an explanation as a few lines to read, without the last line's end."""
    row = explanation.row
    if row is None:
        return "Nothing of Cognito's, its SDKs' or a JWT library's is said here."
    lines = [f"{row.cause}: {row.title}", "", row.sentence]
    if explanation.maybe:
        lines.append("Perhaps: other systems use the same words. The exception's name or the operation would tell.")
    if explanation.operation:
        lines.append(f"Operation: {explanation.operation}")
    lines += [
        f"Ends the session: {row.ends_session}",
        f"Can be mended by: {row.mender}",
        f"Next: {row.next_step}",
        f"Source: {row.source}",
    ]
    if row.lookalikes:
        lines.append(f"Looks like it: {', '.join(row.lookalikes)}")
    return "\n".join(lines)


class _Asked(msgspec.Struct):
    """One line of ``--jsonl``."""

    id: Any = None
    text: str = ""


_decoder = msgspec.json.Decoder(_Asked)


def explain_lines(lines: Iterable[bytes]) -> Iterator[bytes]:
    r"""
    Answer ``{"id", "text"}`` objects one by one.

    Args:
        lines: One JSON object a line; empty lines are passed over.

    Yields:
        ``{"id", "cause", "operation", "ends_session"}``, one line each, its end
        included. ``cause`` is null where none of ours is proven; then ``maybe``
        names the one that the words may mean, if any.

    Raises:
        ValueError: A line is no such object; the message tells which.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            asked = _decoder.decode(line)
        except UNDECODABLE as error:
            message = f'line {number} is not an object with "id" and "text": {error}'
            raise ValueError(message) from error
        told = explain(asked.text)
        answer: dict[str, Any] = {
            "id": asked.id,
            "cause": told.cause,
            "operation": told.operation if told.cause else None,
            "ends_session": told.row.ends_session if told.row is not None and told.cause else None,
        }
        if told.maybe and told.row is not None:
            answer["maybe"] = told.row.cause
        yield msgspec.json.encode(answer) + b"\n"
