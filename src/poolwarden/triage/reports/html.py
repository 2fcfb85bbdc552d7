"""Render a report as one self-contained HTML page: charts as SVG, light and dark, fit for paper, no network."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from html import escape
from importlib import resources

from poolwarden.triage.durations import spell
from poolwarden.triage.headline import (
    PHRASES,
    configured,
    crowd,
    headline,
    next_commands,
    percent,
    read_words,
    span,
    steps,
    zombie_words,
)
from poolwarden.triage.report import Report
from poolwarden.triage.reports.charts import Bar, Mark, Scale, bars, legend
from poolwarden.validities import DAY, HOUR, MINUTE

MOST_CLIENTS = 4
"""For how many app clients the ages at loss are drawn: those with the most lost sessions."""

MINUTES = (1, 2, 5, 10, 15, 20, 30)
HOURS = (1, 2, 3, 4, 6, 8, 12)
AGES = (
    *(number * MINUTE for number in MINUTES),
    *(number * HOUR for number in HOURS),
    *(number * DAY for number in (1, 2, 5, 10, 15, 30, 60, 90, 180, 365)),
)
"""The distances of ticks on a scale of ages, seconds."""

TIMES = (
    *(number * MINUTE for number in MINUTES),
    *(number * HOUR for number in HOURS),
    *(number * DAY for number in (1, 2, 7, 14, 28, 91, 182, 364)),
)
"""The distances of ticks on a scale of time, seconds."""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def render(report: Report, *, width: int = 80, color: bool = False) -> str:  # noqa: ARG001 (one signature for all)
    """Return the report as an HTML document."""
    style = resources.files(__package__).joinpath("page.css").read_text("utf-8")
    title = escape(headline(report))
    body = "\n".join(part for part in _parts(report, title) if part)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"<style>\n{style}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _parts(report: Report, title: str) -> Iterator[str]:
    yield f'<header><h1>{_unbroken(title)}</h1><p class="soft">{read_words(report)}</p></header>'
    yield _figures(report)
    yield _verdicts(report)
    yield _validity(report)
    yield _changes(report)
    yield _lost_over_time(report)
    yield from _ages(report)
    yield _zombies(report)
    yield _actions(report)
    yield _evidence(report)
    yield _causes(report)
    yield _notices(report)


def _figures(report: Report) -> str:
    sessions = report.sessions
    shown = (("seen", sessions.seen), ("lost", sessions.lost), ("zombies", sessions.zombies))
    items = "".join(f"<li><b>{count:,}</b>sessions {name}</li>" for name, count in shown[:2])
    items += f"<li><b>{sessions.zombies:,}</b>zombies</li><li><b>{sessions.unexplained:,}</b>unexplained</li>"
    items += f"<li><b>{sessions.untold:,}</b>cannot be told</li>" if sessions.untold else ""
    when = f"<p>{escape(crowd(report))}</p>" if report.peak is not None else ""
    return f'<ul class="figures">{items}</ul>{when}'


def _verdicts(report: Report) -> str:
    rows = [
        (
            escape(finding.client or "-"),
            f"{escape(PHRASES[finding.verdict])}<br><code>{finding.verdict}</code>",
            f"{finding.sessions:,}",
            percent(finding.share, 1),
            finding.confidence,
        )
        for finding in report.verdicts
    ]
    return _section(
        "Why sessions were lost", _table(("app client", "verdict", "#sessions", "#share", "confidence"), rows)
    )


def _validity(report: Report) -> str:
    rows = []
    for row in report.validity:
        notes = [span(row)]
        if row.unit_mistake is not None:
            notes.append(f'<span class="alarm">{escape(row.unit_mistake.meant)} were probably meant</span>')
        if row.configured_s is not None:
            notes.append(configured(row))
        if row.since or row.until:
            notes.append(f"sign-ins {row.since or '…'} to {row.until or '…'}")
        shown = "<br>".join(note for note in notes if note)
        notes_cell = f'<span class="notes">{shown}</span>' if shown else ""
        rows.append((escape(row.client), spell(row.estimate_s), f"{row.sessions:,}", row.confidence, notes_cell))
    heads = ("app client", "refresh validity", "#sessions", "confidence", "notes")
    return _section("Refresh validity in force", _table(heads, rows))


def _lost_over_time(report: Report) -> str:
    lost, slot = report.series.lost, report.series.slot_s
    verdicts = list(dict.fromkeys(finding.verdict for finding in report.verdicts))
    order = {verdict: place for place, verdict in enumerate(verdicts)}
    parts = [
        Bar(at, count, verdict, f"{_date(at, slot)}: {count:,} {PHRASES[verdict]}")
        for at, verdict, count in sorted(lost, key=lambda one: (one[0], order[one[1]]))
    ]
    if not parts:
        return ""
    name = f"Lost sessions per {_per(slot)} (UTC), by verdict"
    drawn = bars(parts, slot=slot, name=name, description=_described(report), scale=Scale(TIMES, _date))
    rows = [(_date(at, slot), escape(PHRASES[verdict]), f"{count:,}") for at, verdict, count in lost]
    names = {verdict: PHRASES[verdict] for verdict in verdicts}
    return _figure("Sessions lost over time", name, legend(names) + drawn, ("from", "verdict", "#sessions"), rows)


def _ages(report: Report) -> Iterator[str]:
    clients = dict.fromkeys(client for client, *_ in sorted(report.series.ages, key=lambda one: one[0]))
    counts = {client: sum(n for c, _, _, n in report.series.ages if c == client) for client in clients}
    for client in sorted(clients, key=lambda one: (-counts[one], one))[:MOST_CLIENTS]:
        slots = [(age, width, count) for one, age, width, count in report.series.ages if one == client]
        width = slots[0][1]
        parts = [
            Bar(age, count, "bar", f"{spell(age)} to {spell(age + width)}: {count:,} sessions")
            for age, width, count in slots
        ]
        marks = [Mark(row.estimate_s, spell(row.estimate_s)) for row in report.validity if row.client == client]
        name = f"{client}: age of sessions at loss, {counts[client]:,} sessions"
        described = (
            "; ".join(f"the refresh validity is {mark.name}" for mark in marks) or "no refresh validity is known"
        )
        drawn = bars(
            parts,
            slot=width,
            name=name,
            description=described,
            scale=Scale(AGES, _age, 0.0, "or older"),
            marks=marks,
        )
        rows = [(spell(age), f"{count:,}") for age, _, count in slots]
        yield _figure(
            f"Age at loss: {client}",
            f"{name}; {described}. The last slot holds all older ones.",
            drawn,
            ("age from", "#sessions"),
            rows,
        )


def _zombies(report: Report) -> str:
    slot = report.series.slot_s
    slots: dict[int, int] = {}
    for at, _, requests in report.series.zombies:
        slots[at] = slots.get(at, 0) + requests
    if not slots:
        return ""
    parts = [Bar(at, count, "bar", f"{_date(at, slot)}: {count:,} requests") for at, count in slots.items()]
    name = f"Requests with dead tokens per {_per(slot)} (UTC)"
    words = "; ".join(zombie_words(report))
    drawn = bars(parts, slot=slot, name=name, description=words, scale=Scale(TIMES, _date))
    rows = [(_date(at, slot), escape(route or "-"), f"{count:,}") for at, route, count in report.series.zombies]
    return _figure("Zombie traffic", f"{name}. {words}", drawn, ("from", "route", "#requests"), rows)


def _changes(report: Report) -> str:
    items = []
    for change in report.changes:
        who = f" by {escape(change.who)}" if change.who else ""
        validity, before = (change.detail.get(key) for key in ("refresh_validity", "refresh_validity_before"))
        words = f": refresh validity {escape(validity)}" if validity else ""
        words += f", before {escape(before)}" if before else ""
        reset = ", ".join(f"<code>{escape(name)}</code>" for name in change.detail.get("reset", {}))
        left = f"<br>left out, so reset: {reset}" if reset else ""
        items.append(f"<li>{change.at or 'unknown time'} <code>{escape(change.what)}</code>{who}{words}{left}</li>")
    return _section("What changed", f"<ul>{''.join(items)}</ul>" if items else "")


def _actions(report: Report) -> str:
    items = "".join(
        f"<li><b>{escape(PHRASES[step.verdict])}</b>{escape(step.whose)}: {escape(step.next)}</li>"
        for step in steps(report)
    )
    commands = "\n".join(next_commands(report))
    named = 'role="region" aria-label="Next command" tabindex="0"'  # as in _scrolled
    code = f"<pre {named}><code>{escape(commands)}</code></pre>" if commands else ""
    return _section("What to do", f"<ol>{items}</ol>{code}" if items else "")


def _evidence(report: Report) -> str:
    rows = [
        (
            escape(PHRASES[finding.verdict]),
            f'<span class="place where">{escape(place.file)}:{place.line}</span>',
            _code(place.text),
        )
        for finding in report.verdicts
        for place in finding.evidence
    ]
    return _section("Evidence", _table(("verdict", "place", "text"), rows))


def _causes(report: Report) -> str:
    least = dict.fromkeys(report.understated, "at least ")
    rows = [
        (f"<code>{escape(cause)}</code>", f"{least.get(cause, '')}{count:,}") for cause, count in report.causes.items()
    ]
    return _section("Refusals by cause", _table(("cause", "#requests and calls"), rows))


def _notices(report: Report) -> str:
    items = "".join(
        f"<li>{escape(notice.file)}{f':{notice.line}' if notice.line else ''} {escape(notice.text)}</li>"
        for notice in report.warnings
    )
    return _section("About the input", f"<ul>{items}</ul>" if items else "")


def _section(title: str, body: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{body}</section>" if body else ""


def _figure(title: str, caption: str, drawn: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    table = f"<details><summary>The numbers</summary>{_table(heads, rows)}</details>"
    figure = f"<figure>{_scrolled(drawn, title)}<figcaption>{escape(caption)}</figcaption></figure>"
    return _section(title, figure + table)


def _scrolled(inner: str, name: str) -> str:
    """Return what a narrow window scrolls sideways; a keyboard reaches it, too."""
    return f'<div class="scroll" role="region" aria-label="{escape(name)}" tabindex="0">{inner}</div>'


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; a head that begins with # is of numbers. Cells are HTML already."""
    classes = [' class="number"' if head.startswith("#") else "" for head in heads]
    named = zip(heads, classes, strict=True)
    top = "".join(f'<th scope="col"{kind}>{escape(head.lstrip("#"))}</th>' for head, kind in named)
    body = "".join(
        "<tr>" + "".join(f"<td{kind}>{cell}</td>" for cell, kind in zip(row, classes, strict=True)) + "</tr>"
        for row in rows
    )
    table = f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    return _scrolled(table, f"table: {', '.join(head.lstrip('#') for head in heads)}") if body else ""


def _described(report: Report) -> str:
    return "; ".join(
        f"{finding.client or 'unknown'}: {finding.sessions:,} {PHRASES[finding.verdict]}" for finding in report.verdicts
    )


def _date(at: float, slot: float) -> str:
    shape = "%Y-%m-%d" if slot >= DAY else "%m-%d %H:%M"
    return datetime.fromtimestamp(at, UTC).strftime(shape)


def _per(slot: float) -> str:
    return spell(slot).removeprefix("1 ")


def _age(age: float, step: float) -> str:
    unit, name = (DAY, "d") if step >= DAY else (HOUR, "h") if step >= HOUR else (MINUTE, "min")
    return f"{age / unit:.0f} {name}"


def _unbroken(title: str) -> str:
    """Return a title whose lines are not broken at a hyphen."""
    return title.replace("-", "&#8209;")


def _code(text: str) -> str:
    return f'<code class="place">{escape(text)}</code>'
