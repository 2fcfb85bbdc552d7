"""Say what a token is, and which check refuses it, without showing a byte of it."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from poolwarden.causes import Cause
from poolwarden.errors import BearerError
from poolwarden.guard import jws
from poolwarden.guard.bearer import check_characters, token_of
from poolwarden.guard.claims import Standard, first_refusal, is_date
from poolwarden.guard.server import Guard
from poolwarden.refs import References

Claims = Mapping[str, Any]

_LEEWAY_S = 5.0
_SIGNED_DOTS = 2
_ENCRYPTED_DOTS = 4  # RFC 7516 §7.1: five parts
# What may be shown as it is: nothing that could move a cursor, and nothing that looks like a token or an address.
_PLAIN = re.compile(r"[A-Za-z0-9._:/+ -]{1,200}")
_NAME = re.compile(r"[A-Za-z0-9._:/-]{1,64}")
_UNITS = ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))

KINDS: tuple[tuple[str, Callable[[Claims], bool]], ...] = (
    ("A machine's access token.", lambda c: c.get("token_use") == "access" and c.get("sub") == c.get("client_id")),
    ("A user's access token.", lambda c: c.get("token_use") == "access"),
    ("An ID token: it tells a front end who signed in, and is not for an API.", lambda c: c.get("token_use") == "id"),
    ("A signed token that does not look like Cognito's: it has no token_use.", lambda _: True),
)
"""What a signed token is: the first row that fits."""

DATES = (("auth_time", "signed in"), ("iat", "issued"), ("nbf", "not before"), ("exp", "expires"))
TEXTS = (("iss", "issuer"), ("client_id", "app client"), ("aud", "audience"), ("scope", "scope"))
"""The claims that are shown, and what they are called."""


class Verdict(NamedTuple):
    """
    Whether a token would pass.

    Attributes:
        refused: A check refuses it.
        lines: What to tell.
    """

    refused: bool
    lines: list[str]


def describe(token: str, now: float, ref_key: bytes | None) -> list[str]:
    """
    Return lines that say what a token is.

    Args:
        token: The token.
        now: The time, epoch seconds.
        ref_key: The secret that users' references are made with; None for none.
    """
    claims = _claims_of(token)
    if claims is None:
        dots = token.count(".")
        if dots == _ENCRYPTED_DOTS:
            return ["An encrypted token of five parts, as Cognito's refresh tokens are: only Cognito can read it."]
        parts = "and its parts cannot be read" if dots == _SIGNED_DOTS else f"{dots} dots where a token has 2"
        return [f"No signed token: {len(token):,} characters, {parts}."]
    lines = [next(words for words, fits in KINDS if fits(claims))]
    lines += [_row(words, _shown(claims[name])) for name, words in TEXTS if name in claims]
    lines += [_row(words, _moment(claims[name], now)) for name, words in DATES if name in claims]
    lines += [_row(words, value) for words, value in _references(claims, References(ref_key))]
    lines.append(_row("claims", ", ".join(name if _NAME.fullmatch(name) else "(odd name)" for name in claims)))
    return lines


def verdict_on(token: str, server: Guard | None, now: float) -> Verdict:
    """
    Return which check refuses a token.

    Args:
        token: The token.
        server: The server whose checks are asked; None where no pool is named, so that the signature cannot be checked.
        now: The time, epoch seconds.
    """
    try:
        if server is None:
            _check_unverified(token, now)
        else:
            accepted = server.authenticate(f"Bearer {token}")
            words = f"Passes every check of pool {accepted.pool}, app client {accepted.client}."
            return Verdict(refused=False, lines=[words])
    except BearerError as error:
        return Verdict(refused=True, lines=_refusal(error))
    lines = ["No check refuses it, as far as it can be told without the pool's keys.", "Not checked: the signature."]
    return Verdict(refused=False, lines=[*lines, "Give --pool to check it with the keys that the pool publishes."])


def _check_unverified(token: str, now: float) -> None:
    raw = token_of(f"Bearer {token}")
    try:
        parts = jws.split(raw)
        jws.kid_of(parts.header)
        claims = jws.read_claims(parts.payload)
    except BearerError:
        check_characters(raw)
        raise
    refusal = first_refusal(claims, Standard(_LEEWAY_S, {}, any_client=True, audience=None, max_session_age=None), now)
    if refusal is not None:
        cause, claim = refusal
        raise BearerError(cause, claim=claim)


def _refusal(error: BearerError) -> list[str]:
    at = f" (at {error.claim})" if error.claim else ""
    if error.cause is Cause.KEYS_UNAVAILABLE:
        return ["Undecided: keys_unavailable. The pool's keys cannot be fetched from here; see poolwarden doctor."]
    return [f"Refused: {error.cause}{at}. {error.row.sentence}", f"Next: {error.row.next_step}"]


def _claims_of(token: str) -> Claims | None:
    try:
        return jws.read_claims(jws.split(token.encode("utf-8")).payload)
    except BearerError:
        return None


def _references(claims: Claims, refs: References) -> list[tuple[str, str]]:
    issuer, sub, auth_time = claims.get("iss"), claims.get("sub"), claims.get("auth_time")
    if not (isinstance(issuer, str) and isinstance(sub, str) and is_date(auth_time)):
        return []
    origin, client = claims.get("origin_jti"), claims.get("client_id")
    session = refs.session(
        issuer,
        origin_jti=origin if isinstance(origin, str) else None,
        sub=sub,
        auth_time=int(auth_time or 0),
        client_id=client if isinstance(client, str) else "",
    )
    return [("session_ref", session), ("user_ref", refs.user(issuer, sub) or "(needs POOLWARDEN_REF_KEY)")]


def _row(words: str, value: str) -> str:
    return f"  {words:<12}{value}"


def _shown(value: object) -> str:
    text = " ".join(value) if isinstance(value, list) and all(isinstance(one, str) for one in value) else value
    return text if isinstance(text, str) and _PLAIN.fullmatch(text) else "(not shown: unusual characters)"


def _moment(value: object, now: float) -> str:
    if not is_date(value) or not isinstance(value, (int, float)):
        return "(not a date)"
    try:
        text = datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (ValueError, OverflowError, OSError):
        return "(beyond the calendar)"
    size, unit = next((size, unit) for size, unit in _UNITS if abs(value - now) >= size or size == 1)
    count = int(abs(value - now) / size)
    length = f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{text}  ({length} ago)" if value <= now else f"{text}  (in {length})"
