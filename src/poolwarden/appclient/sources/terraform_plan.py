"""Read Terraform's plans and states as ``terraform show -json`` writes them; OpenTofu writes the same."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, Final

from poolwarden.appclient.document import Document
from poolwarden.appclient.layout import Way
from poolwarden.appclient.settings import UNKNOWN, ClientSettings, Place
from poolwarden.appclient.sources.base import Sample
from poolwarden.appclient.sources.terraform import TYPES, client_from

_INDEX: Final = re.compile(r"\[[^\]]*\]")
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
        pools = dict(_pools(_fields(value.get("configuration")).get("root_module"), ""))
        return [
            client_from(
                values,
                Place(document.file, address, self.name, "hcl", document.layout.line(way)),
                document.layout.lines_below(way),
                _pool(address, pools),
            )
            for address, values, way in _clients(value)
        ]


def _clients(plan: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], Way]]:
    """Yield addresses, attributes and ways: from the changes, which tell what is unknown, else from the values."""
    if plan.get("resource_changes"):
        for resource, way in _clients_among(plan["resource_changes"], ("resource_changes",)):
            change = _fields(resource.get("change"))
            if change.get("after"):
                after = _fields(_overlay(change["after"], change.get("after_unknown")))
                yield str(resource.get("address")), after, (*way, "change", "after")
        return
    for key in ("planned_values", "values"):
        for resources, way in _modules(_fields(plan.get(key)).get("root_module"), (key, "root_module")):
            for resource, below in _clients_among(resources, way):
                yield str(resource.get("address")), _fields(resource.get("values")), (*below, "values")


def _pools(module: Any, prefix: str) -> Iterator[tuple[str, str]]:
    """Yield what the configuration takes the pool's id from, by the client's address without indices."""
    for resource in map(_fields, _items(_fields(module).get("resources"))):
        expression = _fields(_fields(resource.get("expressions")).get("user_pool_id"))
        for reference in _items(expression.get("references"))[:1]:
            yield f"{prefix}{resource.get('address')}", str(reference)
    for name, call in _fields(_fields(module).get("module_calls")).items():
        yield from _pools(_fields(call).get("module"), f"{prefix}module.{name}.")


def _pool(address: str, pools: Mapping[str, str]) -> str | None:
    """Return what tells the pool apart: the expression, and the module that it stands in."""
    reference = pools.get(_INDEX.sub("", address))
    module = address.rpartition(".aws_")[0]
    return f"{module}:{reference}" if reference else None


def _clients_among(values: Any, way: Way) -> Iterator[tuple[Mapping[str, Any], Way]]:
    for number, value in enumerate(map(_fields, _items(values))):
        if str(value.get("type")) in TYPES and value.get("mode") != "data":
            yield value, (*way, number)


def _modules(module: Any, way: Way) -> Iterator[tuple[Any, Way]]:
    """Yield the resources of a module and of all below it."""
    yield _fields(module).get("resources"), (*way, "resources")
    for number, child in enumerate(_items(_fields(module).get("child_modules"))):
        yield from _modules(child, (*way, "child_modules", number))


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
