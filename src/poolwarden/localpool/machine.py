"""The client_credentials grant: tokens for machines (RFC 6749 §4.4), and who may ask for what."""

import hmac
from collections.abc import Iterable

from poolwarden.localpool.clients import AppClient
from poolwarden.localpool.oauth_errors import OAuthRefusal
from poolwarden.localpool.state import State
from poolwarden.localpool.tokens import Tokens, machine_token


def authenticate_client(state: State, client_id: str | None, secret: str | None) -> AppClient:
    """
    Find an app client and check its secret (RFC 6749 §2.3).

    Args:
        state: The pool.
        client_id: Its id.
        secret: What it gave as its secret; None for a public client.

    Returns:
        The client.

    Raises:
        OAuthError: invalid_request without an id, invalid_client for an unknown id or a secret
            that is missing, wrong or not called for.
    """
    if not client_id:
        raise OAuthRefusal.REQUEST.error()
    client = next((one for one in state.clients if one.client_id == client_id), None)
    # Compared as bytes: compare_digest refuses text beyond ASCII.
    if client is None or not hmac.compare_digest((client.secret or "").encode(), (secret or "").encode()):
        raise OAuthRefusal.CLIENT.error()
    return client


def grant_machine_token(state: State, client_id: str | None, secret: str | None, scopes: Iterable[str]) -> Tokens:
    """
    Issue an access token to a machine.

    See ASSUMED_MACHINE_SCOPE_IS_INVALID_GRANT.

    Args:
        state: The pool.
        client_id: The app client's id.
        secret: Its secret.
        scopes: The scopes asked for; all that the client may have when empty.

    Returns:
        The tokens: an access token and nothing else.

    Raises:
        OAuthError: invalid_client, unauthorized_client where the client may not use the grant,
            invalid_grant for a scope it may not have.
    """
    client = authenticate_client(state, client_id, secret)
    settings = client.settings
    if not settings.oauth_enabled or "client_credentials" not in settings.oauth_flows:
        raise OAuthRefusal.UNAUTHORIZED_CLIENT.error()
    asked = tuple(scopes) or settings.oauth_scopes
    if not set(asked) <= set(settings.oauth_scopes):
        raise OAuthRefusal.GRANT.error()
    return machine_token(state.keys, state.issuer, client, " ".join(asked), now=state.clock())
