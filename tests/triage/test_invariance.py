"""What a triage says depends on what the logs say alone: not on order, files, parts, processes or earlier logs."""

import gzip
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poolwarden.triage import contents, inflate, parts, run, scanning, staging, workers
from poolwarden.triage.report import Report
from poolwarden.triage.run import triage
from triage.played import HOUR, Story, play
from triage.test_template import SAID, TEXTS, variant

STORY = Story(name="one report", refresh_s=30 * HOUR, users=14, days=6, other=0.4, logs=("guard", "trail", "app"))
TRACE = (
    "{} ERROR refresh failed\nTraceback (most recent call last):\n"
    '  File "a.py", line 1, in f\nbotocore.errorfactory.NotAuthorizedException: {}\n'
)


def blocks() -> list[str]:
    """Return the lines of a story, and some tracebacks among lines that tell nothing: what keeps together in a log."""
    found = [f"{line}\n" for lines in play(STORY).lines.values() for _, line in lines]
    for number in range(60):
        stamp = f"2026-06-1{number % 6} 10:{number:02}:00,{number:03}"
        text = "An error occurred (NotAuthorizedException) when calling the InitiateAuth operation: Refresh Token has "
        found.append(TRACE.format(stamp, text + ("expired", "been revoked")[number % 2]))
        found.append(f"{stamp} INFO order {number} placed\n")
        found.append(f'10.0.0.7 - - [1{number % 6}/Jun/2026:10:{number:02}:01 +0000] "GET /orders HTTP/1.1" 401 12\n')
    return found


BLOCKS = blocks()


def told(report: Report) -> dict[str, Any]:
    """Return all that a report says, but for where it stands."""
    value: dict[str, Any] = msgspec.to_builtins(report)
    del value["ids"], value["input"]["files"]
    for finding in value["verdicts"]:
        del finding["evidence"]
    return value


def written(folder: Path, found: list[str]) -> list[str]:
    """Write each block into the file of its log, and return their names: a loss that two files tell is one."""
    logs: dict[str, list[str]] = {"guard.log": [], "trail.log": [], "app.log": []}
    for block in found:
        log = "guard.log" if '"poolwarden.' in block else "trail.log" if '"eventSource"' in block else "app.log"
        logs[log].append(block)
    for name, blocks in logs.items():
        (folder / name).write_text("".join(blocks))
    return [str(folder / name) for name in logs]


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what the story's report says, read in order."""
    report = told(triage(written(tmp_path_factory.mktemp("usual"), BLOCKS)))
    assert report["sessions"]["lost"] > 10
    assert report["validity"]
    return report


@given(st.integers(0, 99))
@settings(max_examples=8)
def test_the_order_of_lines_and_files_changes_nothing(
    usual: dict[str, Any], tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    """Lines in any order, in files in any order, make the same report."""
    draw, mixed = random.Random(seed), [*BLOCKS]
    draw.shuffle(mixed)
    names = written(tmp_path_factory.mktemp("order"), mixed)
    draw.shuffle(names)
    assert told(triage(names)) == usual


@pytest.mark.parametrize("forked", [True, False])
def test_the_number_of_processes_changes_nothing(
    forked: bool, usual: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One process or several make the same report, evidence included."""
    names = written(tmp_path, BLOCKS)
    monkeypatch.setattr(parts, "PART", 20_000)
    monkeypatch.setattr(workers, "_one_thread", lambda: forked)
    reports = []
    for processes in (1, 2, 3):
        monkeypatch.setattr("poolwarden.triage.reader.processes_for", lambda _, processes=processes: processes)
        reports.append(triage(names))
    assert reports[0] == reports[1] == reports[2]
    assert told(reports[0]) == usual


@given(st.integers(100, 30_000), st.integers(1, 5_000), st.integers(1, 3_000))
@settings(max_examples=8)
def test_the_size_of_what_is_read_at_once_changes_nothing(
    usual: dict[str, Any], tmp_path_factory: pytest.TempPathFactory, part: int, block: int, packed: int
) -> None:
    """However small the parts and the blocks are, packed or not, the report is the same."""
    folder = tmp_path_factory.mktemp("sizes")
    plain, other, third = written(folder, BLOCKS)
    Path(f"{other}.gz").write_bytes(gzip.compress(Path(other).read_bytes()))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(parts, "PART", part)
        patched.setattr(scanning, "BLOCK", block)
        patched.setattr(contents, "BLOCK", block)
        patched.setattr(inflate, "_PACKED", packed)
        patched.setattr(staging, "WORTH_IT", part)
        assert told(triage([plain, f"{other}.gz", third])) == usual


def test_who_reads_the_guards_events_changes_nothing(
    usual: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database and the reader make the same report of the guard's events."""
    monkeypatch.setattr(run, "_grouped", lambda *_: None)
    assert told(triage(written(tmp_path, BLOCKS))) == usual


READ = """
import sys
import msgspec
from poolwarden.triage.reader import ReadOptions, read

for name in sys.argv[1:]:
    reading = read([name], ReadOptions(year=2026, processes=1))
    records = [record for batch in reading for record in batch]
    print(msgspec.json.encode([name, records, reading.tally]).decode())
"""


def read_in_turn(*names: str) -> dict[str, object]:
    """Return what a process of its own reads in files, one after the other; uncovered, as other tests read the same."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    done = subprocess.run(
        [sys.executable, "-c", READ, *names], capture_output=True, text=True, check=True, env=environment
    )
    return {name: told for name, *told in map(msgspec.json.decode, done.stdout.splitlines())}


def test_what_was_read_before_changes_nothing(tmp_path: Path) -> None:
    """A log read after others tells what it tells read alone, though most of its templates were learnt from those."""
    draw = random.Random(7)
    names = []
    for name in ("a", "b"):
        lines = [around.format(variant(text, draw)) for text in TEXTS for around in (*SAID[:1], SAID[2])]
        draw.shuffle(lines)
        (tmp_path / name).write_text("".join(f"{line}\n" for line in lines), "utf-8")
        names.append(str(tmp_path / name))
    # The first that a process reads was read alone.
    told = read_in_turn(*names)
    assert told == read_in_turn(*reversed(names))
    assert all(len(records) > 100 for records, _ in told.values())  # type: ignore[misc]
