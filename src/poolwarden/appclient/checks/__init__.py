"""Check app clients' settings: one table, and the loop over it."""

from collections.abc import Iterator, Sequence
from typing import Final

from poolwarden.appclient.checks.expected import EXPECTATION_CHECKS
from poolwarden.appclient.checks.exposure import EXPOSURE_CHECKS
from poolwarden.appclient.checks.flows import FLOW_CHECKS
from poolwarden.appclient.checks.ignoring import IGNORE_CHECKS
from poolwarden.appclient.checks.together import TOGETHER_CHECKS, surroundings
from poolwarden.appclient.checks.validity import VALIDITY_CHECKS
from poolwarden.appclient.expectation import Expectation
from poolwarden.appclient.findings import Around, Check, Finding
from poolwarden.appclient.ignores import Ignore, without_reason
from poolwarden.appclient.settings import ClientSettings

__all__ = ["CHECKS", "check_client", "check_clients"]

CHECKS: Final[tuple[Check, ...]] = (
    *VALIDITY_CHECKS,
    *EXPECTATION_CHECKS,
    *FLOW_CHECKS,
    *EXPOSURE_CHECKS,
    *TOGETHER_CHECKS,
    *IGNORE_CHECKS,
)
"""Every check, in the order in which they are told."""

_ALONE: Final = Around()


def check_client(client: ClientSettings, around: Around = _ALONE) -> tuple[Finding, ...]:
    """
    Return what is the matter with an app client's settings, what is ignored included.

    Args:
        client: The settings; what is unknown in them is passed over.
        around: What it is held against.
    """
    return tuple(_found(client, around))


def check_clients(
    clients: Sequence[ClientSettings], expected: Expectation | None = None
) -> tuple[tuple[Finding, ...], ...]:
    """
    Return for each app client what is the matter with its settings, the others considered.

    Args:
        clients: All that were read: those of one pool are compared, and templates with what is live.
        expected: How long sessions are expected to last.
    """
    return tuple(
        check_client(client, around) for client, around in zip(clients, surroundings(clients, expected), strict=True)
    )


def _found(client: ClientSettings, around: Around) -> Iterator[Finding]:
    told: set[str] = set()
    idle = set(without_reason(client.ignores))
    ignored = {ignore.id: ignore for ignore in client.ignores if ignore not in idle}
    for check in CHECKS:
        facts = None if check.group in told else check.when(client, around)
        if facts is not None:
            told.add(check.group)
            sentence, mend = check.sentence.format(**facts), check.mend.format(**facts)
            yield Finding(check, sentence, mend, _line(client, check, facts), _passed_over(check, ignored))


def _line(client: ClientSettings, check: Check, facts: object) -> int:
    """Return where a finding stands: where its attribute does, or where its facts say."""
    line = facts.get("line") if isinstance(facts, dict) else None
    return int(line) if line else client.line(check.attribute)


def _passed_over(check: Check, ignored: dict[str, Ignore]) -> Ignore | None:
    return None if check in IGNORE_CHECKS else ignored.get(check.id)
