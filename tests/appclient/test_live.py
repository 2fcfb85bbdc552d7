"""App clients are asked of AWS page by page, and what AWS refuses is told in one sentence."""

import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from moto import mock_aws

from poolwarden.appclient import REFRESH, Validity, safe_update
from poolwarden.appclient.applying import apply_update
from poolwarden.appclient.live import Cognito, connect
from poolwarden.errors import ConfigurationError
from poolwarden.localpool import LocalPool
from poolwarden.localpool.http import serve

POOL = "eu-west-1_LocalPool1"
MONTHS = {REFRESH: Validity(90, "days")}


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let boto3 find credentials, and no profile of whoever runs the tests."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Serve a pool with more clients than a page of theirs holds."""
    pool = LocalPool(POOL)
    for number in range(70):
        pool.create_client(f"client-{number:03}", refresh_validity=30, units={"refresh": "hours"})
    with serve(pool) as url:
        yield url


def test_every_page(url: str) -> None:
    """Every client of a pool is described, those of later pages too."""
    clients = connect("eu-west-1", endpoint_url=url).clients(POOL)
    assert sorted(client.name for client in clients) == [f"client-{number:03}" for number in range(70)]
    assert {str(client.validity(REFRESH)) for client in clients} == {"30 hours"}
    assert {client.pool for client in clients} == {POOL}
    assert not any(client.place.has_file or client.place.line for client in clients)


def test_endpoint_from_the_environment(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS_ENDPOINT_URL says where to ask, as for the AWS CLI; this machine's own needs no credentials."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    assert connect("eu-west-1").clients(POOL)


@mock_aws
def test_moto() -> None:
    """Moto's answers are read too, the secret apart."""
    aws = connect("eu-west-1")
    api: Any = aws._api
    pool_id = api.create_user_pool(PoolName="p")["UserPool"]["Id"]
    made = api.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName="web",
        GenerateSecret=True,
        RefreshTokenValidity=30,
        TokenValidityUnits={"RefreshToken": "hours"},
    )["UserPoolClient"]
    (client,) = aws.clients(pool_id)
    assert (client.text("ClientId"), client.has_secret) == (made["ClientId"], True)
    assert made["ClientSecret"] not in repr((client, client.values, client.carried))
    assert str(client.validity(REFRESH)) == "30 hours"


@mock_aws
def test_empty_pool() -> None:
    """A pool without clients is told as such."""
    aws = connect("eu-west-1")
    api: Any = aws._api
    pool_id = api.create_user_pool(PoolName="p")["UserPool"]["Id"]
    with pytest.raises(ConfigurationError, match=f"{pool_id} has no app clients"):
        aws.clients(pool_id)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (
            lambda aws: aws.client(POOL, "nope"),
            "DescribeUserPoolClient: ResourceNotFoundException: .* Compare --user-pool",
        ),
        (lambda aws: aws.clients("eu-west-1_Other"), "ListUserPoolClients: ResourceNotFoundException"),
        (
            lambda aws: aws.client("", "nope"),
            r"(Invalid length|Parameter validation failed)(.|\n)* Compare --user-pool",
        ),
    ],
)
def test_refusals(ask: Callable[[Cognito], Any], said: str, url: str) -> None:
    """What AWS refuses is one sentence with what to do, never a traceback."""
    with pytest.raises(ConfigurationError, match=said):
        ask(connect("eu-west-1", endpoint_url=url))


@pytest.mark.parametrize(
    ("code", "mend"),
    [
        ("AccessDeniedException", "It takes cognito-idp:ListUserPoolClients"),
        ("ExpiredTokenException", "Get new credentials"),
        ("SomethingNew", "Run aws cognito-idp list-user-pools"),
    ],
)
def test_mends(code: str, mend: str) -> None:
    """Each usual refusal has its mend, any other a general one."""

    class Refusing:
        def describe_user_pool_client(self, **_: str) -> Mapping[str, Any]:
            raise ClientError({"Error": {"Code": code, "Message": "No."}}, "DescribeUserPoolClient")

    with pytest.raises(ConfigurationError, match=f"{code}: No. {mend}"):
        Cognito(Refusing()).client(POOL, "a")  # type: ignore[arg-type] # it has what is asked here


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"profile": "nobody-has-this"}, "profile.* aws configure list-profiles"),
        ({"endpoint_url": "not an address"}, "Invalid endpoint"),
    ],
)
def test_connecting(arguments: dict[str, str], said: str) -> None:
    """A profile or an address that is none is told before anything is sent."""
    with pytest.raises(ConfigurationError, match=said):
        connect("eu-west-1", **arguments)


