"""Know Terraform's resources of app clients and their attributes."""

from collections.abc import Mapping
from typing import Any, Final

from poolwarden.appclient.attributes import ATTRIBUTES, Attribute, Kind
from poolwarden.appclient.ignores import ignores_among
from poolwarden.appclient.settings import UNKNOWN, ClientSettings, Place, settings_from

TYPES: Final = frozenset({"aws_cognito_user_pool_client", "aws_cognito_managed_user_pool_client"})
"""The resources whose attributes are an app client's."""

_NOT_ZERO: Final = frozenset({"AccessTokenValidity", "IdTokenValidity", "AuthSessionValidity"})
# In the state of older providers 0 and "" stand for what is not set; a refresh validity may be 0.

COMMENT: Final = "//"
"""The member that stands for a comment in Terraform's JSON."""


def client_from(
    resource: Mapping[str, Any], place: Place, lines: Mapping[str, int] | None = None, pool: str | None = None
) -> ClientSettings:
    """
    Make settings of a resource's attributes.

    Args:
        resource: By Terraform's names; :data:`UNKNOWN` where only a later run will tell.
        place: Where it stands.
        lines: Where its attributes stand, by Terraform's names.
        pool: The expression that gives the pool's id, where the resource does not tell it.

    Raises:
        ConfigurationError: An attribute is not of its kind.
    """
    given = {row.name: _value(row, resource[row.terraform]) for row in ATTRIBUTES if row.terraform in resource}
    secret = resource.get("client_secret") or resource.get("generate_secret")
    known = lines or {}
    return settings_from(
        given,
        place,
        has_secret=None if secret is UNKNOWN else bool(secret),
        pool=pool,
        lines={row.name: known[row.terraform] for row in ATTRIBUTES if row.terraform in known},
        ignores=ignores_among(resource.get(COMMENT), known.get(COMMENT, 0)),
    )


def _value(row: Attribute, value: Any) -> Any:
    """Return an attribute's value; a block is a list of one group in a plan, and may be so in .tf.json."""
    if row.kind is not Kind.FIELDS:
        return None if row.name in _NOT_ZERO and value == 0 else value
    if isinstance(value, list):
        value = value[0] if value else None
    if not isinstance(value, Mapping):
        return value
    return {
        name: None if value.get(terraform) == "" else value.get(terraform) for name, terraform in row.fields.items()
    }
