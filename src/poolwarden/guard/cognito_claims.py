"""
Read and check the claims of a usual token in a short way, which can only accept.

A payload that has Cognito's own members and no others, each once and of its type,
is decoded into a struct, in half the time of a dict and a look at each value.
Whatever is unusual, and whatever might be refused, goes the long way: strict JSON
(:mod:`poolwarden.guard.strict_json`) and the table of checks
(:mod:`poolwarden.guard.claims`), which alone refuses. The short way accepts
nothing that the long way would refuse.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from poolwarden.errors import UNDECODABLE
from poolwarden.guard.claims import MAX_ACCESS_VALIDITY_S, Standard
from poolwarden.guard.unshown import Unshown

# The quotes of the members that every access token has: two for each of 7 names, and two for each of 4 texts.
_QUOTES = 2 * (7 + 4)


class CognitoClaims(Unshown, frozen=True, gc=False, forbid_unknown_fields=True):
    """
    The claims that Cognito puts into an access token ("Access-token form", developer guide).

    What a token lacks is an empty text, 0 or an empty tuple.
    """

    iss: str
    token_use: str
    client_id: str
    sub: str
    exp: int
    iat: int
    auth_time: int
    jti: str = ""
    origin_jti: str = ""
    username: str = ""
    scope: str = ""
    groups: tuple[str, ...] = msgspec.field(default=(), name="cognito:groups")
    event_id: str = ""
    device_key: str = ""
    version: int = 0

    @classmethod
    def of(cls, claims: Mapping[str, Any]) -> "CognitoClaims":
        """Return those among the claims that passed the table of checks; dates may then have fractions."""
        get = claims.get
        return cls(
            claims["iss"],
            claims["token_use"],
            claims["client_id"],
            claims["sub"],
            claims["exp"],
            claims["iat"],
            claims["auth_time"],
            get("jti", ""),
            get("origin_jti", ""),
            get("username", ""),
            get("scope", ""),
            tuple(get("cognito:groups", ())),
        )


_decode = msgspec.json.Decoder(CognitoClaims).decode


def read_usual(payload: bytes) -> CognitoClaims | None:
    """
    Return the claims of a payload that is strict JSON and has none but Cognito's own, or None.

    Args:
        payload: The payload's bytes; the caller bounds their length.
    """
    try:
        claims = _decode(payload)
    except UNDECODABLE:
        return None
    texts = (
        (claims.jti != "")
        + (claims.origin_jti != "")
        + (claims.username != "")
        + (claims.scope != "")
        + (claims.event_id != "")
        + (claims.device_key != "")
    )
    quotes = _QUOTES + 4 * texts
    if claims.groups:
        quotes += 2 + 2 * len(claims.groups)
    if claims.version:
        quotes += 2
    # Of duplicate members the struct keeps the last. If the payload has as many quotes as the members and texts at hand
    # have, no other member was there. (A text with an escaped quote, and an empty one, go the long way.)
    return claims if payload.count(b'"') == quotes else None


def passes(claims: CognitoClaims, standard: Standard, now: float) -> bool:
    """
    Return True only where every check of the table passes.

    Args:
        claims: The claims, as :func:`read_usual` read them.
        standard: What they are held against.
        now: The time, epoch seconds.
    """
    latest = now + standard.leeway
    return (
        claims.token_use == "access"
        and (claims.client_id in standard.clients or (standard.any_client and claims.client_id != ""))
        and standard.audience is None
        and claims.sub != ""
        and claims.scope.isascii()
        and claims.scope.isprintable()
        and 0 <= claims.auth_time <= latest
        and 0 <= claims.iat <= latest
        and now < claims.exp <= claims.iat + MAX_ACCESS_VALIDITY_S
        and (standard.max_session_age is None or now - claims.auth_time <= standard.max_session_age)
    )
