"""Check an app client's settings: one table, and the loop over it."""

from collections.abc import Iterator
from typing import Final

from poolwarden.appclient.checks.exposure import EXPOSURE_CHECKS
from poolwarden.appclient.checks.flows import FLOW_CHECKS
from poolwarden.appclient.checks.validity import VALIDITY_CHECKS
from poolwarden.appclient.findings import Check, Finding
from poolwarden.appclient.settings import ClientSettings

__all__ = ["CHECKS", "check_client"]

CHECKS: Final[tuple[Check, ...]] = (*VALIDITY_CHECKS, *FLOW_CHECKS, *EXPOSURE_CHECKS)
"""Every check, in the order in which they are told."""


def check_client(client: ClientSettings) -> tuple[Finding, ...]:
    """
    Return what is the matter with an app client's settings.

    Args:
        client: The settings; what is unknown in them is passed over.
    """
    return tuple(_found(client))


def _found(client: ClientSettings) -> Iterator[Finding]:
    told: set[str] = set()
    for check in CHECKS:
        facts = None if check.group in told else check.when(client)
        if facts is not None:
            told.add(check.group)
            yield Finding(check, check.sentence.format(**facts), check.mend.format(**facts))
