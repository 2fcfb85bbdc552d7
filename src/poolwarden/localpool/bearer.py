"""Check an access token the way GetUser does: signature, form, time, revocation, scope."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from poolwarden.localpool.errors import Refusal
from poolwarden.localpool.keys import Opened
from poolwarden.localpool.sessions import Session
from poolwarden.localpool.state import State
from poolwarden.localpool.users import User


@dataclass(frozen=True, slots=True)
class Bearer:
    """
    Hold an access token the pool accepts.

    Attributes:
        session: The session it belongs to.
        user: Whose it is.
        scopes: Its scopes.
    """

    session: Session
    user: User
    scopes: frozenset[str]


def _foreign(state: State, opened: Opened) -> bool:
    claims = opened.claims
    return claims.get("token_use") != "access" or claims.get("iss") != state.issuer


def _expired(state: State, opened: Opened) -> bool:
    expires_at = opened.claims.get("exp")
    return not isinstance(expires_at, (int, float)) or state.clock() >= expires_at


# The first row that fits is the refusal. An ID token and another pool's token look alike here.
_CHECKS: Final[tuple[tuple[Refusal, Callable[[State, Opened], bool]], ...]] = (
    (Refusal.ACCESS_INVALID, lambda _, opened: opened.key is None),
    (Refusal.ACCESS_UNVERIFIED, lambda _, opened: not opened.verified),
    (Refusal.ACCESS_INVALID, _foreign),
    (Refusal.ACCESS_EXPIRED, _expired),
)


def read_bearer(state: State, token: str, scope: str) -> Bearer:
    """
    Check an access token.

    See ASSUMED_GET_USER_NAMES_REVOCATION_FIRST.

    Args:
        state: The pool.
        token: The access token.
        scope: The scope the operation needs.

    Returns:
        What it gives access to.

    Raises:
        CognitoError: NotAuthorizedException, or UserNotFoundException where the user is gone.
    """
    opened = state.keys.open(token)
    if opened is None:
        raise Refusal.ACCESS_INVALID.error()
    for refusal, fits in _CHECKS:
        if fits(state, opened):
            raise refusal.error()
    session = state.sessions.find_event(opened.claims.get("event_id"))
    if session is None:
        raise Refusal.ACCESS_INVALID.error()
    if session.revoked:
        raise Refusal.ACCESS_REVOKED.error()
    user = state.users.by_sub(session.sub)
    if user is None:
        raise Refusal.USER_MISSING.error()
    scopes = frozenset(str(opened.claims.get("scope", "")).split())
    if scope not in scopes:
        raise Refusal.ACCESS_SCOPE.error()
    return Bearer(session, user, scopes)
