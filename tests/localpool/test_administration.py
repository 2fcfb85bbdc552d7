"""Administration by short names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Refused
    from poolwarden.localpool import AppClient, LocalPool


def test_user_ends(pool: LocalPool, web: AppClient, refused: Refused) -> None:
    """Signing out, disabling and deleting each end the session in their own words."""
    pool.create_user("bob", "Passw0rd!")
    tokens = pool.sign_in(web.client_id, "bob", "Passw0rd!")
    pool.global_sign_out("bob")
    with refused("NotAuthorizedException", "Refresh Token has been revoked"):
        pool.refresh(web.client_id, tokens.refresh_token)
    pool.disable_user("bob")
    with refused("NotAuthorizedException", "User is disabled."):
        pool.refresh(web.client_id, tokens.refresh_token)
    pool.delete_user("bob")
    with refused("NotAuthorizedException", "Invalid Refresh Token"):
        pool.refresh(web.client_id, tokens.refresh_token)
    with refused("UserNotFoundException"):
        pool.enable_user("bob")


def test_client_is_current(pool: LocalPool, web: AppClient, refused: Refused) -> None:
    """A client asked for again shows its present settings."""
    changed = pool.update_client(web.client_id, AccessTokenValidity=2)
    assert pool.client(web.client_id) == changed != web
    with refused("ResourceNotFoundException"):
        pool.client("nobody")
