"""Tell whether a line in an envelope stands alone between its neighbours: what they are is seen behind their heads."""

from functools import lru_cache

from poolwarden.triage.continuation import JUL_LEVEL, answers
from poolwarden.triage.formats.base import Context
from poolwarden.triage.found import Found
from poolwarden.triage.grouping import Growing
from poolwarden.triage.lines import peel
from poolwarden.triage.patterns import later
from poolwarden.triage.template import template_of

MOST = 8192
"""What is remembered of each sort."""

_EXPORT = "/"  # the stream of lines that have nothing but a time before them
_NOTHING = Context()
_NUMBER = later("[0-9\x01]+")
# By their templates; for the life of a process, as templates say the same in every log.
_ends: dict[tuple[str, str], bool] = {}
_begins: dict[tuple[str, str], bool] = {}


def is_exported(place: Found) -> bool:
    """Tell whether a place is a line that has nothing but a time before it, and is never another line's answer."""
    return place.stream == _EXPORT and _is_alone(place.text)


def _is_alone(text: str) -> bool:
    """Tell whether a text without its envelopes is never the answer that the line before it announces."""
    return not (text[:1] in ("{", "<", "[") or JUL_LEVEL.match(text))


class Neighbours:
    """
    Remember by their templates which lines stand apart from which.

    Streams are not asked for: lines of two writers stand apart anyway.
    """

    __slots__ = ("_alone", "_exported")

    def __init__(self) -> None:
        self._alone: dict[str, bool] = {}
        self._exported: set[str] = set()

    def __contains__(self, template: str) -> bool:
        """Tell whether the lines of a template stand in an envelope."""
        return template in self._alone

    def learn(self, template: str, place: Found) -> bool:
        """
        Remember that lines of a template stand in an envelope.

        Args:
            template: Their template.
            place: One of them.

        Returns:
            Whether there was room: none is forgotten, for it would pass for a line in no envelope.
        """
        if template in self._alone:
            return True
        if len(self._alone) >= MOST:
            return False
        self._alone[template] = _is_alone(place.text)
        if place.stream == _EXPORT:
            self._exported.add(template)
        return True

    def alone(self, template: str) -> bool:
        """Tell whether lines of a template are never the answer that the line before them announces."""
        return self._alone[template]

    def exported(self, template: str) -> bool:
        """Tell whether lines of a template have nothing but a time before them."""
        return template in self._exported

    @staticmethod
    def begins(template: str, text: str, before: str) -> bool:
        """Tell whether a line of a template is not the answer that the line before it announces."""
        other = template_of(before)
        if other is None:
            return not answers(_inside(text), _inside(before))
        pair = _uncounted(other), _uncounted(template)
        known = _begins.get(pair)
        if known is None:
            known = not answers(_inside(text), _inside(before))
            _remember(_begins, pair, known)
        return known

    @staticmethod
    def ends(template: str, text: str, after: str) -> bool:
        """Tell whether the record of a line of a template ends before the line behind it."""
        other = template_of(after)
        if other is None:
            return not Growing([_inside(text)]).takes(_inside(after))
        pair = _uncounted(template), _uncounted(other)
        known = _ends.get(pair)
        if known is None:
            known = not Growing([_inside(text)]).takes(_inside(after))
            _remember(_ends, pair, known)
        return known


@lru_cache(maxsize=256)
def _uncounted(template: str) -> str:
    """Return a template without its numbers' lengths and values: nothing that joins lines asks for these."""
    return _NUMBER.sub("0", template)


def _inside(text: str) -> str:
    return peel(text, _NOTHING)[0]


def _remember(known: dict[tuple[str, str], bool], pair: tuple[str, str], value: bool) -> None:  # noqa: FBT001 (a value to keep)
    if len(known) >= MOST:
        known.clear()
    known[pair] = value
