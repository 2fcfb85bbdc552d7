"""Name an app client's attributes in the API and in Terraform, and what an update makes of those it leaves out."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple


class Kind(StrEnum):
    """What an attribute holds, in the words of an error."""

    NUMBER = "a whole number"
    TEXT = "a text"
    TEXTS = "a list of texts"
    FLAG = "true or false"
    FIELDS = "a group of settings"


class Attribute(NamedTuple):
    """
    An attribute of an app client.

    Attributes:
        name: In the API and in CloudFormation.
        terraform: In Terraform.
        kind: What it holds.
        reset: What an update that leaves it out makes of it (A/API_UpdateUserPoolClient.html); None where it stays.
        fields: Those of a group: the API's name and Terraform's.
    """

    name: str
    terraform: str
    kind: Kind
    reset: str | None
    fields: Mapping[str, str] = {}


_TOKENS: Final = {"RefreshToken": "refresh_token", "AccessToken": "access_token", "IdToken": "id_token"}
_ROTATION: Final = {"Feature": "feature", "RetryGracePeriodSeconds": "retry_grace_period_seconds"}
_ANALYTICS: Final = {
    "ApplicationId": "application_id",
    "ApplicationArn": "application_arn",
    "RoleArn": "role_arn",
    "ExternalId": "external_id",
    "UserDataShared": "user_data_shared",
}

ATTRIBUTES: Final = (
    Attribute("UserPoolId", "user_pool_id", Kind.TEXT, None),
    Attribute("ClientId", "id", Kind.TEXT, None),
    Attribute("ClientName", "name", Kind.TEXT, None),
    Attribute("RefreshTokenValidity", "refresh_token_validity", Kind.NUMBER, "30 days"),
    Attribute("AccessTokenValidity", "access_token_validity", Kind.NUMBER, "1 hour"),
    Attribute("IdTokenValidity", "id_token_validity", Kind.NUMBER, "1 hour"),
    Attribute("TokenValidityUnits", "token_validity_units", Kind.FIELDS, "days, hours, hours", _TOKENS),
    Attribute("ReadAttributes", "read_attributes", Kind.TEXTS, "all standard attributes"),
    Attribute("WriteAttributes", "write_attributes", Kind.TEXTS, "all standard attributes"),
    Attribute("ExplicitAuthFlows", "explicit_auth_flows", Kind.TEXTS, "refresh, SRP and custom"),
    Attribute("SupportedIdentityProviders", "supported_identity_providers", Kind.TEXTS, "none"),
    Attribute("CallbackURLs", "callback_urls", Kind.TEXTS, "none"),
    Attribute("LogoutURLs", "logout_urls", Kind.TEXTS, "none"),
    Attribute("DefaultRedirectURI", "default_redirect_uri", Kind.TEXT, "none"),
    Attribute("AllowedOAuthFlows", "allowed_oauth_flows", Kind.TEXTS, "none"),
    Attribute("AllowedOAuthScopes", "allowed_oauth_scopes", Kind.TEXTS, "none"),
    Attribute("AllowedOAuthFlowsUserPoolClient", "allowed_oauth_flows_user_pool_client", Kind.FLAG, "false"),
    Attribute("AnalyticsConfiguration", "analytics_configuration", Kind.FIELDS, "none", _ANALYTICS),
    Attribute("PreventUserExistenceErrors", "prevent_user_existence_errors", Kind.TEXT, "LEGACY"),
    Attribute("EnableTokenRevocation", "enable_token_revocation", Kind.FLAG, "the default"),
    Attribute(
        "EnablePropagateAdditionalUserContextData",
        "enable_propagate_additional_user_context_data",
        Kind.FLAG,
        "false",
    ),
    Attribute("AuthSessionValidity", "auth_session_validity", Kind.NUMBER, "3 minutes"),
    Attribute("RefreshTokenRotation", "refresh_token_rotation", Kind.FIELDS, "off", _ROTATION),
)
"""Every attribute that an update may set, in the order of the API."""

BY_NAME: Final[Mapping[str, Attribute]] = {row.name: row for row in ATTRIBUTES}
"""The same by the API's name."""

SETTINGS: Final = frozenset(row.name for row in ATTRIBUTES if row.reset is not None)
"""The names of those that an update resets when it leaves them out."""

READ_ONLY: Final = ("ClientSecret", "CreationDate", "LastModifiedDate", "ClientType")
"""What DescribeUserPoolClient shows and UpdateUserPoolClient refuses."""

FIELD_KINDS: Final[Mapping[str, Kind]] = {"RetryGracePeriodSeconds": Kind.NUMBER, "UserDataShared": Kind.FLAG}
"""What a field of a group holds; a text where it is not named here."""
