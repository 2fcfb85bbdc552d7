"""Tell what is only supposed, asked, denied or compared from what happened."""

import re
from typing import Protocol

from poolwarden.refusals.sentences import compiled
from poolwarden.triage.patterns import later

_LOOKED_AT = 60
_WORD = r"(?!because |since |as )'?(?:[\w'-]+|\w*(?:exception|error):) "
_BEFORE = later(
    rf"\b(?:whether|if|unless|until|when(?! \w+ing )|once|should) (?:{_WORD}){{0,4}}'?$"
    r"|\b(?:expects?|expected|checking|mocks?|would|will (?:answer|return|throw|say))"
    rf" (?:{_WORD}){{0,2}}'?$|\bsimulat(?:es?|ed|ing) (?:{_WORD}){{0,4}}'?$"
    # With an exception's name behind it, that is what happened.
    r"|\b(?:rejects?|throws?|handl(?:es?|ing)) (?:[\w'-]+ ){0,2}'?$"
    # An example, and what was looked for.
    rf"|\b(?:looking|looked|searching|searched) for (?:{_WORD}){{0,2}}'?$"
    r"|(?:\be\.g\.|\bi\.e\.|\bsuch as|\bfor (?:example|instance)):? ?[\[({]?'?$"
    r"|\b(?:pattern|command|string|text|term) not found: '?$"
)
# What is quoted as the name of something.
_TITLE = later(
    r"\b(?:panel|alarm|alert|monitor|rule|ticket|issue|bug|task|story|key|label|search|query|page|article|topic|subject"
    r"|string|phrase|translation|named|called|titled|about|chart|dashboard|test|case|scenario|step|pattern"
    r"|filter) (?:#?[\w.-]+ (?:[-=]> )?)?'(?:\w{1,40}: )?$"
    r"|\b(?:rate|number|count|events?) of '$|(?:\bis now|instead of) '$"
)
# What is compared, asserted, thrown or logged by a line of code, and a field that holds what to look for.
_QUOTED = later(
    r"(?:[=!]=|\bassert(?: not)?|\b(?:assert|equals?|match(?:es)?|contains?|includes?|startswith)\(|\bmatch="
    r"|\bto(?:be|equal|match|contain|throw)\w*\(|\b(?:throw new|raise) [\w.]+\("
    r"|\w\.(?:error|warn(?:ing)?|info|debug)\() ?'$"
    r"|\b(?:filter ?pattern|patterns?|quer(?:y|ies)|reg ?exp?|regex|expr|ignore ?(?:errors?|patterns?)?|grok|like"
    r"|search)'? ?[:=] ?[\[(]?(?: ?' ?){1,2}$"
)
_COMPARED = later(r"' ?(?:\} [\d.]+(?:$| )|[=!]==? |(?:not )?in \w+[.(\[]|instead of |[^{}]{0,80}\} ?\[\d+[smhdw])")
_AFTER = later(
    r"'? (?:error|exception|message)s? (?:occurs?|means?|appears?|happens?|is thrown)\b"
    r"|'?(?: ?\?|(?: ?[:=]| ->) ?(?:false|no|0|none|ok)(?=[.,;)'\]}]|$)|=\d)"
)
_DONE = later(r"(refresh|access) token revoked|revoked (refresh|access) token")
_CONDITION = later(r"[`'\")\]]*\s+(?:if|when(?:ever)?|once|unless)\s+(?!\w+ing\b)")
_THROWN_WHEN = later(r"[\s:`'\"-]+(?:[Tt]his (?:exception|error) is |[Ii]s )?(?:thrown|raised|returned) (?:when|if)\b")
_SAID_BEHIND = later(r"[:=\n]")  # behind these it was said


class _Row(Protocol):
    @property
    def literal(self) -> str: ...
    @property
    def words(self) -> str | None: ...


def is_supposed(text: str, row: _Row) -> bool:
    """
    Tell whether a sentence is a condition, a question, its negation, or tells what was done on purpose.

    "If the token is expired", "expired: false", "refresh token revoked".

    Args:
        text: Text as :func:`poolwarden.refusals.sentences.plain` returns it.
        row: The sentence that it holds.
    """
    found = list(compiled(row.words or re.escape(row.literal)).finditer(text))
    return bool(found) and all(_is_supposed_at(text, *place.span()) for place in found)


def _is_supposed_at(text: str, start: int, end: int) -> bool:
    if _DONE.fullmatch(text, start, end):
        return True
    before = text[max(0, start - _LOOKED_AT) : start]
    quoted = text.startswith(("'", ".'"), end)
    if quoted and (_TITLE.search(before) is not None or _COMPARED.match(text, end) is not None):
        return True
    if (quoted or text[end : end + 2] == " '") and _QUOTED.search(before) is not None:
        return True  # a quote that was escaped stands apart
    return _AFTER.match(text, end) is not None or _BEFORE.search(before) is not None


def is_described(after: str, literal: str) -> bool:
    """
    Tell whether a sentence says when an exception is thrown, as manuals do.

    "NotAuthorizedException when the refresh token has expired".

    Args:
        after: What stands behind the exception's name.
        literal: A part of the sentence, in lower case; empty where none is known.
    """
    if _THROWN_WHEN.match(after) is not None:
        return True
    condition = _CONDITION.match(after) if literal else None
    if condition is None:
        return False
    begin = after.lower().find(literal, condition.end())
    return 0 <= begin <= condition.end() + _LOOKED_AT and not _SAID_BEHIND.search(after, condition.end(), begin)
