"""The command rehearses: the built-in example, an application that was started with what it prints, and on paper."""

import importlib.util
import json
import shlex
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from poolwarden import ResourceServer, cli
from poolwarden.localpool.loopback import serving

ROOT = Path(__file__).parents[2]
CLIENT = {
    "UserPoolClient": {
        "UserPoolId": "eu-west-1_AbCdEfGhI",
        "ClientId": "1example23456789",
        "ClientName": "web",
        "RefreshTokenValidity": 30,
        "TokenValidityUnits": {"RefreshToken": "hours"},
        "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    }
}


@pytest.fixture
def described(tmp_path: Path) -> str:
    """Save a description."""
    file = tmp_path / "client.json"
    file.write_text(json.dumps(CLIENT), encoding="utf-8")
    return str(file)


def loaded(path: Path) -> Any:
    """Load a module that is in no package."""
    spec = importlib.util.spec_from_file_location(f"rehearsed_{path.stem}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    # FastAPI looks names of annotations up there.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def guarded(variables: dict[str, str]) -> Any:
    """Make the example of the repository, as it is."""
    module = loaded(ROOT / "examples" / "fastapi_app.py")
    return module.make_app(ResourceServer.from_env(variables, events=None, meter=None))


def naive(variables: dict[str, str]) -> Any:
    """Make an application that checks the signature of tokens and nothing else."""
    module = loaded(ROOT / "tests" / "rehearse" / "naive.py")
    from poolwarden.rehearse.exchange import read_address, send  # noqa: PLC0415 (beside what it is for)

    keys = read_address(variables["POOLWARDEN_JWKS_URL"])
    client_id = variables["POOLWARDEN_CLIENT_IDS"].partition("=")[2]
    return module.Naive(lambda: send(keys).fields, client_id, variables["POOLWARDEN_ISSUERS"], "signature_only").app()


@pytest.mark.parametrize(
    ("make_app", "path", "code", "headline"),
    [
        (guarded, "/me", 0, "All 13 steps are as they should be."),
        (naive, "/orders", 1, "The application checks the signature of tokens and nothing else."),
    ],
    ids=["example", "naive"],
)
def test_an_application(
    make_app: Callable[[dict[str, str]], Any], path: str, code: int, headline: str, described: str
) -> None:
    """
    An application that is started with the printed environment is rehearsed.

    The example FastAPI application passes, and a naive one fails with the right explanation.
    """
    with socket.create_server(("127.0.0.1", 0)) as listening:
        app = f"http://127.0.0.1:{listening.getsockname()[1]}{path}"
        command = [sys.executable, "-m", "poolwarden", "rehearse", described, "--refresh", "90d"]
        with subprocess.Popen(
            [*command, "--app", app, "--pool-port", "0", "--wait", "120"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout
            assert process.stderr
            told: list[str] = []
            while not told or not told[-1].startswith("Waiting for "):
                told.append(process.stderr.readline())
                assert told[-1], "".join(told)
            exports = [shlex.split(line)[1] for line in told if line.startswith("export ")]
            variables = dict(export.split("=", 1) for export in exports)
            with serving(make_app(variables), listening):
                report, errors = process.communicate(timeout=300)
    assert (process.returncode, errors) == (code, "")
    assert headline in report
    assert "refresh 90 days, access 1 hour" in report
    assert variables["POOLWARDEN_USER_POOL_ID"] == "eu-west-1_AbCdEfGhI"
    assert variables["POOLWARDEN_CLIENT_IDS"] == "web=1example23456789"


def test_built_in_example(capsys: pytest.CaptureFixture[str]) -> None:
    """Without anything, Cognito's defaults are rehearsed at the built-in example, and all is as it should be."""
    assert cli.main(["rehearse", "--format", "json"]) == 0
    told = capsys.readouterr()
    report = json.loads(told.out)
    assert (report["good"], report["client"]["validity_s"]["refresh"], told.err) == (True, 2_592_000, "")


def test_origin_that_reads_nothing(described: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Where a good answer does not allow the front end's origin, that is told, and is no fault: a proxy may."""
    assert cli.main(["rehearse", described, "--origin", "https://other.example.com"]) == 0
    assert "does not allow https://other.example.com in Access-Control-Allow-Origin" in capsys.readouterr().err


def test_the_two_examples_do_the_same(described: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The built-in example answers at every step as the repository's does."""
    assert cli.main(["rehearse", described, "--format", "json"]) == 0
    built_in = json.loads(capsys.readouterr().out)["steps"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("poolwarden.demo.example.make_app", _repository_app)
        assert cli.main(["rehearse", described, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["steps"] == built_in


def _repository_app(server: Any) -> Any:
    return loaded(ROOT / "examples" / "fastapi_app.py").make_app(server)


def test_findings_and_exit_code(described: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Findings end with 1, or with 0 where only the report is wanted."""
    assert cli.main(["rehearse", described, "--revoked-at-once"]) == 1
    assert "revocation_unchecked" in capsys.readouterr().out
    assert cli.main(["rehearse", described, "--revoked-at-once", "--exit-zero"]) == 0


def test_environment(described: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What to start an application with is printed beforehand, and is always the same."""
    assert cli.main(["rehearse", described, "--print-env", "--local-issuer", "--refresh", "90d"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "export POOLWARDEN_USER_POOL_ID=eu-west-1_AbCdEfGhI",
        "export POOLWARDEN_CLIENT_IDS=web=1example23456789",
        "export POOLWARDEN_JWKS_URL=http://127.0.0.1:9229/eu-west-1_AbCdEfGhI/.well-known/jwks.json",
        "export POOLWARDEN_ISSUERS=http://127.0.0.1:9229/eu-west-1_AbCdEfGhI",
        "export POOLWARDEN_REFRESH_VALIDITY=90d",
        "export AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER=http://127.0.0.1:9229",
    ]


def test_environment_of_a_partition(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The issuer is the one that Cognito has in the pool's partition."""
    file = tmp_path / "client.json"
    moved = {"UserPoolClient": {**CLIENT["UserPoolClient"], "UserPoolId": "cn-north-1_AbCdEfGhI"}}
    file.write_text(json.dumps(moved), encoding="utf-8")
    assert cli.main(["rehearse", str(file), "--print-env"]) == 0
    assert "ISSUERS=https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_AbCdEfGhI\n" in capsys.readouterr().out


def test_recipe(described: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The recipe is written to a file or to standard output, and nothing is run."""
    assert cli.main(["rehearse", described, "--export", "-", "--app", "https://api.example.com/orders"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("# Rehearse web against Amazon Cognito itself\n")
    assert "APP=https://api.example.com/orders" in text
    target = tmp_path / "recipe.md"
    assert cli.main(["rehearse", described, "--export", str(target), "--app", "https://api.example.com/orders"]) == 0
    assert target.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--client", "web"], "no FILE to choose from"),
        (["--refresh", "90"], "no duration with a unit"),
        (["--refresh", "11m"], "out of Cognito's bounds"),
        (["--refresh", "1h", "--access", "2h"], "a user pool refuses these settings"),
        (["--sign-in", "page"], "does not allow the code grant"),
        (["--app", "localhost:8000"], "is no address"),
        (["--app", "http://127.0.0.1:1/", "--wait", "0", "--pool-port", "0"], "nothing answers"),
        (["--local-issuer"], "name one, such as 9229"),
        (["--pool-port", "99999"], "is no port"),
        (["--origin", "app.example.com"], "is no origin; write https://app.example.com"),
        (["--origin", "https://app.example.com/"], "without a path"),
        (["--wait", "long"], "no whole number of seconds"),
        (["no-such-file.json"], "no-such-file.json"),
    ],
)
def test_mistakes(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be rehearsed ends with 2 and says what to do."""
    assert cli.main(["rehearse", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_port_taken(capsys: pytest.CaptureFixture[str]) -> None:
    """A port in use is a usage error that says so."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert cli.main(["rehearse", "--pool-port", port]) == 2
    assert f"--pool-port {port}: " in capsys.readouterr().err
