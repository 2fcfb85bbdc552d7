"""Show what was measured: tables of at most 100 columns, and JSON with the machine they were measured on."""

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.harness import Result, ratio

FOOT = (
    "Cores are shared with other work: contenders take turns in short rounds, figures are the fastest and the\n"
    "median chunk of all rounds, and ratios hold where absolute figures drift."
)


@dataclass(frozen=True, slots=True)
class Table:
    """
    A table.

    Attributes:
        name: What the benchmark is called.
        title: What it shows.
        columns: The columns' heads; the first is text, the others are figures.
        rows: The rows, figures as text.
        notes: What has to be said beneath it.
        data: What the JSON holds.
    """

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()
    data: Mapping[str, Any] = field(default_factory=dict)

    def text(self) -> str:
        """Return the table as text."""
        widths = [max(len(row[index]) for row in [self.columns, *self.rows]) for index in range(len(self.columns))]

        def line(cells: Sequence[str]) -> str:
            figures = [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)]
            return "  ".join([cells[0].ljust(widths[0]), *figures]).rstrip()

        rule = "  ".join("-" * width for width in widths)
        body = [line(self.columns), rule, *map(line, self.rows)]
        return "\n".join([self.title, "=" * len(self.title), *body, *self.notes, ""])


def microseconds(nanoseconds: float) -> str:
    """Return nanoseconds as microseconds, three figures."""
    value = nanoseconds / 1000
    return f"{value:.2f}" if value < 100 else f"{value:.0f}"


def timed_table(
    name: str, title: str, results: Iterable[Result], *, limit: Result | None = None, of_limit: str = "x limit"
) -> Table:
    """
    Make a table of timed contenders, the fastest first, limits above all.

    Args:
        name: What the benchmark is called.
        title: What it shows.
        results: What was measured.
        limit: What the others are held against; without one there is no such column.
        of_limit: That column's head.
    """
    listed = list(results)
    if limit is not None and not limit.samples:
        limit = None
    timed = sorted((one for one in listed if one.samples), key=lambda one: (not one.contender.limit, one.best))
    rows = [
        [
            one.contender.name,
            microseconds(one.best),
            microseconds(one.median),
            *([f"{ratio(one.best, limit.best):.2f}", f"{ratio(one.median, limit.median):.2f}"] if limit else []),
        ]
        for one in timed
    ]
    columns = ["", "min µs", "median µs", *([of_limit, "median x"] if limit else [])]
    notes = [f"{one.contender.name}: not measured, {one.failure}" for one in listed if one.failure]
    data = {
        one.contender.name: {
            "failure": one.failure,
            "min_us": one.best / 1000 if one.samples else None,
            "median_us": one.median / 1000 if one.samples else None,
            "ratio": ratio(one.best, limit.best) if limit and one.samples else None,
            "chunks": len(one.samples),
            "versions": one.versions,
        }
        for one in listed
    }
    return Table(name, title, columns, rows, notes, data)


def machine() -> dict[str, Any]:
    """Return what the figures were measured on."""
    return {
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load": list(os.getloadavg()),
    }


def described(on: Mapping[str, Any]) -> str:
    """Return the machine in one line."""
    load = ", ".join(f"{value:.1f}" for value in on["load"])
    return f"{on['cpu']}, {on['cores']} cores, {on['system']}, Python {on['python']}, load {load}"


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()
