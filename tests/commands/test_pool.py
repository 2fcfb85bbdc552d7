"""The local pool is served with the clients, users and clock that were asked for."""

import json
import re
import socket
import subprocess
import sys
import urllib.request
from typing import Any

import pytest

from poolwarden import ResourceServer, cli


def test_serves() -> None:
    """It prints its address, its clients and users, and answers as Cognito does until it is ended."""
    asked = [
        "--port",
        "0",
        "--client",
        "web=30h",
        "--client",
        "phone=30d/15m",
        "--client",
        "tv=2w",
        "--user",
        "bob:Passw0rd!",
    ]
    with subprocess.Popen(
        [sys.executable, "-m", "poolwarden", "pool", "serve", *asked, "--clock", "2026-03-01"],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        lines = []
        while not lines or not lines[-1].startswith("  curl"):
            lines.append(process.stdout.readline())
        text = "".join(lines)
        url = re.findall(r"http://127\.0\.0\.1:\d+", text)[0]
        client = re.findall(r"phone +(\w{26})  refresh 30 days, access 15 minutes", text)[0]
        assert re.search(r"web +\w{26}  refresh 30 hours, access 1 hour", text)
        assert "2026-03-01 00:00:00 UTC" in text
        environ = dict(re.findall(r"  export (POOLWARDEN_\w+)=(\S+)", text))
        guard = ResourceServer.from_env(environ, events=None, meter=None)
        assert guard.clients == (("main", "web", 108_000), ("main", "phone", 2_592_000), ("main", "tv", 1_209_600))
        parameters = {"USERNAME": "bob", "PASSWORD": "Passw0rd!"}
        sign_in = {"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": client, "AuthParameters": parameters}
        assert told(url, "InitiateAuth", sign_in)["AuthenticationResult"]["ExpiresIn"] == 900
        described = told(url, "DescribeUserPoolClient", {"UserPoolId": "eu-west-1_LocalPool1", "ClientId": client})
        # As it was typed, for a unit is what the checks of app clients look at.
        assert described["UserPoolClient"]["RefreshTokenValidity"] == 30
        units = {"RefreshToken": "days", "AccessToken": "minutes", "IdToken": "minutes"}
        assert described["UserPoolClient"]["TokenValidityUnits"] == units
        process.terminate()


def told(url: str, operation: str, body: dict[str, Any]) -> Any:
    """Call an operation of the pool."""
    headers = {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}",
    }
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--client", "web"], "write web=30h"),
        (["--client", "web=30"], "write 30d, 30h"),
        (["--client", "web=30m"], "Refresh: 1h to 3650d"),
        (["--client", "web=1h/2h"], "access: 5m to 1d"),
        (["--user", "ada"], "NAME:PASSWORD"),
        (["--user", "ada:short"], "--user ada: Password did not conform"),
        (["--port", "99999"], "no port"),
        (["--pool-id", "nonsense"], "--pool-id"),
        (["--clock", "teatime"], "no moment"),
    ],
)
def test_mistakes(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A setting that cannot be is a usage error that names it."""
    assert cli.main(["pool", "serve", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_port_taken(capsys: pytest.CaptureFixture[str]) -> None:
    """A port in use is a usage error that says so."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert cli.main(["pool", "serve", "--port", port]) == 2
    assert (
        capsys.readouterr().err
        == f"poolwarden: --port {port}: Address already in use. Give another, or 0 for a free one.\n"
    )
