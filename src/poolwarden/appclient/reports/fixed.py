"""Report a safe update or a change of the source: what changes, what stays, what to run."""

from collections.abc import Iterator, Sequence
from typing import Final

from poolwarden.appclient.attributes import BY_NAME
from poolwarden.appclient.reports.wrap import shown, wrapped
from poolwarden.appclient.source_change import SourceChange
from poolwarden.appclient.update import SafeUpdate
from poolwarden.appclient.wanted import Change

ASSUMED: Final = (
    "Assumed, as Cognito does not document it: the new validity holds for sessions that begin after the change, and "
    "sessions already open keep the end they were given."
)
"""What the change does to sessions that are open."""

_STALE: Final = (
    "The description is as old as the file: what was changed since would be set back. Describe the client again if in "
    "doubt, and compare afterwards."
)
_INDENT: Final = "  "


def update_text(
    update: SafeUpdate, file: str, width: int, region: str | None = None, profile: str | None = None
) -> str:
    """
    Return what a safe update does, and the command that makes it.

    Args:
        update: The update.
        file: The file that its document is in, or is to be saved to.
        width: How many columns there are; the command itself is never cut.
        region: The region; by default the pool's.
        profile: The AWS CLI's profile, where one is to be named.
    """
    client = update.client
    return _joined(
        [
            f"{shown(client.name)} ({shown(str(client.text('ClientId')))})",
            "",
            *_change_lines(update.changes),
            *_carried_lines(update, width),
            *_dropped_lines(client.dropped, width),
            "Read it, then run (nothing was run):",
            _INDENT + " \\\n      ".join(update.command(file, region, profile)),
            "",
            wrapped(_STALE, width),
            wrapped(ASSUMED, width),
        ]
    )


def source_text(change: SourceChange, width: int) -> str:
    """
    Return what to change in the source that an app client is made from.

    Args:
        change: The change.
        width: How many columns there are.
    """
    place = change.client.place
    return _joined(
        [
            wrapped(f"{place.path} ({place.file})", width),
            "",
            *(f"{_INDENT}{shown(str(line))}" for line in change.lines),
            "",
            wrapped(
                "Change it in the source that this file is made from, and deploy it as ever: an update by hand would "
                "be set back by the next deployment. The rest of the resource stays as it is.",
                width,
            ),
            wrapped(ASSUMED, width),
        ]
    )


def _change_lines(changes: Sequence[Change]) -> Iterator[str]:
    yield "changes"
    for change in changes:
        yield f"{_INDENT}{change.token.attribute}: {change.before} -> {change.after}"
        if change.number_before != change.after.number:
            yield f"{_INDENT}  ~ {change.token.attribute} {change.number_before} -> {change.after.number}"
        if change.unit_before != change.after.unit:
            unit = change.unit_before or "not set"
            yield f"{_INDENT}  ~ TokenValidityUnits.{change.token.member} {shown(unit)} -> {change.after.unit}"
    yield ""


def _carried_lines(update: SafeUpdate, width: int) -> Iterator[str]:
    if update.carried:
        yield "carried over as described; left out of the update, each would become"
        for name in update.carried:
            row = BY_NAME.get(name)
            reset = "unknown here; drop it if the AWS CLI refuses it" if row is None else (row.reset or "what it is")
            yield wrapped(f"{name}: {reset}", width, _INDENT + "  ", _INDENT)
        yield ""


def _dropped_lines(dropped: Sequence[str], width: int) -> Iterator[str]:
    if dropped:
        yield "left out, as no update takes them"
        yield wrapped(", ".join(dropped), width, _INDENT)
        yield ""


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(lines) + "\n"
