"""``triage --follow``: what is there, what comes, and the report when it is stopped."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from poolwarden import cli
from poolwarden.commands.following import Summary, until_stopped
from poolwarden.triage.report import Finding, Report, Sessions, Window

LINE = (
    "2026-03-01T10:00:00Z ERROR An error occurred (NotAuthorizedException) when calling the InitiateAuth operation: "
    "Refresh Token has expired\n"
)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_the_report_comes_when_it_is_stopped(tmp_path: Path, ending: signal.Signals) -> None:
    """What is there and what comes is told on standard error, the report in the end, with its exit code."""
    log = tmp_path / "app.log"
    log.write_text("2026-03-01T09:00:00Z INFO ok\n", encoding="utf-8")
    command = [sys.executable, "-m", "poolwarden", "triage", "--follow", str(log)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "following" in process.stderr.readline()
        assert "Nothing about sessions" in process.stderr.readline()
        with log.open("a", encoding="utf-8") as stream:
            stream.write(LINE)
        assert "1 of 1 lost sessions" in process.stderr.readline()
        assert "new: the refresh validity was reached" in process.stderr.readline()
        process.send_signal(ending)
        told, _ = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "refresh_validity_reached" in told
    assert "1 record in 2 lines" in told


def test_standard_input_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """It cannot be followed; one sentence says so."""
    assert cli.main(["triage", "--follow", "-"]) == 2
    assert "standard input cannot be followed" in capsys.readouterr().err


def test_handlers_are_put_back() -> None:
    """After following, signals do what they did before."""
    before = signal.getsignal(signal.SIGTERM)
    with until_stopped() as wait:
        assert wait(0)
        signal.raise_signal(signal.SIGTERM)
        assert not wait(0)
        assert not wait(60)
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_second_signal_ends_it_at_once() -> None:
    """One that comes with the first does not: it may be the same one, told to the group and the process."""
    now = iter([10.0, 10.2, 12.0])
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    try:
        with until_stopped(lambda: next(now)):
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_summary_tells_what_is_new(capsys: pytest.CaptureFixture[str]) -> None:
    """The same again is not told; each kind of finding is named once."""
    finding = Finding(verdict="signed_out", client="web", sessions=1, share=1.0, confidence="high")
    tell = Summary()

    def told(lost: int, *findings: Finding) -> list[str]:
        window = Window(last="2026-03-01T10:00:00Z" if lost else None)
        tell(Report(window=window, sessions=Sessions(seen=9, lost=lost), verdicts=findings))
        return capsys.readouterr().err.splitlines()

    (line,) = told(0)
    assert line.startswith("no time yet  No session was lost: 9 seen")
    assert line.endswith(" 0 of 9 sessions lost, 0 zombies, 0 unexplained.")
    assert told(0) == []
    assert told(1, finding)[1:] == ["  new: web: the user signed out (signed_out, high)"]
    assert len(told(2, finding)) == 1
