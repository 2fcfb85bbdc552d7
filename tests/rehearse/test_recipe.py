"""The recipe's commands are ones that the AWS CLI and a shell take, and its client differs in the validities only."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.validate import ParamValidator
from served import served

from poolwarden import ANY_CLIENT, ResourceServer, UserPool
from poolwarden.demo.example import make_app
from poolwarden.localpool import Clock, LocalPool
from poolwarden.localpool.http import serve
from poolwarden.rehearse import recipe, terms_of
from poolwarden.rehearse.recipe import client_document

ROTATION = {"RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 20}, "ExplicitAuthFlows": None}
PAGE = {
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthScopes": ["openid"],
    "CallbackURLs": ["https://app.example.com/cb"],
}
SETTINGS: dict[str, dict[str, Any]] = {
    "defaults": {},
    "rotation": ROTATION,
    "rotation_without_grace": {
        **ROTATION,
        "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0},
    },
    "page_and_secret": {**PAGE, "ClientSecret": "never read"},
    "revocation_off": {"EnableTokenRevocation": False},
}
PLAYED = Path(__file__).parent / "played_cli.py"
EXPIRED = "(NotAuthorizedException) Refresh Token has expired"
REVOKED = "(NotAuthorizedException) Refresh Token has been revoked"
REUSED = "(RefreshTokenReuseException) Refresh token has been invalidated"
# Of the step about rotation, and of all steps.
STATUSES = {"defaults": [], "rotation": ["200", "200"]}
REFUSALS = {
    "defaults": [EXPIRED, EXPIRED, REVOKED, REVOKED],
    "rotation": [EXPIRED, EXPIRED, REUSED, REVOKED, REVOKED],
}
# The AWS CLI's own, for every command.
GLOBAL = {"--query", "--output", "--cli-input-json"}


def written(describe: Any, **given: Any) -> str:
    """Write a recipe."""
    client = describe(**given)
    return recipe(client, terms_of(client, file="client.json"), "https://api.example.com/orders?a='b'")


def shell_in(text: str) -> str:
    """Return the commands of a recipe, one line each."""
    return "\n".join(re.findall(r"```bash\n(.*?)```", text, re.DOTALL)).replace("\\\n", " ")


@pytest.fixture(scope="module")
def model() -> Any:
    """Read what the API takes, as the AWS CLI does."""
    return boto3.client("cognito-idp", region_name="eu-west-1").meta.service_model


@pytest.mark.parametrize("name", SETTINGS)
def test_commands(name: str, describe: Any, model: Any) -> None:
    """Every command exists, and takes each option that it is given."""
    operations = {xform_name(operation, "-"): operation for operation in model.operation_names}
    commands = re.findall(r"aws cognito-idp ([\w-]+)([^\n|]*)", shell_in(written(describe, **SETTINGS[name])))
    assert len(commands) >= 8
    for command, rest in commands:
        members = model.operation_model(operations[command]).input_shape.members
        flags = {f"--{xform_name(member, '-')}" for member in members} | GLOBAL
        given = set(re.findall(r"(?<!\S)--[a-z][\w-]+", rest))
        # --permanent is how the CLI writes a flag.
        assert given <= flags
        needed = model.operation_model(operations[command]).input_shape.required_members
        assert {f"--{xform_name(member, '-')}" for member in needed} <= given | (
            {"--client-name"} if "--cli-input-json" in given else set()
        )


@pytest.mark.parametrize("name", SETTINGS)
def test_shell(name: str, describe: Any) -> None:
    """A shell can read it, whatever is in the settings and the address."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is missing")
    subprocess.run([bash, "-n"], input=shell_in(written(describe, **SETTINGS[name])), text=True, check=True, timeout=60)


@pytest.mark.parametrize("name", SETTINGS)
def test_client(name: str, describe: Any, model: Any) -> None:
    """The temporary client is one that the API takes, with the settings' own values but for validities and sign-in."""
    client = describe(**SETTINGS[name])
    document = client_document(client, terms_of(client, file=None))
    shape = model.operation_model("CreateUserPoolClient").input_shape
    errors = ParamValidator().validate({"UserPoolId": "eu-west-1_AbCdEfGhI", **document}, shape)
    assert not errors.has_errors(), errors.generate_report()
    pool = LocalPool("eu-west-1_AbCdEfGhI")
    made = pool.call("CreateUserPoolClient", {"UserPoolId": pool.pool_id, **document})["UserPoolClient"]
    assert isinstance(made, dict)
    assert (made["RefreshTokenValidity"], made["TokenValidityUnits"]["RefreshToken"]) == (60, "minutes")
    changed = {"ClientSecret", "ExplicitAuthFlows", "RefreshTokenValidity"}
    for attribute, value in SETTINGS[name].items():
        if attribute not in changed:
            assert made[attribute] == value


@pytest.mark.parametrize("name", ["defaults", "rotation"])
def test_played(name: str, describe: Any, tmp_path: Path) -> None:
    """From creating to deleting the client, a shell runs it all, and what it says should come does come."""
    bash, curl = shutil.which("bash"), shutil.which("curl")
    if bash is None or curl is None:
        pytest.skip("bash or curl is missing")
    for program in ("aws", "sleep", "date"):
        stand_in = tmp_path / program
        stand_in.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{PLAYED}" {program} "$@"\n', encoding="utf-8")
        stand_in.chmod(0o755)
    client = describe(**SETTINGS[name])
    pool = LocalPool("eu-west-1_AbCdEfGhI", clock=Clock(1_772_442_000))
    known = UserPool(pool.pool_id, client_ids=ANY_CLIENT, keys=pool.jwk_set())
    server = ResourceServer(known, now=pool.clock, events=None, meter=None)
    with serve(pool) as pool_url, served(make_app(server)) as url:
        text = recipe(client, terms_of(client, file=None), f"{url}/me")
        script = tmp_path / "recipe.sh"
        script.write_text(shell_in(text), encoding="utf-8")
        env = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "PLAYED_POOL": pool_url}
        done = subprocess.run(
            [bash, str(script)],
            input="Passw0rd!\n",
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
            env={**env, "no_proxy": "*"},
            cwd=tmp_path,
        )
        answered = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("HTTP/1.1 ")]
        assert answered == ["200", "200", "401", "200", *["200", "200", "401"], *STATUSES[name], "200", "200"]
        assert [line for line in done.stderr.splitlines() if line.startswith("(")] == REFUSALS[name]
        assert done.stdout.count('"cause":"token_expired"') == 2
        listed = pool.call("ListUserPoolClients", {"UserPoolId": pool.pool_id})
    assert listed == {"UserPoolClients": []}
    assert not (tmp_path / "rehearsal-client.json").exists()


def test_what_it_tells(describe: Any) -> None:
    """It says what a client with a secret, or with a sign-in page, has otherwise there; and leaves nothing behind."""
    plain, other = written(describe), written(describe, **SETTINGS["page_and_secret"])
    assert "has no secret, unlike the real one" in other
    assert "choose a route that needs no other scope" in other
    assert "secret" not in plain
    assert "delete-user-pool-client" in plain
    assert "never read" not in other
    assert "revoke-token" not in written(describe, EnableTokenRevocation=False)
