"""The TOKEN and revocation endpoints: grants in, tokens out (RFC 6749 §3.2, RFC 7009)."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias
from urllib.parse import unquote_plus

from poolwarden.localpool.browser import Grant
from poolwarden.localpool.clients import AppClient
from poolwarden.localpool.errors import CognitoError
from poolwarden.localpool.keys import base64url
from poolwarden.localpool.machine import authenticate_client, grant_machine_token
from poolwarden.localpool.oauth_errors import OAuthRefusal
from poolwarden.localpool.renewal import renew
from poolwarden.localpool.revocation import revoke_token
from poolwarden.localpool.signin import begin_session
from poolwarden.localpool.state import State
from poolwarden.localpool.tokens import Tokens

_UNAUTHORIZED: Final = 401

# Client id and secret as a request presents them.
Credentials: TypeAlias = tuple[str | None, str | None]

_Form: TypeAlias = Mapping[str, str]


def read_credentials(form: Mapping[str, str], authorization: str | None) -> Credentials:
    """
    Read the client's credentials: HTTP Basic, or the form (RFC 6749 §2.3.1).

    Args:
        form: The body.
        authorization: The Authorization header, if one came.

    Returns:
        Client id and secret.

    Raises:
        OAuthError: invalid_client for a header that cannot be read, invalid_request when header
            and form disagree.
    """
    if authorization is None:
        return form.get("client_id"), form.get("client_secret")
    scheme, _, encoded = authorization.partition(" ")
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise OAuthRefusal.CLIENT.error() from error
    client_id, colon, secret = (unquote_plus(part) for part in text.partition(":"))
    if scheme.lower() != "basic" or not colon:
        raise OAuthRefusal.CLIENT.error()
    if form.get("client_id", client_id) != client_id:
        raise OAuthRefusal.REQUEST.error()
    return client_id, secret


def _proves(grant: Grant, verifier: str | None) -> bool:
    # A verifier without a challenge is refused too: someone stripped the challenge (RFC 9700
    # §2.1.1, PKCE downgrade).
    if grant.code_challenge is None or verifier is None:
        return grant.code_challenge is None and verifier is None
    digest = base64url(hashlib.sha256(verifier.encode()).digest())
    return hmac.compare_digest(digest, grant.code_challenge)


def _by_code(state: State, credentials: Credentials, form: _Form) -> Tokens:
    client = authenticate_client(state, *credentials)
    code = form.get("code")
    if code is None:
        raise OAuthRefusal.REQUEST.error()
    grant = state.browsers.redeem(code, now=state.clock())
    if (
        grant is None
        or grant.client_id != client.client_id
        or grant.redirect_uri != form.get("redirect_uri")
        or not _proves(grant, form.get("code_verifier"))
    ):
        raise OAuthRefusal.GRANT.error()
    user = state.users.by_sub(grant.sub)
    if user is None or not user.enabled:
        raise OAuthRefusal.GRANT.error()
    return begin_session(state, client, user, scope=grant.scope, hosted=True, nonce=grant.nonce)


def _by_refresh_token(state: State, credentials: Credentials, form: _Form) -> Tokens:
    client = authenticate_client(state, *credentials)
    token = form.get("refresh_token")
    if token is None:
        raise OAuthRefusal.REQUEST.error()
    try:
        return renew(state, client, token)
    except CognitoError as error:
        # Expired, revoked and reused all look alike here.
        raise OAuthRefusal.GRANT.error() from error


def _by_credentials(state: State, credentials: Credentials, form: _Form) -> Tokens:
    return grant_machine_token(state, *credentials, form.get("scope", "").split())


_GRANTS: Final[Mapping[str, Callable[[State, Credentials, _Form], Tokens]]] = {
    "authorization_code": _by_code,
    "refresh_token": _by_refresh_token,
    "client_credentials": _by_credentials,
}


def exchange(state: State, form: Mapping[str, str], authorization: str | None) -> dict[str, object]:
    """
    Answer the TOKEN endpoint.

    Args:
        state: The pool.
        form: The body.
        authorization: The Authorization header, if one came.

    Returns:
        The answer; ``refresh_token`` is in it only where it is new to the caller.

    Raises:
        OAuthError: The refusal.
    """
    grant_type = form.get("grant_type")
    if grant_type is None:
        raise OAuthRefusal.REQUEST.error()
    grant = _GRANTS.get(grant_type)
    if grant is None:
        raise OAuthRefusal.GRANT_TYPE.error()
    tokens = grant(state, read_credentials(form, authorization), form)
    answer: dict[str, object] = {
        "access_token": tokens.access_token,
        "expires_in": tokens.expires_in,
        "token_type": "Bearer",
    }
    if tokens.id_token is not None:
        answer["id_token"] = tokens.id_token
    if tokens.refresh_token is not None and tokens.refresh_token != form.get("refresh_token"):
        answer["refresh_token"] = tokens.refresh_token
    return answer


# What RevokeToken refuses with, as the endpoint puts it (D/revocation-endpoint).
_REVOCATION_ERRORS: Final[Mapping[str, OAuthRefusal]] = {
    "UnsupportedOperationException": OAuthRefusal.REQUEST,
    "UnsupportedTokenTypeException": OAuthRefusal.TOKEN_TYPE,
    "UnauthorizedException": OAuthRefusal.CLIENT,
}


def _authenticate_revoker(state: State, credentials: Credentials) -> AppClient:
    try:
        return authenticate_client(state, *credentials)
    except CognitoError as error:
        if error.name == OAuthRefusal.CLIENT.value:
            raise OAuthRefusal.CLIENT.error(status=_UNAUTHORIZED) from error
        raise


def revoke(state: State, form: Mapping[str, str], authorization: str | None) -> None:
    """
    Answer the revocation endpoint.

    Args:
        state: The pool.
        form: The body.
        authorization: The Authorization header, if one came.

    Raises:
        OAuthError: invalid_request, unsupported_token_type, or invalid_client with status 401.
    """
    token = form.get("token")
    if token is None:
        raise OAuthRefusal.REQUEST.error()
    client = _authenticate_revoker(state, read_credentials(form, authorization))
    try:
        revoke_token(state, client, token)
    except CognitoError as error:
        refusal = _REVOCATION_ERRORS[error.name]
        status = _UNAUTHORIZED if refusal is OAuthRefusal.CLIENT else 400
        raise refusal.error(status=status) from error
