"""Render a report as markdown for the incident's ticket."""

import re

from poolwarden.triage.durations import spell
from poolwarden.triage.headline import (
    PHRASES,
    configured,
    crowd,
    doubts,
    headline,
    next_commands,
    percent,
    read_words,
    span,
    steps,
    zombie_words,
)
from poolwarden.triage.report import Report

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")


def render(report: Report, *, width: int = 80, color: bool = False) -> str:  # noqa: ARG001 (one signature for all)
    """Return the report as GitHub-flavoured markdown."""
    parts = [f"# {_plain(headline(report))}", _numbers(report)]
    parts += [part for part in (_verdicts(report), _validity(report), _changes(report), _evidence(report)) if part]
    parts += [part for part in (_causes(report), _actions(report), _notices(report)) if part]
    return "\n\n".join(parts) + "\n"


def _numbers(report: Report) -> str:
    sessions = report.sessions
    counts = f"{sessions.zombies:,} of them zombies, {sessions.unexplained:,} unexplained"
    lines = [f"- Lost: **{sessions.lost:,}** of {sessions.seen:,} sessions, {counts}"]
    lines += [f"- {doubt}" for doubt in doubts(report)]
    lines.append(f"- Logs: {read_words(report)}")
    if report.peak is not None:
        lines.append(f"- {crowd(report)}")
    lines += [f"- Zombies: {_plain(words)}" for words in zombie_words(report)]
    return "\n".join(lines)


def _verdicts(report: Report) -> str:
    rows = [
        f"| {_plain(finding.client or '-')} | {PHRASES[finding.verdict]} (`{finding.verdict}`) "
        f"| {finding.sessions:,} | {percent(finding.share)} | {finding.confidence} |"
        for finding in report.verdicts
    ]
    head = ["## Why sessions were lost", "", "| app client | verdict | sessions | share | confidence |"]
    return "\n".join([*head, "|---|---|---:|---:|---|", *rows]) if rows else ""


def _validity(report: Report) -> str:
    rows = []
    for row in report.validity:
        meant = f"{row.unit_mistake.meant} probably meant" if row.unit_mistake else ""
        period = f"sign-ins {row.since or '…'} to {row.until or '…'}" if row.since or row.until else ""
        notes = "; ".join(note for note in (meant, configured(row), span(row), period) if note)
        rows.append(
            f"| {_plain(row.client)} | {spell(row.estimate_s)} | {row.sessions:,} | {row.confidence} | {notes} |"
        )
    head = ["## Refresh validity in force", "", "| app client | validity | sessions | confidence | notes |"]
    return "\n".join([*head, "|---|---|---:|---|---|", *rows]) if rows else ""


def _changes(report: Report) -> str:
    lines = []
    for change in report.changes:
        who = f" by {_plain(change.who)}" if change.who else ""
        validity = change.detail.get("refresh_validity")
        before = change.detail.get("refresh_validity_before")
        what = f": refresh validity {validity}" + (f", before {before}" if before else "") if validity else ""
        lines.append(f"- {change.at or 'unknown time'} `{change.what}`{who}{what}")
        reset = change.detail.get("reset")
        if reset:
            lines.append(f"  - left out, so reset: {', '.join(f'`{name}`' for name in reset)}")
    return "\n".join(["## What changed", "", *lines]) if lines else ""


def _evidence(report: Report) -> str:
    lines = []
    for finding in report.verdicts:
        for place in finding.evidence:
            text = place.text.replace("`", "'").replace("\n", " ")
            lines.append(f"- {finding.verdict}: `{place.file}:{place.line}` `{text}`")
    return "\n".join(["## Evidence", "", *lines]) if lines else ""


def _causes(report: Report) -> str:
    least = dict.fromkeys(report.understated, "at least ")
    rows = [
        f"| `{_plain(cause)}` | {least.get(cause, '')}{count:,} |".replace("\\_", "_")
        for cause, count in report.causes.items()
    ]
    head = ["## Refusals by cause", "", "| cause | requests and calls |", "|---|---:|"]
    return "\n".join([*head, *rows]) if rows else ""


def _actions(report: Report) -> str:
    lines = [
        f"{number}. {_plain(f'{step.verdict}{step.whose}: {step.next}')}"
        for number, step in enumerate(steps(report), 1)
    ]
    commands = next_commands(report)
    code = ["", "```sh", *commands, "```"] if commands else []
    return "\n".join(["## What to do", "", *lines, *code]) if lines else ""


def _notices(report: Report) -> str:
    lines = [
        f"- {_plain(notice.file)}{f':{notice.line}' if notice.line else ''}: {_plain(notice.text)}"
        for notice in report.warnings
    ]
    return "\n".join(["## About the input", "", *lines]) if lines else ""


def _plain(text: str) -> str:
    """Return text that markdown shows as it is; what stands in a log must not format the ticket."""
    return _SPECIAL.sub(r"\\\1", text.replace("\n", " "))
