"""
Check the claims of a token whose signature held: one ordered table, the first row that fits wins.

What each row rests on stands beside it; see also "Access-token form" of the
Cognito developer guide (amazon-cognito-user-pools-using-the-access-token).
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from poolwarden.causes import Cause

Claims = Mapping[str, Any]

MAX_ACCESS_VALIDITY_S = 86_400
"""Cognito issues no access token that lives longer than a day (API_UserPoolClientType, AccessTokenValidity)."""

_MAX_DATE = 2**53
_NUMBERS = (int, float)
_REQUIRED_DATES = ("exp", "iat", "auth_time")
_TEXTS = ("sub", "username", "jti", "origin_jti")


class Standard(msgspec.Struct, frozen=True):
    """
    What the claims are held against.

    Attributes:
        leeway: How far another clock may be ahead, seconds.
        clients: Aliases of the accepted app clients by id.
        any_client: Whether every app client is accepted.
        audience: Accepted ``aud`` values, or None where it is not looked at.
        max_session_age: How long ago the sign-in may be, seconds, or None.
    """

    leeway: float
    clients: Mapping[str, str]
    any_client: bool
    audience: frozenset[str] | None
    max_session_age: float | None


def is_date(value: object) -> bool:
    """
    Return whether a value is a NumericDate (RFC 7519 §2): a finite number from 0 to 2**53, no bool and no text.

    Args:
        value: A claim's value.
    """
    # NaN fails both comparisons, infinity the second one.
    return value.__class__ in _NUMBERS and 0 <= value <= _MAX_DATE


Finder = Callable[[Claims, Standard, float], str | None]

# Each finder returns the name of the claim at fault, or None where its check passes.


def _other_use(claims: Claims, _: Standard, __: float) -> str | None:
    return None if claims.get("token_use") == "access" else "token_use"


def _other_client(claims: Claims, standard: Standard, _: float) -> str | None:
    client_id = claims.get("client_id")
    if client_id.__class__ is str and (client_id in standard.clients or (standard.any_client and client_id)):
        return None
    return "client_id"


def _other_audience(claims: Claims, standard: Standard, _: float) -> str | None:
    if standard.audience is None:
        return None
    audience = claims.get("aud")
    values = audience if audience.__class__ is list else (audience,)
    return None if any(value.__class__ is str and value in standard.audience for value in values) else "aud"


def _wrong_date(claims: Claims, _: Standard, __: float) -> str | None:
    for name in _REQUIRED_DATES:
        if not is_date(claims.get(name)):
            return name
    return "nbf" if "nbf" in claims and not is_date(claims["nbf"]) else None


def _wrong_text(claims: Claims, _: Standard, __: float) -> str | None:
    if not claims.get("sub"):
        return "sub"
    for name in _TEXTS:
        # A missing claim is no fault: then the name itself is looked at, which is a text.
        if claims.get(name, name).__class__ is not str:
            return name
    return None


def _wrong_scope(claims: Claims, _: Standard, __: float) -> str | None:
    scope = claims.get("scope", "")
    # Printable ASCII (RFC 6749 §3.3); no tab and no newline can pass for a separator.
    return None if scope.__class__ is str and scope.isascii() and scope.isprintable() else "scope"


def _wrong_groups(claims: Claims, _: Standard, __: float) -> str | None:
    if "cognito:groups" not in claims:
        return None
    groups = claims["cognito:groups"]
    # In place of a list, a text would make "admin" in "not-admin" true.
    good = groups.__class__ is list and all(group.__class__ is str for group in groups)
    return None if good else "cognito:groups"


def _too_long_lived(claims: Claims, _: Standard, __: float) -> str | None:
    return "exp" if claims["exp"] - claims["iat"] > MAX_ACCESS_VALIDITY_S else None


def _bound(claims: Claims, _: Standard, __: float) -> str | None:
    return "cnf" if "cnf" in claims else None


def _expired(claims: Claims, _: Standard, now: float) -> str | None:
    return "exp" if now >= claims["exp"] else None


def _from_future(claims: Claims, standard: Standard, now: float) -> str | None:
    latest = now + standard.leeway
    if claims["iat"] > latest:
        return "iat"
    if claims["auth_time"] > latest:
        return "auth_time"
    return "nbf" if claims.get("nbf", 0) > latest else None


def _too_old(claims: Claims, standard: Standard, now: float) -> str | None:
    limit = standard.max_session_age
    return "auth_time" if limit is not None and now - claims["auth_time"] > limit else None


CHECKS: tuple[tuple[Cause, Finder], ...] = (
    # RFC 8725 §3.11 (mutual exclusivity); an ID token may carry client_id and scope, so this comes first.
    (Cause.TOKEN_USE_MISMATCH, _other_use),
    (Cause.CLIENT_MISMATCH, _other_client),
    (Cause.AUDIENCE_MISMATCH, _other_audience),
    # RFC 7519 §2 and §4.1: dates are numbers; Cognito puts all three into every access token.
    (Cause.CLAIM_INVALID, _wrong_date),
    (Cause.CLAIM_INVALID, _wrong_text),
    (Cause.CLAIM_INVALID, _wrong_scope),
    (Cause.CLAIM_INVALID, _wrong_groups),
    (Cause.CLAIM_INVALID, _too_long_lived),
    # RFC 9449 §7.1: a bound token sent as plain Bearer must be refused.
    (Cause.TOKEN_BOUND, _bound),
    # RFC 7519 §4.1.4: on or after exp. Leeway is for other clocks that are ahead, not for longer lives.
    (Cause.TOKEN_EXPIRED, _expired),
    (Cause.TOKEN_NOT_YET_VALID, _from_future),
    (Cause.SESSION_TOO_OLD, _too_old),
)
"""Every check, in the order in which they are asked."""


def first_refusal(claims: Claims, standard: Standard, now: float) -> tuple[Cause, str] | None:
    """
    Return why claims are refused and the claim at fault, or None where all checks pass.

    Args:
        claims: The claims of a token whose signature held.
        standard: What they are held against.
        now: The time, epoch seconds.
    """
    for cause, finds in CHECKS:
        claim = finds(claims, standard, now)
        if claim is not None:
            return cause, claim
    return None
