"""Render a report: text for the terminal, JSON for programs, markdown for the ticket, HTML for people."""

from importlib import import_module

from poolwarden.errors import ConfigurationError
from poolwarden.triage.report import Report

FORMATS = ("text", "json", "markdown", "html")
"""The formats, each a module here with one function ``render``."""


def render(report: Report, format: str = "text", *, width: int = 80, color: bool = False) -> str:  # noqa: A002
    """
    Return the report as text that ends with a line's end.

    Args:
        report: What a triage found.
        format: ``text``, ``json``, ``markdown`` or ``html``.
        width: How many columns the text report may use.
        color: Whether the text report may use a terminal's colours.

    Raises:
        ConfigurationError: The format is none of these.
    """
    if format not in FORMATS:
        raise ConfigurationError("format", f"{format!r} is no report format.", f"Use one of {', '.join(FORMATS)}.")
    module = import_module(f"poolwarden.triage.reports.{format}")
    return str(module.render(report, width=width, color=color))
