"""
Measure the triage beside what else one would reach for: ripgrep, grep, jq, lnav, DuckDB, a loop in Python.

Whole commands are measured, their start included, in turns over the same logs,
at two sizes or more, so that it shows whether time grows as the log does. What
a command takes is the time on the clock, the time of all its processes on all
cores, and the memory of its largest process.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.harness import turned
from benchmarks.material import Material
from benchmarks.report import Table
from benchmarks.triage_data import guard_log, named_log, text_log, trail_files
from benchmarks.triage_peers import OURS, PEERS, START, Peer, prepare

KINDS: Mapping[str, tuple[str, str, Callable[[Path, int], None], int]] = {
    "text": ("text of an application, 0.5 % of whose lines matter", "application.log", text_log, 4000),
    "named": ("the same, each line with the ids of its request and its user", "application.log", named_log, 4000),
    "events": ("the guard's events", "guard.jsonl", guard_log, 4000),
    "trails": ("CloudTrail .json.gz, size unpacked", "trails", trail_files, 1000),
}
"""By kind: what it is, its file's name, who makes it, and the largest size in megabytes."""

_BETWEEN = """import json, os, subprocess, sys, tempfile, time
with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
    begin = time.perf_counter()
    child = subprocess.Popen(["/bin/sh", "-c", sys.argv[1]], stdout=out, stderr=err)
    status, used = os.wait4(child.pid, 0)[1:]
    wall = time.perf_counter() - begin
    child.returncode = os.waitstatus_to_exitcode(status)
    err.seek(0)
    said = err.read().decode(errors="replace").strip().splitlines()
    last = [line for line in said if "rror" in line][-1:] or said[-1:]
    cpu = used.ru_utime + used.ru_stime
    print(json.dumps([wall, cpu, used.ru_maxrss / 1024, child.returncode, out.tell() > 0, "".join(last)]))"""
# Runs a command and says what it took, and whether it printed anything.

ROUNDS = 3
_LONG_S = 20  # what takes longer is run once


@dataclass(frozen=True, slots=True)
class Run:
    """
    One run of a command.

    Attributes:
        wall_s: On the clock, seconds.
        cpu_s: Of all its processes, on all cores, seconds.
        memory_mb: Of its largest process, megabytes.
        failure: What went wrong; empty where nothing did.
    """

    wall_s: float
    cpu_s: float
    memory_mb: float
    failure: str = ""


@dataclass(slots=True)
class Taken:
    """What one peer took, by the size of the log in megabytes."""

    peer: Peer
    runs: dict[int, list[Run]] = field(default_factory=dict)
    missing: str = ""

    def best(self, size: int) -> Run | None:
        """Return the fastest run, and the most memory of any."""
        good = [run for run in self.runs.get(size, []) if not run.failure]
        if not good:
            return None
        return Run(min(r.wall_s for r in good), min(r.cpu_s for r in good), max(r.memory_mb for r in good))


def run(material: Material, *, quick: bool) -> list[Table]:  # noqa: ARG001 (every benchmark is called so)
    """
    Measure at 100 MB and 1 GB; roughly at 10 and 100 MB.

    Args:
        material: The pool, which logs do not need.
        quick: Whether a rough figure will do.
    """
    return measured((10, 100) if quick else (100, 1000), rounds=1 if quick else ROUNDS)


def measured(sizes: Sequence[int], rounds: int, kinds: Sequence[str] = tuple(KINDS)) -> list[Table]:
    """
    Measure each kind of log; the logs are removed afterwards.

    Args:
        sizes: Megabytes.
        rounds: How often each command is run.
        kinds: Of logs.
    """
    tables = []
    with tempfile.TemporaryDirectory(prefix="poolwarden-bench-") as name:
        folder = Path(name)
        prepare(folder)
        once(START, folder, folder)  # its modules, and the libraries', are compiled now
        for kind in kinds:
            what, file, make, most = KINDS[kind]
            taken = [Taken(peer, missing=_missing(peer)) for peer in (START, OURS, *PEERS[kind])]
            asked = [size for size in sizes if size <= most]
            for size in asked:
                place = folder / str(size)
                place.mkdir(exist_ok=True)
                make(place / file, size)
                _in_turns([one for one in taken if not one.missing], folder, place / file, size, rounds)
                shutil.rmtree(place)
            tables.append(table(f"triage_{kind}", f"Triage: {what}", taken, asked))
    return tables


