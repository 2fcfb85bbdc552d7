"""Say what a check is, what it looks at, and what it finds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from poolwarden.appclient.catalogue import BY_NAME
from poolwarden.appclient.expectation import Expectation
from poolwarden.appclient.ignores import Ignore
from poolwarden.appclient.settings import ClientSettings

Facts = Mapping[str, str]
"""The values that a check's sentences are filled in with, by their names in braces."""


class Severity(StrEnum):
    """How much a finding matters: a note is for information and no finding to a pipeline."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Around:
    """
    What an app client is compared with.

    Attributes:
        expected: How long its sessions are expected to last, where somebody says so.
        siblings: The other app clients of its pool, from the same kind of source.
        live: The client as it is in AWS now, where it is declared in a template and both were read.
    """

    expected: Expectation | None = None
    siblings: tuple[ClientSettings, ...] = ()
    live: ClientSettings | None = None


When = Callable[[ClientSettings, Around], Facts | None]
"""Returns what a check's sentences need where it fits, None where it does not or cannot be told."""


def alone(when: Callable[[ClientSettings], Facts | None]) -> When:
    """
    Return the condition of a check that looks at one client alone.

    Args:
        when: Returns the facts for the check's sentences where it fits a client, else None.
    """
    return lambda client, _around: when(client)


@dataclass(frozen=True, slots=True)
class Check:
    """
    One thing to look for.

    Attributes:
        name: Its name in the catalogue.
        severity: How much it matters.
        attribute: The attribute that it is about.
        group: The name of a group of checks, of which only the first that fits is told.
        when: Where it fits.
        sentence: What is the matter, with ``{facts}``.
        mend: What to do, with ``{facts}``.
        source: What this rests on; ``assumed`` where no public source settles it.
    """

    name: str
    severity: Severity
    attribute: str
    group: str
    when: When
    sentence: str
    mend: str
    source: str

    @property
    def id(self) -> str:
        """Its number, public and stable."""
        return BY_NAME[self.name].id

    @property
    def why(self) -> str:
        """Why it matters, in one sentence."""
        return BY_NAME[self.name].why


@dataclass(frozen=True, slots=True)
class Finding:
    """
    What a check found in one app client's settings.

    Attributes:
        check: The check.
        sentence: What is the matter.
        mend: What to do.
        line: Where in the file, from 1; 0 where it has no lines.
        ignored: The comment that asks to pass over it, with its reason.
    """

    check: Check
    sentence: str
    mend: str
    line: int = 0
    ignored: Ignore | None = None

    @property
    def matters(self) -> bool:
        """Whether it is more than a note, and not ignored."""
        return self.ignored is None and self.check.severity is not Severity.NOTE
