"""Sign in with a password, whichever way it arrives: the checks, and the session they begin."""

import base64
import hashlib
import hmac

from poolwarden.localpool.clients import AppClient
from poolwarden.localpool.errors import Refusal
from poolwarden.localpool.state import State
from poolwarden.localpool.tokens import SDK_SCOPE, Tokens, user_tokens
from poolwarden.localpool.users import TEMPORARY_PASSWORD_S, User, UserStatus


def secret_hash(client: AppClient, username: str) -> str:
    """
    Compute the SECRET_HASH (D/signing-up-users-in-your-app, computing secret hash).

    Args:
        client: An app client with a secret.
        username: The name the hash is bound to.

    Returns:
        Base64 of HMAC-SHA256(secret, username + client id).
    """
    key = (client.secret or "").encode()
    digest = hmac.new(key, (username + client.client_id).encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode("ascii")


def check_secret_hash(
    client: AppClient,
    usernames: tuple[str, ...],
    given: str | None,
    mismatch: Refusal = Refusal.SECRET_HASH_UNVERIFIED,
) -> None:
    """
    Check that a client with a secret proved that it knows it.

    See ASSUMED_SECRET_HASH_TEXTS.

    Args:
        client: The app client.
        usernames: The names the hash may be bound to.
        given: The SECRET_HASH, or None where none came.
        mismatch: What a wrong hash is refused with.

    Raises:
        CognitoError: NotAuthorizedException.
    """
    if client.secret is None:
        if given is not None:
            raise Refusal.SECRET_HASH_UNVERIFIED.error(client_id=client.client_id)
        return
    if given is None:
        raise Refusal.SECRET_HASH_MISSING.error(client_id=client.client_id)
    # Compared as bytes: compare_digest refuses text beyond ASCII.
    if not any(hmac.compare_digest(secret_hash(client, name).encode(), given.encode()) for name in usernames):
        raise mismatch.error(client_id=client.client_id)


def check_password(state: State, client: AppClient, username: str, password: str) -> User:
    """
    Check a user name and a password; whether tokens may follow is for the user's status to say.

    Args:
        state: The pool.
        client: The app client; it decides whether a missing user shows.
        username: The name given.
        password: The password given.

    Returns:
        The user.

    Raises:
        CognitoError: NotAuthorizedException, UserNotFoundException, UserNotConfirmedException or
            PasswordResetRequiredException.
    """
    user = state.users.find(username)
    if user is None:
        raise (Refusal.PASSWORD_WRONG if client.hides_users else Refusal.USER_MISSING).error()
    if user.status is UserStatus.RESET_REQUIRED:
        raise Refusal.PASSWORD_RESET.error()
    now = state.clock()
    user.try_password(password, now=now)
    if not user.enabled:
        raise Refusal.USER_DISABLED.error()
    if user.status is UserStatus.UNCONFIRMED:
        raise Refusal.USER_UNCONFIRMED.error()
    temporary = user.status is UserStatus.FORCE_CHANGE_PASSWORD
    if temporary and now >= user.password_set_at + TEMPORARY_PASSWORD_S:
        raise Refusal.PASSWORD_TEMPORARY_EXPIRED.error()
    return user


def begin_session(
    state: State,
    client: AppClient,
    user: User,
    *,
    scope: str = SDK_SCOPE,
    hosted: bool = False,
    nonce: str | None = None,
) -> Tokens:
    """
    Begin a session and issue its first tokens.

    Args:
        state: The pool.
        client: The app client.
        user: Who signed in.
        scope: The scopes of its access tokens, separated by spaces.
        hosted: Whether it begins on the sign-in page.
        nonce: The authorization request's nonce.

    Returns:
        The tokens, with a refresh token.
    """
    now = state.clock()
    session, refresh = state.sessions.start(client, user, scope=scope, now=now, hosted=hosted, nonce=nonce)
    return user_tokens(state.keys, state.issuer, client, session, user, refresh, now=now)
