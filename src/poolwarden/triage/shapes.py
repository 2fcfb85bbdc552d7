"""Learn what lines of a log tell, so that their likes need not be read: most lines of a log repeat."""

from collections.abc import Sequence

import msgspec

from poolwarden.triage.found import Found, Line
from poolwarden.triage.likeness import NEEDED, TRIES, Likeness, guessed
from poolwarden.triage.neighbours import Neighbours, is_exported
from poolwarden.triage.records import Record
from poolwarden.triage.times import stamps_in

MOST = 8192
"""What is remembered of each sort; at most some 16 MB."""


class Shapes:
    """
    Learn what lines tell that differ in nothing but their stamps, and those that have a template in common.

    Attributes:
        known: Which record a line repeats, by the bytes around its stamp; negative where it tells nothing.
        records: The records that are repeated.
        silent: The templates of lines that tell nothing.
        alike: What the lines of a template tell, one record each, by their template.
        neighbours: Which templates are of lines in envelopes, and what may stand around these.
    """

    __slots__ = ("_guesses", "_once", "alike", "known", "neighbours", "records", "silent")

    def __init__(self) -> None:
        self._once: set[bytes] = set()
        self._guesses: dict[str, Likeness | None] = {}  # None where it is not guessed again
        self.known: dict[bytes, int] = {}
        self.records: list[Record] = []
        self.silent: set[str] = set()
        self.alike: dict[str, Likeness] = {}
        self.neighbours = Neighbours()

    def learn(self, place: Found, records: Sequence[Record]) -> None:
        """Remember what a place told that was read."""
        line = place.line
        if line is None:
            return
        template = line.template
        if template is not None and (not place.stream or self.neighbours.learn(template, place)):
            if not records:
                _bounded(self.silent)
                self.silent.add(template)
                return
            self._learn_alike(place, line, template, records)
        # By a tail alone nobody asks for the neighbours.
        if line.tail and (not place.stream or is_exported(place)):
            self._learn_tail(line.tail, line.at, records)

    def _learn_tail(self, tail: bytes, at: float | None, records: Sequence[Record]) -> None:
        """Remember what a line with such a tail and such a time tells: at most one record, of that time."""
        if tail not in self._once:  # most lines of some logs never come again
            _bounded(self._once)
            self._once.add(tail)
        elif tail in self.known or len(self.known) >= MOST:
            return
        elif not records:
            self.known[tail] = -1
        elif len(records) == 1 and records[0].at == at and not any(stamps_in(records[0].text)):
            self.known[tail] = len(self.records)
            self.records.append(records[0])

    def _learn_alike(self, place: Found, line: Line, template: str, records: Sequence[Record]) -> None:
        """Remember what a line of a template tells once further ones told what was guessed."""
        known = (line.text, place.number, line.at, place.context.latest)
        guess = self._guesses.get(template)
        if guess is None:
            if template not in self._guesses:
                _bounded(self._guesses)
                self._guesses[template] = guessed(*known, records, template)
        elif len(records) != 1 or guess.record_of(*known) != records[0]:
            again = guessed(*known, records, template) if guess.refuted < TRIES else None
            self._guesses[template] = again and msgspec.structs.replace(again, refuted=guess.refuted + 1)
        elif guess.agreed + 1 < NEEDED:
            self._guesses[template] = msgspec.structs.replace(guess, agreed=guess.agreed + 1)
        else:
            _bounded(self.alike)
            self.alike[template] = guess


def _bounded(known: set[bytes] | set[str] | dict[str, Likeness | None] | dict[str, Likeness]) -> None:
    if len(known) >= MOST:
        known.clear()
