"""Users: passwords, the policy and the lock-out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from poolwarden.localpool.users import User, UserStatus, UserStore

if TYPE_CHECKING:
    from conftest import Refused

NOW = 1_000_000.0


@pytest.fixture
def user() -> User:
    """Have the password Passw0rd!."""
    user = UserStore().add("ada", {}, UserStatus.CONFIRMED, now=NOW)
    user.set_password("Passw0rd!", now=NOW)
    return user


def fail(user: User, refused: Refused, now: float, times: int = 1) -> None:
    """Give a wrong password."""
    for _ in range(times):
        with refused("NotAuthorizedException", "Incorrect username or password."):
            user.try_password("wrong", now=now)


@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("Aa1!", "not long enough"),
        ("passw0rd!", "uppercase"),
        ("PASSW0RD!", "lowercase"),
        ("Password!", "numeric"),
        ("Passw0rdd", "symbol"),
    ],
)
def test_policy(user: User, refused: Refused, password: str, rule: str) -> None:
    """A password that breaks the policy is refused with the rule it breaks."""
    with refused("InvalidPasswordException", rule):
        user.set_password(password, now=NOW)


def test_secrets_stay_out_of_repr(user: User) -> None:
    """Neither password nor digest shows in a repr."""
    assert "_digest" not in repr(user)
    assert "Passw0rd!" not in repr(user)


def test_lock_out_doubles(user: User, refused: Refused) -> None:
    """From the fifth failure on the user is locked for a second, then two, then four."""
    now = NOW
    fail(user, refused, now, 5)
    for locked_s in (1, 2, 4):
        with refused("NotAuthorizedException", "Password attempts exceeded"):
            user.try_password("Passw0rd!", now=now + locked_s - 0.5)
        now += locked_s
        fail(user, refused, now)


def test_lock_out_is_bounded(user: User, refused: Refused) -> None:
    """However often a password is guessed, the user is locked for 15 minutes at most."""
    now = NOW
    fail(user, refused, now, 5)
    for doublings in range(14):
        now += min(2**doublings, 15 * 60)
        fail(user, refused, now)
    with refused("NotAuthorizedException", "Password attempts exceeded"):
        user.try_password("Passw0rd!", now=now + 15 * 60 - 1)
    user.try_password("Passw0rd!", now=now + 15 * 60)


def test_success_forgets(user: User, refused: Refused) -> None:
    """A right password after the lock-out starts the count anew."""
    fail(user, refused, NOW, 5)
    user.try_password("Passw0rd!", now=NOW + 1)
    fail(user, refused, NOW + 1, 5)


def test_time_forgets(user: User, refused: Refused) -> None:
    """Fifteen quiet minutes after the lock-out start the count anew."""
    fail(user, refused, NOW, 5)
    fail(user, refused, NOW + 1 + 15 * 60)
    user.try_password("Passw0rd!", now=NOW + 1 + 15 * 60)


def test_store(refused: Refused) -> None:
    """A user is found by name and by sub; made anew, it is someone else."""
    store = UserStore()
    first = store.add("ada", {}, UserStatus.CONFIRMED, now=NOW)
    assert store.get("ada") is store.get(first.sub) is store.by_sub(first.sub) is first
    assert list(store) == [first]
    assert len(store) == 1
    with refused("UsernameExistsException"):
        store.add("ada", {}, UserStatus.CONFIRMED, now=NOW)
    store.delete(first)
    with refused("UserNotFoundException", "User does not exist."):
        store.get("ada")
    assert store.add("ada", {}, UserStatus.CONFIRMED, now=NOW).sub != first.sub
    assert store.by_sub(first.sub) is None
