"""Tell whether an exception's name and its sentence are spoken about: simulated, explained, quoted as a title."""

import re

from poolwarden.triage.said import is_said_with_name
from poolwarden.triage.words import Name

_LOOKED_AT = 100
_TALK = re.compile(
    r"\b(?:[Ss]imulat(?:es?|ed|ing)|[Ee]xplain(?:s|ed|ing)?|[Ww]hat does|(?:now|will|to) handles?"
    r"|[Ll]ook(?:s|ed|ing) for"
    r"|[Ss]earch(?:es|ed|ing)? for)(?: (?:an?|the|this))?(?: (?:error|exception|message))?"
    r":? [\"'`]?(?:[\w$]+(?:\.|::))*\Z"
    # how a sentence of a manual begins
    r"|(?:\A|\n)\W{0,4}(?:If|When(?:ever)?|Once) [^.:;!?=\n]{0,80}\Z"
)

# What a list of exceptions says of one.
_LISTED = re.compile(
    r"[`*]{0,3}\s?[:\u2013-]\s+(?:If|When(?:ever)?|Raised|Returned|Thrown) (?:if|when|an?|the|by|\w+ has)\b"
)


def is_mentioned(text: str, name: Name) -> bool:
    """
    Tell whether a name and the sentence behind it are only mentioned.

    Args:
        text: Any text.
        name: The exception's name in it.
    """
    if not is_said_with_name(text, name.start, name.end) or _LISTED.match(text, name.end) is not None:
        return True
    return _TALK.search(text, max(0, name.start - _LOOKED_AT), name.start) is not None
