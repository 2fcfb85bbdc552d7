"""Follow logs until somebody stops it, and tell on standard error what they show by now."""

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from poolwarden.triage.report import Report

SIGNALS = (signal.SIGINT, signal.SIGTERM)
"""The signals that end the following; a second one ends the process at once."""

AGAIN_S = 1.0
"""A second signal within so many seconds counts as the first: a terminal and a supervisor may both send it."""


class Wait(Protocol):
    """Wait, and say whether to go on."""

    def __call__(self, seconds: float, /) -> bool:
        """Wait so many seconds, none once it was stopped; return False once it was."""
        ...


@contextmanager
def until_stopped(monotonic: Callable[[], float] = time.monotonic) -> Iterator[Wait]:
    """
    Give what waits, and says whether to go on: until Ctrl-C or SIGTERM.

    Args:
        monotonic: The clock that tells a second signal from a first one that came twice, seconds.
    """
    stopped: list[float] = []

    def stop(signum: int, _: Any) -> None:
        stopped.append(monotonic())
        if stopped[-1] - stopped[0] > AGAIN_S:
            restore()
            signal.raise_signal(signum)

    def restore() -> None:
        for one, handler in before.items():
            signal.signal(one, handler)

    def wait(seconds: float) -> bool:
        if seconds and not stopped:
            time.sleep(seconds)
        return not stopped

    before = {one: signal.signal(one, stop) for one in SIGNALS}
    try:
        yield wait
    finally:
        restore()


class Summary:
    """Write a report as one line, and each kind of finding when it first appears."""

    def __init__(self) -> None:
        self._line = ""
        self._known: set[tuple[str | None, str]] = set()

    def __call__(self, report: "Report") -> None:
        """
        Write what is new in a report; nothing where nothing is.

        Args:
            report: The report so far.
        """
        from poolwarden.triage.headline import PHRASES, headline  # noqa: PLC0415 (needs the extra; help does not)

        counts = report.sessions
        line = (
            f"{headline(report)} {counts.lost:,} of {counts.seen:,} sessions lost, {counts.zombies:,} zombies, "
            f"{counts.unexplained:,} unexplained."
        )
        if line == self._line:
            return
        self._line = line
        told = [f"{report.window.last or 'no time yet'}  {line}"]
        for finding in report.verdicts:
            kind = finding.client, finding.verdict
            if kind not in self._known:
                self._known.add(kind)
                who = f"{finding.client}: " if finding.client else ""
                told.append(f"  new: {who}{PHRASES[finding.verdict]} ({finding.verdict}, {finding.confidence})")
        sys.stderr.write("\n".join(told) + "\n")
        sys.stderr.flush()
