"""Revoke a refresh token, by the operation or the endpoint (RFC 7009)."""

from poolwarden.localpool.clients import AppClient
from poolwarden.localpool.errors import Refusal
from poolwarden.localpool.state import State


def revoke_token(state: State, client: AppClient, token: str) -> None:
    """
    End the session a refresh token belongs to; a token nobody knows is none to end.

    See ASSUMED_UNKNOWN_TOKEN_REVOKES_QUIETLY.

    Args:
        state: The pool.
        client: The app client that asks.
        token: The refresh token.

    Raises:
        CognitoError: UnsupportedOperationException where the client has revocation off,
            UnsupportedTokenTypeException for an access or ID token, UnauthorizedException for
            another client's token.
    """
    if not client.settings.enable_revocation:
        raise Refusal.REVOCATION_DISABLED.error(client_id=client.client_id)
    refresh = state.sessions.find_refresh(token)
    if refresh is None:
        if state.keys.open(token) is not None:
            raise Refusal.TOKEN_TYPE.error()
        return
    if refresh.session.client_id != client.client_id:
        raise Refusal.REVOKER_UNAUTHORIZED.error()
    state.sessions.revoke(refresh.session)
