"""Exceptions as botocore itself raises them."""

from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ProxyConnectionError
from botocore.stub import Stubber

_CALLS: dict[str, dict[str, Any]] = {
    "InitiateAuth": {
        "ClientId": "1example23456789",
        "AuthFlow": "REFRESH_TOKEN_AUTH",
        "AuthParameters": {"REFRESH_TOKEN": "r"},
    },
    "GetTokensFromRefreshToken": {"ClientId": "1example23456789", "RefreshToken": "r"},
    "GetUser": {"AccessToken": "a"},
    "AdminGetUser": {"UserPoolId": "eu-west-1_AbCdEfGhI", "Username": "ada"},
    "PutItem": {"TableName": "orders", "Item": {"id": {"S": "1"}}},
    "ListGroups": {},  # IAM's, and Cognito has one of the same name
    "GetId": {"IdentityPoolId": "eu-west-1:00000000-0000-0000-0000-000000000000"},
}
_ONCE = Config(retries={"max_attempts": 0})
_SERVICES = {"PutItem": "dynamodb", "ListGroups": "iam", "GetId": "cognito-identity"}


@cache
def client_of(service: str = "cognito-idp") -> Any:
    """Return a client that never reaches a network."""
    return boto3.client(
        service,  # type: ignore[call-overload]
        region_name="eu-west-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
        endpoint_url="http://127.0.0.1:9",
    )


def call(client: Any, operation: str) -> Any:
    """Call an operation with parameters that botocore accepts."""
    return client._make_api_call(operation, _CALLS[operation])


def raised(code: str, message: str, operation: str = "InitiateAuth") -> ClientError:
    """Return what botocore raises when a service answers with this code and message."""
    client = client_of(_SERVICES.get(operation, "cognito-idp"))
    with Stubber(client) as stub:
        name = next(method for method, wire in client.meta.method_to_api_mapping.items() if wire == operation)
        stub.add_client_error(name, code, message, 400, response_meta={"RequestId": "req-aws-1"})
        try:
            call(client, operation)
        except ClientError as error:
            return error
    raise AssertionError


def cut_off(kind: type[BotoCoreError], operation: str = "InitiateAuth", **settings: Any) -> BotoCoreError:
    """Return what botocore raises when a call to a service's own endpoint ends with such an error of the connection."""
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    service = _SERVICES.get(operation, "cognito-idp")
    client = boto3.client(service, region_name="eu-west-1", config=_ONCE, **keys, **settings)  # type: ignore[call-overload]

    def lose(request: Any, **_: Any) -> None:
        # As botocore's httpsession does: of a proxy's error, the endpoint is not told.
        where = {"proxy_url": "http://proxy"} if kind is ProxyConnectionError else {"endpoint_url": request.url}
        raise kind(error="lost", **where)

    client.meta.events.register("before-send", lose)
    try:
        call(client, operation)
    except BotoCoreError as error:
        return error
    raise AssertionError
