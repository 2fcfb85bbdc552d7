"""The checks of how sessions begin and are renewed."""

from typing import Final

from poolwarden.appclient.checks.kinds import browser_hint, only_machines
from poolwarden.appclient.findings import Check, Facts, Severity, alone
from poolwarden.appclient.settings import ClientSettings
from poolwarden.causes.sources import API, GUIDE

_FLOWS: Final = "ExplicitAuthFlows"
_OAUTH: Final = "AllowedOAuthFlows"
_REFRESH_FLOW: Final = "ALLOW_REFRESH_TOKEN_AUTH"
_PASSWORD_FLOWS: Final = frozenset({"ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH"})
_LEGACY_FLOWS: Final = frozenset({"ADMIN_NO_SRP_AUTH", "CUSTOM_AUTH_FLOW_ONLY", "USER_PASSWORD_AUTH"})
_FITS: Final[Facts] = {}

_UPDATE: Final = f"{API}/API_UpdateUserPoolClient.html"
_ROTATION: Final = f"{API}/API_RefreshTokenRotationType.html"


def _rotates(client: ClientSettings) -> bool:
    return bool(client.inner("RefreshTokenRotation", "Feature") == "ENABLED")


def _rotation_with_refresh_flow(client: ClientSettings) -> Facts | None:
    return _FITS if _rotates(client) and _REFRESH_FLOW in client.texts(_FLOWS) else None


def _lacks_grace(client: ClientSettings) -> bool:
    return _rotates(client) and client.inner("RefreshTokenRotation", "RetryGracePeriodSeconds") in (None, 0)


def _rotation_without_grace(client: ClientSettings) -> Facts | None:
    hint = browser_hint(client) if _lacks_grace(client) else None
    return {"hint": hint} if hint else None


def _rotation_without_grace_elsewhere(client: ClientSettings) -> Facts | None:
    return _FITS if _lacks_grace(client) else None


def _lacks_refresh_flow(client: ClientSettings) -> bool:
    flows = set(client.texts(_FLOWS))
    told = bool(flows) and not client.is_unknown(_FLOWS) and not client.is_unknown("RefreshTokenRotation")
    # The legacy names always come with the refresh flow.
    return told and not flows & {_REFRESH_FLOW, *_LEGACY_FLOWS} and not _rotates(client) and not only_machines(client)


def _has_page(client: ClientSettings) -> bool:
    return "code" in client.texts(_OAUTH) or client.is_unknown(_OAUTH)


def _refresh_flow_missing(client: ClientSettings) -> Facts | None:
    return _FITS if _lacks_refresh_flow(client) and not _has_page(client) else None


def _refresh_flow_page_only(client: ClientSettings) -> Facts | None:
    return _FITS if _lacks_refresh_flow(client) and _has_page(client) else None


def _flows_mixed(client: ClientSettings) -> Facts | None:
    flows = set(client.texts(_FLOWS))
    legacy = sorted(flows & _LEGACY_FLOWS)
    return {"legacy": ", ".join(legacy)} if legacy and any(flow.startswith("ALLOW_") for flow in flows) else None


def _password_flow(client: ClientSettings) -> Facts | None:
    flows = _PASSWORD_FLOWS.intersection(client.texts(_FLOWS))
    return {"flow": min(flows)} if flows else None


def _implicit(client: ClientSettings) -> Facts | None:
    return _FITS if "implicit" in client.texts(_OAUTH) else None


def _oauth_off(client: ClientSettings) -> Facts | None:
    flows, switch = client.texts(_OAUTH), "AllowedOAuthFlowsUserPoolClient"
    off = not client.flag(switch) and not client.is_unknown(switch)
    return {"flows": ", ".join(flows)} if flows and off else None


