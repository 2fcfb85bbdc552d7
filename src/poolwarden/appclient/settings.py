"""Hold one app client's settings, whatever they were read from."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from poolwarden.appclient.attributes import BY_NAME, FIELD_KINDS, READ_ONLY, Attribute, Kind
from poolwarden.appclient.durations import TOKENS, Token, Validity
from poolwarden.appclient.ignores import Ignore
from poolwarden.errors import ConfigurationError
from poolwarden.validities import UNIT_S

_WHOLE: Final = re.compile(r"\s*[0-9]{1,18}\s*")
_VALIDITIES: Final = frozenset(token.attribute for token in TOKENS)


class Unknown(Enum):
    """A value that only a later run will tell: an expression, an intrinsic function."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN
"""Stands for such a value."""


STANDARD_INPUT: Final = "standard input"
"""What stands for the file where there is none."""

LIVE: Final = "live"
"""The source of what was asked of AWS just now."""


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where settings stand.

    Attributes:
        file: The file, as the user named it.
        path: Where in it: a Terraform address, a logical id, a client's name.
        source: Which source read it, such as ``describe`` or ``cloudformation``.
        syntax: How changes to it are written: ``api``, ``hcl``, ``json`` or ``yaml``.
        line: Where it begins in the file, from 1; 0 where there are no lines.
    """

    file: str
    path: str
    source: str
    syntax: str
    line: int = 0

    @property
    def has_file(self) -> bool:
        """Whether there is a file that others can look into."""
        return self.source != LIVE and self.file != STANDARD_INPUT

    def __str__(self) -> str:
        """Say it for an error."""
        return f"{self.file}, {self.path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSettings:
    """
    The settings of one app client; a secret never gets in here.

    Attributes:
        place: Where they stand.
        values: By the API's names, each of its attribute's kind or :data:`UNKNOWN`; absent where nothing is set.
        has_secret: Whether the client has a secret; None where the source does not tell.
        carried: What an update has to carry over: the description as it was read, without what is read-only.
        dropped: The names of what was read-only.
        pool: What tells its pool from others: the id, or within a file the expression that gives it; None where
            nothing does.
        lines: Where attributes stand, by the API's names.
        ignores: What its comments ask the checks to pass over.
    """

    place: Place
    values: Mapping[str, Any] = field(repr=False)
    has_secret: bool | None = None
    carried: Mapping[str, Any] = field(default_factory=dict, repr=False)
    dropped: tuple[str, ...] = ()
    pool: str | None = None
    lines: Mapping[str, int] = field(default_factory=dict, repr=False)
    ignores: tuple[Ignore, ...] = ()

    @property
    def name(self) -> str:
        """What a report calls the client."""
        return self.text("ClientName") or self.place.path

    def line(self, name: str) -> int:
        """Return the line of an attribute, of its units where only they are set, or of the client."""
        fallback = self.lines.get("TokenValidityUnits", self.place.line) if name in _VALIDITIES else self.place.line
        return self.lines.get(name, fallback)

    def is_unknown(self, name: str) -> bool:
        """Say whether an attribute is set to something that only a later run will tell, in whole or in part."""
        value = self.values.get(name)
        if isinstance(value, Mapping):
            return UNKNOWN in value.values()
        return value is UNKNOWN or (isinstance(value, tuple) and UNKNOWN in value)

    def text(self, name: str) -> str | None:
        """Return a text, or None where it is absent or unknown."""
        value = self.values.get(name)
        return value if isinstance(value, str) else None

    def number(self, name: str) -> int | None:
        """Return a number, or None where it is absent or unknown."""
        value = self.values.get(name)
        return value if isinstance(value, int) else None

    def flag(self, name: str) -> bool | None:
        """Return true or false, or None where it is absent or unknown."""
        value = self.values.get(name)
        return value if isinstance(value, bool) else None

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the texts of a list that are known."""
        value = self.values.get(name)
        return tuple(item for item in value if isinstance(item, str)) if isinstance(value, tuple) else ()

    def inner(self, name: str, member: str) -> Any:
        """Return a field of a group: its value, None where it is absent, or :data:`UNKNOWN`."""
        value = self.values.get(name)
        return value.get(member) if isinstance(value, Mapping) else (UNKNOWN if value is UNKNOWN else None)

    def unit(self, token: Token) -> str | Unknown:
        """Return the unit in force for a token's validity, the default one where none is set."""
        unit = self.inner("TokenValidityUnits", token.member)
        return token.default.unit if unit is None else unit

    def unit_given(self, token: Token) -> bool:
        """Say whether a unit is set for a token's validity."""
        return self.inner("TokenValidityUnits", token.member) is not None

    def validity(self, token: Token) -> Validity | None:
        """
        Return a token's validity, the default one where none is set; None where it cannot be told.

        A refresh validity of 0 is the default (A/API_UpdateUserPoolClient.html, RefreshTokenValidity).
        """
        unit, number = self.unit(token), self.values.get(token.attribute)
        if number is UNKNOWN:
            return None
        if number is None or (number == 0 and token.default.unit == "days"):
            return token.default
        return Validity(number, unit) if isinstance(unit, str) and unit in UNIT_S else None


