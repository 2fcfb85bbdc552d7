"""Report what the checks found: as JSON for programs."""

import json
from collections.abc import Sequence
from typing import Any, Final

from poolwarden.appclient.durations import TOKENS
from poolwarden.appclient.findings import Finding
from poolwarden.appclient.reports.checked import Checked, counts_of

SCHEMA: Final = 1
"""The version of the JSON report."""


def as_json(checked: Sequence[Checked]) -> str:
    """Return the report for programs, as JSON of :data:`SCHEMA`; durations in seconds, null where unknown."""
    report = {
        "schema": SCHEMA,
        "clients": [_client(one) for one in checked],
        "totals": {str(severity): number for severity, number in counts_of(checked).items()},
    }
    return json.dumps(report, indent=2, ensure_ascii=True) + "\n"


def _client(one: Checked) -> dict[str, Any]:
    client, place = one.client, one.client.place
    validities = {token: client.validity(token) for token in TOKENS}
    return {
        "file": place.file,
        "line": place.line or None,
        "path": place.path,
        "source": place.source,
        "name": client.name,
        "client_id": client.text("ClientId"),
        "pool": client.text("UserPoolId"),
        "validity_s": {
            token.word.lower(): validity.seconds if validity else None for token, validity in validities.items()
        },
        "findings": [_finding(finding) for finding in one.told],
        "ignored": [
            {"id": finding.check.id, "reason": finding.ignored.reason, "line": finding.ignored.line or None}
            for finding in one.ignored
            if finding.ignored
        ],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    check = finding.check
    return {
        "id": check.id,
        "name": check.name,
        "severity": str(check.severity),
        "attribute": check.attribute,
        "line": finding.line or None,
        "sentence": finding.sentence,
        "why": check.why,
        "mend": finding.mend,
        "source": check.source,
    }
