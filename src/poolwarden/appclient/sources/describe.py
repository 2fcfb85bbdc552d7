"""Read what DescribeUserPoolClient answers: the AWS CLI's output, boto3's response, the bare client, lists of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from poolwarden.appclient.attributes import SETTINGS
from poolwarden.appclient.document import Document
from poolwarden.appclient.settings import ClientSettings, Place, settings_from
from poolwarden.appclient.sources.base import Sample
from poolwarden.errors import ConfigurationError

_HOW = "Describe each: aws cognito-idp describe-user-pool-client --user-pool-id ID --client-id ID."

_WRAPPED = """
{"UserPoolClient": {"UserPoolId": "eu-west-1_AbCdEfGhI", "ClientName": "web", "ClientId": "1example23456789",
 "ClientSecret": "never shown", "LastModifiedDate": "2026-03-01T09:00:00+01:00", "CreationDate": 1772352000,
 "RefreshTokenValidity": 30, "TokenValidityUnits": {"RefreshToken": "hours"}, "AuthSessionValidity": 3},
 "ResponseMetadata": {"HTTPStatusCode": 200}}
"""


class Describe:
    """A description of an app client, or a list of such."""

    name = "describe"
    samples: Sequence[Sample] = (
        Sample(
            "client.json",
            _WRAPPED,
            (
                {
                    "UserPoolId": "eu-west-1_AbCdEfGhI",
                    "ClientName": "web",
                    "ClientId": "1example23456789",
                    "RefreshTokenValidity": 30,
                    "TokenValidityUnits": {"RefreshToken": "hours"},
                    "AuthSessionValidity": 3,
                },
            ),
        ),
        Sample(
            "bare.json",
            '{"ClientId": "a1", "RefreshTokenValidity": 30, "LogoutURLs": null}',
            ({"ClientId": "a1", "RefreshTokenValidity": 30},),
        ),
        Sample(
            "list.json",
            '[{"UserPoolClient": {"ClientId": "a1", "EnableTokenRevocation": true}},'
            ' {"ClientId": "b2", "CallbackURLs": ["https://example.com/cb"]}]',
            (
                {"ClientId": "a1", "EnableTokenRevocation": True},
                {"ClientId": "b2", "CallbackURLs": ("https://example.com/cb",)},
            ),
        ),
        Sample(
            "client.yaml",
            "UserPoolClient:\n  ClientId: a1\n  RefreshTokenValidity: 12\n",
            ({"ClientId": "a1", "RefreshTokenValidity": 12},),
        ),
    )

    def read(self, document: Document) -> Sequence[ClientSettings] | None:
        """Read a description or a list of them; see :class:`poolwarden.appclient.sources.base.Source`."""
        value = document.value
        found = [_described(item) for item in (value if isinstance(value, list) else [value])]
        if not found or None in found:
            return None
        return [_settings(client, document.file) for client in found if client is not None]


class Listing:
    """What ListUserPoolClients answers: names only, so it is refused with what to do instead."""

    name = "listing"
    samples: Sequence[Sample] = ()

    def read(self, document: Document) -> Sequence[ClientSettings] | None:
        """
        Refuse a listing.

        Raises:
            ConfigurationError: It is one.
        """
        if isinstance(document.value, Mapping) and isinstance(document.value.get("UserPoolClients"), list):
            raise ConfigurationError(document.file, "lists app clients by name only, without their settings.", _HOW)
        return None


def _described(value: Any) -> Mapping[str, Any] | None:
    """Return the client that a value describes; an entry of a listing, which has names only, describes none."""
    client = value.get("UserPoolClient", value) if isinstance(value, Mapping) else None
    fits = isinstance(client, Mapping) and "ClientId" in client and not SETTINGS.isdisjoint(client)
    return client if fits else None


def _settings(client: Mapping[str, Any], file: str) -> ClientSettings:
    path = str(client.get("ClientName") or client["ClientId"])
    place = Place(file, path, Describe.name, "api")
    return settings_from(client, place, has_secret=bool(client.get("ClientSecret")), carry=True)
