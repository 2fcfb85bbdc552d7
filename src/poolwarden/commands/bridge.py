"""Connect the triage with the checks of app clients, which do not import each other."""

import shlex
from collections.abc import Iterator, Sequence

import msgspec

from poolwarden.appclient.catalogue import BY_NAME
from poolwarden.appclient.durations import REFRESH
from poolwarden.appclient.settings import STANDARD_INPUT, ClientSettings
from poolwarden.triage.headline import known_ids
from poolwarden.triage.report import Finding, Report
from poolwarden.triage.report import Validity as Wall
from poolwarden.triage.verdicts import Verdict

_MISTAKE = BY_NAME["refresh_unit_mistake"]
_BELOW = BY_NAME["refresh_below_expected"]
_LONGER = "90d"
_UNSAVED = "CLIENT.json"


def declared_validities(clients: Sequence[ClientSettings]) -> dict[str, int]:
    """
    Return the refresh validities that settings declare, by client id and name, seconds.

    Where the file has a single client, its validity is the one of any name, because logs may call it by an alias.

    Args:
        clients: The app clients of a file of settings.
    """
    any_name = [""] if len(clients) == 1 else []
    return {
        name: validity.seconds
        for client in clients
        if (validity := client.validity(REFRESH))
        for name in (client.text("ClientId"), client.text("ClientName"), client.place.path, *any_name)
        if name is not None
    }


def with_checks(report: Report, clients: Sequence[ClientSettings] = ()) -> Report:
    """
    Return a triage report whose advice on a mistaken validity names the check that finds it and the command to mend it.

    Args:
        report: The report.
        clients: The app clients of the file of settings that the logs were compared with.
    """
    ids = {**report.ids, **known_ids(_ids_of(clients))}
    return msgspec.structs.replace(report, verdicts=tuple(_advised(report, clients)), ids=ids)


def _ids_of(clients: Sequence[ClientSettings]) -> Iterator[tuple[str, str, str]]:
    """Yield the ids of app clients, as :func:`known_ids` takes them."""
    for client in clients:
        client_id, name, pool = client.text("ClientId"), client.text("ClientName"), client.text("UserPoolId")
        yield from (("client", name or "", client_id),) if client_id else ()
        yield from (("pool", "", pool),) if pool else ()


def _advised(report: Report, clients: Sequence[ClientSettings]) -> Iterator[Finding]:
    walls = {wall.client: wall for wall in report.validity}
    declared = declared_validities(clients)
    file = min({client.place.file for client in clients} - {STANDARD_INPUT}, default=_UNSAVED)
    for finding in report.verdicts:
        wall = walls.get(finding.client or "") if finding.verdict == Verdict.REFRESH_VALIDITY_REACHED else None
        if wall is None:
            yield finding
        else:
            # The command must not be run on the settings of another app client.
            about = wall.client in declared or ("" in declared and len(walls) == 1)
            yield msgspec.structs.replace(finding, next=_next(wall, finding.next, file if about else _UNSAVED))


def _next(wall: Wall, advice: str, config: str) -> str:
    """Return the advice with the check's id and the command."""
    entry = _MISTAKE if wall.unit_mistake else _BELOW
    wanted = _short(wall.unit_mistake.meant) if wall.unit_mistake else _LONGER
    told = f"{entry.id}, {entry.name}"
    how = "" if wall.unit_mistake else f" with --expect {_LONGER}, or whatever is wanted"
    command = f"poolwarden client fix {shlex.quote(config)} --refresh {wanted}"
    return f"{advice} poolwarden client check tells it as {told}{how}; the command that mends it: {command}"


def _short(words: str) -> str:
    """Return a duration as an option takes it: ``30d`` of ``30 days``."""
    number, _, unit = words.partition(" ")
    return f"{number}{unit[:1]}"
