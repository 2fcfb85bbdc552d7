"""The command line as a shell runs it: exit codes, streams, signals."""

import gc
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from poolwarden import cli
from poolwarden.version import __version__

EVENT = (
    '{"event":"poolwarden.token_seen","schema":1,"timestamp":"2026-03-01T10:00:00.000Z","level":"info",'
    '"pool":"main","client":"web","outcome":"accepted","session_ref":"AAAAAAAAAAAAAAAA","auth_time":1772359200,'
    '"issued_at":1772359200,"expires_at":1772362800,"scope_count":1}\n'
)


def command(*arguments: str, given: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "poolwarden", *arguments],
        input=given,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, **environ},
    )


def test_version() -> None:
    """The version is told on standard output."""
    done = command("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"poolwarden {__version__}\n", "")


def test_installed_command() -> None:
    """The installed script is the same program."""
    script = Path(sys.executable).with_name("poolwarden")
    done = subprocess.run([script, "--version"], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout == f"poolwarden {__version__}\n"


BELOW = ("client check", "client fix", "pool serve", "export prometheus", "export grafana", "export lnav")


@pytest.mark.parametrize("name", [*(row.name for row in cli.COMMANDS), *BELOW])
def test_help(name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command explains itself, within 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")
    assert cli.main([*name.split(), "--help"]) == 0
    told = capsys.readouterr()
    assert told.out.startswith(f"usage: poolwarden {name}")
    assert told.err == ""
    assert max(map(len, told.out.splitlines())) <= 80


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    """The help lists each command once, with what it does."""
    assert cli.main(["--help"]) == 0
    told = capsys.readouterr().out
    assert all(f"    {row.name}" in told for row in cli.COMMANDS)


@pytest.mark.parametrize("arguments", [["nonsense"], ["triage", "--nonsense"], ["triage", "--format", "pdf"]])
def test_usage_errors(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong usage ends with 2 and a sentence on standard error."""
    assert cli.main(arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "error:" in told.err


@pytest.mark.parametrize(
    ("arguments", "usage", "words"),
    [
        (["triage", "--nonsense"], "triage", "not taken here: --nonsense;"),
        (["client", "check", "--nonsense=s3cret"], "client check", "not taken here: --nonsense;"),
        (["inspect", "s3cret"], "inspect", "not taken here: 1 argument too many;"),
        (["demo", "--nonsense", "s3cret", "s3cret"], "demo", "not taken here: --nonsense, 2 arguments too many;"),
    ],
)
def test_what_a_command_does_not_take(
    arguments: list[str], usage: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is told with the command's own usage; values are not shown, for one may be a token."""
    assert cli.main(arguments) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"usage: poolwarden {usage} [-h]")
    assert words in told
    assert "s3cret" not in told


def test_missing_file() -> None:
    """A file that does not exist is one sentence and exit code 2, never a traceback."""
    done = command("triage", "no-such-file.log")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "no-such-file.log does not exist" in done.stderr


def test_debug_shows_where() -> None:
    """POOLWARDEN_DEBUG=1 shows the traceback, and the exit code stays."""
    done = command("triage", "no-such-file.log", POOLWARDEN_DEBUG="1")
    assert done.returncode == 2
    assert "Traceback" in done.stderr


def test_internal_error(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A fault of ours ends with 2 and says where it is, and nothing of what was read."""
    monkeypatch.setattr("poolwarden.commands.explain.explain", lambda _text: int("of a log"))
    assert cli.main(["explain", "anything"]) == 2
    told = capsys.readouterr().err
    assert "internal error (ValueError in commands/explain.py, line " in told
    assert "POOLWARDEN_DEBUG=1" in told
    assert "of a log" not in told


@pytest.mark.parametrize(
    ("package", "extra", "arguments"),
    [("duckdb", "triage", ["triage", "-"]), ("pyspark", "spark", ["triage", "-", "--engine", "spark"])],
)
def test_missing_extra(package: str, extra: str, arguments: list[str]) -> None:
    """A missing package is one sentence that says how to get it."""
    program = (
        f"import sys; sys.modules.update({{{package!r}: None, '_{package}': None}}); "
        f"from poolwarden.cli import main; sys.exit(main({arguments}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], input=EVENT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 2
    assert done.stderr == (
        f"poolwarden: the package {package} is not installed; get it with: pip install 'poolwarden[{extra}]'\n"
    )


def test_explain_needs_no_extra() -> None:
    """Explaining works without any package of the extras."""
    absent = ("duckdb", "ahocorasick_rs", "isal", "deflate", "zstandard", "rich", "altair", "fastapi", "flask")
    program = (
        f"import sys; sys.modules.update(dict.fromkeys({absent!r})); from poolwarden.cli import main; "
        "sys.exit(main(['explain', 'Refresh Token has expired']))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("refresh_token_expired")


def test_collector_is_the_callers() -> None:
    """Who calls the command line from a program of its own keeps its garbage collector as it is."""
    before = gc.get_threshold()
    assert cli.main(["--version"]) == 0
    assert gc.get_threshold() == before


def test_help_is_light() -> None:
    """Help loads no room and no third-party package."""
    program = (
        "import sys; from poolwarden.cli import main; main(['--help']); "
        "print([n for n in sys.modules if n.startswith(('poolwarden.triage', 'poolwarden.guard', 'duckdb', 'rich', "
        "'msgspec', 'starlette', 'fastapi'))], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True)
    assert done.stderr == "[]\n"


def test_reader_gone(tmp_path: Path) -> None:
    """When the reader closes the pipe the command ends quietly, as other programs do."""
    lines = tmp_path / "lines.jsonl"
    lines.write_text("".join(f'{{"id": {n}, "text": "jwt expired"}}\n' for n in range(20_000)), encoding="utf-8")
    with (
        lines.open("rb") as given,
        subprocess.Popen(
            [sys.executable, "-m", "poolwarden", "explain", "--jsonl"],
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process,
    ):
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline().startswith(b'{"id":0')
        process.stdout.close()
        told = process.stderr.read()
        process.wait(30)
    assert (process.returncode, told) == (cli.READER_GONE, b"")


def closed(streams: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command with some of its streams closed, as a daemon's may be."""
    line = ["sh", "-c", f'exec "$@" {streams}', "sh", sys.executable, "-m", "poolwarden", *arguments]
    return subprocess.run(line, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("arguments", [["--version"], ["explain", "token_expired"]])
def test_closed_output(arguments: list[str]) -> None:
    """A report that cannot be written is an error with its mend, not a success and not a traceback."""
    done = closed(">&-", *arguments)
    assert done.returncode == cli.WRONG
    assert done.stderr == "poolwarden: Bad file descriptor. Open standard output, or name a file with -o.\n"


def test_closed_streams(tmp_path: Path) -> None:
    """A report into a file needs no stream at all."""
    (tmp_path / "log").write_text(EVENT)
    done = closed("<&- >&- 2>&-", "triage", str(tmp_path / "log"), "-o", str(tmp_path / "report.md"))
    assert done.returncode == cli.OK
    assert "1 session" in (tmp_path / "report.md").read_text()


def test_closed_input() -> None:
    """A closed standard input is an empty one."""
    done = closed("<&-", "explain", "-")
    assert (done.returncode, done.stderr) == (
        cli.WRONG,
        "poolwarden: nothing to explain: standard input is empty.\n",
    )


def test_interrupted() -> None:
    """Ctrl-C ends with 130 and without a traceback."""
    with subprocess.Popen(
        [sys.executable, "-m", "poolwarden", "pool", "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # As a terminal would have it: a shell in the background may have left SIGINT ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    ) as process:
        assert process.stdout
        assert process.stderr
        assert b"Local user pool" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        told = process.stderr.read()
        process.wait(30)
    assert (process.returncode, told) == (130, b"")


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """Open a pseudo-terminal."""
    ends = pty.openpty()
    yield ends
    for end in ends:
        os.close(end)


@pytest.mark.parametrize(("environ", "colored"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_colors_on_a_terminal(
    terminal: tuple[int, int], tmp_path: Path, environ: dict[str, str], *, colored: bool
) -> None:
    """On a terminal the report has colours, unless NO_COLOR or a dumb terminal says no."""
    log = tmp_path / "a.log"
    log.write_text("nothing\n2026-03-01T10:00:00Z ERROR NotAuthorizedException: Refresh Token has expired\n", "utf-8")
    base = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")}
    subprocess.run(
        [sys.executable, "-m", "poolwarden", "triage", str(log)],
        stdout=terminal[1],
        stderr=subprocess.DEVNULL,
        timeout=120,
        check=False,
        env={**base, "TERM": "xterm", **environ},
    )
    assert (b"\x1b[" in os.read(terminal[0], 65_536)) is colored


def test_exit_codes(tmp_path: Path) -> None:
    """0 where nothing was found, 1 where something was, and 0 again with --exit-zero."""
    quiet, loud = tmp_path / "quiet.log", tmp_path / "loud.log"
    quiet.write_text(EVENT, encoding="utf-8")
    words = (
        "An error occurred (NotAuthorizedException) when calling the InitiateAuth operation: Refresh Token has expired"
    )
    loud.write_text(f"2026-03-01T10:00:00Z ERROR {words}\n", encoding="utf-8")
    assert cli.main(["triage", str(quiet), "-o", str(tmp_path / "report.txt")]) == 0
    assert cli.main(["triage", str(loud), "-o", str(tmp_path / "report.txt")]) == 1
    assert cli.main(["triage", str(loud), "--exit-zero", "-o", str(tmp_path / "report.txt")]) == 0


def test_nothing_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a command the help is shown, as diagnostics, and it is a usage error."""
    assert cli.main([]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert all(f"    {command.name} " in err for command in cli.COMMANDS)


@pytest.mark.parametrize("command", [["triage"], ["client", "check"]])
def test_names_move_no_cursor(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A file's name in an error is shown without its controls."""
    assert cli.main([*command, "no\x1b[31mfile\n"]) == 2
    err = capsys.readouterr().err
    assert "no\ufffd[31mfile" in err
    assert err.count("\n") == 1
