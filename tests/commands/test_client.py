"""The command reads files, and says by its exit code and its streams what it found."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from poolwarden.appclient import expectation, reports
from poolwarden.cli import main
from poolwarden.commands import client

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
  Other:
    Type: AWS::Cognito::UserPoolClient
    Properties: {RefreshTokenValidity: 30, PreventUserExistenceErrors: ENABLED}
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    """Save a description with a mistaken unit."""
    path = tmp_path / "client.json"
    path.write_text(json.dumps({"UserPoolClient": CLIENT}))
    return str(path)


@pytest.fixture
def template(tmp_path: Path) -> str:
    """Save a template with three clients."""
    path = tmp_path / "template.yaml"
    path.write_text(TEMPLATE)
    return str(path)


def test_check(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A mistake is reported on standard output, and ends with 1."""
    assert main(["client", "check", file]) == 1
    out, err = capsys.readouterr()
    assert "WARNING PW003 refresh_unit_mistake" in out
    assert err == ""
    assert "hidden" not in out


def test_check_json(file: str, template: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Several files make one report, which programs can read."""
    assert main(["client", "check", file, template, "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert [client["path"] for client in report["clients"]] == ["web", "WebClient", "AppClient", "Other"]


@pytest.mark.parametrize("options", [["--exit-zero"], ["--ignore", "refresh_unit_mistake"], ["--ignore", "pw003"]])
def test_passed_over(options: list[str], file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A check that is passed over is no finding, and findings need not fail a pipeline."""
    assert main(["client", "check", file, *options]) == 0
    assert ("refresh_unit_mistake" in capsys.readouterr().out) is ("--exit-zero" in options)


def test_good(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Good settings, here from standard input, end with 0."""
    stdin = io.TextIOWrapper(io.BytesIO(json.dumps(GOOD).encode()))
    monkeypatch.setattr("sys.stdin", stdin)
    assert main(["client", "check", "-"]) == 0
    assert "\nweb (1example23456789) in standard input:1\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "/nowhere/client.json"], "/nowhere/client.json: No such file"),
        (["check"], "nothing to check; give files of settings, or --live --user-pool-id ID."),
        (["check", "{file}", "--ignore", "refresh"], "--ignore: no check is called refresh; there are PW001 to PW0"),
        (["check", "{file}", "--profile", "saas", "--expect", "90d"], "--profile and --expect say two things"),
        (["check", "{file}", "--expect", "90"], "--expect: '90' is no duration with a unit"),
        (["check", "{file}", "--user-pool-id", "eu-west-1_A"], "--user-pool-id: give --live with it"),
        (["check", "--live"], "--live: name the pool with --user-pool-id."),
        (["fix", "{template}"], "has 3 app clients; name one with --client: WebClient, AppClient, Other."),
        (["fix", "{template}", "--client", "x"], "--client x: no app clients of"),
        (["fix", "{file}", "--client", "x"], "are called so; there are web (1example23456789)."),
        (["fix", "{template}", "--client", "app"], "no mistaken unit to mend"),
        (["fix", "{template}", "--client", "WebClient", "-o", "u.json"], "-o: {template} is changed at its source"),
        (["fix", "{template}", "--client", "WebClient", "--format", "aws"], "--format: {template} is changed at its"),
        (["fix", "{template}", "--client", "WebClient", "--apply", "--yes"], "--apply: {template} is changed at its"),
        (["fix", "{file}", "--refresh-validity", "30"], "--refresh: '30' is no duration with a unit"),
        (["fix", "{file}", "--refresh", "30h"], "set as wanted already (RefreshTokenValidity 30 hours)"),
        (["fix", "{file}", "-o", "{file}"], "is the description itself; name another file"),
        (["fix"], "give a file of settings, or --live --user-pool-id ID --client-id ID: one of the two."),
        (["fix", "{file}", "--live", "--user-pool-id", "eu-west-1_A"], "one of the two."),
        (["fix", "{file}", "--client-id", "a"], "--client-id: give --live with it"),
        (["fix", "{file}", "--yes"], "--yes answers what --apply asks; give both."),
        (["fix", "{file}", "--apply"], "nobody can answer here; give --yes with it."),
        (["fix", "{file}", "--apply", "--yes", "-o", "u.json"], "leave --format and -o out."),
    ],
)
def test_refused(arguments: list[str], said: str, file: str, template: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be done ends with 2 and one sentence on standard error that says what to do."""
    assert main(["client", *(word.format(file=file, template=template) for word in arguments)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said.format(file=file, template=template) in err
    assert err.count("\n") == 1
    assert "UserPoolClient" in Path(file).read_text()


def test_fix(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Everything is on standard output: what changes, what would be lost otherwise, and the complete command."""
    assert main(["client", "fix", file, "--refresh", "90d"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("web (1example23456789)\n")
    assert "  - RefreshTokenValidity 30 hours\n  + RefreshTokenValidity 90 days\n" in out
    assert "  ! PreventUserExistenceErrors: ENABLED -> LEGACY\n" in out
    assert "aws cognito-idp update-user-pool-client --region eu-west-1 \\\n      --cli-input-json '{\n" in out
    assert err == ""
    assert "hidden" not in out


def test_fix_document(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The request's document alone, for whoever sends it."""
    assert main(["client", "fix", file, "--format", "json"]) == 0
    out, err = capsys.readouterr()
    expected: dict[str, Any] = {name: value for name, value in GOOD.items() if name != "ClientSecret"}
    assert json.loads(out) == expected
    assert err == ""


@pytest.mark.parametrize(
    ("form", "begins"),
    [
        ("aws", "aws cognito-idp update-user-pool-client "),
        ("boto3", "import boto3\n"),
        ("terraform", 'resource "aws_cognito_user_pool_client" "web" {\n'),
        ("cloudformation", "Resources:\n  Web:\n"),
    ],
)
def test_fix_in_one_language(form: str, begins: str, file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One language alone can be piped on."""
    assert main(["client", "fix", file, "--format", form]) == 0
    out, err = capsys.readouterr()
    assert out.startswith(begins)
    assert out.endswith("\n")
    assert err == ""


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
    assert main(["client", "fix", template, "--client", "app", "--refresh", "60d"]) == 0
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


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ([], []),
        (["--profile", "saas"], []),
        (["--profile", "bank"], ["PW002"]),
        (["--expect", "90d"], ["PW001"]),
        (["--expect", "30d"], []),
    ],
)
def test_expectations(options: list[str], found: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is expected is held against what is set, and decides the exit code."""
    path = tmp_path / "good.json"
    path.write_text(json.dumps(GOOD))
    assert main(["client", "check", str(path), "--format", "json", *options]) == int(bool(found))
    (checked,) = json.loads(capsys.readouterr().out)["clients"]
    assert [finding["id"] for finding in checked["findings"]] == found


def test_ignored_in_the_template(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A comment with a reason silences a check and its exit code; without one it is itself found."""
    path = tmp_path / "template.yaml"
    text = "Resources:\n  {}\n  Web:\n    Type: AWS::Cognito::UserPoolClient\n    Properties: {{}}\n"
    path.write_text(text.format("# poolwarden: ignore PW024 staff only"))
    assert main(["client", "check", str(path)]) == 0
    out = capsys.readouterr().out
    assert "  ignored PW024 user_existence_told: staff only\n" in out
    assert out.endswith("1 app client checked: nothing found, 1 ignored.\n")
    path.write_text(text.format("# poolwarden: ignore PW024"))
    assert main(["client", "check", str(path)]) == 1
    out = capsys.readouterr().out
    assert f"WARNING PW027 ignore_without_reason ({path}:2)" in " ".join(out.split())
    assert "WARNING PW024" in out


@pytest.mark.parametrize(
    ("form", "begins"),
    [("text", "  client "), ("json", '{\n  "schema": 1'), ("sarif", '{\n  "$schema"'), ("markdown", "## ")],
)
def test_formats(form: str, begins: str, template: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each form begins as it should, and what is found decides the exit code in all of them."""
    assert main(["client", "check", template, "--format", form]) == 1
    assert capsys.readouterr().out.startswith(begins)


def test_choices() -> None:
    """What help offers is what there is."""
    assert tuple(reports.FORMATS) == client.FORMATS
    assert tuple(expectation.PROFILES) == client.PROFILES
    assert ("text", "json", "aws", *(language.name for language in reports.LANGUAGES)) == client.LANGUAGES


def test_check_several(file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of several templates those without an app client are named and passed over; alone, one is refused."""
    empty = tmp_path / "network.json"
    empty.write_text('{"Resources": {"Logs": {"Type": "AWS::S3::Bucket"}}}')
    assert main(["client", "check", str(empty), file]) == 1
    out, err = capsys.readouterr()
    assert "1 app client checked: 1 warning." in out
    assert err == f"poolwarden: {empty}: no app client is in it.\n"
    assert main(["client", "check", str(empty), str(empty)]) == 2
    assert "no app client is in it. Give the output of" in capsys.readouterr().err
