"""Remember what texts tell: the rules are asked once for each template, not for each text."""

from typing import Any, NamedTuple

from poolwarden.triage.facts import NO_SPANS, Facts, Span, Spans, facts_at, spans_in
from poolwarden.triage.rules import Match, find
from poolwarden.triage.template import MOST, template_of


class Told(NamedTuple):
    """
    What a text tells.

    Attributes:
        match: What the rules say.
        said: The words that tell it, not masked.
        facts: What it is about.
    """

    match: Match
    said: str
    facts: Facts


class _Likes(NamedTuple):
    """What all texts of a template tell, and where: ``said`` is None where the words are the same in each."""

    match: Match
    said: Span | None
    facts: Spans


_UNKNOWN: Any = object()
_likes: dict[str, _Likes | None] = {}


def told_by(text: str) -> Told | None:
    """
    Return what a text tells, or None where it tells nothing of ours.

    Args:
        text: One log record in any form, as for :func:`poolwarden.triage.rules.find`.
    """
    template = template_of(text)
    likes = _likes.get(template, _UNKNOWN) if template is not None else _UNKNOWN
    if likes is None:
        return None
    if likes is not _UNKNOWN:
        match, said, spans = likes
        return Told(match, match.said if said is None else text[said[0] : said[1]], facts_at(text, spans))
    match = find(text)
    spans = spans_in(text) if match is not None else NO_SPANS
    if template is not None:
        _learn(template, text, match, spans)
    return Told(match, match.said, facts_at(text, spans)) if match is not None else None


def _learn(template: str, text: str, match: Match | None, spans: Spans) -> None:
    """Remember what a text of the template tells, unless it is unclear where."""
    if len(_likes) >= MOST:
        _likes.clear()
    if match is None:
        _likes[template] = None
        return
    begin = text.find(match.said)
    end = begin + len(match.said)
    if begin >= 0 and template[begin:end] == match.said:
        _likes[template] = _Likes(match, None, spans)
    elif begin >= 0 and text.find(match.said, begin + 1) < 0:
        _likes[template] = _Likes(match, (begin, end), spans)
