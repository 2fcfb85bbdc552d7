"""Show progress on standard error, by rich or else in plain ASCII; nothing where that is no terminal."""

import os
import sys
import time
from types import TracebackType
from typing import Any, Self

_COLUMNS = 30
_EVERY_S = 0.1


class Progress:
    """
    A progress bar that shows itself only on a terminal.

    It is called with what is done and what there is in all, and used as a
    context, so that the line is clean when the report begins.

    Args:
        label: What is being done.
        after_s: The bar appears after so many seconds.
        of_bytes: Whether bytes are counted, of which the rate is shown.
    """

    def __init__(self, label: str, *, after_s: float = 0.0, of_bytes: bool = False) -> None:
        self._label = label
        self._after_s = after_s
        self._of_bytes = of_bytes
        self._shown = False
        self._bar: _Plain | _Rich | None = None
        self._began_at = self._drawn_at = 0.0

    def __enter__(self) -> Self:
        """Begin to measure the time."""
        # A dumb terminal cannot draw over a line.
        self._shown = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._began_at = time.monotonic()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove the bar."""
        if self._bar is not None:
            self._bar.end()
            self._bar = None

    def __call__(self, done: float, total: float) -> None:
        """
        Show how far it is.

        Args:
            done: What is done.
            total: What there is in all; 0 where that is not known.
        """
        if not self._shown:
            return
        now = time.monotonic()
        if now - self._began_at < self._after_s:
            return
        if self._bar is None:
            try:
                self._bar = _Rich(self._label, of_bytes=self._of_bytes)
            except ModuleNotFoundError:
                self._bar = _Plain(self._label)
        if now - self._drawn_at >= _EVERY_S:
            self._drawn_at = now
            self._bar.draw(done, total)


class _Plain:
    """A bar of ASCII, drawn over itself."""

    def __init__(self, label: str) -> None:
        self._label = label

    def draw(self, done: float, total: float) -> None:
        share = min(done / total, 1.0) if total else 0.0
        filled = round(share * _COLUMNS)
        bar = "=" * filled + " " * (_COLUMNS - filled)
        told = f"{share:>4.0%}" if total else f"{done:,.0f}"
        sys.stderr.write(f"\r{self._label} [{bar}] {told}")
        sys.stderr.flush()

    def end(self) -> None:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


class _Rich:
    """A bar of rich's; the only use of rich."""

    def __init__(self, label: str, *, of_bytes: bool) -> None:
        from rich.console import Console  # noqa: PLC0415 (brought by the extra, loaded only on a terminal)
        from rich.progress import BarColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn  # noqa: PLC0415
        from rich.progress import Progress as Bars  # noqa: PLC0415

        columns = [TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%")]
        columns += [TransferSpeedColumn()] if of_bytes else []
        self._bars: Any = Bars(
            *columns, TimeRemainingColumn(), console=Console(file=sys.stderr), transient=True, auto_refresh=False
        )
        self._task = self._bars.add_task(label, total=None)
        self._bars.start()

    def draw(self, done: float, total: float) -> None:
        self._bars.update(self._task, completed=done, total=total or None, refresh=True)

    def end(self) -> None:
        self._bars.stop()
