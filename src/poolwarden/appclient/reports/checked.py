"""Report what the checks found: as text for people, as JSON for programs."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from poolwarden.appclient.durations import TOKENS
from poolwarden.appclient.findings import Finding, Severity
from poolwarden.appclient.reports.wrap import wrapped
from poolwarden.appclient.settings import ClientSettings

SCHEMA: Final = 1
"""The version of the JSON report."""

_INDENT: Final = "    "


@dataclass(frozen=True, slots=True)
class Checked:
    """
    An app client and what was found.

    Attributes:
        client: Its settings.
        findings: What is the matter with them.
    """

    client: ClientSettings
    findings: tuple[Finding, ...]

    @property
    def matters(self) -> bool:
        """Whether there is more than notes."""
        return any(finding.check.severity is not Severity.NOTE for finding in self.findings)


def as_text(checked: Sequence[Checked], width: int) -> str:
    """
    Return the report for people.

    Args:
        checked: The clients, in the order of the files.
        width: How many columns there are.
    """
    return "\n".join(line for one in checked for line in _client_lines(one, width)) + f"\n{_summary(checked, width)}\n"


def as_json(checked: Sequence[Checked]) -> str:
    """Return the report for programs, as JSON of :data:`SCHEMA`; durations in seconds, null where unknown."""
    counts = _counts(checked)
    report = {
        "schema": SCHEMA,
        "clients": [_client_json(one) for one in checked],
        "totals": {str(severity): counts[severity] for severity in Severity},
    }
    return json.dumps(report, indent=2, ensure_ascii=True) + "\n"


def _client_lines(one: Checked, width: int) -> Iterator[str]:
    client = one.client
    client_id = client.text("ClientId")
    known = f" ({client_id})" if client_id and client_id != client.name else ""
    where = "" if client.place.path == client.name else f", {client.place.path}"
    yield wrapped(f"{client.name}{known} in {client.place.file}{where}", width)
    yield wrapped(f"tokens live: {_validities(client)}", width, "  ")
    yield ""
    if not one.findings:
        yield "  nothing found"
        yield ""
    for finding in one.findings:
        check = finding.check
        yield f"  {check.severity.upper()} {check.id}"
        yield wrapped(finding.sentence, width, _INDENT)
        yield wrapped(finding.mend, width, _INDENT + "   ", _INDENT + "-> ")
        yield wrapped(f"[{check.source}]", width, _INDENT)
        yield ""


def _validities(client: ClientSettings) -> str:
    parts = []
    for token in TOKENS:
        validity = client.validity(token)
        default = " (default)" if token.attribute not in client.values else ""
        parts.append(f"{token.word} {validity}{default}" if validity else f"{token.word} unknown")
    return ", ".join(parts)


def _summary(checked: Sequence[Checked], width: int) -> str:
    counts = _counts(checked)
    found = ", ".join(f"{number} {severity}{'s' * (number != 1)}" for severity, number in counts.items() if number)
    clients = f"{len(checked)} app client{'s' * (len(checked) != 1)}"
    return wrapped(f"{clients} checked: {found or 'nothing found'}.", width)


def _counts(checked: Sequence[Checked]) -> dict[Severity, int]:
    counts = Counter(finding.check.severity for one in checked for finding in one.findings)
    return {severity: counts[severity] for severity in Severity}


def _client_json(one: Checked) -> dict[str, Any]:
    client, place = one.client, one.client.place
    validities = {token: client.validity(token) for token in TOKENS}
    return {
        "file": place.file,
        "path": place.path,
        "source": place.source,
        "name": client.name,
        "client_id": client.text("ClientId"),
        "pool": client.text("UserPoolId"),
        "validity_s": {
            token.word.lower(): validity.seconds if validity else None for token, validity in validities.items()
        },
        "findings": [
            {
                "id": finding.check.id,
                "severity": str(finding.check.severity),
                "attribute": finding.check.attribute,
                "sentence": finding.sentence,
                "mend": finding.mend,
                "source": finding.check.source,
            }
            for finding in one.findings
        ],
    }
