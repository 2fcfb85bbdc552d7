"""Tell whether an exception's name and its sentence are spoken about: simulated, explained, quoted as a title."""

from poolwarden.triage.patterns import later
from poolwarden.triage.said import is_said_with_name
from poolwarden.triage.words import Name

_LOOKED_AT = 100
_QUOTES = ("'", '"')
_TALK = later(
    r"\b(?:[Ss]imulat(?:es?|ed|ing)|[Ee]xplain(?:s|ed|ing)?|[Ww]hat does|(?:now|will|(?P<to>to)) handles?"
    r"|[Ll]ook(?:s|ed|ing) for"
    r"|[Ss]earch(?:es|ed|ing)? for)(?: (?:an?|the|this))?(?: (?:error|exception|message))?"
    r":? [\"'`]?(?:[\w$]+(?:\.|::))*\Z"
    # how a sentence of a manual begins; what was being done when it happened is none, unless the reader does it
    r"|(?:\A|\n)\W{0,4}(?:If|When(?:ever)?|Once)(?! more\b)"
    r"(?! \w+ing\b(?![^.:;!?=\n]{0,80}\b(?:you|your|may|might|can|will)\b)) [^.:;!?=\n]{0,80}\Z"
)
# Behind what is quoted, the end of a question.
_ASKED = later(r"[^\n\"']{1,200}[\"'](?! ?[:=])[^\n\"'?:=]{0,80}\?(?:\s|\Z)")
_FAILED = later(r"(?i)\b(?:fail\w*|unable|not|cannot|\w+n't|no|errors?)\b[^.;:\n]{0,40}\Z")  # to handle one

# What a list of exceptions says of one.
_LISTED = later(
    r"[`*]{0,3}\s?[:\u2013-]\s+(?:If|When(?:ever)?|Raised|Returned|Thrown) (?:if|when|an?|the|by|\w+ has)\b"
)


def is_mentioned(text: str, name: Name, *, known: bool) -> bool:
    """
    Tell whether a name and the sentence behind it are only mentioned.

    Args:
        text: Any text.
        name: The exception's name in it.
        known: Whether the sentence is one that is known.
    """
    if not is_said_with_name(text, name.start, name.end, known=known) or _LISTED.match(text, name.end) is not None:
        return True
    if text[name.start - 1 : name.start] in _QUOTES and _ASKED.match(text, name.end) is not None:
        return True
    begin = max(0, name.start - _LOOKED_AT)
    talk = _TALK.search(text, begin, name.start)
    if talk is None:
        return False
    return talk["to"] is None or _FAILED.search(text, begin, talk.start("to")) is None
