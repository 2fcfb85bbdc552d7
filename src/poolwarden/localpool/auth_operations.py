"""The operations that issue, renew and end tokens."""

from collections.abc import Mapping
from typing import Final

from poolwarden.localpool.bearer import read_bearer
from poolwarden.localpool.client_operations import check_pool, find_client
from poolwarden.localpool.errors import Refusal
from poolwarden.localpool.flows import NEW_PASSWORD, Challenged, initiate, is_refresh, required
from poolwarden.localpool.handlers import Answer, Handler
from poolwarden.localpool.params import Params
from poolwarden.localpool.renewal import renew
from poolwarden.localpool.revocation import revoke_token
from poolwarden.localpool.signin import begin_session, check_secret_hash
from poolwarden.localpool.state import State
from poolwarden.localpool.tokens import SDK_SCOPE, Tokens
from poolwarden.localpool.user_operations import show_attributes
from poolwarden.localpool.users import UserStatus


def show_tokens(tokens: Tokens, *, refresh_token: bool) -> Answer:
    """
    Show tokens as AuthenticationResult does.

    Args:
        tokens: The tokens.
        refresh_token: Whether the refresh token is new to the caller.

    Returns:
        The wire form.
    """
    result: Answer = {
        "AccessToken": tokens.access_token,
        "ExpiresIn": tokens.expires_in,
        "TokenType": "Bearer",
        "IdToken": tokens.id_token,
    }
    if refresh_token:
        result["RefreshToken"] = tokens.refresh_token
    return {"AuthenticationResult": result}


def _initiate(state: State, params: Params, *, admin: bool) -> Answer:
    name = params.text("AuthFlow")
    client = find_client(state, params)
    outcome = initiate(state, client, name, params.structure("AuthParameters"), admin=admin)
    if isinstance(outcome, Challenged):
        return {
            "ChallengeName": outcome.name,
            "Session": outcome.session,
            "ChallengeParameters": outcome.parameters,
        }
    shown = show_tokens(outcome, refresh_token=not is_refresh(name))
    return {"ChallengeParameters": {}, **shown}


def _initiate_auth(state: State, params: Params) -> Answer:
    return _initiate(state, params, admin=False)


def _admin_initiate_auth(state: State, params: Params) -> Answer:
    check_pool(state, params)
    return _initiate(state, params, admin=True)


def _respond(state: State, params: Params) -> Answer:
    client = find_client(state, params)
    if params.text("ChallengeName") != NEW_PASSWORD:
        raise Refusal.CHALLENGE_UNSUPPORTED.error()
    responses = params.structure("ChallengeResponses")
    username = required(responses, "USERNAME")
    check_secret_hash(client, (username,), responses.maybe_text("SECRET_HASH"))
    now = state.clock()
    challenge = state.challenges.get(required(params, "Session"), client, now=now)
    user = state.users.find(username)
    if user is None or user.sub != challenge.sub:
        raise Refusal.SESSION_INVALID.error()
    if not user.enabled:
        raise Refusal.USER_DISABLED.error()
    user.set_password(required(responses, "NEW_PASSWORD"), now=now)
    state.challenges.close(challenge)
    user.status = UserStatus.CONFIRMED
    tokens = begin_session(state, client, user)
    return {"ChallengeParameters": {}, **show_tokens(tokens, refresh_token=True)}


def _admin_respond(state: State, params: Params) -> Answer:
    check_pool(state, params)
    return _respond(state, params)


def _get_tokens(state: State, params: Params) -> Answer:
    client = find_client(state, params)
    if params.maybe_text("ClientSecret") != client.secret:
        raise Refusal.SECRET_HASH_UNVERIFIED.error(client_id=client.client_id)
    tokens = renew(state, client, params.text("RefreshToken"))
    return show_tokens(tokens, refresh_token=client.rotates)


def _revoke(state: State, params: Params) -> Answer:
    client = find_client(state, params)
    if params.maybe_text("ClientSecret") != client.secret:
        raise Refusal.REVOKER_UNAUTHORIZED.error()
    revoke_token(state, client, params.text("Token"))
    return {}


def _global_sign_out(state: State, params: Params) -> Answer:
    bearer = read_bearer(state, params.text("AccessToken"), SDK_SCOPE)
    state.sessions.revoke_user(bearer.user.sub)
    return {}


def _get_user(state: State, params: Params) -> Answer:
    user = read_bearer(state, params.text("AccessToken"), SDK_SCOPE).user
    return {"Username": user.username, "UserAttributes": show_attributes(user)}


AUTH_OPERATIONS: Final[Mapping[str, Handler]] = {
    "InitiateAuth": _initiate_auth,
    "AdminInitiateAuth": _admin_initiate_auth,
    "RespondToAuthChallenge": _respond,
    "AdminRespondToAuthChallenge": _admin_respond,
    "GetTokensFromRefreshToken": _get_tokens,
    "RevokeToken": _revoke,
    "GlobalSignOut": _global_sign_out,
    "GetUser": _get_user,
}
