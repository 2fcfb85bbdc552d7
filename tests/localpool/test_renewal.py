"""Renewal: absolute validity, the order of refusals, rotation and its grace."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poolwarden.localpool import Clock, CognitoError, KeyRing, LocalPool

if TYPE_CHECKING:
    from conftest import Refused
    from poolwarden.localpool import AppClient

PASSWORD = "Passw0rd!"
DENIED = "NotAuthorizedException"
_KEYS = KeyRing()


@settings(max_examples=30)
@given(st.integers(1, 100), st.sampled_from(["hours", "days"]), st.lists(st.floats(0.01, 0.5), max_size=8))
def test_validity_is_absolute(value: int, unit: str, steps: list[float]) -> None:
    """However often a session is refreshed, it ends its validity after the sign-in."""
    clock = Clock(1_700_000_000)
    pool = LocalPool(clock=clock, keys=_KEYS)
    pool.create_user("ada", PASSWORD)
    client = pool.create_client("web", refresh_validity=value, units={"refresh": unit})
    tokens = pool.sign_in(client.client_id, "ada", PASSWORD)
    began = clock()
    for step in steps:
        clock.move(step * client.refresh_validity_s)
        if clock() < began + client.refresh_validity_s:
            tokens = pool.refresh(client.client_id, tokens.refresh_token)
    clock.set(began + client.refresh_validity_s - 1)
    pool.refresh(client.client_id, tokens.refresh_token)
    clock.move(1)
    with pytest.raises(CognitoError, match="Refresh Token has expired"):
        pool.refresh(client.client_id, tokens.refresh_token)


@settings(max_examples=30)
@given(st.integers(0, 60), st.lists(st.integers(0, 90), min_size=1, max_size=8))
def test_rotation_and_grace(grace_s: int, waits: list[int]) -> None:
    """A replaced refresh token works while the grace lasts, counted from its first use, and not beyond."""
    clock = Clock(1_700_000_000)
    pool = LocalPool(clock=clock, keys=_KEYS)
    pool.create_user("ada", PASSWORD)
    client = pool.create_client("rotating", rotation_grace_s=grace_s)
    first = pool.sign_in(client.client_id, "ada", PASSWORD)
    current = pool.refresh(client.client_id, first.refresh_token)
    retired_at = clock()
    assert current.refresh_token != first.refresh_token
    for wait in waits:
        clock.move(wait)
        if grace_s and clock() <= retired_at + grace_s:
            assert pool.refresh(client.client_id, first.refresh_token).refresh_token
        else:
            with pytest.raises(CognitoError) as caught:
                pool.refresh(client.client_id, first.refresh_token)
            assert caught.value.name == "RefreshTokenReuseException"
    current = pool.refresh(client.client_id, current.refresh_token)
    clock.set(1_700_000_000 + client.refresh_validity_s)
    with pytest.raises(CognitoError, match="Refresh Token has expired"):
        pool.refresh(client.client_id, current.refresh_token)


def test_auth_time_is_kept(pool: LocalPool, web: AppClient, clock: Clock) -> None:
    """A refresh keeps auth_time, origin_jti and event_id, and renews the rest."""
    first = pool.sign_in(web.client_id, "ada", PASSWORD)
    clock.move(timedelta(hours=5))
    second = pool.refresh(web.client_id, first.refresh_token)
    assert second.refresh_token == first.refresh_token
    old = jwt.decode(first.access_token, options={"verify_signature": False})
    new = jwt.decode(second.access_token, options={"verify_signature": False})
    for name in ("auth_time", "origin_jti", "event_id", "sub", "scope"):
        assert new[name] == old[name]
    assert new["jti"] != old["jti"]
    assert new["iat"] - old["iat"] == 5 * 3600


def test_last_access_token_outlives_refresh(pool: LocalPool, web: AppClient, clock: Clock) -> None:
    """An access token issued just before the end lives on to its own exp."""
    tokens = pool.sign_in(web.client_id, "ada", PASSWORD)
    clock.move(timedelta(hours=30) - timedelta(seconds=1))
    last = pool.refresh(web.client_id, tokens.refresh_token)
    clock.move(timedelta(minutes=59))
    assert pool.call("GetUser", {"AccessToken": last.access_token})["Username"] == "ada"


def test_new_validity_for_new_sign_ins(pool: LocalPool, web: AppClient, clock: Clock, refused: Refused) -> None:
    """A changed refresh validity holds for sessions that begin afterwards."""
    old = pool.sign_in(web.client_id, "ada", PASSWORD)
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    pool.update_client(web.client_id, RefreshTokenValidity=30, ExplicitAuthFlows=flows)
    new = pool.sign_in(web.client_id, "ada", PASSWORD)
    clock.move(timedelta(hours=31))
    with refused(DENIED, "Refresh Token has expired"):
        pool.refresh(web.client_id, old.refresh_token)
    pool.refresh(web.client_id, new.refresh_token)


@pytest.mark.parametrize(
    ("operation", "text"),
    [
        ("AdminUserGlobalSignOut", "Refresh Token has been revoked"),
        ("AdminDisableUser", "User is disabled."),
        ("AdminDeleteUser", "Invalid Refresh Token"),
    ],
)
def test_ends(
    pool: LocalPool, web: AppClient, named: dict[str, str], refused: Refused, operation: str, text: str
) -> None:
    """What an administrator does to the user is named in the refusal."""
    tokens = pool.sign_in(web.client_id, "ada", PASSWORD)
    pool.call(operation, named)
    with refused(DENIED, text):
        pool.refresh(web.client_id, tokens.refresh_token)


def test_enabling_revives_nothing(pool: LocalPool, web: AppClient, refused: Refused) -> None:
    """A session of a user who was disabled stays dead once the user is enabled again."""
    tokens = pool.sign_in(web.client_id, "ada", PASSWORD)
    pool.disable_user("ada")
    pool.enable_user("ada")
    with refused(DENIED, "Refresh Token has been revoked"):
        pool.refresh(web.client_id, tokens.refresh_token)
    pool.sign_in(web.client_id, "ada", PASSWORD)


def test_password_reset(pool: LocalPool, web: AppClient, named: dict[str, str], refused: Refused) -> None:
    """A user whose password must be reset cannot refresh."""
    tokens = pool.sign_in(web.client_id, "ada", PASSWORD)
    pool.call("AdminResetUserPassword", named)
    with refused("PasswordResetRequiredException"):
        pool.refresh(web.client_id, tokens.refresh_token)


def test_other_client(pool: LocalPool, web: AppClient, secretive: AppClient, refused: Refused) -> None:
    """A refresh token works for the client it was issued to and no other."""
    tokens = pool.sign_in(web.client_id, "ada", PASSWORD)
    for client in (pool.create_client("other"), secretive):
        with refused(DENIED, "Invalid Refresh Token"):
            pool.refresh(client.client_id, tokens.refresh_token)
    with refused(DENIED, "Invalid Refresh Token"):
        pool.refresh(web.client_id, "cut")


def test_rotation_switched_off(pool: LocalPool, rotating: AppClient, refused: Refused) -> None:
    """A token retired by rotation stays retired when the client stops rotating."""
    first = pool.sign_in(rotating.client_id, "ada", PASSWORD)
    second = pool.refresh(rotating.client_id, first.refresh_token)
    pool.update_client(rotating.client_id)
    with refused("RefreshTokenReuseException"):
        pool.refresh(rotating.client_id, first.refresh_token)
    pool.refresh(rotating.client_id, second.refresh_token)
