"""Render a report for a terminal: 80 columns, plain text that needs no colour."""

import textwrap

from poolwarden.triage.durations import spell
from poolwarden.triage.headline import (
    PHRASES,
    configured,
    counted,
    crowd,
    doubts,
    headline,
    minute,
    next_commands,
    percent,
    read_words,
    span,
    steps,
    zombie_words,
)
from poolwarden.triage.report import Finding, Report, Validity

_BOLD, _DIM, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_LEAST_WIDTH, _NARROW = 40, 64  # below the second, what hangs under a number is moved to the left
_CAUSES = 8  # how many causes are worth a line
_LINES = 3  # of a place's text: what an exception says stands behind what it is called
_SETTINGS = 12  # how many settings of a change


def render(report: Report, *, width: int = 80, color: bool = False) -> str:
    """Return the report as lines of at most ``width`` columns; only paths and commands may be longer."""
    page = _Page(max(width, _LEAST_WIDTH), color=color)
    page.text(headline(report), bold=True)
    page.gap()
    for part in (_numbers, _verdicts, _validity, _zombies, _changes, _causes, _actions, _warnings):
        part(report, page)
    return "\n".join(page.lines).rstrip("\n") + "\n"


class _Page:
    """Lines of a page, wrapped as they come."""

    def __init__(self, width: int, *, color: bool) -> None:
        self.lines: list[str] = []
        self.width = width
        self._color = color

    def text(self, words: str, indent: str = "", hanging: str | None = None, *, bold: bool = False) -> None:
        lines = textwrap.wrap(
            words,
            self.width,
            initial_indent=indent,
            subsequent_indent=indent if hanging is None else hanging,
            break_long_words=False,
            break_on_hyphens=False,
        )
        self.lines.extend(self._painted(line, _BOLD if bold else "") for line in lines)

    def head(self, words: str) -> None:
        self.text(words, bold=True)

    def dim(self, words: str) -> None:
        self.lines.append(self._painted(words, _DIM))

    def some(self, words: str, indent: str) -> None:
        room = self.width - len(indent)
        for line in textwrap.wrap(words, room, max_lines=_LINES, placeholder="…", break_on_hyphens=False):
            self.dim(indent + line)

    def gap(self) -> None:
        self.lines.append("")

    def _painted(self, words: str, style: str) -> str:
        # What stands in a log must not steer the reader's terminal.
        plain = "".join(mark if mark.isprintable() else "?" for mark in words)
        return f"{style}{plain}{_PLAIN}" if self._color and style else plain


def _numbers(report: Report, page: _Page) -> None:
    sessions = report.sessions
    lost = f"{sessions.lost:,} of {sessions.seen:,} sessions lost"
    zombies = f", {sessions.zombies:,} of them zombies (they keep sending a dead token)" if sessions.zombies else ""
    if sessions.seen:
        page.text(lost + zombies + ".", "  ")
    for doubt in doubts(report):
        page.text(doubt, "  ")
    page.text(f"{read_words(report)}.", "  ")
    if report.peak is not None:
        page.text(crowd(report), "  ")
    page.gap()


def _verdicts(report: Report, page: _Page) -> None:
    if not report.verdicts:
        return
    page.head("Why sessions were lost")
    for finding in report.verdicts:
        _verdict(finding, page)
    page.gap()


def _verdict(finding: Finding, page: _Page) -> None:
    client = f"{finding.client}: " if finding.client else ""
    number = f"{finding.sessions:>9,} {percent(finding.share):>5}  "
    words = f"{client}{PHRASES[finding.verdict]} ({finding.verdict}, confidence {finding.confidence})"
    hanging = " " * (len(number) if page.width >= _NARROW else 4)
    page.text(words, number, hanging)
    for place in finding.evidence:
        page.dim(f"{hanging}{place.file}:{place.line}")
        page.some(place.text, f"{hanging}  ")


def _zombies(report: Report, page: _Page) -> None:
    if not report.series.pollers:
        return
    page.head("Zombies: clients that keep sending a dead token")
    for words in zombie_words(report):
        page.text(words, "  ", "    ")
    page.gap()


def _validity(report: Report, page: _Page) -> None:
    if not report.validity:
        return
    page.head("Refresh validity in force, as the sessions show it")
    for row in report.validity:
        page.text(_validity_words(row), "  ", "    ")
    page.gap()


def _validity_words(row: Validity) -> str:
    words = [f"{row.client}: {spell(row.estimate_s)}"]
    details = [span(row), f"{counted(row.sessions, 'session')} died at it", f"confidence {row.confidence}"]
    words.append(f"({', '.join(detail for detail in details if detail)})")
    if row.unit_mistake is not None:
        words.append(f"- {row.unit_mistake.meant} were probably meant")
    if row.configured_s is not None:
        words.append(f"- {configured(row)}")
    period = [f"{word} {minute(value)}" for word, value in (("from", row.since), ("to", row.until)) if value]
    if period:
        words.append(f"- for sign-ins {' '.join(period)}")
    return " ".join(words)


def _changes(report: Report, page: _Page) -> None:
    if not report.changes:
        return
    page.head("What changed")
    for change in report.changes:
        who = f" by {change.who}" if change.who else ""
        detail = change.detail
        client = f" of {detail['client']}" if detail.get("client") else ""
        words = f"{change.at or 'at an unknown time'} {change.what}{client}{who}"
        if "refresh_validity" in detail:
            before = f" (before: {detail['refresh_validity_before']})" if "refresh_validity_before" in detail else ""
            words += f": refresh validity {detail['refresh_validity']}{before}"
        page.text(words, "  ", "    ")
        if detail.get("reset"):
            settings = [f"{name} to {value}" for name, value in detail["reset"].items()]
            more = [f"and {len(settings) - _SETTINGS} more"] if len(settings) > _SETTINGS else []
            page.text(f"left out, so reset: {'; '.join([*settings[:_SETTINGS], *more])}", "    ", "      ")
    page.gap()


def _causes(report: Report, page: _Page) -> None:
    if not report.causes:
        return
    page.head("Refusals by cause, requests and calls")
    ordered = list(report.causes.items())
    for cause, count in ordered[:_CAUSES]:
        page.lines.append(f"{count:>9,} {cause}{' (at least)' if cause in report.understated else ''}")
    if ordered[_CAUSES:]:
        page.lines.append(
            f"{sum(count for _, count in ordered[_CAUSES:]):>9,} in {len(ordered) - _CAUSES} other causes"
        )
    if report.understated:
        page.text("At least: repeats are told at the 2nd, 4th, 8th … only.", "  ", "  ")
    page.gap()


def _actions(report: Report, page: _Page) -> None:
    if not report.verdicts:
        return
    page.head("What to do")
    for number, step in enumerate(steps(report), 1):
        page.text(f"{step.verdict}{step.whose}: {step.next}", f"  {number}. ", "     ")
    commands = next_commands(report)
    if commands:
        page.gap()
        page.head("Next command")
        page.lines.extend(f"  {line}" for command in commands for line in command.splitlines())
    page.gap()


def _warnings(report: Report, page: _Page) -> None:
    if not report.warnings:
        return
    page.head("About the input")
    for warning in report.warnings:
        where = f"{warning.file}:{warning.line}: " if warning.line else f"{warning.file}: " if warning.file else ""
        page.text(where + warning.text, "  ", "    ")
