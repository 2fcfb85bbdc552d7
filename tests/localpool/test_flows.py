"""Flows run where the client enabled them, and only from where they belong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from poolwarden.localpool.flows import is_refresh

if TYPE_CHECKING:
    from conftest import Refused
    from poolwarden.localpool import AppClient, LocalPool

INVALID = "InvalidParameterException"
USER = {"USERNAME": "ada", "PASSWORD": "Passw0rd!"}


def initiate(pool: LocalPool, client: AppClient, flow: str, given: dict[str, str], *, admin: bool = False) -> None:
    """Start a flow over the API."""
    request = {"ClientId": client.client_id, "AuthFlow": flow, "AuthParameters": given, "UserPoolId": pool.pool_id}
    pool.call("AdminInitiateAuth" if admin else "InitiateAuth", request)


@pytest.mark.parametrize(
    ("flow", "admin", "allowed_by"),
    [
        ("USER_PASSWORD_AUTH", False, ["ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH"]),
        ("ADMIN_USER_PASSWORD_AUTH", True, ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"]),
        ("ADMIN_NO_SRP_AUTH", True, ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"]),
    ],
)
def test_allowed_by(pool: LocalPool, refused: Refused, flow: str, admin: bool, allowed_by: list[str]) -> None:
    """Each flow needs its setting, the present or the legacy one."""
    for setting in allowed_by:
        initiate(pool, pool.create_client("x", explicit_auth_flows=[setting]), flow, USER, admin=admin)
    with refused(INVALID, f"{flow} flow not enabled for this client"):
        initiate(pool, pool.create_client("x", explicit_auth_flows=["ALLOW_CUSTOM_AUTH"]), flow, USER, admin=admin)


@pytest.mark.parametrize(("setting", "refreshes"), [("ALLOW_USER_PASSWORD_AUTH", False), ("USER_PASSWORD_AUTH", True)])
def test_legacy_values_never_gate_refresh(pool: LocalPool, refused: Refused, setting: str, refreshes: bool) -> None:
    """Refresh has to be allowed, unless the client's settings are the legacy ones."""
    client = pool.create_client("x", explicit_auth_flows=[setting])
    token = pool.sign_in(client.client_id, "ada", "Passw0rd!").refresh_token
    assert token is not None
    if refreshes:
        initiate(pool, client, "REFRESH_TOKEN", {"REFRESH_TOKEN": token})
    else:
        with refused(INVALID, "REFRESH_TOKEN_AUTH flow not enabled for this client"):
            initiate(pool, client, "REFRESH_TOKEN_AUTH", {"REFRESH_TOKEN": token})


def test_rotating_client_refuses_refresh_flow(pool: LocalPool, refused: Refused) -> None:
    """A rotating client has no REFRESH_TOKEN_AUTH, not even where the default flows hold it."""
    client = pool.create_client("rotating", rotation_grace_s=0)
    token = pool.sign_in(client.client_id, "ada", "Passw0rd!").refresh_token or ""
    pool.update_client(client.client_id, RefreshTokenRotation={"Feature": "ENABLED"})
    with refused(INVALID, "REFRESH_TOKEN_AUTH flow not enabled"):
        initiate(pool, client, "REFRESH_TOKEN_AUTH", {"REFRESH_TOKEN": token})


@pytest.mark.parametrize("flow", ["ADMIN_USER_PASSWORD_AUTH", "USER_SRP_AUTH", "NOPE"])
def test_unsupported(pool: LocalPool, web: AppClient, refused: Refused, flow: str) -> None:
    """A flow that is not public, or not played here, is refused."""
    with refused(INVALID, "Initiate Auth method not supported."):
        initiate(pool, web, flow, USER)


@pytest.mark.parametrize(
    ("flow", "given", "missing"),
    [
        ("USER_PASSWORD_AUTH", {}, "USERNAME"),
        ("USER_PASSWORD_AUTH", {"USERNAME": "ada"}, "PASSWORD"),
        ("REFRESH_TOKEN_AUTH", {}, "REFRESH_TOKEN"),
    ],
)
def test_missing(
    pool: LocalPool, web: AppClient, refused: Refused, flow: str, given: dict[str, str], missing: str
) -> None:
    """A flow names the parameter it misses."""
    with refused(INVALID, f"Missing required parameter {missing}"):
        initiate(pool, web, flow, given)


def test_refresh_secret_hash(pool: LocalPool, secretive: AppClient, refused: Refused) -> None:
    """A refresh of a client with a secret needs the hash, and says how it fails."""
    token = pool.sign_in(secretive.client_id, "ada", "Passw0rd!").refresh_token or ""
    with refused("NotAuthorizedException", "SECRET_HASH was not received"):
        initiate(pool, secretive, "REFRESH_TOKEN_AUTH", {"REFRESH_TOKEN": token})
    with refused("NotAuthorizedException", "SecretHash does not match for the client"):
        initiate(pool, secretive, "REFRESH_TOKEN_AUTH", {"REFRESH_TOKEN": token, "SECRET_HASH": "x"})


def test_is_refresh() -> None:
    """Both names of the refresh flow are known as such."""
    assert is_refresh("REFRESH_TOKEN")
    assert is_refresh("REFRESH_TOKEN_AUTH")
    assert not is_refresh("USER_PASSWORD_AUTH")
    assert not is_refresh("NOPE")