def settings_from(
    given: Mapping[str, Any],
    place: Place,
    *,
    has_secret: bool | None = None,
    carry: bool = False,
    pool: str | None = None,
    lines: Mapping[str, int] | None = None,
    ignores: Iterable[Ignore] = (),
) -> ClientSettings:
    """
    Make settings of what a source read.

    Args:
        given: By the API's names; None where nothing is set, :data:`UNKNOWN` where only a later run will tell.
        place: Where it stands.
        has_secret: Whether the client has a secret, where the source tells.
        carry: Whether these are all of the client's settings, so that an update can be made of them.
        pool: The expression that gives the pool's id, where that is not known.
        lines: Where attributes stand, by the API's names.
        ignores: What comments ask the checks to pass over.

    Raises:
        ConfigurationError: An attribute holds something else than it may.
    """
    values = {
        name: _read(BY_NAME[name], value, place)
        for name, value in given.items()
        if name in BY_NAME and value is not None
    }
    kept = {name: value for name, value in given.items() if name not in READ_ONLY and value is not None}
    return ClientSettings(
        place=place,
        values=values,
        has_secret=has_secret,
        carried=kept if carry else {},
        dropped=tuple(name for name in READ_ONLY if name in given) if carry else (),
        pool=pool_id if isinstance(pool_id := values.get("UserPoolId"), str) else pool,
        lines=lines or {},
        ignores=tuple(ignores),
    )


def _read(attribute: Attribute, value: Any, place: Place) -> Any:
    if attribute.kind is not Kind.FIELDS or value is UNKNOWN:
        return _typed(attribute.name, attribute.kind, value, place)
    if not isinstance(value, Mapping):
        raise _wrong(attribute.name, attribute.kind, place)
    return {
        name: _typed(f"{attribute.name}.{name}", FIELD_KINDS.get(name, Kind.TEXT), inner, place)
        for name, inner in value.items()
        if inner is not None and name in attribute.fields
    }


def _typed(name: str, kind: Kind, value: Any, place: Place) -> Any:
    """Return a value in its attribute's kind; templates may write numbers and flags as texts."""
    if value is UNKNOWN:
        return UNKNOWN
    if kind is Kind.NUMBER and not isinstance(value, bool):
        if isinstance(value, str) and _WHOLE.fullmatch(value):
            return int(value)
        if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
            return int(value)
    if kind is Kind.FLAG and str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    if kind is Kind.TEXT and isinstance(value, str):
        return value
    if kind is Kind.TEXTS and isinstance(value, list):
        return tuple(_typed(name, Kind.TEXT, item, place) for item in _flat(value))
    raise _wrong(name, kind, place)


def _flat(values: list[Any]) -> Iterator[Any]:
    return (value for value in values if value is not None)


def _wrong(name: str, kind: Kind, place: Place) -> ConfigurationError:
    return ConfigurationError(str(place), f"{name} is not {kind}.", "Mend it there, or describe the client again.")
