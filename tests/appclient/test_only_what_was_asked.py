"""
For a hundred app clients of any settings, the fix changes what was asked for and nothing else; the usual command does.

Once against the local pool, which resets what an update leaves out, as Cognito
does. Once against moto, which does not: there the fix is proven to break
nothing, and what the usual command resets is not to be seen.
"""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws

from poolwarden.appclient import ACCESS, REFRESH, Validity, safe_update
from poolwarden.appclient.applying import apply_update
from poolwarden.appclient.live import Cognito
from poolwarden.localpool import LocalPool

MOVES = {"LastModifiedDate"}
ASKED = {"RefreshTokenValidity", "TokenValidityUnits"}
URLS = ["https://app.example.com/cb", "http://localhost:3000/cb", "shop://cb", "https://b.example/x?y=$z&q='"]
CLAIMS = ["email", "name", "phone_number", "address"]

UNITS = st.sampled_from(["seconds", "minutes", "hours", "days"])
SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400}
HOUR, DAY = 3600, 86_400


def validities(low: int, high: int) -> st.SearchStrategy[tuple[int, str]]:
    """Draw a number and a unit whose product Cognito takes."""
    return UNITS.flatmap(
        lambda unit: st.tuples(
            st.integers(-(-low // SECONDS[unit]), max(high // SECONDS[unit], -(-low // SECONDS[unit]))), st.just(unit)
        )
    )


@st.composite
def clients(draw: st.DrawFn) -> dict[str, Any]:
    """Draw an app client that the local pool, moto and Cognito all take."""
    rotates = draw(st.booleans())
    flows = ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_USER_PASSWORD_AUTH"]
    flows += [] if rotates else ["ALLOW_REFRESH_TOKEN_AUTH"]
    given: dict[str, Any] = {"TokenValidityUnits": {}}
    for member, (low, high) in {"Refresh": (DAY, 3650 * DAY), "Access": (300, DAY), "Id": (300, DAY)}.items():
        if draw(st.booleans()):
            number, unit = draw(validities(low, high))
            given[f"{member}TokenValidity"] = number
            given["TokenValidityUnits"][f"{member}Token"] = unit
    urls = draw(st.lists(st.sampled_from(URLS), unique=True, max_size=3))
    optional = {
        "ExplicitAuthFlows": draw(st.lists(st.sampled_from(flows), unique=True, max_size=4)),
        "CallbackURLs": urls,
        "LogoutURLs": draw(st.lists(st.sampled_from(URLS), unique=True, max_size=2)),
        "DefaultRedirectURI": draw(st.sampled_from(urls)) if urls else None,
        "AllowedOAuthFlows": draw(st.sampled_from([[], ["code"], ["code", "implicit"]])),
        "AllowedOAuthScopes": draw(st.lists(st.sampled_from(["openid", "email", "orders/read"]), unique=True)),
        "ReadAttributes": draw(st.lists(st.sampled_from(CLAIMS), unique=True)),
        "WriteAttributes": draw(st.lists(st.sampled_from(CLAIMS), unique=True)),
        "SupportedIdentityProviders": draw(st.sampled_from([[], ["COGNITO"]])),
        "PreventUserExistenceErrors": draw(st.sampled_from([None, "ENABLED", "LEGACY"])),
        "AuthSessionValidity": draw(st.sampled_from([None, 3, 5, 15])),
        "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": draw(st.integers(0, 60))}
        if rotates
        else None,
        "GenerateSecret": draw(st.booleans()),
    }
    for name in (
        "AllowedOAuthFlowsUserPoolClient",
        "EnableTokenRevocation",
        "EnablePropagateAdditionalUserContextData",
    ):
        optional[name] = draw(st.sampled_from([None, True, False]))
    return {**given, **{name: value for name, value in optional.items() if value not in (None, [])}}


class Stand:
    """A pool behind boto3, whoever plays it."""

    def __init__(self, api: Any, pool_id: str) -> None:
        self.api, self.pool_id = api, pool_id
        self.aws = Cognito(api)

    def create(self, client: dict[str, Any]) -> str:
        """Create an app client and return its id."""
        made = self.api.create_user_pool_client(UserPoolId=self.pool_id, ClientName="web", **client)
        return str(made["UserPoolClient"]["ClientId"])

    def describe(self, client_id: str) -> dict[str, Any]:
        """Return an app client as it is described, but for when it was changed."""
        answer = self.api.describe_user_pool_client(UserPoolId=self.pool_id, ClientId=client_id)["UserPoolClient"]
        return {name: value for name, value in answer.items() if name not in MOVES}

    def fixed(self, client: dict[str, Any], wanted: Validity) -> tuple[dict[str, Any], dict[str, Any]]:
        """Create an app client, fix it, and return what is described before and after."""
        client_id = self.create(client)
        before = self.describe(client_id)
        update = safe_update(self.aws.client(self.pool_id, client_id), {REFRESH: wanted})
        assert apply_update(self.aws, update) == ()
        return before, self.describe(client_id)

    def naive(self, client: dict[str, Any], wanted: Validity) -> tuple[dict[str, Any], dict[str, Any], set[str]]:
        """Do what the web advises instead; return the same, and what was foretold to be reset."""
        client_id = self.create(client)
        before = self.describe(client_id)
        update = safe_update(self.aws.client(self.pool_id, client_id), {REFRESH: wanted})
        self.api.update_user_pool_client(
            UserPoolId=self.pool_id,
            ClientId=client_id,
            RefreshTokenValidity=wanted.number,
            TokenValidityUnits={"RefreshToken": wanted.unit},
        )
        return before, self.describe(client_id), {reset.name for reset in update.naive_resets()}


def differing(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """Return the names of what is described otherwise."""
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


class InProcess:
    """boto3's client of a local pool, without the wire between them: test_against_pool.py has that."""

    def __init__(self, pool: LocalPool) -> None:
        self._pool = pool

    def create_user_pool_client(self, **params: Any) -> Any:
        """Create an app client."""
        return self._pool.call("CreateUserPoolClient", params)

    def describe_user_pool_client(self, **params: Any) -> Any:
        """Describe one."""
        return self._pool.call("DescribeUserPoolClient", params)

    def update_user_pool_client(self, **params: Any) -> Any:
        """Update one."""
        return self._pool.call("UpdateUserPoolClient", params)


@pytest.fixture(scope="module")
def local() -> Stand:
    """Found a local pool."""
    pool = LocalPool("eu-west-1_LocalPool1")
    return Stand(InProcess(pool), pool.pool_id)


@pytest.fixture(scope="module")
def moto() -> Iterator[Stand]:
    """Let moto play Cognito."""
    with mock_aws():
        api = boto3.client("cognito-idp", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
        yield Stand(api, api.create_user_pool(PoolName="p")["UserPool"]["Id"])


WANTED = validities(DAY, 3650 * DAY).map(lambda pair: Validity(*pair))


def as_fixed(before: dict[str, Any], wanted: Validity) -> dict[str, Any]:
    """Return a description with the refresh validity that was asked for."""
    units = {**before.get("TokenValidityUnits", {}), "RefreshToken": wanted.unit}
    return {**before, "RefreshTokenValidity": wanted.number, "TokenValidityUnits": units}


@settings(max_examples=100)
@given(client=clients(), wanted=WANTED)
def test_fix_in_the_local_pool(local: Stand, client: dict[str, Any], wanted: Validity) -> None:
    """The local pool describes the same client with the refresh validity that was asked for, secret included."""
    if client.get("RefreshTokenValidity") == wanted.number:
        client.pop("RefreshTokenValidity")
        client["TokenValidityUnits"].pop("RefreshToken")
    if (wanted.number, wanted.unit) == (30, "days"):
        wanted = Validity(31, "days")
    before, after = local.fixed(client, wanted)
    assert after == as_fixed(before, wanted)


@settings(max_examples=100)
@given(client=clients(), wanted=WANTED)
def test_naive_in_the_local_pool(local: Stand, client: dict[str, Any], wanted: Validity) -> None:
    """The usual command resets what was foretold, and all that differs beyond what was asked was foretold."""
    if (wanted.number, wanted.unit) == (30, "days"):
        wanted = Validity(31, "days")
    client.pop("RefreshTokenValidity", None)
    client["TokenValidityUnits"].pop("RefreshToken", None)
    # Something to lose: no hundred clients in a row may be those that set nothing.
    client |= {"CallbackURLs": ["https://app.example.com/cb"], "AccessTokenValidity": 10}
    client["TokenValidityUnits"]["AccessToken"] = "minutes"
    client.pop("DefaultRedirectURI", None)
    before, after, foretold = local.naive(client, wanted)
    lost = differing(before, after) - ASKED
    assert {"CallbackURLs", "AccessTokenValidity"} <= lost & foretold
    # What is described otherwise without being in force otherwise is no loss: 3600 seconds are the default hour.
    assert foretold <= lost | {"IdTokenValidity"}
    assert {name for name in lost - foretold if before.get(name) is not None} <= {
        "IdTokenValidity",
        "PreventUserExistenceErrors",
        "ExplicitAuthFlows",
        "RefreshTokenRotation",
    }


@settings(max_examples=100)
@given(client=clients(), wanted=WANTED)
def test_fix_in_moto(moto: Stand, client: dict[str, Any], wanted: Validity) -> None:
    """Moto describes the same client with the refresh validity that was asked for."""
    client.pop("RefreshTokenValidity", None)
    client["TokenValidityUnits"].pop("RefreshToken", None)
    if (wanted.number, wanted.unit) == (30, "days"):
        wanted = Validity(31, "days")
    before, after = moto.fixed(client, wanted)
    assert differing(before, after) <= ASKED
    assert after == as_fixed(before, wanted)


def test_moto_resets_nothing(moto: Stand) -> None:
    """Why moto cannot show what the usual command breaks: it merges an update where Cognito resets what is left out."""
    client = {"AccessTokenValidity": 10, "CallbackURLs": ["https://app.example.com/cb"], "TokenValidityUnits": {}}
    client["TokenValidityUnits"] = {"AccessToken": "minutes"}
    before, after, foretold = moto.naive(client, Validity(90, "days"))
    assert {"CallbackURLs", "AccessTokenValidity"} <= foretold
    assert differing(before, after) == ASKED


def test_two_at_once(local: Stand) -> None:
    """Two validities that were asked for change together, and nothing with them."""
    client_id = local.create({"CallbackURLs": ["https://app.example.com/cb"], "IdTokenValidity": 1})
    before = local.describe(client_id)
    wanted = {REFRESH: Validity(90, "days"), ACCESS: Validity(15, "minutes")}
    assert apply_update(local.aws, safe_update(local.aws.client(local.pool_id, client_id), wanted)) == ()
    assert differing(before, local.describe(client_id)) == ASKED | {"AccessTokenValidity"}
