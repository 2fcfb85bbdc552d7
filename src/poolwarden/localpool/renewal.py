"""Renew a session by its refresh token: the ordered checks, rotation and its grace."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from poolwarden.localpool.clients import AppClient
from poolwarden.localpool.errors import Refusal
from poolwarden.localpool.sessions import RefreshToken
from poolwarden.localpool.state import State
from poolwarden.localpool.tokens import Tokens, user_tokens
from poolwarden.localpool.users import User, UserStatus


@dataclass(frozen=True, slots=True)
class _Asked:
    refresh: RefreshToken
    client: AppClient
    user: User
    now: float

    def reused(self) -> bool:
        retired_at = self.refresh.retired_at
        if retired_at is None:
            return False
        rotation = self.client.settings.rotation
        grace_s = 0 if rotation is None else rotation.grace_s
        # A grace of 0 invalidates at once, even at the same instant.
        return grace_s == 0 or self.now > retired_at + grace_s


# The first row that fits is the refusal; see ASSUMED_ORDER_OF_REFRESH_CHECKS.
_CHECKS: Final[tuple[tuple[Refusal, Callable[[_Asked], bool]], ...]] = (
    (Refusal.REFRESH_EXPIRED, lambda asked: asked.now >= asked.refresh.session.ends_at),
    (Refusal.USER_DISABLED, lambda asked: not asked.user.enabled),
    (Refusal.REFRESH_REVOKED, lambda asked: asked.refresh.session.revoked),
    (Refusal.REFRESH_REUSED, _Asked.reused),
    (Refusal.PASSWORD_RESET, lambda asked: asked.user.status is UserStatus.RESET_REQUIRED),
)


def find_owner(state: State, client: AppClient, token: str) -> tuple[RefreshToken, User]:
    """
    Find what a refresh token belongs to.

    Args:
        state: The pool.
        client: The app client that presents it.
        token: The refresh token.

    Returns:
        What is known of the token, and its user.

    Raises:
        CognitoError: NotAuthorizedException "Invalid Refresh Token": unknown, another client's, or
            its user is gone.
    """
    refresh = state.sessions.find_refresh(token)
    if refresh is None or refresh.session.client_id != client.client_id:
        raise Refusal.REFRESH_INVALID.error()
    user = state.users.by_sub(refresh.session.sub)
    if user is None:
        raise Refusal.REFRESH_INVALID.error()
    return refresh, user


def renew(state: State, client: AppClient, token: str) -> Tokens:
    """
    Issue new tokens for a refresh token.

    See ASSUMED_ORDER_OF_REFRESH_CHECKS, ASSUMED_EXPIRY_IS_EXCLUSIVE and ASSUMED_REUSE_LEAVES_THE_SESSION_ALONE.

    Args:
        state: The pool.
        client: The app client that presents it.
        token: The refresh token.

    Returns:
        The tokens; their refresh token is a new one where the client rotates, else the same.

    Raises:
        CognitoError: NotAuthorizedException, RefreshTokenReuseException or
            PasswordResetRequiredException.
    """
    refresh, user = find_owner(state, client, token)
    now = state.clock()
    asked = _Asked(refresh, client, user, now)
    for refusal, fits in _CHECKS:
        if fits(asked):
            raise refusal.error()
    following = state.sessions.rotate(refresh, now=now) if client.rotates else token
    return user_tokens(state.keys, state.issuer, client, refresh.session, user, following, now=now)
