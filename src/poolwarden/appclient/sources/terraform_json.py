"""Read Terraform's JSON syntax (``.tf.json``), as CDK for Terraform writes it too."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from poolwarden.appclient.document import Document
from poolwarden.appclient.settings import UNKNOWN, ClientSettings, Place
from poolwarden.appclient.sources.base import Sample
from poolwarden.appclient.sources.terraform import TYPES, client_from

_OBJECT = """
{"resource": {"aws_cognito_user_pool_client": {"web": {"name": "web", "user_pool_id": "${aws_cognito_user_pool.p.id}",
 "refresh_token_validity": "30", "token_validity_units": {"refresh_token": "hours"},
 "explicit_auth_flows": ["ALLOW_USER_SRP_AUTH", "${var.flow}"]}}, "aws_s3_bucket": {"logs": {}}}}
"""
_LISTS = """
{"resource": [{"aws_cognito_user_pool_client": [{"web": [{"name": "web", "generate_secret": true}]}]}]}
"""


class TerraformJson:
    """A configuration in Terraform's JSON syntax."""

    name = "terraform"
    samples: Sequence[Sample] = (
        Sample(
            "main.tf.json",
            _OBJECT,
            (
                {
                    "ClientName": "web",
                    "UserPoolId": UNKNOWN,
                    "RefreshTokenValidity": 30,
                    "TokenValidityUnits": {"RefreshToken": "hours"},
                    "ExplicitAuthFlows": ("ALLOW_USER_SRP_AUTH", UNKNOWN),
                },
            ),
        ),
        Sample("lists.tf.json", _LISTS, ({"ClientName": "web"},)),
        Sample("none.tf.json", '{"resource": {}}'),
    )

    def read(self, document: Document) -> Sequence[ClientSettings] | None:
        """Read a configuration; see :class:`poolwarden.appclient.sources.base.Source`."""
        value = document.value
        if not isinstance(value, Mapping) or not isinstance(value.get("resource"), Mapping | list):
            return None
        return [
            client_from(_known(body), Place(document.file, f"{kind}.{label}", self.name, "json"))
            for kind, labelled in _blocks(value["resource"])
            if kind in TYPES
            for label, body in _blocks(labelled)
            for body in _groups(body)
        ]


def _groups(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of what may be one object or a list of them."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, Mapping):
            yield item


def _blocks(value: Any) -> Iterator[tuple[str, Any]]:
    for group in _groups(value):
        yield from group.items()


def _known(value: Any) -> Any:
    """Return a value with its expressions marked as unknown."""
    if isinstance(value, str):
        return UNKNOWN if "${" in value or "%{" in value else value
    if isinstance(value, Mapping):
        return {name: _known(inner) for name, inner in value.items()}
    return [_known(inner) for inner in value] if isinstance(value, list) else value
