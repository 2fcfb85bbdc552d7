"""The triage's wall and the check that finds it are told together, with the command that mends it."""

import json
from pathlib import Path
from typing import Any

import pytest

from poolwarden.appclient import Validity, check_clients, read_clients
from poolwarden.appclient.expectation import expected_validity
from poolwarden.commands.bridge import declared_validities, with_checks
from poolwarden.commands.settings import clients_in
from poolwarden.errors import ConfigurationError
from poolwarden.triage.durations import UnitMistake
from poolwarden.triage.report import Finding, Report
from poolwarden.triage.report import Validity as Wall
from poolwarden.triage.verdicts import Verdict

HOUR, DAY = 3600, 86_400
TEMPLATE = """
Parameters:
  Days: {Type: Number, Default: 30}
Resources:
  WebClient:
    Type: AWS::Cognito::UserPoolClient
    Properties: {ClientName: web, RefreshTokenValidity: !Ref Days, TokenValidityUnits: {RefreshToken: hours}}
  AppClient:
    Type: AWS::Cognito::UserPoolClient
    Properties: {ClientName: app}
  Open:
    Type: AWS::Cognito::UserPoolClient
    Properties: {RefreshTokenValidity: !Ref Elsewhere}
"""


def wall(seconds: int, mistake: UnitMistake | None = None, client: str = "web") -> Report:
    """Report a wall at which sessions of one client ended."""
    row = Wall(
        pool="main",
        client=client,
        estimate_s=seconds,
        low_s=seconds,
        high_s=seconds,
        sessions=9,
        confidence="high",
        unit_mistake=mistake,
    )
    found = Finding(
        verdict=Verdict.REFRESH_VALIDITY_REACHED, client=client, sessions=9, share=1.0, confidence="high", next="Look."
    )
    other = Finding(verdict=Verdict.SIGNED_OUT, client=client, sessions=1, share=0.0, confidence="low", next="Rest.")
    return Report(validity=(row,), verdicts=(found, other))


@pytest.mark.parametrize(
    ("seconds", "mistake", "check_id", "command"),
    [
        (30 * HOUR, UnitMistake("30 hours", "30 days"), "PW003", "poolwarden client fix web.json --refresh 30d"),
        (72 * 60, UnitMistake("72 minutes", "72 hours"), "PW003", "poolwarden client fix web.json --refresh 72h"),
        (12 * HOUR, None, "PW001", "poolwarden client fix web.json --refresh 90d"),
        (30 * DAY, None, "PW001", "poolwarden client fix web.json --refresh 90d"),
    ],
)
def test_wall(seconds: int, mistake: UnitMistake | None, check_id: str, command: str, tmp_path: Path) -> None:
    """A wall is told with its check and its command; the check does find such settings."""
    (told, other) = with_checks(wall(seconds, mistake), clients_in(_saved(tmp_path, seconds))).verdicts
    assert told.next.startswith("Look. poolwarden client check tells it as ")
    assert check_id in told.next
    assert command in told.next.replace(str(tmp_path) + "/", "")
    assert other.next == "Rest."
    number, unit = (seconds // HOUR, "hours") if seconds % HOUR == 0 else (seconds // 60, "minutes")
    settings = {"ClientId": "a", "RefreshTokenValidity": number, "TokenValidityUnits": {"RefreshToken": unit}}
    clients = read_clients("web.json", json.dumps(settings).encode())
    found = [one.check.id for findings in check_clients(clients, expected_validity("90d")) for one in findings]
    assert check_id in found


def _saved(folder: Path, seconds: int) -> str:
    path = folder / "web.json"
    path.write_text(json.dumps({"ClientId": "a", "RefreshTokenValidity": max(seconds // DAY, 1)}))
    return str(path)


def test_no_wall() -> None:
    """Where no wall was found, or that of another client, nothing is added."""
    report = wall(30 * HOUR)
    assert with_checks(Report(verdicts=report.verdicts)).verdicts == report.verdicts
    other = Report(validity=wall(30 * HOUR, client="app").validity, verdicts=report.verdicts)
    assert with_checks(other).verdicts == report.verdicts


def test_settings_of_another_client(tmp_path: Path) -> None:
    """The command names the file of settings for the app client that it is of, and for no other."""
    path = tmp_path / "web.json"
    path.write_text(json.dumps({"ClientId": "1a", "ClientName": "web", "RefreshTokenValidity": 30}))
    both = [wall(30 * HOUR, client=client) for client in ("web", "tv")]
    report = Report(validity=tuple(one.validity[0] for one in both), verdicts=tuple(one.verdicts[0] for one in both))
    web, tv = with_checks(report, clients_in(str(path))).verdicts
    assert f"poolwarden client fix {path} --refresh" in web.next
    assert "poolwarden client fix CLIENT.json --refresh" in tv.next


def test_no_settings() -> None:
    """Without a file of settings the command names one that is to be written."""
    (told, _) = with_checks(wall(30 * HOUR, UnitMistake("30 hours", "30 days"))).verdicts
    assert "poolwarden client fix CLIENT.json --refresh 30d" in told.next


def test_declared_by_a_template(tmp_path: Path) -> None:
    """What client check reads, the triage is held against: by name and place, unknown validities left out."""
    path = tmp_path / "template.yaml"
    path.write_text(TEMPLATE)
    assert declared_validities(clients_in(str(path))) == {
        "web": 30 * HOUR,
        "WebClient": 30 * HOUR,
        "app": 30 * DAY,
        "AppClient": 30 * DAY,
    }


def test_declared_by_a_description(tmp_path: Path) -> None:
    """A single client's validity stands for any name, as logs may know it by an alias."""
    path = tmp_path / "client.json"
    described: dict[str, Any] = {"ClientId": "1a", "ClientName": "Web", "RefreshTokenValidity": 30}
    path.write_text(json.dumps({"UserPoolClient": described}))
    assert declared_validities(clients_in(str(path))) == dict.fromkeys(("1a", "Web", ""), Validity(30, "days").seconds)


@pytest.mark.parametrize("content", ["{", "[]", '{"UserPoolClient": {}}', '{"UserPoolClient": 3}'])
def test_settings_that_are_none_are_refused(tmp_path: Path, content: str) -> None:
    """The error names the file and what it may be."""
    path = tmp_path / "client.json"
    path.write_text(content)
    with pytest.raises(ConfigurationError, match=r"client\.json"):
        declared_validities(clients_in(str(path)))
