"""Read Terraform's state as it is stored: ``terraform.tfstate``, and what ``terraform state pull`` prints."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from poolwarden.appclient.document import Document
from poolwarden.appclient.layout import Way
from poolwarden.appclient.settings import ClientSettings, Place
from poolwarden.appclient.sources.base import Sample
from poolwarden.appclient.sources.terraform import TYPES, client_from

_STATE = """
{"version": 4, "serial": 7, "lineage": "d1", "outputs": {}, "resources": [
 {"module": "module.auth", "mode": "managed", "type": "aws_cognito_user_pool_client", "name": "web", "instances": [
  {"index_key": "eu", "attributes": {"id": "a1", "client_secret": "never shown", "refresh_token_validity": 30,
   "access_token_validity": 0, "token_validity_units": [{"refresh_token": "hours", "access_token": ""}]}}]},
 {"mode": "data", "type": "aws_cognito_user_pool_client", "name": "web", "instances": [{"attributes": {"id": "b2"}}]},
 {"mode": "managed", "type": "aws_s3_bucket", "name": "logs", "instances": [{"attributes": {}}]}]}
"""


class TerraformState:
    """A state: each app client in it."""

    name = "terraform"
    samples: Sequence[Sample] = (
        Sample(
            "terraform.tfstate",
            _STATE,
            ({"ClientId": "a1", "RefreshTokenValidity": 30, "TokenValidityUnits": {"RefreshToken": "hours"}},),
        ),
        Sample("none.tfstate", '{"version": 4, "lineage": "d1", "resources": []}'),
    )

    def read(self, document: Document) -> Sequence[ClientSettings] | None:
        """Read a state; see :class:`poolwarden.appclient.sources.base.Source`."""
        value = document.value
        if not (isinstance(value, Mapping) and "lineage" in value and isinstance(value.get("resources"), list)):
            return None
        return [
            client_from(
                attributes,
                Place(document.file, address, self.name, "hcl", document.layout.line(way)),
                document.layout.lines_below(way),
            )
            for address, attributes, way in _clients(value["resources"])
        ]


def _clients(resources: Sequence[Any]) -> Iterator[tuple[str, Mapping[str, Any], Way]]:
    for number, resource in enumerate(resources):
        known = isinstance(resource, Mapping) and resource.get("type") in TYPES and resource.get("mode") != "data"
        instances = resource.get("instances") if known else None
        for count, instance in enumerate(instances if isinstance(instances, list) else ()):
            attributes = instance.get("attributes") if isinstance(instance, Mapping) else None
            if isinstance(attributes, Mapping):
                way = ("resources", number, "instances", count, "attributes")
                yield _address(resource, instance.get("index_key")), attributes, way


def _address(resource: Mapping[str, Any], index: Any) -> str:
    """Return the address as Terraform writes it."""
    parts = [resource.get("module"), resource.get("type"), resource.get("name")]
    return ".".join(str(part) for part in parts if part) + ("" if index is None else f"[{json.dumps(index)}]")
