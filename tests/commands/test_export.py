"""What is exported is written where it was asked for, and named."""

from pathlib import Path

import pytest

from poolwarden import cli
from poolwarden.commands.export import TARGETS


@pytest.mark.parametrize("target", [target.name for target in TARGETS])
def test_written(tmp_path: Path, capsys: pytest.CaptureFixture[str], target: str) -> None:
    """The folder is made, every file that is named is there, and a second export writes the same."""
    folder = tmp_path / "a" / "b"
    assert cli.main(["export", target, str(folder)]) == 0
    named = capsys.readouterr().out.splitlines()
    assert named
    first = {path: Path(path).read_bytes() for path in named}
    assert sorted(named) == sorted(str(path) for path in folder.iterdir())
    assert cli.main(["export", target, str(folder)]) == 0
    assert {path: Path(path).read_bytes() for path in named} == first


@pytest.mark.parametrize("target", [target.name for target in TARGETS])
def test_help(capsys: pytest.CaptureFixture[str], target: str) -> None:
    """Each target explains itself and its options."""
    assert cli.main(["export", target, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"usage: poolwarden export {target}")


def test_not_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where a file is in the way, one sentence says so."""
    file = tmp_path / "file"
    file.write_text("mine", encoding="utf-8")
    assert cli.main(["export", "grafana", str(file)]) == 2
    assert capsys.readouterr().err == f"poolwarden: {file}: File exists. Name a folder.\n"
    assert file.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("arguments", [["export"], ["export", "nagios", "x"], ["export", "grafana"]])
def test_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Without a target that there is, or without a folder, the usage is told."""
    assert cli.main(arguments) == 2
    assert "usage: poolwarden export" in capsys.readouterr().err
