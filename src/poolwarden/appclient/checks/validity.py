"""The checks of how long tokens live."""

from functools import partial
from typing import Final

from poolwarden.appclient.durations import ACCESS, ID, REFRESH, TOKENS, Token
from poolwarden.appclient.findings import Check, Facts, Severity, alone
from poolwarden.appclient.settings import ClientSettings
from poolwarden.appclient.units import meant_instead
from poolwarden.causes.sources import API, GUIDE
from poolwarden.validities import DAY, HOUR, UNIT_S

LONG_S: Final = 366 * DAY
"""A refresh validity above this outlives any habit of signing in."""

LONGEST_S: Final = 3650 * DAY
"""The longest that Cognito takes."""

_UNITS: Final = f"{API}/API_TokenValidityUnitsType.html"
_CLIENT: Final = f"{API}/API_UserPoolClientType.html"
_USUAL: Final = "What is usual, by number and unit; Cognito takes either"

_AUTH_SESSION_MINUTES: Final = range(3, 16)

_EFFECT: Final = {
    REFRESH: "As set, every session ends {plain} after its sign-in, however active its user is.",
    ACCESS: "As set, access tokens live {plain}.",
    ID: "As set, ID tokens live {plain}.",
}

# In each of these tables the parts in braces are filled in by the facts of one client.
_UNKNOWN_UNIT: Final = "TokenValidityUnits.{member} is {unit!r}, which is no unit of Cognito's."
_MISSING_UNIT: Final = (
    "{attribute} is {number} without a unit, so it counts in {unit}: {set}, which looks like a mistake for {meant}."
)
_MISTAKE: Final = "{attribute} is {set}, which looks like a mistake for {meant}."
_SET_MEANT: Final = (
    "If so, set {meant}: poolwarden client fix prints the change without resetting anything else. If {set} is meant, "
    "all is well."
)


def _facts(client: ClientSettings, token: Token) -> dict[str, str]:
    validity = client.validity(token)
    return {
        "attribute": token.attribute,
        "member": token.member,
        "bounds": token.bounds,
        "set": str(validity),
        "plain": validity.plain if validity else "",
        "number": str(validity.number) if validity else "",
        "unit": str(client.unit(token)),
    }


def _unit_unknown(client: ClientSettings, token: Token) -> Facts | None:
    unit = client.unit(token)
    return _facts(client, token) if isinstance(unit, str) and unit not in UNIT_S else None


def _mistaken(client: ClientSettings, token: Token, *, unit_given: bool) -> Facts | None:
    validity = client.validity(token)
    if validity is None or client.unit_given(token) is not unit_given:
        return None
    meant = meant_instead(token, validity, unit_given=unit_given)
    if meant is None:
        return None
    refused = "" if token.takes(validity) else f" Cognito takes {token.bounds} and refuses this."
    effect = (refused or " " + _EFFECT[token].format(plain=validity.plain)).strip()
    return {**_facts(client, token), "meant": str(meant), "effect": effect}


def _out_of_bounds(client: ClientSettings, token: Token) -> Facts | None:
    validity = client.validity(token)
    return _facts(client, token) if validity and not token.takes(validity) else None


def _rows_of(token: Token) -> tuple[Check, ...]:
    word, group = token.word.lower(), token.attribute
    of = partial(Check, attribute=token.attribute, group=group)
    return (
        of(
            name=f"{word}_unit_unknown",
            severity=Severity.ERROR,
            when=alone(partial(_unit_unknown, token=token)),
            sentence=_UNKNOWN_UNIT,
            mend="Write seconds, minutes, hours or days.",
            source=_UNITS,
        ),
        of(
            name=f"{word}_unit_missing",
            severity=Severity.WARNING,
            when=alone(partial(_mistaken, token=token, unit_given=False)),
            sentence=_MISSING_UNIT + " {effect}",
            mend="Name the unit in TokenValidityUnits.{member}. " + _SET_MEANT,
            source=f"{_UNITS} (default units)",
        ),
        of(
            name=f"{word}_unit_mistake",
            severity=Severity.WARNING,
            when=alone(partial(_mistaken, token=token, unit_given=True)),
            sentence=_MISTAKE + " {effect}",
            mend=_SET_MEANT,
            source=_USUAL,
        ),
        of(
            name=f"{word}_out_of_bounds",
            severity=Severity.ERROR,
            when=alone(partial(_out_of_bounds, token=token)),
            sentence="{attribute} is {set}; Cognito takes {bounds} and refuses this.",
            mend="Set it within the bounds.",
            source=_CLIENT,
        ),
    )


