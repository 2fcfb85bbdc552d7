"""Report what the checks found: as Markdown for a ticket or a pull request."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from poolwarden.appclient.reports.checked import Checked, counts_of, heading, place_of
from poolwarden.appclient.reports.durations_table import HEADS, durations_of
from poolwarden.appclient.reports.wrap import shown

_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>|#~&!])")


def as_markdown(checked: Sequence[Checked]) -> str:
    """Return the report as Markdown; nothing that a file holds acts in it."""
    return "\n".join(_lines(checked)) + "\n"


def _lines(checked: Sequence[Checked]) -> Iterator[str]:
    counts = counts_of(checked)
    found = ", ".join(f"{number} {severity}{'s' * (number != 1)}" for severity, number in counts.items() if number)
    yield "## App-client settings"
    yield ""
    yield f"{len(checked)} checked: {found or 'nothing found'}. `*` is Cognito's default."
    yield ""
    yield _row(HEADS)
    yield _row(["---"] * len(HEADS))
    for one in checked:
        yield _row([_plain(cell) for cell in (one.client.name, *durations_of(one.client))])
    for one in checked:
        yield ""
        yield f"### {_plain(heading(one.client))}"
        yield ""
        yield from _findings(one)


def _findings(one: Checked) -> Iterator[str]:
    if not one.told:
        yield "Nothing found."
    for finding in one.told:
        check = finding.check
        where = f" ({_plain(place_of(one.client, finding.line))})" if finding.line else ""
        yield f"- **{check.severity} {check.id}** {_plain(check.name)}{where}: {_plain(finding.sentence)}"
        yield f"  {_plain(check.why)} **Mend:** {_plain(finding.mend)}"
    for finding in one.ignored:
        reason = finding.ignored.reason if finding.ignored else ""
        yield f"- ignored {finding.check.id} {_plain(finding.check.name)}: {_plain(reason)}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", shown(text))
