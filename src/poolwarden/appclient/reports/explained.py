"""Say what a check is about: why it matters, what to do, and how to silence it."""

import json
from collections.abc import Mapping
from typing import Any, Final

from poolwarden.appclient.checks import CHECKS
from poolwarden.appclient.findings import Check

GENERAL: Final[Mapping[str, str]] = {
    "meant": "what was meant",
    "set": "what is set",
    "usual": "what is usual",
    "member": "RefreshToken, AccessToken or IdToken",
    "bounds": "the bounds",
}
"""What stands in a mend for the facts of one client."""

_COMMENT: Final = "# poolwarden: ignore {id} REASON"


def check_as_text(check: Check) -> str:
    """Return a check for people, one fact a line."""
    return "\n".join(
        [
            f"{check.id}: {check.name} ({check.severity})",
            "",
            check.why,
            f"Setting: {check.attribute}",
            f"Mend: {check.mend.format(**GENERAL)}",
            f"Silence: {_COMMENT.format(id=check.id)}",
            f"Source: {check.source}",
        ]
    )


def check_as_json(check: Check) -> str:
    """Return a check for programs."""
    told: dict[str, Any] = {
        "id": check.id,
        "name": check.name,
        "severity": str(check.severity),
        "attribute": check.attribute,
        "why": check.why,
        "mend": check.mend.format(**GENERAL),
        "source": check.source,
    }
    return json.dumps(told, indent=2)


def check_of(check_id: str) -> Check:
    """
    Return the check of an id.

    Raises:
        KeyError: There is none.
    """
    return {check.id: check for check in CHECKS}[check_id]
