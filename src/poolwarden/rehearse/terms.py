"""Say what an app client's settings come to: how long its sessions live, how they are renewed and how they end."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from poolwarden.appclient import ACCESS, ID, REFRESH, UNKNOWN, ClientSettings, Token, Validity
from poolwarden.appclient.units import meant_instead
from poolwarden.errors import ConfigurationError
from poolwarden.localpool.tokens import SDK_SCOPE

POOL_ID: Final = "eu-west-1_Rehearsal"
"""The pool's id where the settings do not tell it."""

CLIENT_ID: Final = "1rehearsal2345678901234567"
"""The app client's id where the settings do not tell it: always the same, so that an application can be set up."""

# API_UserPoolClientType, UserPoolId and ClientId.
_POOL_ID: Final = re.compile(r"[\w-]{1,32}_[0-9a-zA-Z]{1,45}", re.ASCII)
_CLIENT_ID: Final = re.compile(r"\w{1,128}", re.ASCII)
_UNITS: Final = "TokenValidityUnits"
# What the local pool takes of an app client; the rest has no part in how long a session lives.
_PLAYED: Final = (
    *("RefreshTokenValidity", "AccessTokenValidity", "IdTokenValidity", _UNITS, "ExplicitAuthFlows"),
    *("CallbackURLs", "LogoutURLs", "DefaultRedirectURI", "AllowedOAuthFlows", "AllowedOAuthScopes"),
    *("AllowedOAuthFlowsUserPoolClient", "PreventUserExistenceErrors", "EnableTokenRevocation", "AuthSessionValidity"),
    "RefreshTokenRotation",
)


class Way(StrEnum):
    """How users sign in, and so how their sessions are renewed."""

    SDK = "sdk"
    """By an operation of the API; renewed by InitiateAuth, or by GetTokensFromRefreshToken under rotation."""
    PAGE = "page"
    """On the sign-in page; renewed at the token endpoint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """
    What a rehearsal plays.

    Attributes:
        name: What a report calls the app client.
        source: The file that the settings are from; None for Cognito's defaults.
        pool_id: The user pool's id.
        client_id: The app client's id.
        has_secret: Whether the app client has a secret.
        refresh: The refresh validity.
        access: The access validity.
        identity: The validity of ID tokens.
        grace_s: How long a rotated refresh token still works, seconds; None where nothing rotates.
        revocable: Whether tokens can be revoked.
        way: How users sign in.
        scopes: The scopes of a session's access tokens.
        request: The settings as CreateUserPoolClient takes them.
        meant: What the refresh validity was probably meant to be where its unit looks mistaken; None elsewhere.
        guessed: Settings that only a later run will tell; Cognito's defaults stand for them.
    """

    name: str
    source: str | None
    pool_id: str
    client_id: str
    has_secret: bool
    refresh: Validity
    access: Validity
    identity: Validity
    grace_s: int | None
    revocable: bool
    way: Way
    scopes: tuple[str, ...]
    request: Mapping[str, Any] = field(repr=False)
    meant: Validity | None
    guessed: tuple[str, ...]

    @property
    def calls_operations(self) -> bool:
        """Whether the session's access tokens may call Cognito's own operations, such as GlobalSignOut."""
        return SDK_SCOPE in self.scopes


def with_validities(client: ClientSettings, given: Mapping[Token, Validity]) -> ClientSettings:
    """
    Return settings with a fix on top.

    Args:
        client: The settings.
        given: The validities of the fix.
    """
    if not given:
        return client
    values = dict(client.values)
    units = values.get(_UNITS)
    members = dict(units) if isinstance(units, Mapping) else {}
    for token, validity in given.items():
        values[token.attribute] = validity.number
        members[token.member] = validity.unit
    return replace(client, values={**values, _UNITS: members})


def terms_of(client: ClientSettings, *, file: str | None, way: Way | None = None) -> Terms:
    """
    Return what settings come to.

    Args:
        client: The settings.
        file: The file that they are from; None where there is none.
        way: How users sign in; by default on the sign-in page where the settings allow the code grant.

    Raises:
        ConfigurationError: The app client has no sessions, or a validity cannot be told yet.
    """
    flows = set(client.texts("AllowedOAuthFlows")) if client.flag("AllowedOAuthFlowsUserPoolClient") else set()
    if flows == {"client_credentials"}:
        problem = "is an app client for machines (client_credentials), which has no sessions."
        raise ConfigurationError(str(client.place), problem, "Name one that users sign in to with --client.")
    if way is Way.PAGE and "code" not in flows:
        problem = "does not allow the code grant, so nobody signs in on the page."
        raise ConfigurationError(str(client.place), problem, "Leave out --sign-in, or give --sign-in sdk.")
    chosen = way or (Way.PAGE if "code" in flows else Way.SDK)
    refresh, access, identity = (_validity(client, token) for token in (REFRESH, ACCESS, ID))
    guessed = tuple(name for name in _PLAYED if client.is_unknown(name))
    return Terms(
        name=client.name,
        source=file,
        pool_id=_fitting(_POOL_ID, client.text("UserPoolId"), POOL_ID),
        client_id=_fitting(_CLIENT_ID, client.text("ClientId"), CLIENT_ID),
        has_secret=bool(client.has_secret),
        refresh=refresh,
        access=access,
        identity=identity,
        grace_s=_grace_s(client),
        revocable=client.flag("EnableTokenRevocation") is not False,
        way=chosen,
        scopes=_scopes(client) if chosen is Way.PAGE else (SDK_SCOPE,),
        request=_request(client, guessed),
        meant=meant_instead(REFRESH, refresh, unit_given=client.unit_given(REFRESH)),
        guessed=guessed,
    )


def _validity(client: ClientSettings, token: Token) -> Validity:
    validity = client.validity(token)
    if validity is None:
        problem = f"{token.attribute} is told by a later run only, or its unit is unknown."
        raise ConfigurationError(str(client.place), problem, f"Give it with --{token.word.lower()}.")
    return validity


def _grace_s(client: ClientSettings) -> int | None:
    if client.inner("RefreshTokenRotation", "Feature") != "ENABLED":
        return None
    grace = client.inner("RefreshTokenRotation", "RetryGracePeriodSeconds")
    return grace if isinstance(grace, int) else 0


def _scopes(client: ClientSettings) -> tuple[str, ...]:
    return client.texts("AllowedOAuthScopes") or ("openid",)


def _fitting(pattern: re.Pattern[str], text: str | None, otherwise: str) -> str:
    return text if text is not None and pattern.fullmatch(text) else otherwise


def _request(client: ClientSettings, guessed: tuple[str, ...]) -> dict[str, Any]:
    request = {}
    for name in _PLAYED:
        value = client.values.get(name)
        if name == _UNITS and isinstance(value, Mapping):
            # One unit that is unknown does not take the others along.
            value = {member: unit for member, unit in value.items() if unit is not UNKNOWN}
        elif name in guessed:
            continue
        if value is not None:
            request[name] = list(value) if isinstance(value, tuple) else value
    return request
