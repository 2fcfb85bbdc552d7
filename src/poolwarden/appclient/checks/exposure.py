"""The checks of what a client gives away: to whom it sends browsers, what it tells, what it cannot take back."""

from typing import Final

from poolwarden.appclient.checks.kinds import address_parts, only_machines, public_hint
from poolwarden.appclient.findings import Check, Facts, Severity, alone
from poolwarden.appclient.settings import ClientSettings
from poolwarden.causes.sources import API, GUIDE

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_URLS: Final = ("CallbackURLs", "LogoutURLs")
_FITS: Final[Facts] = {}

_CLIENT: Final = f"{API}/API_UserPoolClientType.html"


def _revocation_off(client: ClientSettings) -> Facts | None:
    return _FITS if client.flag("EnableTokenRevocation") is False else None


def _users_told(client: ClientSettings) -> Facts | None:
    name = "PreventUserExistenceErrors"
    if client.is_unknown(name) or only_machines(client) or client.text(name) == "ENABLED":
        return None
    return {"set": client.text(name) or "not set, which is LEGACY"}


def _plain_http(client: ClientSettings) -> Facts | None:
    for attribute in _URLS:
        for url in client.texts(attribute):
            scheme, host = address_parts(url)
            if scheme == "http" and host not in _LOOPBACK:
                return {"attribute": attribute, "url": url}
    return None


def _wildcard(client: ClientSettings) -> Facts | None:
    for attribute in _URLS:
        for url in client.texts(attribute):
            if "*" in url:
                return {"attribute": attribute, "url": url}
    return None


def _unlisted(client: ClientSettings) -> Facts | None:
    url = client.text("DefaultRedirectURI")
    told = not client.is_unknown("CallbackURLs")
    return {"url": url} if url and told and url not in client.texts("CallbackURLs") else None


def _secret_in_public(client: ClientSettings) -> Facts | None:
    hint = public_hint(client) if client.has_secret else None
    return {"hint": hint} if hint else None


EXPOSURE_CHECKS: Final = (
    Check(
        name="revocation_off",
        severity=Severity.WARNING,
        attribute="EnableTokenRevocation",
        group="EnableTokenRevocation",
        when=alone(_revocation_off),
        sentence="EnableTokenRevocation is false: a refresh token cannot be revoked, and tokens lack origin_jti, which "
        "names their session.",
        mend="Set EnableTokenRevocation to true.",
        source=f"{GUIDE}/token-revocation.html",
    ),
    Check(
        name="user_existence_told",
        severity=Severity.WARNING,
        attribute="PreventUserExistenceErrors",
        group="PreventUserExistenceErrors",
        when=alone(_users_told),
        sentence="PreventUserExistenceErrors is {set}: a failed sign-in tells whether the user exists.",
        mend="Set PreventUserExistenceErrors to ENABLED.",
        source=f"{GUIDE}/cognito-user-pool-managing-errors.html",
    ),
    Check(
        name="redirect_plain_http",
        severity=Severity.WARNING,
        attribute="CallbackURLs",
        group="redirect_plain_http",
        when=alone(_plain_http),
        sentence="{attribute} has {url}: codes for tokens would travel in the clear. Cognito takes http for localhost "
        "only.",
        mend="Use https.",
        source=_CLIENT,
    ),
    Check(
        name="redirect_wildcard",
        severity=Severity.WARNING,
        attribute="CallbackURLs",
        group="redirect_wildcard",
        when=alone(_wildcard),
        sentence="{attribute} has {url}: addresses are compared as they are, a wildcard matches nothing.",
        mend="List every address in full.",
        source=f"{_CLIENT}; RFC 9700 section 2.1",
    ),
    Check(
        name="redirect_unlisted",
        severity=Severity.ERROR,
        attribute="DefaultRedirectURI",
        group="DefaultRedirectURI",
        when=alone(_unlisted),
        sentence="DefaultRedirectURI {url} is not among CallbackURLs, which Cognito refuses.",
        mend="Add it to CallbackURLs.",
        source=_CLIENT,
    ),
    Check(
        name="secret_in_public_client",
        severity=Severity.NOTE,
        attribute="ClientSecret",
        group="ClientSecret",
        when=alone(_secret_in_public),
        sentence="The client has a secret, but {hint}: what users hold is no secret, and each refresh needs it.",
        mend="Use a client without secret for apps and pages, with PKCE. That takes another client, to which "
        "sessions do not move.",
        source=f"RFC 6749 section 2.1; {GUIDE}/user-pool-settings-client-apps.html",
    ),
)
"""In the order in which they are told."""
