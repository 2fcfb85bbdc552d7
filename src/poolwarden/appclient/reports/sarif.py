"""Report what the checks found: as SARIF 2.1.0 for code scanning (OASIS, sarif-v2.1.0)."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote

from poolwarden.appclient.checks import CHECKS
from poolwarden.appclient.findings import Check, Finding
from poolwarden.appclient.reports.checked import Checked
from poolwarden.appclient.settings import Place
from poolwarden.version import __version__

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_INDEX: Final = {check.id: number for number, check in enumerate(sorted(CHECKS, key=lambda check: check.id))}


def as_sarif(checked: Sequence[Checked]) -> str:
    """
    Return the report as SARIF: one run, a rule for each check, what is ignored as suppressed.

    Places are relative to where the command ran, as code scanning wants them; what came from AWS or from standard
    input has the client's name only.
    """
    run = {
        "tool": {
            "driver": {
                "name": "poolwarden",
                "semanticVersion": __version__,
                "rules": [_rule(check) for check in sorted(CHECKS, key=lambda check: check.id)],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, finding) for one in checked for finding in one.findings],
    }
    report = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(report, indent=2, ensure_ascii=True) + "\n"


def _rule(check: Check) -> dict[str, Any]:
    return {
        "id": check.id,
        "name": "".join(word.capitalize() for word in check.name.split("_")),
        "shortDescription": {"text": f"{check.attribute}: {check.name.replace('_', ' ')}"},
        "fullDescription": {"text": check.why},
        "help": {"text": f"{check.why} poolwarden explain {check.id} says more. Source: {check.source}"},
        "defaultConfiguration": {"level": str(check.severity)},
        "properties": {"attribute": check.attribute},
    }


def _result(one: Checked, finding: Finding) -> dict[str, Any]:
    check, place = finding.check, one.client.place
    result: dict[str, Any] = {
        "ruleId": check.id,
        "ruleIndex": _INDEX[check.id],
        "level": str(check.severity),
        "message": {"text": f"{one.client.name}: {finding.sentence} {finding.mend}"},
        "locations": [_location(place, finding.line)],
        "partialFingerprints": {"poolwarden/v1": _fingerprint(place, check)},
    }
    if finding.ignored is not None:
        result["suppressions"] = [{"kind": "inSource", "justification": finding.ignored.reason}]
    return result


def _location(place: Place, line: int) -> dict[str, Any]:
    location: dict[str, Any] = {"logicalLocations": [{"fullyQualifiedName": place.path, "kind": "resource"}]}
    if place.has_file:
        location["physicalLocation"] = {
            "artifactLocation": {"uri": _uri(place.file)},
            "region": {"startLine": line or 1},
        }
    return location


def _uri(file: str) -> str:
    """Return a file's name as a URI reference; one that stays relative means the folder of the run."""
    path = PurePath(file)
    if path.is_absolute():
        return path.as_uri()
    return quote(path.as_posix())


def _fingerprint(place: Place, check: Check) -> str:
    """Return what stays the same while lines move: the check, the file, and where in it."""
    told = "\x00".join((check.id, PurePath(place.file).as_posix(), place.path))
    return hashlib.sha256(told.encode()).hexdigest()[:32]
