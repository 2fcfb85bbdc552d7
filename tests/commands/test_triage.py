"""Logs in, a report out, in the form and place that were asked for."""

import io
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from poolwarden import cli
from poolwarden.triage.records import Kind
from triage.scenarios import HOUR, Incident, play

LINE = (
    "2026-03-01T10:00:00Z ERROR An error occurred (NotAuthorizedException) when calling the InitiateAuth operation: "
    "Refresh Token has expired\n"
)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Write a log with one refused refresh."""
    path = tmp_path / "app.log"
    path.write_text(LINE, encoding="utf-8")
    return path


def test_text(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The text report goes to standard output, without colours and within 80 columns but for paths."""
    assert cli.main(["triage", str(log)]) == 1
    told = capsys.readouterr()
    assert "refresh_validity_reached" in told.out
    assert "\x1b" not in told.out
    assert told.err == ""
    assert all(len(line) <= 80 or str(log) in line for line in told.out.splitlines())


def test_json(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The JSON report is one object of schema 1."""
    assert cli.main(["triage", "--format", "json", str(log)]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["schema"], told["sessions"]["lost"]) == (1, 1)


@pytest.mark.parametrize(("name", "begins"), [("a.json", "{"), ("a.md", "# "), ("a.txt", "1 of 1")])
def test_output_file(log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, begins: str) -> None:
    """The report is written where -o says, in the form of the file's name."""
    target = tmp_path / name
    assert cli.main(["triage", str(log), "-o", str(target)]) == 1
    assert target.read_text(encoding="utf-8").startswith(begins)
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", f"poolwarden: the report is in {target}\n")


def test_output_nowhere(log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A report that cannot be written is one sentence and exit code 2."""
    assert cli.main(["triage", str(log), "-o", str(tmp_path / "no" / "a.txt")]) == 2
    assert "No such file or directory" in capsys.readouterr().err


def test_stdin(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Without files, what is piped in is read."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(LINE.encode())))
    assert cli.main(["triage"]) == 1
    assert "refresh_validity_reached" in capsys.readouterr().out


def test_nothing_to_read(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """On a terminal, without files, it says what to give instead of waiting for ever."""
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", stream)
    assert cli.main(["triage"]) == 2
    assert "nothing to read; give files" in capsys.readouterr().err


def test_window(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What lies outside --since and --until is passed over."""
    assert cli.main(["triage", str(log), "--since", "2026-03-02"]) == 0
    assert cli.main(["triage", str(log), "--since", "2026-03-01", "--until", "2026-03-02T00:00:00Z"]) == 1
    capsys.readouterr()


@pytest.mark.parametrize("content", [b"", b"\x00\xff" * 5000, LINE.encode()[:60]])
def test_odd_files(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes) -> None:
    """An empty file, a binary one and one that is cut in the middle end with a report, not with a traceback."""
    path = tmp_path / "odd.log"
    path.write_bytes(content)
    assert cli.main(["triage", str(path)]) == 0
    assert capsys.readouterr().out


def test_bad_config(log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Settings that are none are one sentence and exit code 2."""
    config = tmp_path / "client.json"
    config.write_text("[]", encoding="utf-8")
    assert cli.main(["triage", str(log), "--config", str(config)]) == 2
    assert "describe-user-pool-client" in capsys.readouterr().err


def test_settings_from_standard_input(
    log: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are read once, and are no file that the command which mends a wall could name."""
    settings = {"ClientId": "1example23456789", "ClientName": "web", "RefreshTokenValidity": 30}
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(settings).encode())))
    assert cli.main(["triage", str(log), "--config", "-", "--exit-zero"]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert "client fix -" not in told.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-o", "{log}"), "is one of the logs"),
        (("--save", "{log}"), "is one of the logs"),
        (("-o", "{folder}"), "Is a directory"),
        (("--save", "{folder}/notes.txt"), "exists and is no DuckDB file"),
        (("--save", "{folder}/pipe"), "exists and is no DuckDB file"),
        (("--since", "2026-03-02", "--until", "2026-03-01"), "--since is not before --until"),
        (("--config", "{folder}/gone.json"), "No such file or directory"),
        (("-", "--config", "-"), "--config -: standard input is a log already"),
    ],
)
def test_mistakes(
    log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    """What would cost somebody a file, or leave nothing, is refused before anything is read."""
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    os.mkfifo(tmp_path / "pipe")
    given = [one.format(log=log, folder=tmp_path) for one in arguments]
    assert cli.main(["triage", str(log), *given]) == 2
    assert words in capsys.readouterr().err
    assert log.read_text(encoding="utf-8") == LINE
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "pipe").is_fifo()


