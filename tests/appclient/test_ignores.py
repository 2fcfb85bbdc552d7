"""An ignore is a comment with an id and a reason; it silences one check of the client that it stands at."""

import json

import pytest

from poolwarden.appclient import check_client, read_clients
from poolwarden.appclient.ignores import (
    Ignore,
    comments_in,
    ignores_among,
    ignores_in,
    metadata_ignores,
    without_reason,
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("poolwarden: ignore PW003 thirty hours are meant", [("PW003", "thirty hours are meant")]),
        ("Poolwarden:ignore pw003: meant", [("PW003", "meant")]),
        ("poolwarden: ignore PW003, PW024 and PW018 - a kiosk", [(f"PW0{n}", "a kiosk") for n in ("03", "24", "18")]),
        ("poolwarden: ignore PW003", [("PW003", "")]),
        ("poolwarden: ignore PW003 - ", [("PW003", "")]),
        ("poolwarden: ignore PW003 ...", [("PW003", "")]),
        ("poolwarden: ignore", [("", "")]),
        ("poolwarden: ignore everything here", [("", "everything here")]),
        ("poolwarden: ignored PW003 x", []),
        ("poolwarden says ignore PW003 x", []),
    ],
)
def test_ignores_in(text: str, found: list[tuple[str, str]]) -> None:
    """One ignore for each id, with the reason that follows; other sentences ask for nothing."""
    assert [(ignore.id, ignore.reason) for ignore in ignores_in(text)] == found


def test_comments_in() -> None:
    """A comment begins at a # that stands by itself, wherever on its line."""
    text = (
        "a: 1 # poolwarden: ignore PW001 x\n"
        "  # poolwarden: ignore PW002 y\n"
        "b: 'c#poolwarden: ignore PW003 z'\n"
        "# says poolwarden: ignore PW004 z\n"
    )
    assert [(one.line, one.column, one.below) for one in comments_in(text)] == [(1, None, 3), (2, 2, 3)]


def test_json_members() -> None:
    """Where there are no comments, a member stands for one: a text or a list of texts."""
    assert ignores_among(["poolwarden: ignore PW001 x", 3, "else"], 7) == (Ignore("PW001", "x", 7),)
    assert ignores_among(None) == ()
    assert metadata_ignores({"poolwarden": "ignore PW001 x"}) == (Ignore("PW001", "x"),)
    assert metadata_ignores({"poolwarden": ["poolwarden: ignore PW001 x", "ignore PW002 y"]}) == (
        Ignore("PW001", "x"),
        Ignore("PW002", "y"),
    )
    assert metadata_ignores({"poolwarden": {}}) == metadata_ignores("x") == ()


def test_without_reason() -> None:
    """An ignore needs both its id and its reason."""
    good, bare, vague = Ignore("PW001", "x"), Ignore("PW001", ""), Ignore("", "x")
    assert list(without_reason([good, bare, vague])) == [bare, vague]


TEMPLATE = """\
{top}
Resources:
  {above_web}
  WebClient:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      PreventUserExistenceErrors: ENABLED
      {inside}
      RefreshTokenValidity: 30  {beside}
      TokenValidityUnits: {{RefreshToken: hours}}
      {below}
  {above_app}
  AppClient:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      PreventUserExistenceErrors: ENABLED
      RefreshTokenValidity: 30
      TokenValidityUnits:
        RefreshToken: hours
"""
HERE = "# poolwarden: ignore PW003 thirty hours are meant"
BOTH, WEB, APP = ["WebClient", "AppClient"], ["WebClient"], ["AppClient"]


@pytest.mark.parametrize(
    ("place", "silent"),
    [
        ("top", BOTH),
        ("above_web", WEB),
        ("inside", WEB),
        ("beside", WEB),
        ("below", WEB),
        ("above_app", APP),
    ],
)
def test_places(place: str, silent: list[str]) -> None:
    """A comment holds for the client that it stands in or right above; elsewhere for all of the file's."""
    places = dict.fromkeys(("top", "above_web", "inside", "beside", "below", "above_app"), "")
    text = TEMPLATE.format(**{**places, place: HERE})
    found = {client.place.path: check_client(client) for client in read_clients("t.yaml", text.encode())}
    ignored = [path for path, findings in found.items() if any(finding.ignored for finding in findings)]
    assert ignored == silent
    for findings in found.values():
        (finding,) = [one for one in findings if one.check.id == "PW003"]
        assert finding.matters is (finding.ignored is None)
        assert finding.ignored is None or finding.ignored.reason == "thirty hours are meant"


