"""The multi-process directory is kept clean: of an earlier start's files, and of a dead worker's gauges."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from poolwarden.observe.multiprocess import child_exit, directory_in, files_in, lives, on_starting

OURS = os.getpid()


def names(folder: Path) -> set[str]:
    """Return what is in the folder."""
    return {path.name for path in folder.iterdir()}


def test_files(tmp_path: Path) -> None:
    """Files tell their process and whether they vanish with it; what is no file of prometheus_client's is left out."""
    made = {
        "counter_17.db": (17, False),
        "gauge_livemax_17.db": (17, True),
        "gauge_livemostrecent_18.db": (18, True),
        "gauge_max_18.db": (18, False),
        "histogram_18.db": (18, False),
    }
    for name in (*made, "notes.txt", "other.db", "counter_x.db"):
        (tmp_path / name).touch()
    assert {file.path.name: (file.pid, file.live) for file in files_in(tmp_path)} == made
    assert list(files_in(tmp_path / "missing")) == []


def test_lives(dead: int) -> None:
    """A running process lives, another user's too; one that has ended does not."""
    assert lives(OURS)
    assert lives(1)
    assert not lives(dead)
    assert not lives(10**30)


def test_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dead: int) -> None:
    """At the start the directory is made, and emptied of what dead processes left, of nothing else."""
    folder = tmp_path / "run" / "metrics"
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(folder))
    on_starting(None)
    assert names(folder) == set()
    for name in (f"counter_{dead}.db", f"gauge_livemax_{dead}.db", f"counter_{OURS}.db", "notes.txt"):
        (folder / name).touch()
    on_starting(None)
    assert names(folder) == {f"counter_{OURS}.db", "notes.txt"}


def test_exit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a worker ends its live gauges go, its counts and everybody else's stay."""
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    kept = {"counter_17.db", "histogram_17.db", "gauge_max_17.db", "gauge_livemax_18.db"}
    for name in (*kept, "gauge_livemax_17.db", "gauge_livemostrecent_17.db"):
        (tmp_path / name).touch()
    child_exit(None, SimpleNamespace(pid=17))
    assert names(tmp_path) == kept


def test_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a directory both hooks do nothing."""
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    assert directory_in(os.environ) is None
    on_starting(None)
    child_exit(None, SimpleNamespace(pid=17))


def test_light() -> None:
    """The hooks load no prometheus_client: gunicorn's settings may still choose the directory after the import."""
    program = "import sys, poolwarden.observe.multiprocess; print('prometheus_client' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "False"


def test_another_users(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that may not be signalled lives."""

    def refuse(_pid: int, _signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", refuse)
    assert lives(1)
