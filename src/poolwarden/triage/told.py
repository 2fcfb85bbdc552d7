"""Hold one text, and what is known of it."""

from poolwarden.refusals.names import COGNITO_NAMES
from poolwarden.refusals.sentences import plain
from poolwarden.triage.marks import COGNITO, HINTS, JWT, holds_any, is_foreign
from poolwarden.triage.words import (
    Name,
    known_words,
    names_in,
    operation_in,
    other_service,
    stated_operation,
    states_operation,
    tells_operation,
)

SAID = 400
"""How much of a text is shown at most."""

_LEAD = 80  # how much of it may stand before what tells


class Text:
    """One text, and what is known of it; what costs is worked out when first asked for."""

    __slots__ = ("_elsewhere", "_stated", "cognito", "hinted", "low", "names", "plain", "raw", "words")

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.low = raw.lower()
        self.plain = plain(raw)
        self.words = known_words(raw)
        self._stated = stated_operation(raw) if states_operation(raw, self.words) else (None, False)
        self.cognito = self._stated[0] is not None or holds_any(self.low, COGNITO) or tells_operation(self.words)
        self.hinted = self.cognito or holds_any(self.low, HINTS)
        self.names = list(names_in(raw, self.words)) if self.words else []
        self._elsewhere: bool | None = None

    @property
    def operation(self) -> str | None:
        """The operation that the text names."""
        if self._stated[0] is not None:
            return self._stated[0]
        return operation_in(self.raw, self.words) if self.words and (self.hinted or self.cognito_names) else None

    @property
    def cognito_names(self) -> list[Name]:
        """The names that may be Cognito's."""
        return [name for name in self.names if name.name in COGNITO_NAMES]

    @property
    def called(self) -> bool:
        """Whether the text states that an operation of Cognito was called."""
        return self._stated[0] is not None

    @property
    def elsewhere(self) -> bool:
        """Whether the text names another system, even where it names Cognito as well."""
        if self._elsewhere is None:
            self._elsewhere = not self.called and is_foreign(self.low)
        return self._elsewhere

    @property
    def foreign(self) -> bool:
        """Whether the text is about another system."""
        return not self.cognito and self.elsewhere

    def told_elsewhere(self, words: str) -> bool:
        """Tell whether the very line that holds the words names another system, whatever other lines name."""
        return self.elsewhere and is_foreign(self.line_with(words).lower())

    @property
    def other_service(self) -> bool:
        """Whether another AWS service spoke."""
        return self._stated[1] or other_service(self.raw)

    def line_at(self, start: int) -> str:
        """Return what stands from an offset to its line's end."""
        return self.raw[start : start + SAID].partition("\n")[0]

    def line_with(self, words: str) -> str:
        """Return the line that holds the words, from a little before them."""
        found = self.low.find(words)
        if found < 0:  # quotes, underscores or spaces are written in another way
            return self.raw[:SAID].partition("\n")[0]
        begin = max(self.raw.rfind("\n", 0, found) + 1, found - _LEAD)
        return self.raw[begin : begin + SAID].partition("\n")[0]

    @property
    def about_jwt(self) -> bool:
        """Whether the text is about a JWT or a bearer token."""
        return holds_any(self.low, JWT)