def test_nobody_there() -> None:
    """An address where nothing answers is compared with what was given, not with AWS."""

    class Unreached:
        def describe_user_pool_client(self, **_: str) -> Mapping[str, Any]:
            raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1/")

    with pytest.raises(ConfigurationError, match=r"Could not connect .* Compare --region and --endpoint-url"):
        Cognito(Unreached()).client(POOL, "a")  # type: ignore[arg-type] # it has what is asked here


def test_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without credentials it is said how to get some; nothing is sent."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, "/nowhere")
    for name in ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ConfigurationError, match=r"no credentials were found\. Set AWS_PROFILE"):
        connect("eu-west-1").clients("eu-west-1_AbCdEfGhI")


def test_without_boto3(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra it is said how to install it."""
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'poolwarden\[aws\]'"):
        connect("eu-west-1")


class Scripted:
    """A stand-in that answers describes one after another, and remembers updates."""

    def __init__(self, *described: dict[str, Any]) -> None:
        self.described = list(described)
        self.updates: list[dict[str, Any]] = []

    def get_paginator(self, name: str) -> Any:
        """Page nothing."""
        raise NotImplementedError(name)

    def describe_user_pool_client(self, **_: str) -> Mapping[str, Any]:
        """Answer what comes next."""
        return {"UserPoolClient": self.described.pop(0)}

    def update_user_pool_client(self, **document: Any) -> Mapping[str, Any]:
        """Remember it."""
        self.updates.append(document)
        return {}


BEFORE = {
    "UserPoolId": POOL,
    "ClientId": "a",
    "ClientName": "web",
    "ClientSecret": "hidden",
    "RefreshTokenValidity": 30,
    "TokenValidityUnits": {"RefreshToken": "hours"},
    "CallbackURLs": ["https://a", "https://b"],
    "NewSetting": 1,
}
AFTER = {**BEFORE, "RefreshTokenValidity": 90, "TokenValidityUnits": {"RefreshToken": "days"}}


def test_applied() -> None:
    """The update is made of what was described and agreed to, and seen to be in force; order does not matter."""
    api = Scripted(BEFORE, BEFORE, {**AFTER, "CallbackURLs": ["https://b", "https://a"], "LastModifiedDate": 3})
    aws = Cognito(api)
    assert apply_update(aws, safe_update(aws.client(POOL, "a"), MONTHS)) == ()
    assert api.updates == [{name: value for name, value in AFTER.items() if name != "ClientSecret"}]


@pytest.mark.parametrize(
    "moved",
    [{"CallbackURLs": ["https://c"]}, {"NewSetting": 2}, {"RefreshTokenValidity": 31}, {"LogoutURLs": ["x://y"]}],
)
def test_changed_meanwhile(moved: dict[str, Any]) -> None:
    """What somebody else changed since is not set back: nothing is sent."""
    api = Scripted(BEFORE, {**BEFORE, **moved})
    aws = Cognito(api)
    update = safe_update(aws.client(POOL, "a"), MONTHS)
    with pytest.raises(ConfigurationError, match=f"{next(iter(moved))} changed since .* Nothing was changed"):
        apply_update(aws, update)
    assert api.updates == []


@pytest.mark.parametrize(
    ("answer", "names"),
    [
        ({**AFTER, "CallbackURLs": []}, ["CallbackURLs"]),
        (BEFORE, ["RefreshTokenValidity"]),
        ({name: value for name, value in AFTER.items() if name != "NewSetting"}, ["NewSetting"]),
    ],
)
def test_not_as_wanted(answer: dict[str, Any], names: list[str]) -> None:
    """What the second describe shows otherwise than it should be is told."""
    aws = Cognito(Scripted(BEFORE, BEFORE, answer))
    assert [one.name for one in apply_update(aws, safe_update(aws.client(POOL, "a"), MONTHS))] == names
