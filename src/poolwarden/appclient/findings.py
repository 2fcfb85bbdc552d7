"""Say what a check is, and what it finds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from poolwarden.appclient.settings import ClientSettings

Facts = Mapping[str, str]
"""What a check's sentences stand in need of."""


class Severity(StrEnum):
    """How much a finding matters: a note is for information and no finding to a pipeline."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Check:
    """
    One thing to look for.

    Attributes:
        id: Its name, public and stable.
        severity: How much it matters.
        attribute: The attribute that it is about.
        group: Of the checks of one group, the first that fits is told.
        when: Returns what its sentences need where it fits, None where it does not or cannot be told.
        sentence: What is the matter, with ``{facts}``.
        mend: What to do, with ``{facts}``.
        source: What this rests on; ``assumed`` where no public source settles it.
    """

    id: str
    severity: Severity
    attribute: str
    group: str
    when: Callable[[ClientSettings], Facts | None]
    sentence: str
    mend: str
    source: str


@dataclass(frozen=True, slots=True)
class Finding:
    """
    What a check found in one app client's settings.

    Attributes:
        check: The check.
        sentence: What is the matter.
        mend: What to do.
    """

    check: Check
    sentence: str
    mend: str
