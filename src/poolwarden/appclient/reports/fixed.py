"""Report a safe update or a change of the source: what changes, what stays, what to run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from poolwarden.appclient.reports.snippets import LANGUAGES
from poolwarden.appclient.reports.wrap import shown, shown_lines, wrapped
from poolwarden.appclient.settings import LIVE
from poolwarden.appclient.source_change import SourceChange
from poolwarden.appclient.update import AWS, SafeUpdate, Target

ASSUMED: Final = (
    "Assumed, as Cognito does not document it: the new validity holds for sessions that begin after the change, and "
    "sessions already open keep the end they were given."
)
"""What the change does to sessions that are open."""

ELSEWHERE: Final = (
    "Where a template or Terraform makes this client, change it there too: the next deployment sets an update by hand "
    "back."
)
"""What else is to be done."""

_STALE: Final = (
    "The description is as old as the file: what was changed since would be set back. Describe the client again if in "
    "doubt, and compare afterwards."
)
_INDENT: Final = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """
    How an update is to be told.

    Attributes:
        width: How many columns there are; commands and snippets are never cut.
        file: The file that its document was saved to, if it was.
        target: Where the request is to go.
    """

    width: int
    file: str | None = None
    target: Target = AWS


def update_text(update: SafeUpdate, told: Told) -> str:
    """
    Return what a safe update does, what the usual one would have done, and the command that makes it.

    Args:
        update: The update.
        told: How to tell it.
    """
    width = told.width
    command = update.command(told.file, told.target)
    # Settings that were described this moment are not stale.
    stale = () if update.client.place.source == LIVE else (wrapped(_STALE, width),)
    snippets = [
        line
        for language in LANGUAGES
        for line in (f"The same {language.words}:", "", *shown_lines(language.write(update, told.target)), "")
    ]
    return _joined(
        [
            *change_lines(update, width),
            "The complete update (nothing was run):",
            "",
            *shown_lines(command),
            "",
            *snippets,
            *stale,
            wrapped(ELSEWHERE, width),
            wrapped(ASSUMED, width),
        ]
    )


def change_lines(update: SafeUpdate, width: int) -> list[str]:
    """
    Return what a safe update changes, keeps, and saves from a reset.

    Args:
        update: The update.
        width: How many columns there are.
    """
    client = update.client
    return [
        f"{shown(client.name)} ({shown(str(client.text('ClientId')))})",
        "",
        *_change_lines(update),
        *_naive_lines(update, width),
        *_unknown_lines(update, width),
        *_dropped_lines(client.dropped, width),
    ]


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
                "be set back by the next deployment. The rest of the resource stays as it is. Where an expression "
                "stands, change what it takes its value from: a parameter, a mapping, a variable.",
                width,
            ),
            wrapped(ASSUMED, width),
        ]
    )


def _change_lines(update: SafeUpdate) -> Iterator[str]:
    yield "Effective settings, before and after"
    for change in update.changes:
        name = change.token.attribute
        set_as = f"{change.number_before} {change.unit_before or ''}".strip()
        default = (
            " (by default)" if change.number_before is None else "" if change.unit_before else f", set as {set_as}"
        )
        yield f"{_INDENT}- {name:<20} {shown(change.before.plain if change.before else 'unknown')}{shown(default)}"
        yield f"{_INDENT}+ {name:<20} {change.after}"
    number = len(update.carried)
    yield f"{_INDENT}  {number} other setting{'s' * (number != 1)} sent as described, so that none is reset"
    yield ""


def _naive_lines(update: SafeUpdate, width: int) -> Iterator[str]:
    resets = update.naive_resets()
    if not resets:
        return
    options = " ".join(f"--{change.token.word.lower()}-token-validity" for change in update.changes)
    yield wrapped(f"Warning: an update with {options} and its unit alone would have reset", width)
    for reset in resets:
        yield wrapped(f"{reset.name}: {reset.before} -> {reset.after}", width, _INDENT + "    ", _INDENT + "! ")
    yield ""


def _unknown_lines(update: SafeUpdate, width: int) -> Iterator[str]:
    if update.unknown:
        yield "sent as described, though not known here; drop what the AWS CLI refuses"
        yield wrapped(", ".join(update.unknown), width, _INDENT)
        yield ""


def _dropped_lines(dropped: Sequence[str], width: int) -> Iterator[str]:
    if dropped:
        yield "left out, as no update takes them"
        yield wrapped(", ".join(dropped), width, _INDENT)
        yield ""


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(lines) + "\n"
