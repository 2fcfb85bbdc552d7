"""What a stand-in of Cognito gives, and an application that is served."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

PASSWORD = "Passw0rd!"


@dataclass(frozen=True, slots=True)
class StandIn:
    """
    A stand-in of Cognito and what a user got there.

    Attributes:
        pool: The settings of its UserPool.
        access: An access token of the accepted app client.
        id: An ID token of it.
        other: An access token of another app client.
    """

    pool: dict[str, Any]
    access: str
    id: str
    other: str


@dataclass(frozen=True, slots=True)
class Served:
    """
    A served application.

    Attributes:
        url: Its address.
        folder: Where its clock and its gate are.
        log: Its output.
    """

    url: str
    folder: Path
    log: Path

    def move_clock(self, seconds: float) -> None:
        """Set how far its clock is ahead."""
        (self.folder / "offset").write_text(str(seconds))


Serve = Callable[..., AbstractContextManager[Served]]


def signed_in(url: str, region: str, name: str, **pool: Any) -> StandIn:
    """Create a pool, two app clients and a user at a stand-in, by an unmodified boto3, and sign in at both."""
    aws: Any = boto3.client(
        "cognito-idp", region_name=region, endpoint_url=url, aws_access_key_id="x", aws_secret_access_key="x"
    )
    pool_id = aws.create_user_pool(PoolName=name)["UserPool"]["Id"]
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    web, other = (
        aws.create_user_pool_client(UserPoolId=pool_id, ClientName=client, ExplicitAuthFlows=flows)["UserPoolClient"][
            "ClientId"
        ]
        for client in ("web", "other")
    )
    email = [{"Name": "email", "Value": "ada@example.com"}]
    user = aws.admin_create_user(
        UserPoolId=pool_id, Username="ada@example.com", MessageAction="SUPPRESS", UserAttributes=email
    )["User"]["Username"]
    aws.admin_set_user_password(UserPoolId=pool_id, Username=user, Password=PASSWORD, Permanent=True)
    tokens, others = (
        aws.initiate_auth(
            ClientId=client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": user, "PASSWORD": PASSWORD},
        )["AuthenticationResult"]
        for client in (web, other)
    )
    settings = {key: value.format(url=url, pool=pool_id) for key, value in pool.items()}
    return StandIn(
        {"pool_id": pool_id, "client_ids": {"web": web}, "alias": name, **settings},
        tokens["AccessToken"],
        tokens["IdToken"],
        others["AccessToken"],
    )
