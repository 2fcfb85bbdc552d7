"""The command asks a served pool as it would ask AWS, and makes the update that it printed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from poolwarden.cli import main
from poolwarden.commands import client_fix
from poolwarden.localpool import LocalPool
from poolwarden.localpool.http import serve

POOL = "eu-west-1_LocalPool1"


class Terminal:
    """Standard input at a terminal, where somebody answers."""

    def __init__(self, answer: str) -> None:
        self._answer = answer

    def isatty(self) -> bool:
        """Be a terminal."""
        return True

    def readline(self) -> str:
        """Answer."""
        return self._answer


class Served:
    """A pool with two clients, and how to see what becomes of them."""

    def __init__(self, url: str) -> None:
        self.api: Any = boto3.client(
            "cognito-idp", region_name="eu-west-1", endpoint_url=url, aws_access_key_id="x", aws_secret_access_key="x"
        )
        self.web, self.app = (self._create(name) for name in ("web", "app"))
        self.there = ["--live", "--user-pool-id", POOL, "--endpoint-url", url]

    def _create(self, name: str) -> str:
        made = self.api.create_user_pool_client(
            UserPoolId=POOL,
            ClientName=name,
            GenerateSecret=True,
            RefreshTokenValidity=30,
            AccessTokenValidity=15,
            TokenValidityUnits={"RefreshToken": "hours" if name == "web" else "days", "AccessToken": "minutes"},
            CallbackURLs=["https://app.example.com/cb"],
            PreventUserExistenceErrors="ENABLED",
        )["UserPoolClient"]
        self.secret = made["ClientSecret"]
        return str(made["ClientId"])

    def described(self, client_id: str) -> dict[str, Any]:
        """Describe a client, but for when it was changed."""
        answer = self.api.describe_user_pool_client(UserPoolId=POOL, ClientId=client_id)["UserPoolClient"]
        return {name: value for name, value in answer.items() if name != "LastModifiedDate"}


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """Serve a pool; let boto3 find credentials and nothing else of whoever runs the tests."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    with serve(LocalPool(POOL)) as url:
        yield Served(url)


