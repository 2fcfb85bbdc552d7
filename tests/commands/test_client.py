"""The command reads files, and says by its exit code and its streams what it found."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from poolwarden.cli import main

CLIENT = {
    "UserPoolId": "eu-west-1_AbCdEfGhI",
    "ClientId": "1example23456789",
    "ClientName": "web",
    "ClientSecret": "hidden",
    "RefreshTokenValidity": 30,
    "TokenValidityUnits": {"RefreshToken": "hours"},
    "PreventUserExistenceErrors": "ENABLED",
}
GOOD = {**CLIENT, "TokenValidityUnits": {"RefreshToken": "days"}}
TEMPLATE = """
Resources:
  WebClient:
    Type: AWS::Cognito::UserPoolClient
    Properties: {RefreshTokenValidity: 30, TokenValidityUnits: {RefreshToken: hours}}
  AppClient:
    Type: AWS::Cognito::UserPoolClient
    Properties: {RefreshTokenValidity: 30, ClientName: app}
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    """Save a description with a mistaken unit."""
    path = tmp_path / "client.json"
    path.write_text(json.dumps({"UserPoolClient": CLIENT}))
    return str(path)


@pytest.fixture
def template(tmp_path: Path) -> str:
    """Save a template with two clients."""
    path = tmp_path / "template.yaml"
    path.write_text(TEMPLATE)
    return str(path)


def test_check(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A mistake is reported on standard output, and ends with 1."""
    assert main(["client", "check", file]) == 1
    out, err = capsys.readouterr()
    assert "WARNING refresh_unit_mistake" in out
    assert err == ""
    assert "hidden" not in out


def test_check_json(file: str, template: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Several files make one report, which programs can read."""
    assert main(["client", "check", file, template, "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert [client["path"] for client in report["clients"]] == ["web", "WebClient", "AppClient"]


@pytest.mark.parametrize("options", [["--exit-zero"], ["--ignore", "refresh_unit_mistake"]])
def test_passed_over(options: list[str], file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A check that is passed over is no finding, and findings need not fail a pipeline."""
    assert main(["client", "check", file, *options]) == 0
    assert ("refresh_unit_mistake" in capsys.readouterr().out) is ("--exit-zero" in options)


def test_good(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Good settings, here from standard input, end with 0."""
    stdin = io.TextIOWrapper(io.BytesIO(json.dumps(GOOD).encode()))
    monkeypatch.setattr("sys.stdin", stdin)
    assert main(["client", "check", "-"]) == 0
    assert capsys.readouterr().out.startswith("web (1example23456789) in standard input\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "/nowhere/client.json"], "/nowhere/client.json: No such file"),
        (["check", "{file}", "--ignore", "refresh"], "--ignore: no check is called refresh; there are refresh_unit"),
        (["fix", "{template}"], "has 2 app clients; name one with --client: WebClient, AppClient."),
        (["fix", "{template}", "--client", "x"], "--client x: no app clients of"),
        (["fix", "{template}", "--client", "app"], "no mistaken unit to mend"),
        (["fix", "{template}", "--client", "WebClient", "-o", "u.json"], "changed at its source"),
        (["fix", "{file}", "--refresh-validity", "30"], "refresh_validity: '30' is no duration with a unit"),
        (["fix", "{file}", "--refresh-validity", "30h"], "set as wanted already (RefreshTokenValidity 30 hours)"),
        (["fix", "{file}", "-o", "{file}"], "is the description itself; name another file"),
    ],
)
def test_refused(arguments: list[str], said: str, file: str, template: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be done ends with 2 and one sentence on standard error that says what to do."""
    assert main(["client", *(word.format(file=file, template=template) for word in arguments)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert err.count("\n") == 1
    assert "UserPoolClient" in Path(file).read_text()


def test_fix(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The update's document alone is on standard output, what to do with it on standard error."""
    assert main(["client", "fix", file]) == 0
    out, err = capsys.readouterr()
    expected: dict[str, Any] = {name: value for name, value in GOOD.items() if name != "ClientSecret"}
    assert json.loads(out) == expected
    assert "Save standard output as update.json." in err
    assert "--cli-input-json file://update.json" in err
    assert "hidden" not in out + err


def test_fix_to_file(file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With -o the document is in the file, and the command names it, its region and its profile."""
    target = tmp_path / "update.json"
    options = ["--refresh-validity", "90d", "--region", "us-east-1", "--profile", "prod", "-o", str(target)]
    assert main(["client", "fix", file, *options]) == 0
    out, err = capsys.readouterr()
    assert json.loads(target.read_text())["RefreshTokenValidity"] == 90
    assert "--region us-east-1 --profile prod" in out
    assert f"file://{target}" in out
    assert err == ""
    assert main(["client", "fix", file, *options]) == 0


def test_fix_template(template: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Of a template it says what to change in it; a client is named by its name or where it stands."""
    assert main(["client", "fix", template, "--client", "WebClient"]) == 0
    assert "  +   RefreshToken: days\n" in capsys.readouterr().out
    assert main(["client", "fix", template, "--client", "app", "--refresh-validity", "60d"]) == 0
    assert "  + RefreshTokenValidity: 60\n" in capsys.readouterr().out


def test_fix_from_input(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A description from standard input may go to a file that is there already."""
    target = tmp_path / "update.json"
    target.write_text("old")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(CLIENT).encode())))
    assert main(["client", "fix", "-", "-o", str(target)]) == 0
    assert json.loads(target.read_text())["TokenValidityUnits"] == {"RefreshToken": "days"}


@pytest.mark.parametrize(
    "arguments", [["client", "--help"], ["client", "check", "--help"], ["client", "fix", "--help"]]
)
def test_help(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Help ends with 0 and fits the terminal."""
    assert main(arguments) == 0
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80
