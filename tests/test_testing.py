"""The pytest plugin, used as a project would use it."""

import re
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

import pytest

pytest_plugins = "pytester"

_TESTS = """
    from datetime import timedelta

    import pytest
    from poolwarden import BearerError


    def cause_of(server, token):
        with pytest.raises(BearerError) as refused:
            server.authenticate(f"Bearer {token}")
        return refused.value.cause


    def test_good(resource_server, access_token):
        token = resource_server.authenticate(f"Bearer {access_token(scopes=['a/b', 'c/d'], groups=['admin'])}")
        assert token.scopes == {"a/b", "c/d"}
        assert token.groups == ("admin",)
        assert token.client == "web"


    def test_expired(resource_server, access_token, local_clock):
        token = access_token()
        local_clock.move(timedelta(hours=2))
        assert cause_of(resource_server, token) == "token_expired"


    def test_claims(resource_server, access_token):
        assert cause_of(resource_server, access_token(claims={"token_use": "id"})) == "token_use_mismatch"
        assert cause_of(resource_server, access_token(remove=["sub"])) == "claim_invalid"


    def test_header(resource_server, bearer_header):
        assert resource_server.authenticate(bearer_header()["Authorization"]).client == "web"


    def test_real_session(local_pool, local_client, local_clock, resource_server):
        local_pool.create_user("ada", "Passw0rd!")
        tokens = local_pool.sign_in(local_client.client_id, "ada", "Passw0rd!")
        local_clock.move(timedelta(days=29))
        renewed = local_pool.refresh(local_client.client_id, tokens.refresh_token)
        assert resource_server.authenticate(f"Bearer {renewed.access_token}").username == "ada"
"""

_APPLICATION = """
from datetime import timedelta
from fastapi import FastAPI, Security
from fastapi.testclient import TestClient

import poolwarden.fastapi
from poolwarden import ResourceServer, UserPool

app = FastAPI()
server = ResourceServer(UserPool("eu-west-1_AbCdEfGhI", client_ids="1example23456789"), meter=None)
auth = poolwarden.fastapi.Bearer(server)


@app.get("/orders", dependencies=[Security(auth, scopes=["orders/read"])])
async def orders():
    return {}


"""

_OVERRIDE = """
    import pytest


    @pytest.fixture
    def local_client(local_pool):
        return local_pool.create_client("mine", refresh_validity=30, units={"refresh": "hours"})


    def test_own_client(resource_server, bearer_header):
        assert resource_server.authenticate(bearer_header()["Authorization"]).client == "mine"
"""


def _plugin() -> tuple[str, ...]:
    """Return the arguments that load the plugin where this installation does not know it yet."""
    known = any(point.value == "poolwarden.testing" for point in entry_points(group="pytest11"))
    return () if known else ("-p", "poolwarden.testing")


def test_fixtures(pytester: pytest.Pytester) -> None:
    """The fixtures give a pool, its clock, its client, tokens, headers and a server that agree with each other."""
    pytester.makepyfile(_TESTS)
    pytester.runpytest(*_plugin(), "-p", "no:asyncio", "-p", "no:cov").assert_outcomes(passed=5)


def test_readme(pytester: pytest.Pytester) -> None:
    """The README's test passes for an application with the README's route."""
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```python\n(def test_orders.*?)```", readme, flags=re.DOTALL)
    pytester.makepyfile(_APPLICATION + shown)
    pytester.runpytest(*_plugin(), "-p", "no:asyncio", "-p", "no:cov").assert_outcomes(passed=1)


def test_overridden(pytester: pytest.Pytester) -> None:
    """A fixture of the project's own takes the place of the plugin's."""
    pytester.makepyfile(_OVERRIDE)
    pytester.runpytest(*_plugin(), "-p", "no:asyncio", "-p", "no:cov").assert_outcomes(passed=1)


def test_documented(pytester: pytest.Pytester) -> None:
    """Each fixture says what it is to whoever lists them."""
    listed = pytester.runpytest(*_plugin(), "--fixtures", "-p", "no:asyncio", "-p", "no:cov")
    for name in ("local_pool", "local_clock", "local_client", "access_token", "bearer_header", "resource_server"):
        listed.stdout.re_match_lines([rf"{name} -- .*testing.py:\d+"])
    assert "no docstring available" not in "\n".join(
        line for line in listed.outlines if "local_" in line or "bearer" in line
    )


def test_declared() -> None:
    """The plugin is declared, so that pytest loads it wherever poolwarden is installed."""
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"poolwarden": "poolwarden.testing"}