def _missing(peer: Peer) -> str:
    return "" if shutil.which(peer.needs) else f"{peer.needs} is not installed"


def _in_turns(taken: Sequence[Taken], here: Path, log: Path, size: int, rounds: int) -> None:
    """Run every command, again and again, each round in another order."""
    for turn in range(rounds):
        for one in turned(taken, turn):
            known = one.runs.setdefault(size, [])
            if size > one.peer.most or (known and (known[0].wall_s > _LONG_S or known[0].failure)):
                continue
            known.append(once(one.peer, here, log))


def once(peer: Peer, here: Path, log: Path) -> Run:
    """
    Run a command.

    Args:
        peer: Whose.
        here: A folder with what it needs.
        log: What it is asked about.
    """
    surroundings = {**os.environ, "LC_ALL": "C", "LOG": str(log), "HERE": str(here), **_compiled(here)}
    # A child's memory counts from its parent's: a small one stands between.
    command = [sys.executable, "-S", "-E", "-c", _BETWEEN, peer.command]
    told = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=True).stdout
    wall, cpu, memory, code, printed, error = json.loads(told)
    failure = "" if code == 0 and printed else f"ended with {code}: {error or 'no word'}"[:90]
    return Run(wall, cpu, memory, failure)


def _compiled(here: Path) -> Mapping[str, str]:
    """Return what makes Python keep compiled modules, as it does of an installed package, wherever the tree may lie."""
    return {"PYTHONPYCACHEPREFIX": str(here / "compiled"), "PYTHONDONTWRITEBYTECODE": ""}


def table(name: str, title: str, taken: Sequence[Taken], sizes: Sequence[int]) -> Table:
    """
    Show what was measured.

    Args:
        name: What the benchmark is called.
        title: What it shows.
        taken: What each took; the triage's start first, then the triage.
        sizes: Megabytes.
    """
    start, ours = taken[0], taken[1]
    columns = ["", *(head for size in sizes for head in (_size(size), "CPU s", "x ours")), "MB", "growth"]
    rows = [_row(one, ours, sizes) for one in taken]
    notes = [f"{one.peer.name}: not measured, {one.missing}" for one in taken if one.missing]
    notes += [
        f"{one.peer.name} at {_size(size)}: {runs[0].failure}"
        for one in taken
        for size, runs in one.runs.items()
        if runs and runs[0].failure
    ]
    notes += _beyond(start, ours, sizes)
    return Table(name, title, columns, rows, notes, _data(taken))


def _row(one: Taken, ours: Taken, sizes: Sequence[int]) -> list[str]:
    cells = [one.peer.name]
    for size in sizes:
        best, held = one.best(size), ours.best(size)
        cells += (
            ["-", "-", "-"]
            if best is None
            else [f"{best.wall_s:.2f}", f"{best.cpu_s:.2f}", f"{best.wall_s / held.wall_s:.2f}" if held else "-"]
        )
    known = [(size, best) for size in sizes if (best := one.best(size)) is not None]
    cells.append(f"{max(best.memory_mb for _, best in known):.0f}" if known else "-")
    (small, first), (large, last) = (known[0], known[-1]) if len(known) > 1 else ((0, None), (0, None))
    cells.append(f"{last.cpu_s / first.cpu_s:.1f}/{large // small}" if first and last else "-")
    return cells


def _beyond(start: Taken, ours: Taken, sizes: Sequence[int]) -> list[str]:
    """Say what the triage takes beyond its start."""
    parts = []
    for size in sizes:
        begun, whole = start.best(size), ours.best(size)
        if begun is not None and whole is not None:
            parts.append(f"{whole.wall_s - begun.wall_s:.2f} s ({whole.cpu_s - begun.cpu_s:.2f} CPU) at {_size(size)}")
    beyond = [f"Beyond Python's start and imports the triage takes {', '.join(parts)}."] if parts else []
    return [*beyond, "MB: the largest process. growth: CPU time of the largest log by that of the smallest, by size."]


def _data(taken: Sequence[Taken]) -> dict[str, object]:
    return {
        one.peer.name: {
            "missing": one.missing,
            "sizes": {
                str(size): [
                    {"wall_s": r.wall_s, "cpu_s": r.cpu_s, "memory_mb": r.memory_mb, "failure": r.failure} for r in runs
                ]
                for size, runs in one.runs.items()
            },
        }
        for one in taken
    }


def _size(megabytes: int) -> str:
    return f"{megabytes // 1000} GB" if megabytes >= 1000 else f"{megabytes} MB"
