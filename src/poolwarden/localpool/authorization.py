"""The authorization endpoint: who may be signed in for whom, and the code that proves it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from poolwarden.localpool.browser import CODE_S, Grant
from poolwarden.localpool.clients import AppClient
from poolwarden.localpool.forms import with_query
from poolwarden.localpool.oauth_errors import OAuthRefusal
from poolwarden.localpool.state import State
from poolwarden.localpool.users import User

# A SHA-256 in base64url (RFC 7636 §4.2).
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """
    Hold an authorization request the pool may answer (RFC 6749 §4.1.1, RFC 7636 §4.3).

    Attributes:
        client: The app client.
        redirect_uri: One of its callback URLs.
        scope: The scopes asked for, separated by spaces; all the client's where none were.
        state: What the client wants back.
        nonce: What the client wants in the ID token.
        code_challenge: The PKCE challenge, method S256.
    """

    client: AppClient
    redirect_uri: str
    scope: str
    state: str | None
    nonce: str | None
    code_challenge: str | None


def _bad_response_type(client: AppClient, query: Mapping[str, str]) -> bool:
    del client
    return query.get("response_type") != "code"


def _code_not_allowed(client: AppClient, query: Mapping[str, str]) -> bool:
    del query
    return not client.settings.oauth_enabled or "code" not in client.settings.oauth_flows


def _bad_challenge(client: AppClient, query: Mapping[str, str]) -> bool:
    challenge = query.get("code_challenge")
    if challenge is None:
        # Stricter than Cognito, which leaves PKCE to the client: without a secret nothing else
        # binds the code to who asked for it (RFC 9700 §2.1.1).
        return client.secret is None or "code_challenge_method" in query
    wrong_method = query.get("code_challenge_method") != "S256"
    return wrong_method or not _CHALLENGE.fullmatch(challenge)


def _bad_scope(client: AppClient, query: Mapping[str, str]) -> bool:
    return not set(query.get("scope", "").split()) <= set(client.settings.oauth_scopes)


# The first row that fits is the refusal; the browser carries it back to the client.
_CHECKS: Final[tuple[tuple[OAuthRefusal, Callable[[AppClient, Mapping[str, str]], bool]], ...]] = (
    (OAuthRefusal.UNAUTHORIZED_CLIENT, _code_not_allowed),
    (OAuthRefusal.RESPONSE_TYPE, _bad_response_type),
    (OAuthRefusal.REQUEST, _bad_challenge),
    (OAuthRefusal.SCOPE, _bad_scope),
)


def read_authorization(state: State, query: Mapping[str, str]) -> AuthorizationRequest:
    """
    Check an authorization request.

    Args:
        state: The pool.
        query: Its parameters.

    Returns:
        The request.

    Raises:
        OAuthError: Without a ``redirect_uri`` where client or address are not known, since an
            unknown address must not be redirected to (RFC 6749 §4.1.2.1); with one otherwise.
    """
    client_id = query.get("client_id")
    client = next((one for one in state.clients if one.client_id == client_id), None)
    if client is None:
        raise OAuthRefusal.REQUEST.error()
    redirect_uri = query.get("redirect_uri") or client.settings.default_redirect_uri
    if redirect_uri is None or redirect_uri not in client.settings.callback_urls:
        raise OAuthRefusal.REQUEST.error()
    for refusal, fits in _CHECKS:
        if fits(client, query):
            back = with_query(redirect_uri, {"error": refusal.value, "state": query.get("state")})
            raise refusal.error(redirect_uri=back)
    return AuthorizationRequest(
        client=client,
        redirect_uri=redirect_uri,
        scope=" ".join(query.get("scope", "").split() or client.settings.oauth_scopes),
        state=query.get("state"),
        nonce=query.get("nonce"),
        code_challenge=query.get("code_challenge"),
    )


def grant_code(state: State, request: AuthorizationRequest, user: User) -> str:
    """
    Grant what was asked for.

    Args:
        state: The pool.
        request: The authorization request.
        user: Who signed in.

    Returns:
        Where to send the browser, the code included.
    """
    code = state.browsers.grant(
        Grant(
            client_id=request.client.client_id,
            sub=user.sub,
            redirect_uri=request.redirect_uri,
            scope=request.scope,
            nonce=request.nonce,
            code_challenge=request.code_challenge,
            ends_at=state.clock() + CODE_S,
        )
    )
    return with_query(request.redirect_uri, {"code": code, "state": request.state})


def remembered_user(state: State, cookie: str | None) -> User | None:
    """
    Find the user the sign-in page remembers.

    Args:
        state: The pool.
        cookie: The cookie's value.

    Returns:
        The user, unless nobody is remembered or the one who is may no longer sign in.
    """
    sub = state.browsers.recall(cookie, now=state.clock())
    user = None if sub is None else state.users.by_sub(sub)
    return user if user is not None and user.enabled else None
