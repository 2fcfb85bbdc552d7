"""App-client settings to and from the wire: one row per attribute, and the rules between them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from poolwarden.localpool.clients import AppClient, Rotation, Settings
from poolwarden.localpool.errors import CognitoError, Refusal
from poolwarden.localpool.params import Params

_AUTH_FLOWS: Final = (
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_CUSTOM_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
    "ALLOW_USER_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_TOKEN_EXCHANGE_DELEGATION",
    "ALLOW_TOKEN_EXCHANGE_IMPERSONATION",
)
_LEGACY_AUTH_FLOWS: Final = ("ADMIN_NO_SRP_AUTH", "CUSTOM_AUTH_FLOW_ONLY", "USER_PASSWORD_AUTH")
_OAUTH_FLOWS: Final = ("client_credentials", "code", "implicit")
_FEATURES: Final = ("DISABLED", "ENABLED")
_EXISTENCE: Final = ("ENABLED", "LEGACY")
_MAX_GRACE_S: Final = 60
_GRACE: Final = "refreshTokenRotation.retryGracePeriodSeconds"
_AUTH_SESSION: Final = "authSessionValidity"
_AUTH_SESSION_MINUTES: Final = (3, 15)

_ANALYTICS: Final = ("ApplicationId", "ApplicationArn", "RoleArn", "ExternalId")
_SHARED: Final = "UserDataShared"
_UNIT_MEMBERS: Final = (
    ("RefreshToken", "refresh_unit"),
    ("AccessToken", "access_unit"),
    ("IdToken", "id_unit"),
)


def _text(params: Params, name: str) -> str | None:
    return params.maybe_text(name)


def _integer(params: Params, name: str) -> int | None:
    return params.maybe_integer(name)


def _flag(params: Params, name: str) -> bool | None:
    return params.maybe_flag(name)


def _texts(params: Params, name: str) -> tuple[str, ...] | None:
    return params.maybe_texts(name)


def _rotation(params: Params, name: str) -> Rotation | None:
    if not params.has(name):
        return None
    inner = params.structure(name)
    feature = inner.text("Feature")
    grace = inner.maybe_integer("RetryGracePeriodSeconds") or 0
    _check_enum("refreshTokenRotation.feature", (feature,), _FEATURES)
    if not 0 <= grace <= _MAX_GRACE_S:
        raise _out_of_range(_GRACE, grace, 0, _MAX_GRACE_S)
    return Rotation(feature == "ENABLED", grace)


def _analytics(params: Params, name: str) -> tuple[tuple[str, str | bool], ...] | None:
    if not params.has(name):
        return None
    inner = params.structure(name)
    told = [(member, inner.maybe_text(member)) for member in _ANALYTICS]
    given = (*told, (_SHARED, inner.maybe_flag(_SHARED)))
    return tuple((member, value) for member, value in given if value is not None)


def _show(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _show_rotation(value: object) -> object:
    if not isinstance(value, Rotation):
        return None
    return {
        "Feature": "ENABLED" if value.enabled else "DISABLED",
        "RetryGracePeriodSeconds": value.grace_s,
    }


def _show_analytics(value: object) -> object:
    return dict(value) if isinstance(value, tuple) and value else None


@dataclass(frozen=True, slots=True)
class _Attribute:
    wire: str
    name: str
    read: Callable[[Params, str], object]
    show: Callable[[object], object] = _show


# The order is the order in which DescribeUserPoolClient shows them.
_ATTRIBUTES: Final = (
    _Attribute("RefreshTokenValidity", "refresh_validity", _integer),
    _Attribute("AccessTokenValidity", "access_validity", _integer),
    _Attribute("IdTokenValidity", "id_validity", _integer),
    _Attribute("ReadAttributes", "read_attributes", _texts),
    _Attribute("WriteAttributes", "write_attributes", _texts),
    _Attribute("ExplicitAuthFlows", "explicit_auth_flows", _texts),
    _Attribute("SupportedIdentityProviders", "identity_providers", _texts),
    _Attribute("CallbackURLs", "callback_urls", _texts),
    _Attribute("LogoutURLs", "logout_urls", _texts),
    _Attribute("DefaultRedirectURI", "default_redirect_uri", _text),
    _Attribute("AllowedOAuthFlows", "oauth_flows", _texts),
    _Attribute("AllowedOAuthScopes", "oauth_scopes", _texts),
    _Attribute("AllowedOAuthFlowsUserPoolClient", "oauth_enabled", _flag),
    _Attribute("AnalyticsConfiguration", "analytics", _analytics, _show_analytics),
    _Attribute("PreventUserExistenceErrors", "prevent_user_existence_errors", _text),
    _Attribute("EnableTokenRevocation", "enable_revocation", _flag),
    _Attribute("EnablePropagateAdditionalUserContextData", "propagate_user_context", _flag),
    _Attribute("AuthSessionValidity", "auth_session_minutes", _integer),
    _Attribute("RefreshTokenRotation", "rotation", _rotation, _show_rotation),
)


def _out_of_range(name: str, value: int, low: int, high: int) -> CognitoError:
    edge = f"less than or equal to {high}" if value > high else f"greater than or equal to {low}"
    return Refusal.CONSTRAINT.error(value=value, name=name, constraint=f"Member must have value {edge}")


def _check_enum(name: str, given: tuple[str, ...], allowed: tuple[str, ...]) -> None:
    if not set(given) <= set(allowed):
        value = ", ".join(given)
        raise Refusal.CONSTRAINT.error(
            value=value if len(given) == 1 else f"[{value}]",
            name=name,
            constraint=f"Member must satisfy enum value set: [{', '.join(allowed)}]",
        )


def read_settings(params: Params) -> Settings:
    """
    Read the settings a create or an update request gives.

    See ASSUMED_UPDATE_RESETS_REVOCATION_TO_ON and ASSUMED_ZERO_REFRESH_VALIDITY_SHOWS_DAYS.

    Args:
        params: The request; attributes it omits get Cognito's default.

    Returns:
        The settings, within each attribute's own bounds.

    Raises:
        CognitoError: InvalidParameterException or SerializationException.
    """
    # The table names fields by string, so their types are lost here and checked by _Attribute.read.
    given: dict[str, Any] = {}
    for row in _ATTRIBUTES:
        value = row.read(params, row.wire)
        if value is not None:
            given[row.name] = value
    units = params.structure("TokenValidityUnits")
    for wire, name in _UNIT_MEMBERS:
        given[name] = units.maybe_text(wire)
    if given.get("refresh_validity") == 0:
        # "You can't set RefreshTokenValidity to 0": Cognito shows 30 afterwards, in days.
        del given["refresh_validity"]
        given["refresh_unit"] = "days" if given["refresh_unit"] else None
    settings = Settings(**given)
    _check_enum("explicitAuthFlows", settings.explicit_auth_flows or (), _AUTH_FLOWS + _LEGACY_AUTH_FLOWS)
    _check_enum("allowedOAuthFlows", settings.oauth_flows, _OAUTH_FLOWS)
    _check_enum(
        "preventUserExistenceErrors",
        (settings.prevent_user_existence_errors or "LEGACY",),
        _EXISTENCE,
    )
    low, high = _AUTH_SESSION_MINUTES
    if not low <= settings.auth_session_minutes <= high:
        raise _out_of_range(_AUTH_SESSION, settings.auth_session_minutes, low, high)
    return settings


def _mixes_legacy(client: AppClient) -> bool:
    given = set(client.settings.explicit_auth_flows or ())
    return bool(given & set(_LEGACY_AUTH_FLOWS)) and bool(given & set(_AUTH_FLOWS))


def _outlives_refresh(client: AppClient) -> bool:
    # Asking also checks each validity's own bounds.
    return max(client.access_validity_s, client.id_validity_s) > client.refresh_validity_s


def _rotates_with_refresh_flow(client: AppClient) -> bool:
    explicit = client.settings.explicit_auth_flows or ()
    return client.rotates and "ALLOW_REFRESH_TOKEN_AUTH" in explicit


def _mixes_machine(client: AppClient) -> bool:
    flows = client.settings.oauth_flows
    return "client_credentials" in flows and len(flows) > 1


def _machine_without_secret(client: AppClient) -> bool:
    return "client_credentials" in client.settings.oauth_flows and client.secret is None


def _redirects_elsewhere(client: AppClient) -> bool:
    uri = client.settings.default_redirect_uri
    return uri is not None and uri not in client.settings.callback_urls


# What must hold between attributes; the first row that fits is the refusal.
_RULES: Final[tuple[tuple[Refusal, Callable[[AppClient], bool]], ...]] = (
    (Refusal.VALIDITY_RANGE, _outlives_refresh),
    (Refusal.FLOWS_MIXED, _mixes_legacy),
    (Refusal.ROTATION_WITH_REFRESH_FLOW, _rotates_with_refresh_flow),
    (Refusal.CREDENTIALS_GRANT_ALONE, _mixes_machine),
    (Refusal.CREDENTIALS_GRANT_SECRET, _machine_without_secret),
    (Refusal.REDIRECT_UNLISTED, _redirects_elsewhere),
)


def check_client(client: AppClient) -> None:
    """
    Check the rules that hold between a client's settings.

    See ASSUMED_ACCESS_MAY_NOT_OUTLIVE_REFRESH and ASSUMED_ROTATION_REFUSES_REFRESH_FLOW.

    Args:
        client: The client as it would be.

    Raises:
        CognitoError: InvalidParameterException.
    """
    for refusal, breaks in _RULES:
        if breaks(client):
            raise refusal.error()


def show_client(client: AppClient, pool_id: str) -> dict[str, object]:
    """
    Show an app client as DescribeUserPoolClient does (A/API_UserPoolClientType).

    Args:
        client: The client.
        pool_id: The pool it belongs to.

    Returns:
        The wire form; attributes never given are absent, as in Cognito's answers.
    """
    shown: dict[str, object] = {
        "UserPoolId": pool_id,
        "ClientName": client.client_name,
        "ClientId": client.client_id,
        "LastModifiedDate": client.modified_at,
        "CreationDate": client.created_at,
    }
    if client.secret is not None:
        shown["ClientSecret"] = client.secret
    for row in _ATTRIBUTES:
        value = row.show(getattr(client.settings, row.name))
        if value is not None and value != []:
            shown[row.wire] = value
    shown.setdefault("RefreshTokenValidity", 30)
    shown["TokenValidityUnits"] = {
        wire: unit for wire, name in _UNIT_MEMBERS if (unit := getattr(client.settings, name)) is not None
    }
    return shown
