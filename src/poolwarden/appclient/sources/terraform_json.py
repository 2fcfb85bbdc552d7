"""Read Terraform's JSON syntax (``.tf.json``), as CDK for Terraform writes it too."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from poolwarden.appclient.document import Document
from poolwarden.appclient.layout import Way
from poolwarden.appclient.settings import UNKNOWN, ClientSettings, Place
from poolwarden.appclient.sources.base import Sample
from poolwarden.appclient.sources.terraform import COMMENT, TYPES, client_from

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
            client_from(
                _known(body),
                Place(document.file, f"{kind}.{label}", self.name, "json", document.layout.line(body_way)),
                document.layout.lines_below(body_way),
                _pool(body),
            )
            for kind, labelled, way in _blocks(value["resource"], ("resource",))
            if kind in TYPES
            for label, bodies, inner_way in _blocks(labelled, way)
            for body, body_way in _groups(bodies, inner_way)
        ]


def _pool(body: Mapping[str, Any]) -> str | None:
    expression = body.get("user_pool_id")
    return expression if isinstance(expression, str) else None


def _groups(value: Any, way: Way) -> Iterator[tuple[Mapping[str, Any], Way]]:
    """Yield the objects of what may be one object or a list of them, each with the way to it."""
    if isinstance(value, Mapping):
        yield value, way
    for number, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, Mapping):
            yield item, (*way, number)


def _blocks(value: Any, way: Way) -> Iterator[tuple[str, Any, Way]]:
    for group, group_way in _groups(value, way):
        for name, inner in group.items():
            yield name, inner, (*group_way, name)


def _known(value: Any) -> Any:
    """Return a value with its expressions marked as unknown."""
    if isinstance(value, str):
        return UNKNOWN if "${" in value or "%{" in value else value
    if isinstance(value, Mapping):
        return {name: inner if name == COMMENT else _known(inner) for name, inner in value.items()}
    return [_known(inner) for inner in value] if isinstance(value, list) else value
