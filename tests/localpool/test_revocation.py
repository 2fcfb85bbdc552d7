"""RevokeToken ends one session, quietly where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Refused
    from poolwarden.localpool import AppClient, LocalPool

PASSWORD = "Passw0rd!"


def test_ends_the_whole_family(pool: LocalPool, rotating: AppClient, refused: Refused) -> None:
    """Any refresh token of a session, rotated out or not, ends all of it."""
    first = pool.sign_in(rotating.client_id, "ada", PASSWORD)
    second = pool.refresh(rotating.client_id, first.refresh_token)
    pool.revoke(rotating.client_id, first.refresh_token)
    with refused("NotAuthorizedException", "Refresh Token has been revoked"):
        pool.refresh(rotating.client_id, second.refresh_token)


def test_unknown_is_quiet(pool: LocalPool, web: AppClient) -> None:
    """A token nobody knows is revoked already."""
    pool.revoke(web.client_id, "unknown")


def test_wrong_kind(pool: LocalPool, web: AppClient, refused: Refused) -> None:
    """Only refresh tokens can be revoked."""
    tokens = pool.sign_in(web.client_id, "ada", PASSWORD)
    with refused("UnsupportedTokenTypeException"):
        pool.revoke(web.client_id, tokens.access_token)


def test_other_client(pool: LocalPool, web: AppClient, rotating: AppClient, refused: Refused) -> None:
    """A client revokes its own tokens."""
    tokens = pool.sign_in(web.client_id, "ada", PASSWORD)
    with refused("UnauthorizedException"):
        pool.revoke(rotating.client_id, tokens.refresh_token)


def test_switched_off(pool: LocalPool, refused: Refused) -> None:
    """A client with revocation off cannot revoke."""
    client = pool.create_client("plain", enable_revocation=False)
    tokens = pool.sign_in(client.client_id, "ada", PASSWORD)
    with refused("UnsupportedOperationException"):
        pool.revoke(client.client_id, tokens.refresh_token)