def test_check(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    """Every client of the pool is checked, or the one that is named."""
    assert main(["client", "check", "--format", "json", *served.there]) == 1
    out = capsys.readouterr().out
    clients = json.loads(out)["clients"]
    assert [(client["name"], client["source"], client["file"]) for client in clients] == [
        (name, "live", f"{POOL} (live)") for name in ("web", "app")
    ]
    assert [finding["id"] for finding in clients[0]["findings"]] == ["PW003", "PW025"]
    assert served.secret not in out
    assert main(["client", "check", *served.there, "--client-id", served.app]) == 0


def test_drift(served: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A template is held against what is live, and differs until it says the same."""
    path = tmp_path / "template.yaml"
    text = """
Resources:
  App:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      ClientName: app
      RefreshTokenValidity: {days}
      AccessTokenValidity: 15
      TokenValidityUnits: {{AccessToken: minutes, RefreshToken: days}}
      PreventUserExistenceErrors: ENABLED
"""
    path.write_text(text.format(days=60))
    assert main(["client", "check", str(path), *served.there, "--client-id", served.app]) == 1
    words = " ".join(capsys.readouterr().out.split())
    assert "WARNING PW026 drift" in words
    assert "RefreshTokenValidity is 60 days here and 30 days live." in words
    path.write_text(text.format(days=30))
    assert main(["client", "check", str(path), *served.there, "--client-id", served.app]) == 0


def test_fix(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --apply nothing is changed; the client must be named where there are several."""
    before = served.described(served.web)
    assert main(["client", "fix", *served.there, "--client-id", served.web, "--refresh", "90d"]) == 0
    out = capsys.readouterr().out
    assert "nothing was run" in out
    assert "Describe the client again" not in out
    assert served.secret not in out
    assert served.described(served.web) == before
    assert main(["client", "fix", *served.there]) == 2
    assert f"{POOL} has 2 app clients; name one with --client-id: {served.web}" in capsys.readouterr().err


@pytest.mark.parametrize("answer", ["y\n", "YES\n"])
def test_apply(
    answer: str, served: Served, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --apply and a yes the client has what was asked for, and the rest as it was."""
    before, other = served.described(served.web), served.described(served.app)
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    assert main(["client", "fix", *served.there, "--client-id", served.web, "--refresh", "90d", "--apply"]) == 0
    out, err = capsys.readouterr()
    assert err == "Update web now? [y/N] "
    assert "Done, and described again: it is as wanted" in out
    units = {**before["TokenValidityUnits"], "RefreshToken": "days"}
    assert served.described(served.web) == {**before, "RefreshTokenValidity": 90, "TokenValidityUnits": units}
    assert served.described(served.app) == other
    assert served.secret not in out + err


@pytest.mark.parametrize("answer", ["\n", "n\n", "", "yep\n"])
def test_not_agreed(
    answer: str, served: Served, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Anything but a yes changes nothing."""
    before = served.described(served.web)
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    assert main(["client", "fix", *served.there, "--client-id", served.web, "--refresh", "90d", "--apply"]) == 0
    assert capsys.readouterr().out.endswith("Nothing was changed.\n")
    assert served.described(served.web) == before


def test_apply_of_a_file(served: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A saved description may be old: it is described again, so that what changed since is kept."""
    path = tmp_path / "client.json"
    path.write_text(json.dumps({"UserPoolClient": served.described(served.web)}, default=str))
    served.api.update_user_pool_client(
        **{
            name: value
            for name, value in served.described(served.web).items()
            if name not in ("ClientSecret", "CreationDate")
        }
        | {"LogoutURLs": ["https://app.example.com/bye"]}
    )
    before = served.described(served.web)
    url = served.there[-1]
    assert main(["client", "fix", str(path), "--apply", "--yes", "--endpoint-url", url]) == 0
    assert "RefreshTokenValidity 30 hours\n  + RefreshTokenValidity 30 days\n" in capsys.readouterr().out
    units = {**before["TokenValidityUnits"], "RefreshToken": "days"}
    assert served.described(served.web) == {**before, "TokenValidityUnits": units}
    assert before["LogoutURLs"] == ["https://app.example.com/bye"]


def test_not_as_wanted(served: Served, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the second describe shows something else, that is an error that names it."""

    def meddled(aws: Any, update: Any) -> Any:
        real = aws.client

        def client(*names: str) -> Any:
            if served.described(served.web)["RefreshTokenValidity"] == 90:
                served.api.update_user_pool_client(UserPoolId=POOL, ClientId=served.web, RefreshTokenValidity=90)
            return real(*names)

        aws.client = client
        return apply_update(aws, update)

    apply_update = client_fix.apply_update
    monkeypatch.setattr(client_fix, "apply_update", meddled)
    arguments = [*served.there, "--client-id", served.web, "--refresh", "90d", "--apply", "--yes"]
    assert main(["client", "fix", *arguments]) == 2
    err = capsys.readouterr().err
    assert (
        "the update was made, but a second describe shows it otherwise: AccessTokenValidity should be 15 minutes" in err
    )


def test_refused(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    """What the pool refuses is one sentence, and nothing has changed."""
    before = served.described(served.app)
    arguments = [*served.there, "--client-id", "nobody", "--refresh", "90d", "--apply", "--yes"]
    assert main(["client", "fix", *arguments]) == 2
    err = capsys.readouterr().err
    assert "ResourceNotFoundException" in err
    assert err.count("\n") == 1
    assert served.described(served.app) == before


def test_no_pool_of_that_name(capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be a pool's id is told before anybody is asked."""
    assert main(["client", "check", "--live", "--user-pool-id", "nope"]) == 2
    assert "--user-pool-id nope: is no user pool's; write eu-west-1_AbCdEfGhI." in capsys.readouterr().err
