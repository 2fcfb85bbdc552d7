"""Find the sentence that belongs to an exception's name: behind it, or in a field beside it."""

import re

from poolwarden.triage.patterns import later
from poolwarden.triage.words import Name

BEFORE, AFTER = 300, 700
"""How far from its name a sentence may stand."""

_EMPTY = later(r": (?:[\"']{1,2}\s*(?:[,;)}\]\n]|\Z)|\n|\Z)")  # nothing was said
_NULL = later(r"[\"']?(?:: |,\s{0,9}[\"']?[mM]essage[\"']?\s?:\s?)(?:null|undefined|None)(?=\s*(?:[,;)}\]\"'(\n]|\Z))")
_BEHIND = later(
    r"^[\"')\]}]*\s*+(?:\(client\)|\(server\)|\[\w+\])?\s*+(?:when calling the \w+ operation[^:\n]*)?\s*+"
    r"(?:[:,;({=\-\u2013\u2014]|\{ )+\s*(?P<rest>[^\n]{0,400})"
)
_MESSAGE_FIELD = later(
    r"\b(?:error_?message|message|msg|error_description|description|reason|why|detail)[\"']?\s*[:=(]+\s*"
    r"(?:Some\(|Optional\()?[\"']?(?P<said>[^\"'\n})]{2,300})",
    re.IGNORECASE,
)
_SAYS_NOTHING = later(
    r"^(none|null|nil|undefined|unknown|\W*|no message|exception|error|[\w.]+(?:exception|error)|unknown ?error"
    r"|an? \w+ (exception|error).*|http 4\d\d.*|[^.:]{1,80} (null|undefined)"
    r"|failed since user is not authorized.*|request failed.*|at .*|status code.*)$",
    re.IGNORECASE,
)
_IS_NULL = later(r"(?:null|undefined|None|nil)\b")
_FIELD_START = later(
    r"^[\"']?\$?(?!\d{3}:)[\w\[\]]+[\"']?\s*[:=]|^(Traceback|File |at |\$fault|statusCode|httpStatus|[\"'][\]},])"
)


def is_null(text: str, name: Name) -> bool:
    """Tell whether a name stands before the word for no message: what stands beside it is the logger's."""
    return _NULL.match(text, name.end) is not None


def sentence_at(text: str, name: Name, *, beside: bool = True) -> str:
    """
    Return the sentence that belongs to an exception's name, or nothing where it was lost.

    Args:
        text: Any text.
        name: The exception's name in it.
        beside: Whether a field beside the name may have it, too; where the message was lost, that one is another's.
    """
    if is_null(text, name) or _EMPTY.match(text, name.end) is not None:
        return ""
    after = _BEHIND.match(text[name.end : name.end + AFTER])
    if after is not None:
        rest = after["rest"].strip()
        if rest.startswith("null (Service: "):
            return ""  # Java's word for the message that was lost; any beside is another's
        if not _FIELD_START.match(rest) and not _SAYS_NOTHING.match(rest.strip("\"' .,;)}]")):
            return rest
    return _sentence_beside(text, name) if beside else ""


def _sentence_beside(text: str, name: Name) -> str:
    begin = max(0, name.start - BEFORE)
    at, end = name.start - begin, name.end - begin
    beside = []
    for found in _MESSAGE_FIELD.finditer(text[begin : name.end + AFTER]):
        if found.start("said") <= at < found.end():
            return ""  # the name is what this message says; any other is the logger's
        message = found["said"].strip()
        if not _SAYS_NOTHING.match(message.rstrip(" ,;")):
            beside.append((min(abs(at - found.end()), abs(found.start() - end)), message))
        elif _IS_NULL.match(message) is not None:
            beside.append((min(abs(at - found.end()), abs(found.start() - end)), ""))
    return min(beside)[1] if beside else ""
