"""Turn findings and changes into reports: for people, for programs, for tickets and for code scanning."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from poolwarden.appclient.reports.checked import Checked, as_text
from poolwarden.appclient.reports.fixed import ASSUMED, ELSEWHERE, Told, change_lines, source_text, update_text
from poolwarden.appclient.reports.markdown import as_markdown
from poolwarden.appclient.reports.programs import as_json
from poolwarden.appclient.reports.sarif import as_sarif
from poolwarden.appclient.reports.snippets import LANGUAGES

__all__ = [
    "ASSUMED",
    "ELSEWHERE",
    "FORMATS",
    "LANGUAGES",
    "Checked",
    "Told",
    "as_json",
    "as_markdown",
    "as_sarif",
    "as_text",
    "change_lines",
    "source_text",
    "update_text",
]

FORMATS: Final[Mapping[str, Callable[[Sequence[Checked], int], str]]] = {
    "text": as_text,
    "json": lambda checked, _: as_json(checked),
    "sarif": lambda checked, _: as_sarif(checked),
    "markdown": lambda checked, _: as_markdown(checked),
}
"""The reports on checked clients, each made from these and the columns there are."""
