"""Read what DescribeUserPoolClient answers: the AWS CLI's output, boto3's response, the bare client, lists of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from poolwarden.appclient.attributes import SETTINGS
from poolwarden.appclient.document import Document
from poolwarden.appclient.ignores import Ignore, ignores_among
from poolwarden.appclient.layout import Way
from poolwarden.appclient.settings import ClientSettings, Place, settings_from
from poolwarden.appclient.sources.base import Sample

COMMENT = "//"
"""The member that may stand for a comment, as in Terraform's JSON."""

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
        several: list[tuple[Any, Way]] = (
            [(item, (number,)) for number, item in enumerate(value)] if isinstance(value, list) else [(value, ())]
        )
        found = [_described(item, way) for item, way in several]
        if not found or None in found:
            return None
        ignores = document.layout.ignores([one[1] for one in found if one])
        return [
            _settings(client, way, document, mine)
            for (client, way), mine in zip((one for one in found if one), ignores, strict=True)
        ]


def described(
    client: Mapping[str, Any], place: Place, lines: Mapping[str, int] | None = None, ignores: Sequence[Ignore] = ()
) -> ClientSettings:
    """
    Return the settings that DescribeUserPoolClient tells of; the secret is left behind here.

    Args:
        client: Its ``UserPoolClient``.
        place: Where that comes from.
        lines: Where its attributes stand.
        ignores: What comments ask the checks to pass over.

    Raises:
        ConfigurationError: An attribute is not of its kind.
    """
    given = {name: value for name, value in client.items() if name != COMMENT}
    return settings_from(
        given, place, has_secret=bool(client.get("ClientSecret")), carry=True, lines=lines, ignores=ignores
    )


def _described(value: Any, way: Way) -> tuple[Mapping[str, Any], Way] | None:
    """Return the client that a value describes and the way to it; an entry of a listing, names only, describes none."""
    wrapped = isinstance(value, Mapping) and "UserPoolClient" in value
    client = value["UserPoolClient"] if wrapped else value
    fits = isinstance(client, Mapping) and "ClientId" in client and not SETTINGS.isdisjoint(client)
    return (client, (*way, "UserPoolClient") if wrapped else way) if fits else None


def _settings(client: Mapping[str, Any], way: Way, document: Document, ignores: Sequence[Ignore]) -> ClientSettings:
    path = str(client.get("ClientName") or client["ClientId"])
    lines = document.layout.lines_below(way)
    place = Place(document.file, path, Describe.name, "api", document.layout.line(way))
    told = ignores_among(client.get(COMMENT), lines.get(COMMENT, 0))
    return described(client, place, lines, (*ignores, *told))