def _zero(client: ClientSettings) -> Facts | None:
    return {"meant": str(REFRESH.default)} if client.number(REFRESH.attribute) == 0 else None


def _longest(client: ClientSettings) -> Facts | None:
    validity = client.validity(REFRESH)
    return _facts(client, REFRESH) if validity and validity.seconds >= LONGEST_S else None


def _long(client: ClientSettings) -> Facts | None:
    validity = client.validity(REFRESH)
    return _facts(client, REFRESH) if validity and validity.seconds > LONG_S else None


def _below_twice(client: ClientSettings) -> Facts | None:
    refresh = client.validity(REFRESH)
    for token in (ACCESS, ID):
        other = client.validity(token)
        if refresh and other and token.takes(other) and refresh.seconds < 2 * other.seconds:
            once = refresh.seconds > other.seconds
            effect = "it renews a session once at most" if once else "it never renews a session"
            return {**_facts(client, REFRESH), "other": token.attribute, "other_set": str(other), "effect": effect}
    return None


def _outlives_revocation(client: ClientSettings) -> Facts | None:
    validity = client.validity(ACCESS)
    revocable = client.flag("EnableTokenRevocation") is not False and not client.is_unknown("EnableTokenRevocation")
    long = validity is not None and ACCESS.takes(validity) and validity.seconds > HOUR
    return _facts(client, ACCESS) if long and revocable else None


def _auth_session(client: ClientSettings) -> Facts | None:
    minutes = client.number("AuthSessionValidity")
    return None if minutes is None or minutes in _AUTH_SESSION_MINUTES else {"minutes": str(minutes)}


_refresh = partial(Check, attribute=REFRESH.attribute, group=REFRESH.attribute)

VALIDITY_CHECKS: Final = (
    *(row for token in TOKENS for row in _rows_of(token)),
    _refresh(
        name="refresh_zero",
        severity=Severity.WARNING,
        when=alone(_zero),
        sentence="RefreshTokenValidity is 0, of which Cognito makes {meant}.",
        mend="Write the validity that is meant.",
        source=f"{API}/API_UpdateUserPoolClient.html",
    ),
    _refresh(
        name="refresh_longest",
        severity=Severity.WARNING,
        when=alone(_longest),
        sentence="RefreshTokenValidity is {plain}, the longest there is: a stolen refresh token works as long.",
        mend="Set what users need, such as 90 days, and turn refresh-token rotation on.",
        source=f"RFC 9700 section 4.14; {_CLIENT}",
    ),
    _refresh(
        name="refresh_long",
        severity=Severity.NOTE,
        when=alone(_long),
        sentence="RefreshTokenValidity is {plain}: a stolen refresh token works as long.",
        mend="Where it is meant, turn refresh-token rotation on.",
        source="RFC 9700 section 4.14",
    ),
    Check(
        name="refresh_below_twice_access",
        severity=Severity.WARNING,
        attribute=REFRESH.attribute,
        group="refresh_below_twice_access",
        when=alone(_below_twice),
        sentence="RefreshTokenValidity ({set}) is below twice {other} ({other_set}), so {effect}.",
        mend="Set the refresh validity well above the others.",
        source=f"{GUIDE}/amazon-cognito-user-pools-using-the-refresh-token.html (that it refuses less is assumed)",
    ),
    Check(
        name="access_outlives_revocation",
        severity=Severity.WARNING,
        attribute=ACCESS.attribute,
        group="access_outlives_revocation",
        when=alone(_outlives_revocation),
        sentence="AccessTokenValidity is {plain}: after a sign-out or a revocation an access token passes wherever its "
        "signature alone is checked, for as long.",
        mend="Set an hour or less; a refresh costs little. Or check revocation online (poolwarden: OnlineCheck).",
        source=f"{GUIDE}/token-revocation.html",
    ),
    Check(
        name="auth_session_out_of_bounds",
        severity=Severity.ERROR,
        attribute="AuthSessionValidity",
        group="AuthSessionValidity",
        when=alone(_auth_session),
        sentence="AuthSessionValidity is {minutes}; Cognito takes 3 to 15 minutes and refuses this.",
        mend="Set 3 to 15.",
        source=_CLIENT,
    ),
)
"""In the order in which they are told."""
