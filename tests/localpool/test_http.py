"""Served on loopback, an unmodified boto3 talks to the pool."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import boto3
import httpx2
import jwt
import pytest
from botocore.exceptions import ClientError

from poolwarden.localpool.http import serve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poolwarden.localpool import Clock, LocalPool


@pytest.fixture
def url(pool: LocalPool) -> Iterator[str]:
    """Serve the pool."""
    with serve(pool) as base:
        yield base


def test_boto3_session(url: str, pool: LocalPool, clock: Clock) -> None:
    """From app client and user over sign-in, refresh and thirty hours to the session's end."""
    aws: Any = boto3.client(
        "cognito-idp", region_name="eu-west-1", endpoint_url=url, aws_access_key_id="x", aws_secret_access_key="x"
    )
    client = aws.create_user_pool_client(
        UserPoolId=pool.pool_id,
        ClientName="web",
        RefreshTokenValidity=30,
        TokenValidityUnits={"RefreshToken": "hours"},
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]
    assert client["CreationDate"].timestamp() == clock()
    aws.admin_create_user(UserPoolId=pool.pool_id, Username="bob", TemporaryPassword="Temp0rary!")
    challenge = aws.initiate_auth(
        ClientId=client["ClientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "bob", "PASSWORD": "Temp0rary!"},
    )
    tokens = aws.respond_to_auth_challenge(
        ClientId=client["ClientId"],
        ChallengeName=challenge["ChallengeName"],
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": "bob", "NEW_PASSWORD": "Passw0rd!"},
    )["AuthenticationResult"]
    key = jwt.PyJWKSet.from_dict(httpx2.get(f"{url}/{pool.pool_id}/.well-known/jwks.json").json())[
        jwt.get_unverified_header(tokens["AccessToken"])["kid"]
    ]
    claims = jwt.decode(tokens["AccessToken"], key, algorithms=["RS256"], options={"verify_exp": False})
    assert claims["username"] == "bob"
    assert aws.get_user(AccessToken=tokens["AccessToken"])["Username"] == "bob"
    refresh = {
        "ClientId": client["ClientId"],
        "AuthFlow": "REFRESH_TOKEN_AUTH",
        "AuthParameters": {"REFRESH_TOKEN": tokens["RefreshToken"]},
    }
    assert aws.initiate_auth(**refresh)["AuthenticationResult"]["AccessToken"]
    httpx2.post(f"{url}/_local/clock", json={"move_s": 30 * 3600}).raise_for_status()
    with pytest.raises(ClientError, match="Refresh Token has expired") as caught:
        aws.initiate_auth(**refresh)
    assert caught.value.response["Error"]["Code"] == "NotAuthorizedException"
    with pytest.raises(aws.exceptions.NotAuthorizedException, match="Access Token has expired"):
        aws.get_user(AccessToken=tokens["AccessToken"])


def test_only_loopback(url: str) -> None:
    """The server listens on 127.0.0.1 and nowhere else."""
    port = int(url.rpartition(":")[2])
    assert url.startswith("http://127.0.0.1:")
    with pytest.raises(OSError, match=r"\w"), socket.create_connection(("127.0.0.2", port), timeout=1):
        pass


def test_port_taken(url: str, pool: LocalPool) -> None:
    """A port in use is an error at once."""
    with pytest.raises(OSError, match="in use"), serve(pool, port=int(url.rpartition(":")[2])):
        pass


def test_stops_at_once(pool: LocalPool) -> None:
    """Leaving the context ends the server, also when it was only just started."""
    with serve(pool) as base:
        pass
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"{base}/_local/clock")


def test_stops_while_hanging(pool: LocalPool) -> None:
    """A request that hangs in a played failure keeps no server alive."""
    with ThreadPoolExecutor(1) as threads:
        with serve(pool) as base:
            httpx2.post(f"{base}/_local/outage", json={"jwks": "hang"}).raise_for_status()
            waiting = threads.submit(httpx2.get, f"{base}/{pool.pool_id}/.well-known/jwks.json")
            # Asked for over the same loop, so the hanging request has arrived once it is counted.
            while not httpx2.get(f"{base}/_local/outage").json()["jwks_requests"]:
                assert not waiting.done()
        assert waiting.result(timeout=5).json() == pool.jwk_set()
