"""Operations on users and groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from poolwarden.localpool import CognitoError

if TYPE_CHECKING:
    from conftest import Refused
    from poolwarden.localpool import AppClient, LocalPool

PASSWORD = "Passw0rd!"


def status(pool: LocalPool, username: str) -> object:
    """Ask where a user stands."""
    return pool.call("AdminGetUser", {"UserPoolId": pool.pool_id, "Username": username})["UserStatus"]


def test_created_user_must_change_password(pool: LocalPool, named: dict[str, Any]) -> None:
    """A user an administrator creates has to choose a password, with or without one of hers."""
    for name, extra in {"bob": {"TemporaryPassword": PASSWORD}, "eve": {}}.items():
        shown: Any = pool.call("AdminCreateUser", {**named, "Username": name, **extra})["User"]
        assert (shown["UserStatus"], shown["Enabled"]) == ("FORCE_CHANGE_PASSWORD", True)
        assert shown["Attributes"][0]["Name"] == "sub"


def test_weak_password_creates_nobody(pool: LocalPool, web: AppClient, named: dict[str, Any], refused: Refused) -> None:
    """A user refused for its password does not exist afterwards."""
    with refused("InvalidPasswordException"):
        pool.call("AdminCreateUser", {**named, "Username": "bob", "TemporaryPassword": "weak"})
    with refused("InvalidPasswordException"):
        pool.call("SignUp", {"ClientId": web.client_id, "Username": "bob", "Password": "weak"})
    with refused("UserNotFoundException"):
        status(pool, "bob")


@pytest.mark.parametrize(("permanent", "expected"), [(True, "CONFIRMED"), (False, "FORCE_CHANGE_PASSWORD")])
def test_set_password(pool: LocalPool, named: dict[str, Any], permanent: bool, expected: str) -> None:
    """A password an administrator sets is permanent or has to be changed."""
    pool.call("AdminSetUserPassword", {**named, "Password": "N3w!passw", "Permanent": permanent})
    assert status(pool, "ada") == expected


def test_disable_and_enable(pool: LocalPool, named: dict[str, Any]) -> None:
    """Enabled shows what the administrator last did."""
    pool.disable_user("ada")
    assert pool.call("AdminGetUser", named)["Enabled"] is False
    pool.enable_user("ada")
    assert pool.call("AdminGetUser", named)["Enabled"] is True


def test_groups(pool: LocalPool, web: AppClient, named: dict[str, Any], refused: Refused) -> None:
    """A user joins and leaves groups that exist, each once."""
    group = {**named, "GroupName": "ops"}
    with refused("ResourceNotFoundException", "Group not found."):
        pool.call("AdminAddUserToGroup", group)
    created: Any = pool.call("CreateGroup", group)["Group"]
    assert created["GroupName"] == "ops"
    with refused("GroupExistsException"):
        pool.call("CreateGroup", group)
    for _ in range(2):
        pool.call("AdminAddUserToGroup", group)
    assert pool.run(lambda state: state.users.get("ada").groups) == ["admin", "ops"]
    for _ in range(2):
        pool.call("AdminRemoveUserFromGroup", group)
    assert pool.run(lambda state: state.users.get("ada").groups) == ["admin"]


def test_sign_up(pool: LocalPool, web: AppClient, named: dict[str, Any], refused: Refused) -> None:
    """Who signs up can sign in once confirmed, and is confirmed once."""
    request = {
        "ClientId": web.client_id,
        "Username": "bob",
        "Password": PASSWORD,
        "UserAttributes": [{"Name": "email", "Value": "b@c.de"}],
    }
    answer = pool.call("SignUp", request)
    assert answer["UserConfirmed"] is False
    with pytest.raises(CognitoError, match="UserNotConfirmedException"):
        pool.sign_in(web.client_id, "bob", PASSWORD)
    with refused("UsernameExistsException", "User account already exists"):
        pool.call("SignUp", request)
    pool.call("AdminConfirmSignUp", {**named, "Username": "bob"})
    assert pool.sign_in(web.client_id, "bob", PASSWORD).refresh_token
    with refused("NotAuthorizedException", "Current status is CONFIRMED"):
        pool.call("AdminConfirmSignUp", {**named, "Username": "bob"})
