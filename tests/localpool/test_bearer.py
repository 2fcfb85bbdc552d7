"""Access tokens at GetUser: every refusal has its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from poolwarden.localpool import SigningKey

if TYPE_CHECKING:
    from conftest import Refused
    from poolwarden.localpool import AppClient, Clock, LocalPool, Tokens

DENIED = "NotAuthorizedException"


@pytest.fixture
def tokens(pool: LocalPool, web: AppClient) -> Tokens:
    """Sign ada in."""
    return pool.sign_in(web.client_id, "ada", "Passw0rd!")


def get_user(pool: LocalPool, token: str | None) -> None:
    """Ask who the token belongs to."""
    pool.call("GetUser", {"AccessToken": token})


def test_expired(pool: LocalPool, tokens: Tokens, clock: Clock, refused: Refused) -> None:
    """A token is refused from its exp on."""
    clock.move(3599)
    get_user(pool, tokens.access_token)
    clock.move(1)
    with refused(DENIED, "Access Token has expired"):
        get_user(pool, tokens.access_token)


def test_revoked(pool: LocalPool, web: AppClient, tokens: Tokens, refused: Refused) -> None:
    """Revoking the refresh token revokes the access tokens made from it, and no others."""
    made = pool.refresh(web.client_id, tokens.refresh_token)
    other = pool.sign_in(web.client_id, "ada", "Passw0rd!")
    pool.revoke(web.client_id, tokens.refresh_token)
    for token in (tokens, made):
        with refused(DENIED, "Access Token has been revoked"):
            get_user(pool, token.access_token)
    get_user(pool, other.access_token)


def test_disabled_for_good(pool: LocalPool, tokens: Tokens, refused: Refused) -> None:
    """Disabling a user revokes its access tokens; enabling revives none."""
    pool.disable_user("ada")
    pool.enable_user("ada")
    with refused(DENIED, "Access Token has been revoked"):
        get_user(pool, tokens.access_token)


def test_deleted(pool: LocalPool, tokens: Tokens, refused: Refused) -> None:
    """The token of a deleted user finds nobody, even where the name is taken again."""
    pool.delete_user("ada")
    pool.create_user("ada", "Passw0rd!")
    with refused("UserNotFoundException"):
        get_user(pool, tokens.access_token)


def test_wrong_tokens(pool: LocalPool, tokens: Tokens, refused: Refused) -> None:
    """An ID token, a foreign, a cut, a minted and a forged token are invalid."""
    cut = tokens.access_token[:-1]
    foreign = pool.mint(key=SigningKey.generate())
    for token in (tokens.id_token, foreign, "x", "", pool.mint(), pool.mint(claims={"iss": "https://other"})):
        with refused(DENIED, "Invalid Access Token"):
            get_user(pool, token)
    for token in (cut, tokens.access_token[:-8] + "AAAAAAAA"):
        with refused(DENIED, "Could not verify signature for Access Token"):
            get_user(pool, token)


def test_no_expiry(pool: LocalPool, refused: Refused) -> None:
    """A token without exp counts as expired."""
    with refused(DENIED, "Access Token has expired"):
        get_user(pool, pool.mint(remove={"exp"}))


def test_scope(pool: LocalPool, paged: AppClient, refused: Refused) -> None:
    """A sign-in without aws.cognito.signin.user.admin has no access to the API."""
    from poolwarden.localpool.signin import begin_session  # noqa: PLC0415 (the page's way in, without the page)

    tokens = pool.run(
        lambda state: begin_session(state, paged, state.users.get("ada"), scope="openid email", hosted=True)
    )
    with refused(DENIED, "Access Token does not have required scopes"):
        get_user(pool, tokens.access_token)
