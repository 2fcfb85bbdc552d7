"""Report what the checks found: as text for people."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from poolwarden.appclient.findings import Finding, Severity
from poolwarden.appclient.reports.durations_table import table_lines
from poolwarden.appclient.reports.wrap import wrapped
from poolwarden.appclient.settings import ClientSettings

_INDENT: Final = "    "


@dataclass(frozen=True, slots=True)
class Checked:
    """
    An app client and what was found.

    Attributes:
        client: Its settings.
        findings: What is the matter with them, what is ignored included.
    """

    client: ClientSettings
    findings: tuple[Finding, ...]

    @property
    def told(self) -> tuple[Finding, ...]:
        """The findings that nobody asked to pass over."""
        return tuple(finding for finding in self.findings if finding.ignored is None)

    @property
    def ignored(self) -> tuple[Finding, ...]:
        """Those that somebody asked to pass over, with a reason."""
        return tuple(finding for finding in self.findings if finding.ignored is not None)

    @property
    def matters(self) -> bool:
        """Whether there is more than notes."""
        return any(finding.matters for finding in self.findings)


def counts_of(checked: Sequence[Checked]) -> dict[Severity, int]:
    """Return how many findings there are of each severity, those that are ignored left out."""
    counts = Counter(finding.check.severity for one in checked for finding in one.told)
    return {severity: counts[severity] for severity in Severity}


def as_text(checked: Sequence[Checked], width: int) -> str:
    """
    Return the report for people.

    Args:
        checked: The clients, in the order of the files.
        width: How many columns there are.
    """
    lines = [
        *table_lines([one.client for one in checked], width),
        "",
        *(line for one in checked for line in _client_lines(one, width)),
        _summary(checked, width),
    ]
    return "\n".join(lines) + "\n"


def heading(client: ClientSettings) -> str:
    """Return whose settings these are, and where they stand."""
    client_id = client.text("ClientId")
    known = f" ({client_id})" if client_id and client_id != client.name else ""
    path = "" if client.place.path == client.name else f", {client.place.path}"
    return f"{client.name}{known} in {place_of(client, client.place.line)}{path}"


def place_of(client: ClientSettings, line: int) -> str:
    """Return a file and a line of it as an editor takes them."""
    return f"{client.place.file}:{line}" if line else client.place.file


def _client_lines(one: Checked, width: int) -> Iterator[str]:
    yield wrapped(heading(one.client), width)
    yield ""
    if not one.told:
        yield "  nothing found"
        yield ""
    for finding in one.told:
        check = finding.check
        where = f" ({place_of(one.client, finding.line)})" if finding.line else ""
        yield wrapped(f"{check.severity.upper()} {check.id} {check.name}{where}", width, _INDENT, "  ")
        yield wrapped(finding.sentence, width, _INDENT)
        yield wrapped(finding.mend, width, _INDENT + "   ", _INDENT + "-> ")
        yield wrapped(f"[{check.source}]", width, _INDENT)
        yield ""
    for finding in one.ignored:
        reason = finding.ignored.reason if finding.ignored else ""
        yield wrapped(f"ignored {finding.check.id} {finding.check.name}: {reason}", width, _INDENT, "  ")
        yield from [""] * (finding is one.ignored[-1])


def _summary(checked: Sequence[Checked], width: int) -> str:
    counts = counts_of(checked)
    found = ", ".join(f"{number} {severity}{'s' * (number != 1)}" for severity, number in counts.items() if number)
    clients = f"{len(checked)} app client{'s' * (len(checked) != 1)}"
    ignored = sum(len(one.ignored) for one in checked)
    silent = f", {ignored} ignored" if ignored else ""
    return wrapped(f"{clients} checked: {found or 'nothing found'}{silent}.", width)
