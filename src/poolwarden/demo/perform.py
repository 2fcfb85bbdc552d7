"""Perform the demo: play, show the metrics, triage the log, compare, end with the verdict."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from poolwarden.commands.bridge import with_checks
from poolwarden.demo.numbers import table
from poolwarden.demo.script import OUTAGE_S, Play, Progress, Script
from poolwarden.demo.truth import Truth
from poolwarden.triage.durations import spell
from poolwarden.triage.headline import headline, next_commands
from poolwarden.triage.report import Report
from poolwarden.triage.reports import render
from poolwarden.triage.run import triage

_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Performance:
    """
    A finished play and what the triage made of its log.

    Attributes:
        play: The play, with its metrics.
        truth: What was played.
        report: What the triage found.
        log: The log.
    """

    play: Play
    truth: Truth
    report: Report
    log: Path


def perform(script: Script, log: Path, progress: Progress = lambda _done, _total: None) -> Performance:
    """
    Play a script, and triage the log that it leaves.

    Args:
        script: What is played.
        log: Where the guard's events go; an earlier file is replaced.
        progress: Called with the seconds played and the seconds in all.
    """
    with log.open("w", encoding="utf-8") as stream:
        play = Play(script, stream)
        truth = asyncio.run(play.run(progress))
    return Performance(play, truth, with_checks(triage([str(log)])), log)


def tell(
    script: Script, log: Path | None, write: Callable[[str], object], progress: Progress, *, width: int, color: bool
) -> Performance:
    """
    Perform, and write down everything that a spectator sees.

    Args:
        script: What is played.
        log: Where to keep the log; None to forget it.
        write: Takes text.
        progress: As for :func:`perform`.
        width: How many columns there are.
        color: Whether the report may use colours.
    """
    with tempfile.TemporaryDirectory(prefix="poolwarden-demo-") as folder:
        done = perform(script, log or Path(folder) / "demo.log", progress)
    for part in parts_of(done, log, width=width, color=color):
        write(part)
    return done


def parts_of(done: Performance, kept: Path | None, *, width: int, color: bool) -> Iterator[str]:
    """
    Yield what a spectator sees, part by part.

    Args:
        done: The finished play.
        kept: Where the log was kept; None where it was not.
        width: How many columns there are.
        color: Whether the report may use colours.
    """
    truth, stage, days = done.truth, done.play.stage, done.play.script.days
    yield f"Played: {days} days of {truth.users} users, {truth.sessions.total():,} sign-ins, offline.\n"
    yield "  web     30 hours of refresh validity, by mistake\n  mobile  30 days, as meant\n\n"
    yield f"Metrics that count\n{table(stage.registry, stage.clients)}\n\n"
    if truth.answers["keys_unavailable"]:
        yield _outage(truth)
    yield f"$ poolwarden triage {kept or 'demo.log'}\n{'-' * width}\n"
    report = render(done.report, width=width, color=color)
    # A log that is not kept lay in a folder that nobody needs to know.
    yield report if kept else report.replace(str(done.log), "demo.log")
    yield f"{'-' * width}\n\n{_compared(done)}"
    yield f"The log is in {kept}.\n\n" if kept else "To look at the evidence, keep the log with --log demo.log.\n\n"
    yield _verdict(done)


def found_by_verdict(report: Report) -> Counter[str]:
    """Return how many lost sessions the report has for each verdict."""
    found: Counter[str] = Counter()
    for finding in report.verdicts:
        found[finding.verdict] += finding.sessions
    return found


def played_by_verdict(truth: Truth) -> Counter[str]:
    """Return how many sessions were lost for each verdict that is right."""
    played: Counter[str] = Counter()
    for (verdict, _), sessions in truth.lost.items():
        played[verdict] += sessions
    return played


def _outage(truth: Truth) -> str:
    return (
        f"The key server was down for {OUTAGE_S / _HOUR:g} hours. Its keys served on for a day; then\n"
        f"{truth.answers['keys_unavailable']:,} requests were answered 503 with Retry-After, never 401. "
        f"{truth.waited} users\nwaited and went on in the same session, "
        f"{truth.logged_out_by_503} were logged out by it.\n\n"
    )


def _compared(done: Performance) -> str:
    played, found = played_by_verdict(done.truth), found_by_verdict(done.report)
    rows = [(verdict, played[verdict], found[verdict]) for verdict, _ in (played + found).most_common()]
    rows.append(("of all, zombies", done.truth.zombies, done.report.sessions.zombies))
    lines = [f"{'Lost sessions':<28}{'played':>9}{'found':>9}"]
    lines += [f"  {words:<26}{one:>9,}{other:>9,}" for words, one, other in rows]
    return "\n".join(lines) + "\n"


def _verdict(done: Performance) -> str:
    lines = [f"Verdict: {headline(done.report)}"]
    for row in sorted(done.report.validity, key=lambda row: row.unit_mistake is None):
        age, end = spell(row.estimate_s), "none later." if row.unit_mistake else "as set."
        head = "Why:" if len(lines) == 1 else ""
        lines.append(f"{head:<9}{row.sessions:,} sessions of {row.client} ended {age} after sign-in, {end}")
    commands = [line for command in next_commands(done.report) for line in command.splitlines()]
    lines += ["Next:", *(f"  {line}" for line in commands)] if commands else []
    return "\n".join(lines) + "\n"
