"""A multi-process directory that is none is found, and what the dead left in it."""

import os
from pathlib import Path

import pytest

from patients import check, patient, words
from poolwarden.commands.doctor_checks import Outcome


@pytest.mark.parametrize("folder", ["nowhere", "file"])
def test_metrics_directory(tmp_path: Path, folder: str) -> None:
    """A directory that is none is a problem."""
    (tmp_path / "file").touch()
    assert words(check("metrics", patient(environ={"PROMETHEUS_MULTIPROC_DIR": str(tmp_path / folder)})))


def test_left_behind(tmp_path: Path, dead: int) -> None:
    """Gauges of the dead are a problem, counts of the dead and very many files are hints."""
    asked = patient(environ={"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)})
    for kind in ("counter", "gauge_livemax"):
        (tmp_path / f"{kind}_{os.getpid()}.db").touch()
    assert {result.outcome for result in check("metrics", asked)} == {Outcome.OK}
    (tmp_path / f"counter_{dead}.db").touch()
    assert words(check("metrics", asked), Outcome.HINT) == [
        "counts of 1 process that no longer runs on this host are added up"
    ]
    (tmp_path / f"gauge_livemax_{dead}.db").touch()
    assert words(check("metrics", asked)) == ["gauges of 1 process that no longer runs on this host are still shown"]
    for file in tmp_path.glob(f"*_{os.getpid()}.db"):
        file.unlink()
    assert words(check("metrics", asked), Outcome.HINT) == ["no process that has written there runs on this host"]
    for number in range(100):
        (tmp_path / f"histogram_{os.getpid()}{number}.db").touch()
    assert "102 files are read at each scrape" in words(check("metrics", asked), Outcome.HINT)
