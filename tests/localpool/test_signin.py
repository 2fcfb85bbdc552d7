"""Signing in: what is checked, in which order, and what a secret hash proves."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from poolwarden.localpool.errors import Refusal
from poolwarden.localpool.signin import check_secret_hash, secret_hash

if TYPE_CHECKING:
    from conftest import Refused
    from poolwarden.localpool import AppClient, Clock, LocalPool

PASSWORD = "Passw0rd!"
DENIED = "NotAuthorizedException"


def test_missing_user_shows_or_not(pool: LocalPool, web: AppClient, refused: Refused) -> None:
    """PreventUserExistenceErrors makes a missing user look like a wrong password."""
    hiding = pool.create_client("hiding", hide_users=True)
    with refused("UserNotFoundException", "User does not exist."):
        pool.sign_in(web.client_id, "nobody", PASSWORD)
    with refused(DENIED, "Incorrect username or password."):
        pool.sign_in(hiding.client_id, "nobody", PASSWORD)


def test_sub_signs_in(pool: LocalPool, web: AppClient) -> None:
    """A user's sub stands for its name."""
    sub = pool.create_user("bob", PASSWORD)
    assert pool.sign_in(web.client_id, sub, PASSWORD).refresh_token


def test_wrong_then_locked(pool: LocalPool, web: AppClient, clock: Clock, refused: Refused) -> None:
    """Five wrong passwords lock the user, on the pool's clock."""
    for _ in range(5):
        with refused(DENIED, "Incorrect username or password."):
            pool.sign_in(web.client_id, "ada", "wrong")
    with refused(DENIED, "Password attempts exceeded"):
        pool.sign_in(web.client_id, "ada", PASSWORD)
    clock.move(1)
    pool.sign_in(web.client_id, "ada", PASSWORD)


def test_disabled(pool: LocalPool, web: AppClient, refused: Refused) -> None:
    """A disabled user is told so, but only with the right password."""
    pool.disable_user("ada")
    with refused(DENIED, "Incorrect username or password."):
        pool.sign_in(web.client_id, "ada", "wrong")
    with refused(DENIED, "User is disabled."):
        pool.sign_in(web.client_id, "ada", PASSWORD)


def test_reset(pool: LocalPool, web: AppClient, named: dict[str, Any], refused: Refused) -> None:
    """A user whose password was reset has to choose a new one."""
    pool.call("AdminResetUserPassword", named)
    with refused("PasswordResetRequiredException", "Password reset required for the user"):
        pool.sign_in(web.client_id, "ada", PASSWORD)


def test_temporary_password_ends(
    pool: LocalPool, web: AppClient, clock: Clock, named: dict[str, Any], refused: Refused
) -> None:
    """A temporary password works for seven days."""
    pool.call("AdminSetUserPassword", {**named, "Password": PASSWORD, "Permanent": False})
    clock.move(timedelta(days=7) - timedelta(seconds=1))
    with refused(DENIED, "NEW_PASSWORD_REQUIRED"):
        pool.sign_in(web.client_id, "ada", PASSWORD)
    clock.move(1)
    with refused(DENIED, "Temporary password has expired"):
        pool.sign_in(web.client_id, "ada", PASSWORD)


def test_secret_hash(secretive: AppClient, web: AppClient, refused: Refused) -> None:
    """A client with a secret must prove it; a client without must not try."""
    right = secret_hash(secretive, "ada")
    check_secret_hash(secretive, ("ada",), right)
    check_secret_hash(secretive, ("sub", "ada"), right)
    check_secret_hash(web, ("ada",), None)
    with refused(DENIED, "SECRET_HASH was not received"):
        check_secret_hash(secretive, ("ada",), None)
    for wrong in (secret_hash(secretive, "bob"), "é"):
        with refused(DENIED, f"Unable to verify secret hash for client {secretive.client_id}"):
            check_secret_hash(secretive, ("ada",), wrong)
    with refused(DENIED, "SecretHash does not match for the client"):
        check_secret_hash(secretive, ("ada",), "x", Refusal.SECRET_HASH_MISMATCH)
    with refused(DENIED, "Unable to verify secret hash"):
        check_secret_hash(web, ("ada",), right)


def test_secret_hash_is_cognitos(secretive: AppClient) -> None:
    """The hash is the documented HMAC over user name and client id."""
    import base64  # noqa: PLC0415 (the formula, written out once)
    import hashlib  # noqa: PLC0415
    import hmac  # noqa: PLC0415

    assert secretive.secret is not None
    digest = hmac.digest(secretive.secret.encode(), f"ada{secretive.client_id}".encode(), hashlib.sha256)
    assert secret_hash(secretive, "ada") == base64.b64encode(digest).decode()


@pytest.mark.parametrize("client", ["web", "secretive"])
def test_conveniences_hash(pool: LocalPool, request: pytest.FixtureRequest, client: str) -> None:
    """Signing in, refreshing and revoking in process work with a secret as without."""
    chosen: AppClient = request.getfixturevalue(client)
    tokens = pool.sign_in(chosen.client_id, "ada", PASSWORD)
    pool.revoke(chosen.client_id, pool.refresh(chosen.client_id, tokens.refresh_token).refresh_token)