def test_a_saved_incident_is_replaced(log: Path, tmp_path: Path) -> None:
    """Saving twice keeps the second; an empty file is no loss."""
    saved = tmp_path / "incident.duckdb"
    saved.touch()
    assert cli.main(["triage", str(log), "--save", str(saved)]) == 1
    assert cli.main(["triage", str(log), "--save", str(saved)]) == 1


def test_an_empty_report_says_why(log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A filter that leaves nothing is told, with the names that there are."""
    for name in ("web", "tv"):
        event = {"event": "poolwarden.token_seen", "schema": 1, "timestamp": "2026-03-01T10:00:00.000Z", "client": name}
        event |= {"level": "info", "outcome": "accepted", "session_ref": "AAAABBBBCCCCDDDD", "pool": "main"}
        with log.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(event) + "\n")
    cli.main(["triage", str(log), "--client", "mobile"])
    assert "no record names the app client mobile; those that are named: tv, web." in " ".join(
        capsys.readouterr().out.split()
    ).replace("web, tv", "tv, web")
    cli.main(["triage", str(log), "--pool", "main", "--since", "2027-01-01"])
    told = " ".join(capsys.readouterr().out.split())
    assert "no record names the user pool main; those that are named: none." in told
    assert "no record lies in the time asked for" in told


def test_a_zip_that_cannot_be_opened_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is not passed over in silence."""
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\x03\x04" + b"x" * 100)
    assert cli.main(["triage", str(path)]) == 0
    assert "is a zip archive that cannot be opened" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("given", ["{folder}", "{folder}/*.log", "{folder}/**"])
@pytest.mark.parametrize("option", ["-o", "--save"])
def test_a_log_among_others_is_not_written_over(
    log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], given: str, option: str
) -> None:
    """A file that a folder or a pattern brings in is a log, too."""
    assert cli.main(["triage", given.format(folder=tmp_path), option, str(log)]) == 2
    assert "is one of the logs" in capsys.readouterr().err
    assert log.read_text(encoding="utf-8") == LINE


def test_the_next_command_names_the_clients_of_the_settings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the logs hold names and the settings ids, the command holds the ids."""
    played = play(Incident(name="ids", refresh_s=30 * HOUR, users=20, days=8))
    log = tmp_path / "guard.log"
    with log.open("w", encoding="utf-8") as stream:
        for one in played.records:
            event = "token_seen" if one.kind is Kind.ISSUED else "request_rejected"
            fields = {
                "event": f"poolwarden.{event}", "schema": 1, "pool": "main", "client": "web",
                "session_ref": one.session,
                "timestamp": datetime.fromtimestamp(one.at or 0, UTC).isoformat(),
                "auth_time": one.auth_time,
                "issued_at": one.issued_at, "expires_at": one.expires_at, "cause": one.cause, "repeats": one.count,
            }  # fmt: skip
            stream.write(json.dumps({name: value for name, value in fields.items() if value is not None}) + "\n")
    config = tmp_path / "client.json"
    settings = {"ClientId": "1example23456789", "ClientName": "web", "UserPoolId": "eu-west-1_AbCdEfGhI"}
    config.write_text(json.dumps({"UserPoolClient": {**settings, "RefreshTokenValidity": 30}}), encoding="utf-8")
    assert cli.main(["triage", str(log)]) == 1
    assert "--user-pool-id POOL_ID \\\n      --client-id CLIENT_ID" in capsys.readouterr().out
    assert cli.main(["triage", str(log), "--config", str(config)]) == 1
    assert "--user-pool-id eu-west-1_AbCdEfGhI \\\n      --client-id 1example23456789 " in capsys.readouterr().out