FLOW_CHECKS: Final = (
    Check(
        name="refresh_flow_missing",
        severity=Severity.WARNING,
        attribute=_FLOWS,
        group=_FLOWS,
        when=alone(_refresh_flow_missing),
        sentence="ExplicitAuthFlows lacks ALLOW_REFRESH_TOKEN_AUTH and rotation is off: sessions cannot be refreshed "
        "and end with their first access token.",
        mend="Add ALLOW_REFRESH_TOKEN_AUTH, or turn refresh-token rotation on.",
        source=_UPDATE,
    ),
    Check(
        name="refresh_flow_page_only",
        severity=Severity.NOTE,
        attribute=_FLOWS,
        group=_FLOWS,
        when=alone(_refresh_flow_page_only),
        sentence="ExplicitAuthFlows lacks ALLOW_REFRESH_TOKEN_AUTH: sessions are refreshed at the TOKEN endpoint only, "
        "not by an SDK (assumed).",
        mend="Add it where an SDK such as Amplify refreshes the sessions.",
        source=_UPDATE,
    ),
    Check(
        name="rotation_with_refresh_flow",
        severity=Severity.ERROR,
        attribute="RefreshTokenRotation",
        group="RefreshTokenRotation",
        when=alone(_rotation_with_refresh_flow),
        sentence="Rotation is on together with ALLOW_REFRESH_TOKEN_AUTH, which does not work with it (that Cognito "
        "refuses the pair is assumed).",
        mend="Remove ALLOW_REFRESH_TOKEN_AUTH, and refresh by GetTokensFromRefreshToken or the TOKEN endpoint.",
        source=f"{GUIDE}/amazon-cognito-user-pools-using-the-refresh-token.html",
    ),
    Check(
        name="rotation_without_grace",
        severity=Severity.WARNING,
        attribute="RefreshTokenRotation",
        group="rotation_without_grace",
        when=alone(_rotation_without_grace),
        sentence="Rotation is on without a grace period, and this looks like a client of browsers ({hint}): of two "
        "tabs that refresh at once one loses its session.",
        mend="Set RetryGracePeriodSeconds to 10 or more, up to 60, and let one tab refresh for all.",
        source=_ROTATION,
    ),
    Check(
        name="rotation_without_grace_elsewhere",
        severity=Severity.NOTE,
        attribute="RefreshTokenRotation",
        group="rotation_without_grace",
        when=alone(_rotation_without_grace_elsewhere),
        sentence="Rotation is on without a grace period: after an answer that got lost, or two refreshes at once, the "
        "session is lost.",
        mend="Set RetryGracePeriodSeconds to 10 or more, up to 60.",
        source=_ROTATION,
    ),
    Check(
        name="flows_mixed",
        severity=Severity.ERROR,
        attribute=_FLOWS,
        group="flows_mixed",
        when=alone(_flows_mixed),
        sentence="ExplicitAuthFlows mixes old names ({legacy}) with ALLOW_ names, which Cognito refuses.",
        mend="Write the ALLOW_ names only.",
        source=_UPDATE,
    ),
    Check(
        name="password_flow_on",
        severity=Severity.NOTE,
        attribute=_FLOWS,
        group="password_flow_on",
        when=alone(_password_flow),
        sentence="ExplicitAuthFlows has {flow}: the user's password itself travels to Cognito, and scripts can try "
        "passwords with one call each.",
        mend="Remove it once no user migration and no client needs it; SRP proves the password without sending it.",
        source=f"{GUIDE}/amazon-cognito-user-pools-authentication-flow-methods.html",
    ),
    Check(
        name="implicit_flow_on",
        severity=Severity.WARNING,
        attribute=_OAUTH,
        group="implicit_flow_on",
        when=alone(_implicit),
        sentence="AllowedOAuthFlows has implicit: tokens come in the address of a page and no refresh token with them, "
        "so such sessions end with their access token.",
        mend="Use the code flow with PKCE.",
        source="RFC 9700 section 2.1.2",
    ),
    Check(
        name="oauth_off",
        severity=Severity.WARNING,
        attribute="AllowedOAuthFlowsUserPoolClient",
        group="oauth_off",
        when=alone(_oauth_off),
        sentence="AllowedOAuthFlows is {flows}, but AllowedOAuthFlowsUserPoolClient is not true, so none of it works.",
        mend="Set AllowedOAuthFlowsUserPoolClient to true; an update that left it out may have reset it.",
        source=_UPDATE,
    ),
)
"""In the order in which they are told."""
