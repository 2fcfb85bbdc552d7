"""The operations on users and groups."""

import secrets
from collections.abc import Mapping
from typing import Final

from poolwarden.localpool.client_operations import check_pool, find_client
from poolwarden.localpool.errors import Refusal
from poolwarden.localpool.handlers import Answer, Handler
from poolwarden.localpool.params import Params
from poolwarden.localpool.signin import check_secret_hash
from poolwarden.localpool.state import State
from poolwarden.localpool.users import User, UserStatus


def _find(state: State, params: Params) -> User:
    check_pool(state, params)
    return state.users.get(params.text("Username"))


def show_attributes(user: User) -> list[dict[str, str]]:
    """
    Show a user's attributes as name and value pairs.

    Args:
        user: The user.

    Returns:
        The pairs, ``sub`` first.
    """
    pairs = {"sub": user.sub, **user.attributes}
    return [{"Name": name, "Value": value} for name, value in pairs.items()]


def _show(user: User, attributes: str) -> Answer:
    return {
        "Username": user.username,
        attributes: show_attributes(user),
        "UserCreateDate": user.created_at,
        "UserLastModifiedDate": user.modified_at,
        "Enabled": user.enabled,
        "UserStatus": user.status.value,
    }


def _admin_create(state: State, params: Params) -> Answer:
    check_pool(state, params)
    now = state.clock()
    # Where none is given Cognito mails a random one; nothing is mailed here.
    password = params.maybe_text("TemporaryPassword") or f"Aa1!{secrets.token_urlsafe(12)}"
    user = state.users.add(
        params.text("Username"),
        params.attributes("UserAttributes"),
        UserStatus.FORCE_CHANGE_PASSWORD,
        now=now,
    )
    try:
        user.set_password(password, now=now)
    except Exception:
        state.users.delete(user)
        raise
    return {"User": _show(user, "Attributes")}


def _admin_set_password(state: State, params: Params) -> Answer:
    user = _find(state, params)
    user.set_password(params.text("Password"), now=state.clock())
    permanent = params.maybe_flag("Permanent")
    user.status = UserStatus.CONFIRMED if permanent else UserStatus.FORCE_CHANGE_PASSWORD
    return {}


def _admin_get(state: State, params: Params) -> Answer:
    return _show(_find(state, params), "UserAttributes")


def _admin_delete(state: State, params: Params) -> Answer:
    state.users.delete(_find(state, params))
    return {}


def _admin_disable(state: State, params: Params) -> Answer:
    user = _find(state, params)
    user.enabled, user.modified_at = False, state.clock()
    # Ends all sessions for good: enabling the user revives none of them.
    state.sessions.revoke_user(user.sub)
    return {}


def _admin_enable(state: State, params: Params) -> Answer:
    user = _find(state, params)
    user.enabled, user.modified_at = True, state.clock()
    return {}


def _admin_reset(state: State, params: Params) -> Answer:
    user = _find(state, params)
    user.status, user.modified_at = UserStatus.RESET_REQUIRED, state.clock()
    return {}


def _admin_sign_out(state: State, params: Params) -> Answer:
    state.sessions.revoke_user(_find(state, params).sub)
    return {}


def _create_group(state: State, params: Params) -> Answer:
    check_pool(state, params)
    name = params.text("GroupName")
    if name in state.users.groups:
        raise Refusal.GROUP_EXISTS.error()
    state.users.groups[name] = now = state.clock()
    return {
        "Group": {
            "GroupName": name,
            "UserPoolId": state.pool_id,
            "CreationDate": now,
            "LastModifiedDate": now,
        }
    }


def _find_group(state: State, params: Params) -> str:
    name = params.text("GroupName")
    if name not in state.users.groups:
        raise Refusal.GROUP_MISSING.error()
    return name


def _add_to_group(state: State, params: Params) -> Answer:
    user, name = _find(state, params), _find_group(state, params)
    if name not in user.groups:
        user.groups.append(name)
    return {}


def _remove_from_group(state: State, params: Params) -> Answer:
    user, name = _find(state, params), _find_group(state, params)
    if name in user.groups:
        user.groups.remove(name)
    return {}


def _sign_up(state: State, params: Params) -> Answer:
    client = find_client(state, params)
    username, password = params.text("Username"), params.text("Password")
    check_secret_hash(client, (username,), params.maybe_text("SecretHash"))
    now = state.clock()
    user = state.users.add(username, params.attributes("UserAttributes"), UserStatus.UNCONFIRMED, now=now)
    try:
        user.set_password(password, now=now)
    except Exception:
        state.users.delete(user)
        raise
    return {"UserConfirmed": False, "UserSub": user.sub}


def _admin_confirm(state: State, params: Params) -> Answer:
    user = _find(state, params)
    if user.status is not UserStatus.UNCONFIRMED:
        raise Refusal.USER_CONFIRMED.error()
    user.status, user.modified_at = UserStatus.CONFIRMED, state.clock()
    return {}


USER_OPERATIONS: Final[Mapping[str, Handler]] = {
    "AdminCreateUser": _admin_create,
    "AdminSetUserPassword": _admin_set_password,
    "AdminGetUser": _admin_get,
    "AdminDeleteUser": _admin_delete,
    "AdminDisableUser": _admin_disable,
    "AdminEnableUser": _admin_enable,
    "AdminResetUserPassword": _admin_reset,
    "AdminUserGlobalSignOut": _admin_sign_out,
    "CreateGroup": _create_group,
    "AdminAddUserToGroup": _add_to_group,
    "AdminRemoveUserFromGroup": _remove_from_group,
    "SignUp": _sign_up,
    "AdminConfirmSignUp": _admin_confirm,
}
