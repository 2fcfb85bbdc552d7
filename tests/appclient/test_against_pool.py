"""A real update: sent by boto3 over HTTP, the fixed one changes the validity and nothing else; the bare one does."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from poolwarden.appclient import check_client, read_clients, safe_update, settle_wanted
from poolwarden.localpool import LocalPool
from poolwarden.localpool.http import serve

MOVES = {"LastModifiedDate"}

SETTINGS: dict[str, Any] = {
    "ClientName": "web",
    "RefreshTokenValidity": 30,
    "AccessTokenValidity": 15,
    "IdTokenValidity": 20,
    "TokenValidityUnits": {"RefreshToken": "hours", "AccessToken": "minutes", "IdToken": "minutes"},
    "ReadAttributes": ["email"],
    "WriteAttributes": ["email"],
    "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH"],
    "SupportedIdentityProviders": ["COGNITO"],
    "CallbackURLs": ["https://app.example.com/cb"],
    "LogoutURLs": ["https://app.example.com/bye"],
    "DefaultRedirectURI": "https://app.example.com/cb",
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid", "orders/read"],
    "AllowedOAuthFlowsUserPoolClient": True,
    "AnalyticsConfiguration": {"ApplicationArn": "arn:aws:mobiletargeting:eu-west-1:1:apps/a", "UserDataShared": True},
    "PreventUserExistenceErrors": "ENABLED",
    "EnableTokenRevocation": False,
    "EnablePropagateAdditionalUserContextData": True,
    "AuthSessionValidity": 10,
    "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 30},
}


class Wire:
    """One app client of a served pool, seen by boto3."""

    def __init__(self, url: str, pool_id: str) -> None:
        self.aws: Any = boto3.client(
            "cognito-idp", region_name="eu-west-1", endpoint_url=url, aws_access_key_id="x", aws_secret_access_key="x"
        )
        created = self.aws.create_user_pool_client(UserPoolId=pool_id, GenerateSecret=True, **SETTINGS)
        self.names = {name: created["UserPoolClient"][name] for name in ("UserPoolId", "ClientId")}

    def describe(self) -> dict[str, Any]:
        """Return the client as DescribeUserPoolClient does."""
        described: dict[str, Any] = self.aws.describe_user_pool_client(**self.names)
        return described


@pytest.fixture(scope="module")
def pool() -> Iterator[tuple[str, str]]:
    """Serve a pool over HTTP."""
    pool = LocalPool("eu-west-1_LocalPool1")
    with serve(pool) as url:
        yield url, pool.pool_id


@pytest.fixture
def wire(pool: tuple[str, str]) -> Wire:
    """Make an app client in which the refresh validity is 30 hours and everything else is set."""
    return Wire(*pool)


def read(response: dict[str, Any]) -> Any:
    """Read boto3's response as a script would have saved it."""
    (client,) = read_clients("client.json", json.dumps(response, default=str).encode())
    return client


def test_only_the_validity_changes(wire: Wire) -> None:
    """Described, fixed, updated and described again, a client differs in its refresh validity alone."""
    before = wire.describe()
    client = read(before)
    assert "refresh_unit_mistake" in [finding.check.name for finding in check_client(client)]
    update = safe_update(client, settle_wanted(client, {}))
    assert before["UserPoolClient"]["ClientSecret"] not in json.dumps(update.document)
    # What the AWS CLI would read from the file.
    wire.aws.update_user_pool_client(**json.loads(json.dumps(update.document)))
    after = wire.describe()["UserPoolClient"]
    expected = before["UserPoolClient"]
    expected["TokenValidityUnits"]["RefreshToken"] = "days"
    assert {name: after[name] for name in after if name not in MOVES} == {
        name: expected[name] for name in expected if name not in MOVES
    }
    assert "refresh_unit_mistake" not in [finding.check.name for finding in check_client(read(wire.describe()))]


def test_bare_update_resets_the_rest(wire: Wire) -> None:
    """The update that the web advises, with the validity only, sets everything else to its default."""
    wire.aws.update_user_pool_client(**wire.names, RefreshTokenValidity=30, TokenValidityUnits={"RefreshToken": "days"})
    after = wire.describe()["UserPoolClient"]
    kept = {"ClientName", "RefreshTokenValidity"}
    reset = {name for name, value in SETTINGS.items() if after.get(name) != value} - {"TokenValidityUnits"}
    assert reset == set(SETTINGS) - kept - {"TokenValidityUnits"}
    assert after["TokenValidityUnits"] == {"RefreshToken": "days"}


def test_every_setting_is_sent() -> None:
    """The client above sets every attribute that an update takes, so that none is left unproven."""
    aws: Any = boto3.client("cognito-idp", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
    taken = set(aws.meta.service_model.operation_model("UpdateUserPoolClient").input_shape.members)
    assert taken - set(SETTINGS) == {"UserPoolId", "ClientId"}
