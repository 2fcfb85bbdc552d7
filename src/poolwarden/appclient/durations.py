"""Say how long tokens live: a number, its unit, and what Cognito takes (A/API_TokenValidityUnitsType.html)."""

import re
from dataclasses import dataclass
from typing import Final

from poolwarden.errors import ConfigurationError
from poolwarden.validities import ACCESS_BOUNDS_S, LETTERS, REFRESH_BOUNDS_S, UNIT_S, in_largest_unit

# A number of at most nine digits, and a unit: a word with or without its s, or a letter.
_WRITTEN: Final = re.compile(r"(\d{1,9})\s*(seconds?|minutes?|hours?|days?|[smhd])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Validity:
    """
    A validity as it is set.

    Attributes:
        number: How many units.
        unit: ``seconds``, ``minutes``, ``hours`` or ``days``.
    """

    number: int
    unit: str

    @property
    def seconds(self) -> int:
        """The same in seconds."""
        return self.number * UNIT_S[self.unit]

    def __str__(self) -> str:
        """Return it in words: ``30 days``, ``1 hour``."""
        return f"{self.number} {self.unit[:-1] if self.number == 1 else self.unit}"

    @property
    def plain(self) -> str:
        """The same, followed by the largest unit that fits where that is another one: ``1800 minutes (30 hours)``."""
        number, unit = in_largest_unit(self.seconds)
        return str(self) if unit in (self.unit, "seconds") else f"{self} ({Validity(number, unit)})"


@dataclass(frozen=True, slots=True)
class Token:
    """
    A kind of token.

    Attributes:
        member: Its name in TokenValidityUnits.
        attribute: The attribute that holds its validity.
        word: What sentences and options call it.
        default: Its validity where none is set; its unit is the one of a number without unit.
        low_s: The shortest validity that Cognito takes, seconds.
        high_s: The longest, seconds.
        bounds: Both in words.
    """

    member: str
    attribute: str
    word: str
    default: Validity
    low_s: int
    high_s: int
    bounds: str

    def takes(self, validity: Validity) -> bool:
        """
        Return whether Cognito accepts a validity for this kind of token.

        Args:
            validity: The validity.
        """
        return self.low_s <= validity.seconds <= self.high_s


REFRESH: Final = Token(
    "RefreshToken",
    "RefreshTokenValidity",
    "refresh",
    Validity(30, "days"),
    *REFRESH_BOUNDS_S,
    "60 minutes to 10 years",
)
ACCESS: Final = Token(
    "AccessToken", "AccessTokenValidity", "access", Validity(1, "hours"), *ACCESS_BOUNDS_S, "5 minutes to 1 day"
)
ID: Final = Token("IdToken", "IdTokenValidity", "ID", Validity(1, "hours"), *ACCESS_BOUNDS_S, "5 minutes to 1 day")

TOKENS: Final = (REFRESH, ACCESS, ID)
"""Every kind of token whose validity an app client sets."""


def parse_validity(token: Token, text: str, field: str | None = None) -> Validity:
    """
    Read a validity as people write it: ``30d``, ``12 hours``, ``90m``.

    Args:
        token: Which token's it is.
        text: A number and its unit; a number without unit is refused, because it is easily misread.
        field: What to call it in an error, such as the option it was given with; by default the setting's name.

    Raises:
        ConfigurationError: The text is no such duration, or Cognito does not take it.
    """
    field = field or f"{token.word.lower()}_validity"
    match = _WRITTEN.fullmatch(text.strip().lower())
    if match is None:
        raise ConfigurationError(field, f"{text!r} is no duration with a unit.", "Write 30d, 12h, 90m or 3600s.")
    validity = Validity(int(match[1]), LETTERS[match[2][0]])
    if not token.takes(validity):
        raise ConfigurationError(field, f"{validity} is out of Cognito's bounds.", f"It takes {token.bounds}.")
    return validity
