"""Tell what is only supposed, asked, counted or tested from what happened."""

import re
from typing import Protocol

from poolwarden.refusals.sentences import compiled

_LOOKED_AT = 60
_WORD = r"(?!because |since |as )'?(?:[\w'-]+|\w*(?:exception|error):) "
_BEFORE = re.compile(
    rf"\b(?:whether|if|unless|until|when(?! \w+ing )|once|should) (?:{_WORD}){{0,4}}'?$"
    r"|\b(?:expects?|expected|checking|simulat(?:es?|ing)|mocks?|would|will (?:answer|return|throw|say))"
    rf" (?:{_WORD}){{0,2}}'?$"
    # With an exception's name behind it, that is what happened.
    r"|\b(?:rejects?|throws?|handl(?:es?|ing)) (?:[\w'-]+ ){0,2}'?$"
)
# What is quoted as the name of something.
_TITLE = re.compile(
    r"\b(?:panel|alarm|alert|monitor|rule|ticket|issue|bug|task|story|key|label|search|query|page|article|topic|subject"
    r"|string|phrase|translation|named|called|titled|about|chart|dashboard|test|case|scenario|step|pattern"
    r"|filter) (?:#?[\w-]+ )?'$|\b(?:rate|number|count|events?) of '$"
)
_AFTER = re.compile(r"'?(?: ?\?|(?: ?[:=]| ->) ?(?:false|no|0|none|ok)(?=[.,;)'\]}]|$)|=\d)")
_TESTED = re.compile(r"\s*(?:[\u2713\u2714\u221a] |(?:PASS|--- PASS:|ok \d+) )")
_BEGUN = frozenset("\u2713\u2714\u221aP-o# \t")
_DONE = re.compile(r"(refresh|access) token revoked|revoked (refresh|access) token")
_PASSED = (" ... ok", " PASSED")
# A sample of metrics, as Prometheus reads them, or what is said about it.
_SAMPLE = re.compile(
    r"# (?:HELP|TYPE|UNIT) |[A-Za-z_:][\w:]*(?:\{[^{}]*\})? [-+]?\d[\d.]*(?:e[-+]?\d+)?(?: \d{10,13})?\s*$"
)


# A comment, the name of a test, a statement of SQL, a query of a log service, a command that looks for it.
_ABOUT = re.compile(
    r"\s*(?:TODO|FIXME)\b"
    r"|\s*(?://|#(?!\d)|/\*|\* @|-- )|\s*(?:describe|it|test|specify)\s?\(\s*['\"`]|\s*(?:Scenario:|Feature:|Given )"
    r"|\s*(?:\$ )?(?:sudo )?(?:e?grep|rg|jq|awk|sed|git|curl|kubectl) "
    r"|.*?(?:\bSELECT\b.{1,400}\bFROM\b|\bINSERT INTO\b|\bDELETE FROM\b|\$\.\w+ ?=|\blike /"
    r"|\| (?:filter|stats|where) (?!\|)|\| count(?: by [\w, ]+)?\s*\Z)"
)


_FIELDS = ('{"', "[{")  # of which one may be a statement, and another an error


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
    found = compiled(row.words or re.escape(row.literal)).search(text)
    if found is None:
        return False
    start, end = found.span()
    if _DONE.fullmatch(found[0]):
        return True
    before = text[max(0, start - _LOOKED_AT) : start]
    if text[end : end + 1] == "'" and _TITLE.search(before) is not None:
        return True
    return _AFTER.match(text, end) is not None or _BEFORE.search(before) is not None


def is_about(text: str) -> bool:
    """Tell whether a line speaks about what is said, as code, queries and commands do."""
    return not text.startswith(_FIELDS) and "\n" not in text.rstrip() and _ABOUT.match(text) is not None


def is_no_event(text: str) -> bool:
    """Tell whether a text is a line of a test run that passed, or a sample of metrics: neither happened to anybody."""
    first = text[:1]
    if first in _BEGUN:
        told = _TESTED.match(text) or (first == "#" and _SAMPLE.match(text))
    else:
        told = text[-1:].isdigit() and _SAMPLE.match(text)
    return bool(told or text.endswith(_PASSED)) and "\n" not in text.rstrip()
