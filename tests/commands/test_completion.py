"""A shell completes commands, options and choices as the command line has them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from poolwarden import cli
from poolwarden.cli import COMMANDS

BASH = shutil.which("bash")
ASKED = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_poolwarden
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write bash's script."""
    path = tmp_path_factory.mktemp("completion") / "poolwarden.bash"
    with pytest.MonkeyPatch.context() as patch, path.open("w", encoding="utf-8") as out:
        patch.setattr("sys.stdout", out)
        assert cli.main(["completion", "bash"]) == 0
    return path


@pytest.mark.skipif(BASH is None, reason="no bash on the path")
@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["tri"], ["triage"]),
        (["client", ""], ["check", "fix", "-h", "--help"]),
        (["export", "gr"], ["grafana"]),
        (["completion", "b"], ["bash"]),
        (["client", "check", "a.json", "--fo"], ["--format"]),
        (["client", "check", "--format", ""], ["text", "json", "sarif", "markdown"]),
        (["client", "check", "--format", "=", "m"], ["markdown"]),
        (["triage", "--format", "="], ["text", "json", "markdown", "html"]),
        (["triage", "--client", "check", "--sa"], ["--save"]),
        (["triage", ""], [""]),
        (["doctor", "--app", "x"], [""]),
    ],
)
def test_bash(words: list[str], found: list[str], script: Path) -> None:
    """What may stand next is offered; where a file may, nothing is, so that bash offers files."""
    command = [str(BASH), "-uc", ASKED, "bash", str(script), "poolwarden", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    assert done.stdout.split("\n")[:-1] == found


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each shell's script has every command, its options and their choices, and quotes what helps say."""
    assert cli.main(["completion", shell]) == 0
    told = capsys.readouterr().out
    assert all(re.search(rf"\b{command.name}\b", told) for command in COMMANDS)
    assert all(word in told for word in ("revoked-at-once", "sarif", "prometheus", "min-requests"))
    assert "%%" not in told
    if shell == "fish":
        assert all(len(re.findall(r"(?<!\\)'", line)) % 2 == 0 for line in told.splitlines())
        assert "middleware\\'s order" in told
