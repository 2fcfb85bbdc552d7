"""Operations on app clients, above all the update that resets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Refused
    from poolwarden.localpool import AppClient, Clock, LocalPool


def described(pool: LocalPool, client_id: str) -> dict[str, Any]:
    """Describe an app client."""
    answer: dict[str, Any] = pool.call("DescribeUserPoolClient", {"UserPoolId": pool.pool_id, "ClientId": client_id})
    shown: dict[str, Any] = answer["UserPoolClient"]
    return shown


def test_update_resets_what_is_omitted(pool: LocalPool, clock: Clock) -> None:
    """An update that sets the refresh validity alone resets everything else, but name and secret."""
    client = pool.create_client(
        "web",
        access_validity=2,
        rotation_grace_s=60,
        secret=True,
        callback_urls=("https://app.example/cb",),
        enable_revocation=False,
        auth_session_minutes=9,
        hide_users=True,
    )
    before = described(pool, client.client_id)
    clock.move(60)
    pool.update_client(client.client_id, RefreshTokenValidity=30, TokenValidityUnits={"RefreshToken": "hours"})
    after = described(pool, client.client_id)
    assert set(before) - set(after) == {
        "AccessTokenValidity",
        "ExplicitAuthFlows",
        "RefreshTokenRotation",
        "CallbackURLs",
        "AllowedOAuthFlows",
        "AllowedOAuthScopes",
        "PreventUserExistenceErrors",
    }
    assert (after["ClientName"], after["ClientSecret"]) == ("web", client.secret)
    assert after["EnableTokenRevocation"] is True
    assert after["AllowedOAuthFlowsUserPoolClient"] is False
    assert after["AuthSessionValidity"] == 3
    assert after["LastModifiedDate"] == after["CreationDate"] + 60
    assert pool.client(client.client_id).refresh_validity_s == 108_000


def test_refused_update_changes_nothing(pool: LocalPool, web: AppClient, refused: Refused) -> None:
    """An update out of bounds leaves the client as it was."""
    with refused("InvalidParameterException", "Invalid range for token validity."):
        pool.update_client(web.client_id, RefreshTokenValidity=4000)
    assert pool.client(web.client_id) == web


def test_update_renames(pool: LocalPool, web: AppClient) -> None:
    """A name in the update is the new name."""
    assert pool.update_client(web.client_id, ClientName="new").client_name == "new"


def test_refused_create_keeps_nothing(pool: LocalPool, refused: Refused) -> None:
    """A client that is refused does not exist afterwards."""
    with refused("InvalidParameterException"):
        pool.create_client("web", access_validity=0)
    assert pool.call("ListUserPoolClients", {"UserPoolId": pool.pool_id})["UserPoolClients"] == []


def test_secrets(pool: LocalPool) -> None:
    """A secret is generated, given, or absent."""
    wanted = {"UserPoolId": pool.pool_id, "ClientName": "x"}
    cases: list[tuple[dict[str, object], int]] = [
        ({"GenerateSecret": True}, 52),
        ({"ClientSecret": "given"}, 5),
        ({}, 0),
    ]
    for given, length in cases:
        shown: Any = pool.call("CreateUserPoolClient", {**wanted, **given})["UserPoolClient"]
        assert len(shown.get("ClientSecret", "")) == length


def test_list_in_pages(pool: LocalPool) -> None:
    """Clients are listed in pages that follow one another."""
    names = [f"c{number}" for number in range(5)]
    for name in names:
        pool.create_client(name)
    seen: list[str] = []
    request: dict[str, object] = {"UserPoolId": pool.pool_id, "MaxResults": 2}
    while True:
        page: Any = pool.call("ListUserPoolClients", request)
        seen += [client["ClientName"] for client in page["UserPoolClients"]]
        if "NextToken" not in page:
            break
        request["NextToken"] = page["NextToken"]
    assert seen == names


def test_delete(pool: LocalPool, web: AppClient, refused: Refused) -> None:
    """A deleted client is unknown, also to those who sign in."""
    pool.call("DeleteUserPoolClient", {"UserPoolId": pool.pool_id, "ClientId": web.client_id})
    with refused("ResourceNotFoundException"):
        pool.sign_in(web.client_id, "ada", "Passw0rd!")


def test_pool(pool: LocalPool) -> None:
    """The pool describes itself."""
    shown: Any = pool.call("DescribeUserPool", {"UserPoolId": pool.pool_id})["UserPool"]
    assert (shown["Id"], shown["Name"], shown["EstimatedNumberOfUsers"]) == (pool.pool_id, "LocalPool1", 1)


@pytest.mark.parametrize(
    "operation", ["DescribeUserPool", "ListUserPoolClients", "CreateUserPoolClient", "AdminGetUser"]
)
def test_other_pool(pool: LocalPool, refused: Refused, operation: str) -> None:
    """An operation on another pool is refused."""
    with refused("ResourceNotFoundException", "User pool eu-west-1_Other does not exist."):
        pool.call(operation, {"UserPoolId": "eu-west-1_Other"})
