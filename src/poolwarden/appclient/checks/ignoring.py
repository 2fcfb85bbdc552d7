"""The checks of the ignores themselves; no ignore silences these."""

from typing import Final

from poolwarden.appclient.catalogue import BY_ID
from poolwarden.appclient.findings import Check, Facts, Severity, alone
from poolwarden.appclient.ignores import Ignore, without_reason
from poolwarden.appclient.settings import ClientSettings

_HOW: Final = "poolwarden's own rule"


def _told(ignores: list[Ignore]) -> Facts | None:
    if not ignores:
        return None
    ids = list(dict.fromkeys(ignore.id or "no check" for ignore in ignores))
    return {"ids": ", ".join(ids), "line": str(ignores[0].line)}


def _without_reason(client: ClientSettings) -> Facts | None:
    return _told(list(without_reason(client.ignores)))


def _of_nothing(client: ClientSettings) -> Facts | None:
    return _told([ignore for ignore in client.ignores if ignore.id and ignore.id not in BY_ID])


IGNORE_CHECKS: Final = (
    Check(
        name="ignore_without_reason",
        severity=Severity.WARNING,
        attribute="ClientId",
        group="ignore_without_reason",
        when=alone(_without_reason),
        sentence="An ignore of {ids} gives no reason, so it silences nothing.",
        mend="Write why behind the id: poolwarden: ignore PW003 thirty hours are meant, ticket 42.",
        source=_HOW,
    ),
    Check(
        name="ignore_of_nothing",
        severity=Severity.WARNING,
        attribute="ClientId",
        group="ignore_of_nothing",
        when=alone(_of_nothing),
        sentence="An ignore names {ids}, and no check is called so.",
        mend="Correct the id, or remove the ignore.",
        source=_HOW,
    ),
)
"""In the order in which they are told."""