def test_above_other_comments() -> None:
    """Comments between an ignore and its client keep them together, whoever they speak to."""
    above = f"{HERE}\n  # The kiosk in the lobby.\n  # poolwarden: ignore PW018 as above"
    places = dict.fromkeys(("top", "above_web", "inside", "beside", "below"), "")
    web, app = read_clients("t.yaml", TEMPLATE.format(above_app=above, **places).encode())
    assert (web.ignores, [ignore.id for ignore in app.ignores]) == ((), ["PW003", "PW018"])


def test_of_a_file_is_told_once() -> None:
    """A faulty ignore for the whole file is one finding, at its own line."""
    places = dict.fromkeys(("above_web", "inside", "beside", "below", "above_app"), "")
    text = TEMPLATE.format(top="# poolwarden: ignore PW003\n\n", **places)
    findings = [finding for client in read_clients("t.yaml", text.encode()) for finding in check_client(client)]
    assert [(one.check.id, one.line) for one in findings if one.check.id == "PW027"] == [("PW027", 1)]
    assert all(one.ignored is None for one in findings)


@pytest.mark.parametrize(
    ("comment", "ids"),
    [
        ("# poolwarden: ignore PW003 meant", []),
        ("# poolwarden: ignore PW003", ["PW003", "PW027"]),
        ("# poolwarden: ignore meant", ["PW003", "PW027"]),
        ("# poolwarden: ignore PW777 meant", ["PW003", "PW028"]),
        ("# poolwarden: ignore PW003, PW777 meant", ["PW028"]),
        ("# poolwarden: ignore PW027 silence", ["PW003"]),
        ("# poolwarden: ignore PW027", ["PW003", "PW027"]),
        ("# poolwarden: ignore PW024 of another check", ["PW003"]),
    ],
)
def test_faulty_ignores(comment: str, ids: list[str]) -> None:
    """Without a reason an ignore is a finding and silences nothing; nothing silences that."""
    places = dict.fromkeys(("top", "above_web", "beside", "below", "above_app"), "")
    web, _ = read_clients("t.yaml", TEMPLATE.format(inside=comment, **places).encode())
    assert [finding.check.id for finding in check_client(web) if finding.ignored is None] == ids


def test_terraform_json() -> None:
    """Terraform's JSON has a comment of its own, the member //."""
    client = {"//": "poolwarden: ignore PW003 meant", "refresh_token_validity": 30}
    client["token_validity_units"] = {"refresh_token": "hours"}  # type: ignore[assignment] # a value of another kind
    text = json.dumps({"resource": {"aws_cognito_user_pool_client": {"web": client}}}, indent=1)
    (web,) = read_clients("main.tf.json", text.encode())
    assert web.ignores == (Ignore("PW003", "meant", 5),)


def test_cdk() -> None:
    """What the CDK synthesizes has Metadata, which may carry an ignore."""
    resource = {
        "Type": "AWS::Cognito::UserPoolClient",
        "Properties": {"UserPoolId": {"Ref": "Pool"}},
        "Metadata": {"aws:cdk:path": "Stack/Pool/Client/Resource", "poolwarden": ["ignore PW024 staff only"]},
    }
    text = json.dumps({"Resources": {"Client": resource}}, indent=1)
    (client,) = read_clients("stack.template.json", text.encode())
    assert [(one.id, one.reason, one.line) for one in client.ignores] == [("PW024", "staff only", 10)]


def test_descriptions() -> None:
    """A saved description may carry the member too, and no update takes it along."""
    text = b'{"UserPoolClient": {"ClientId": "a", "RefreshTokenValidity": 30, "//": "poolwarden: ignore PW003 meant"}}'
    (client,) = read_clients("client.json", text)
    assert client.ignores[0].id == "PW003"
    assert "//" not in client.carried
