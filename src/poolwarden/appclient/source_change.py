"""Write the change of a validity as it goes into Terraform's or CloudFormation's source, line by line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from poolwarden.appclient.attributes import BY_NAME, Attribute
from poolwarden.appclient.durations import TOKENS, Token, Validity
from poolwarden.appclient.settings import UNKNOWN, ClientSettings
from poolwarden.appclient.wanted import changes_of

_UNITS: Final = BY_NAME["TokenValidityUnits"]
_INDENT: Final = "  "


@dataclass(frozen=True, slots=True)
class Line:
    """
    A line of the source.

    Attributes:
        mark: ``-`` where it goes, ``+`` where it comes, a blank where it stays.
        text: The line.
    """

    mark: str
    text: str

    def __str__(self) -> str:
        """Show it as a difference does."""
        return f"{self.mark} {self.text}"


@dataclass(frozen=True, slots=True)
class SourceChange:
    """
    A change of the source that an app client is made from.

    Attributes:
        client: The client.
        lines: The attributes that change, and what stands around them.
    """

    client: ClientSettings
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Language:
    """
    How a source is written.

    Attributes:
        pair: An attribute with its value.
        head: The head of a group.
        end: Its end; None where it has none.
        quote: What stands around a text.
        terraform: Whether attributes have Terraform's names.
    """

    pair: str
    head: str
    end: str | None
    quote: str
    terraform: bool

    def name(self, attribute: Attribute) -> str:
        return attribute.terraform if self.terraform else attribute.name

    def value(self, value: Any) -> str:
        if value is UNKNOWN:
            return "(an expression)"
        return f"{self.quote}{value}{self.quote}" if isinstance(value, str) else str(value)


_HCL: Final = _Language("{} = {}", "{} {{", "}", '"', terraform=True)
_YAML: Final = _Language("{}: {}", "{}:", None, "", terraform=False)
_TERRAFORM_JSON: Final = _Language('"{}": {},', '"{}": {{', "},", '"', terraform=True)
_CLOUDFORMATION_JSON: Final = _Language('"{}": {},', '"{}": {{', "},", '"', terraform=False)

_LANGUAGES: Final[Mapping[tuple[str, str], _Language]] = {
    ("terraform", "hcl"): _HCL,
    ("terraform", "json"): _TERRAFORM_JSON,
    ("cloudformation", "json"): _CLOUDFORMATION_JSON,
    ("cloudformation", "yaml"): _YAML,
}
"""By source and syntax. Terraform's JSON may come as YAML by name only, and is JSON all the same."""


def source_change(client: ClientSettings, wanted: Mapping[Token, Validity]) -> SourceChange:
    """
    Return what to change in the source that an app client is made from.

    Args:
        client: The client as the source tells of it.
        wanted: The validities to set.

    Raises:
        ConfigurationError: The validities change nothing.
    """
    changes_of(client, wanted)
    language = _LANGUAGES[client.place.source, client.place.syntax]
    return SourceChange(client, tuple(_lines(client, wanted, language)))


def _lines(client: ClientSettings, wanted: Mapping[Token, Validity], language: _Language) -> Iterator[Line]:
    for token, validity in wanted.items():
        name = language.name(BY_NAME[token.attribute])
        yield from _replaced(client.values.get(token.attribute), validity.number, name, language, "")
    yield Line(" ", language.head.format(language.name(_UNITS)))
    for token in TOKENS:
        before = client.inner(_UNITS.name, token.member)
        after = wanted[token].unit if token in wanted else before
        member = _UNITS.fields[token.member] if language.terraform else token.member
        yield from _replaced(before, after, member, language, _INDENT)
    if language.end is not None:
        yield Line(" ", language.end)


def _replaced(before: Any, after: Any, name: str, language: _Language, indent: str) -> Iterator[Line]:
    """Yield a value that stays, or the one that goes and the one that comes; nothing where none is and none comes."""
    marks = ((" ", after),) if before == after else (("-", before), ("+", after))
    for mark, value in marks:
        if value is not None:
            yield Line(mark, indent + language.pair.format(name, language.value(value)))
