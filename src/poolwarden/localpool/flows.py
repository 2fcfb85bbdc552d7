"""The authentication flows: what each needs, who allows it, and what it leads to."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from poolwarden.localpool.clients import AppClient
from poolwarden.localpool.errors import Refusal
from poolwarden.localpool.params import Params
from poolwarden.localpool.renewal import find_owner, renew
from poolwarden.localpool.signin import begin_session, check_password, check_secret_hash
from poolwarden.localpool.state import State
from poolwarden.localpool.tokens import Tokens
from poolwarden.localpool.users import UserStatus

# The challenge of a user whose password an administrator chose.
NEW_PASSWORD: Final = "NEW_PASSWORD_REQUIRED"


@dataclass(frozen=True, slots=True)
class Challenged:
    """
    Hold a challenge that stands between a right password and the tokens.

    Attributes:
        name: The challenge's name.
        session: The string that names it in the answer.
        parameters: What the one who answers has to know.
    """

    name: str
    session: str = field(repr=False)
    parameters: Mapping[str, str]


def required(params: Params, name: str) -> str:
    """
    Read a parameter a flow cannot do without.

    Args:
        params: AuthParameters or ChallengeResponses.
        name: The parameter's name.

    Returns:
        Its value.

    Raises:
        CognitoError: InvalidParameterException.
    """
    value = params.maybe_text(name)
    if value is None:
        raise Refusal.PARAMETER_MISSING.error(name=name)
    return value


def _password_flow(state: State, client: AppClient, given: Params) -> Tokens | Challenged:
    username, password = required(given, "USERNAME"), required(given, "PASSWORD")
    check_secret_hash(client, (username,), given.maybe_text("SECRET_HASH"))
    user = check_password(state, client, username, password)
    if user.status is UserStatus.FORCE_CHANGE_PASSWORD:
        session = state.challenges.open(client, user, now=state.clock())
        return Challenged(
            NEW_PASSWORD,
            session,
            {
                "USER_ID_FOR_SRP": user.username,
                "requiredAttributes": "[]",
                "userAttributes": json.dumps(user.attributes),
            },
        )
    return begin_session(state, client, user)


def _refresh_flow(state: State, client: AppClient, given: Params) -> Tokens | Challenged:
    token = required(given, "REFRESH_TOKEN")
    if client.secret is not None:
        _, user = find_owner(state, client, token)
        check_secret_hash(
            client,
            (user.username, user.sub),
            given.maybe_text("SECRET_HASH"),
            Refusal.SECRET_HASH_MISMATCH,
        )
    return renew(state, client, token)


_FlowHandler: TypeAlias = Callable[[State, AppClient, Params], Tokens | Challenged]


@dataclass(frozen=True, slots=True)
class _Flow:
    allowed_by: frozenset[str]
    handler: _FlowHandler
    # AdminInitiateAuth knows every flow, InitiateAuth only these.
    public: bool = True


_PASSWORD: Final = _Flow(frozenset({"ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH"}), _password_flow)
_ADMIN_PASSWORD: Final = _Flow(
    frozenset({"ALLOW_ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"}), _password_flow, public=False
)
# The legacy values never gated the refresh.
_REFRESH: Final = _Flow(
    frozenset(
        {
            "ALLOW_REFRESH_TOKEN_AUTH",
            "ADMIN_NO_SRP_AUTH",
            "CUSTOM_AUTH_FLOW_ONLY",
            "USER_PASSWORD_AUTH",
        }
    ),
    _refresh_flow,
)

_FLOWS: Final[Mapping[str, _Flow]] = {
    "USER_PASSWORD_AUTH": _PASSWORD,
    "ADMIN_USER_PASSWORD_AUTH": _ADMIN_PASSWORD,
    "ADMIN_NO_SRP_AUTH": _ADMIN_PASSWORD,
    "REFRESH_TOKEN_AUTH": _REFRESH,
    "REFRESH_TOKEN": _REFRESH,
}


def initiate(state: State, client: AppClient, name: str, given: Params, *, admin: bool) -> Tokens | Challenged:
    """
    Run an authentication flow.

    See ASSUMED_ROTATION_REFUSES_REFRESH_FLOW.

    Args:
        state: The pool.
        client: The app client.
        name: The flow's name.
        given: Its AuthParameters.
        admin: Whether AdminInitiateAuth asks, rather than InitiateAuth.

    Returns:
        Tokens, or the challenge that comes before them.

    Raises:
        CognitoError: InvalidParameterException for a flow that is unknown or not enabled, and
            whatever the flow itself refuses.
    """
    flow = _FLOWS.get(name)
    if flow is None or not (admin or flow.public):
        raise Refusal.FLOW_UNSUPPORTED.error()
    rotating = flow is _REFRESH and client.rotates
    if rotating or not flow.allowed_by & set(client.auth_flows):
        raise Refusal.FLOW_DISABLED.error(flow=name)
    return flow.handler(state, client, given)


def is_refresh(name: str) -> bool:
    """
    Tell whether a flow renews a session rather than beginning one.

    Args:
        name: The flow's name.

    Returns:
        True for REFRESH_TOKEN_AUTH and its alias.
    """
    return _FLOWS.get(name) is _REFRESH
