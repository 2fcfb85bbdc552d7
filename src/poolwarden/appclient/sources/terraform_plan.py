"""Read Terraform's plans and states as ``terraform show -json`` writes them; OpenTofu writes the same."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from poolwarden.appclient.document import Document
from poolwarden.appclient.settings import UNKNOWN, ClientSettings, Place
from poolwarden.appclient.sources.base import Sample
from poolwarden.appclient.sources.terraform import TYPES, client_from

_PLAN = """
{"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {"root_module": {}}, "resource_changes": [
 {"address": "module.auth.aws_cognito_user_pool_client.web", "mode": "managed", "type": "aws_cognito_user_pool_client",
  "change": {"actions": ["create"],
   "after": {"name": "web", "refresh_token_validity": 30, "token_validity_units": [{"refresh_token": "hours"}],
             "callback_urls": ["https://example.com/cb"]},
   "after_unknown": {"user_pool_id": true, "client_secret": true, "callback_urls": [false, true],
                     "token_validity_units": [{"access_token": true}]}}},
 {"address": "aws_cognito_user_pool_client.old", "mode": "managed", "type": "aws_cognito_user_pool_client",
  "change": {"actions": ["delete"], "after": null, "after_unknown": {}}},
 {"address": "aws_s3_bucket.logs", "mode": "managed", "type": "aws_s3_bucket", "change": {"after": {}}}]}
"""
_STATE = """
{"format_version": "1.0", "values": {"root_module": {"resources": [], "child_modules": [{"child_modules": [
 {"resources": [{"address": "module.a.module.b.aws_cognito_user_pool_client.web", "mode": "managed",
  "type": "aws_cognito_user_pool_client", "values": {"id": "a1", "client_secret": "never shown",
  "access_token_validity": 60, "token_validity_units": []}}]}]}]}}}
"""


class TerraformPlan:
    """A plan or a state as JSON: each app client that will be there afterwards."""

    name = "terraform"
    samples: Sequence[Sample] = (
        Sample(
            "plan.json",
            _PLAN,
            (
                {
                    "ClientName": "web",
                    "UserPoolId": UNKNOWN,
                    "RefreshTokenValidity": 30,
                    "TokenValidityUnits": {"RefreshToken": "hours", "AccessToken": UNKNOWN},
                    "CallbackURLs": ("https://example.com/cb", UNKNOWN),
                },
            ),
        ),
        Sample("state.json", _STATE, ({"ClientId": "a1", "AccessTokenValidity": 60},)),
        Sample("empty.json", '{"format_version": "1.0", "planned_values": {"root_module": {}}}'),
    )

    def read(self, document: Document) -> Sequence[ClientSettings] | None:
        """Read a plan or a state; see :class:`poolwarden.appclient.sources.base.Source`."""
        value = document.value
        if not isinstance(value, Mapping) or "format_version" not in value:
            return None
        return [
            client_from(values, Place(document.file, address, self.name, "hcl")) for address, values in _clients(value)
        ]


def _clients(plan: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield addresses and attributes: from the changes, which tell what is unknown, else from the values."""
    if plan.get("resource_changes"):
        for resource in _clients_among(plan["resource_changes"]):
            change = _fields(resource.get("change"))
            if change.get("after"):
                yield str(resource.get("address")), _fields(_overlay(change["after"], change.get("after_unknown")))
        return
    for key in ("planned_values", "values"):
        for resource in _clients_among(_all_resources(_fields(plan.get(key)).get("root_module"))):
            yield str(resource.get("address")), _fields(resource.get("values"))


def _clients_among(values: Any) -> Iterator[Mapping[str, Any]]:
    for value in map(_fields, _items(values)):
        if str(value.get("type")) in TYPES and value.get("mode") != "data":
            yield value


def _all_resources(module: Any) -> list[Any]:
    below = [resource for child in _items(_fields(module).get("child_modules")) for resource in _all_resources(child)]
    return [*_items(_fields(module).get("resources")), *below]


def _fields(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _overlay(after: Any, unknown: Any) -> Any:
    """Return a value with what the plan does not know yet marked as such."""
    if unknown is True:
        return UNKNOWN
    if isinstance(unknown, Mapping) and isinstance(after, Mapping):
        return {name: _overlay(after.get(name), unknown.get(name)) for name in {**after, **unknown}}
    if isinstance(unknown, list) and isinstance(after, list):
        return [_overlay(value, hidden) for value, hidden in zip_longest(after, unknown)]
    return after
