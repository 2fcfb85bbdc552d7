"""Ask AWS for app clients and update them: the only door to boto3, which the extra ``aws`` brings."""

import ipaddress
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from poolwarden.appclient.settings import LIVE, ClientSettings, Place
from poolwarden.appclient.sources.describe import described
from poolwarden.errors import ConfigurationError

_FIELD: Final = "AWS"
_UNREACHED: Final = "Compare --region and --endpoint-url, and let this host reach it."
# By the code of AWS's answer, or by botocore's exception where there was none.
_MENDS: Final[Mapping[str, str]] = {
    "AccessDeniedException": "It takes cognito-idp:ListUserPoolClients, DescribeUserPoolClient and, for --apply, "
    "UpdateUserPoolClient.",
    "ResourceNotFoundException": "Compare --user-pool-id, --client-id and --region with the pool's.",
    "InvalidParameterException": "Compare --user-pool-id and --client-id with the pool's.",
    "UnrecognizedClientException": "Compare the credentials: aws sts get-caller-identity.",
    "ExpiredTokenException": "Get new credentials, as with aws sso login.",
    "TooManyRequestsException": "Wait a minute, and run it again.",
    "ConnectTimeoutError": _UNREACHED,
    "EndpointConnectionError": _UNREACHED,
    "NoCredentialsError": "Set AWS_PROFILE, or log in as with aws sso login; --aws-profile names one.",
    "ParamValidationError": "Compare --user-pool-id and --client-id with the pool's.",
    "ProfileNotFound": "aws configure list-profiles names those that there are.",
    "SSOTokenLoadError": "Log in: aws sso login.",
    "UnauthorizedSSOTokenError": "Log in again: aws sso login.",
}
_MEND: Final = "Run aws cognito-idp list-user-pools --max-results 1 to see whether AWS answers at all."


class Api(Protocol):
    """What boto3's client of Cognito is asked for."""

    def get_paginator(self, name: str) -> Any:
        """Return the paginator of an operation."""

    def describe_user_pool_client(self, **names: str) -> Mapping[str, Any]:
        """Describe an app client."""

    def update_user_pool_client(self, **document: Any) -> Mapping[str, Any]:
        """Update an app client."""


class Cognito:
    """
    The app clients of AWS, or of what stands in for it.

    Args:
        api: boto3's client.
    """

    def __init__(self, api: Api) -> None:
        self._api = api

    def clients(self, pool_id: str) -> tuple[ClientSettings, ...]:
        """
        Return every app client of a pool.

        Raises:
            ConfigurationError: AWS refuses, or there is none.
        """
        with _translated():
            pages = self._api.get_paginator("list_user_pool_clients").paginate(UserPoolId=pool_id)
            ids = [client["ClientId"] for page in pages for client in page["UserPoolClients"]]
        if not ids:
            raise ConfigurationError(
                _FIELD, f"{pool_id} has no app clients.", "Compare --user-pool-id with the pool's."
            )
        return tuple(self.client(pool_id, client_id) for client_id in ids)

    def client(self, pool_id: str, client_id: str) -> ClientSettings:
        """
        Return an app client as it is now; its secret is left behind.

        Raises:
            ConfigurationError: AWS refuses.
        """
        with _translated():
            answer = self._api.describe_user_pool_client(UserPoolId=pool_id, ClientId=client_id)["UserPoolClient"]
        path = str(answer.get("ClientName") or client_id)
        return described(answer, Place(f"{pool_id} (live)", path, LIVE, "api"))

    def update(self, document: Mapping[str, Any]) -> None:
        """
        Update an app client.

        Args:
            document: The whole request.

        Raises:
            ConfigurationError: AWS refuses; then nothing has changed.
        """
        with _translated():
            self._api.update_user_pool_client(**document)


def connect(region: str, profile: str | None = None, endpoint_url: str | None = None) -> Cognito:
    """
    Return AWS, or what answers at an endpoint.

    Args:
        region: The region, which a pool's id begins with.
        profile: The profile of the credentials; by default what the environment says.
        endpoint_url: Another address; ``AWS_ENDPOINT_URL`` says it too. On this machine no credentials are needed.

    Raises:
        ConfigurationError: boto3 is not installed, or the profile or the address is none.
    """
    try:
        import boto3  # noqa: PLC0415 (only who asks AWS needs the extra)
        from botocore.config import Config  # noqa: PLC0415
    except ModuleNotFoundError as error:
        mend = "Get it with: pip install 'poolwarden[aws]'."
        raise ConfigurationError(_FIELD, "the package boto3 is not installed.", mend) from error
    with _translated():
        session = boto3.Session(profile_name=profile, region_name=region)
        config = Config(retries={"mode": "standard", "max_attempts": 8})
        address = endpoint_url or os.environ.get("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER")
        address = address or os.environ.get("AWS_ENDPOINT_URL") or None
        # A stand-in on this machine checks no signature, but boto3 sends nothing without one.
        key = "local" if _needs_none(address) else None
        api: Any = session.client(
            "cognito-idp", endpoint_url=address, config=config, aws_access_key_id=key, aws_secret_access_key=key
        )
        return Cognito(api)


def _needs_none(address: str | None) -> bool:
    """Say whether credentials may be made up: at this machine's own address, where the environment has none."""
    named = {"AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"} & os.environ.keys()
    host = (urlsplit(address).hostname if address else None) or ""
    try:
        local = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = False
    return local and not named


@contextmanager
def _translated() -> Iterator[None]:
    """Say what AWS said in one sentence; no message of botocore's carries a secret."""
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError  # noqa: PLC0415 (as above)

    try:
        yield
    except ClientError as error:
        told = error.response.get("Error", {})
        code = str(told.get("Code", "an error"))
        problem = f"{error.operation_name}: {code}: {str(told.get('Message', '')).strip().rstrip('.')}."
        raise ConfigurationError(_FIELD, problem, _MENDS.get(code, _MEND)) from error
    except (BotoCoreError, ValueError) as error:
        said = "no credentials were found" if isinstance(error, NoCredentialsError) else str(error).strip()
        raise ConfigurationError(_FIELD, f"{said.rstrip('.')}.", _MENDS.get(type(error).__name__, _MEND)) from error
