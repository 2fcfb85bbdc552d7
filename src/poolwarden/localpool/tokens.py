"""The tokens of a sign-in: their claims as Cognito forms them, signed when first asked for."""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from poolwarden.localpool.clients import AppClient
from poolwarden.localpool.keys import KeyRing, base64url
from poolwarden.localpool.sessions import Session
from poolwarden.localpool.users import User

# The scope of every access token that came from an operation and not from a sign-in page.
SDK_SCOPE: Final = "aws.cognito.signin.user.admin"


class SignedLater:
    """
    Sign a token when its text is first asked for, and only then.

    An RSA signature is nearly all of what a token costs, and most simulated clients never look at
    their ID token. The key is bound when the token is issued, so a later rotation changes nothing.

    Args:
        make: Makes the token's text.
    """

    __slots__ = ("_make", "_text")

    def __init__(self, make: Callable[[], str]) -> None:
        self._make = make
        self._text: str | None = None

    def text(self) -> str:
        """
        Show the token.

        Returns:
            The compact JWS.
        """
        if self._text is None:
            self._text = self._make()
        return self._text


@dataclass(frozen=True, slots=True, eq=False)
class Tokens:
    """
    Hold the tokens of a sign-in or a refresh; none of them shows in a ``repr``.

    Attributes:
        refresh_token: The refresh token to use next; None for a machine.
        expires_in: Access validity in seconds.
        scope: The scopes of the access token, separated by spaces.
    """

    _access: SignedLater = field(repr=False)
    _id: SignedLater | None = field(repr=False)
    refresh_token: str | None = field(repr=False)
    expires_in: int
    scope: str

    @property
    def access_token(self) -> str:
        """The access token, signed on first use."""
        return self._access.text()

    @property
    def id_token(self) -> str | None:
        """The ID token, signed on first use; None where none was issued."""
        return None if self._id is None else self._id.text()


def _revocable(client: AppClient, session: Session) -> dict[str, object]:
    # Both exist only where revocation is on.
    if not client.settings.enable_revocation:
        return {}
    return {"origin_jti": session.origin_jti, "jti": str(uuid.uuid4())}


def _groups(user: User) -> dict[str, object]:
    return {"cognito:groups": list(user.groups)} if user.groups else {}


def access_claims(issuer: str, client: AppClient, session: Session, user: User, *, now: float) -> dict[str, object]:
    """
    Form the claims of a user's access token.

    Args:
        issuer: The pool's issuer.
        client: The app client as it is now: its access validity applies from now on.
        session: The session; ``auth_time`` is the sign-in's, not the refresh's.
        user: Whose it is.
        now: Seconds since the epoch.

    Returns:
        The claims.
    """
    issued_at = int(now)
    return {
        "sub": user.sub,
        **_groups(user),
        "iss": issuer,
        "version": 2,
        "client_id": client.client_id,
        **_revocable(client, session),
        "event_id": session.event_id,
        "token_use": "access",
        "scope": session.scope,
        "auth_time": session.auth_time,
        "exp": issued_at + client.access_validity_s,
        "iat": issued_at,
        "username": user.username,
    }


def id_claims(issuer: str, client: AppClient, session: Session, user: User, *, now: float) -> dict[str, object]:
    """
    Form the claims of a user's ID token (OpenID Connect Core §2, with Cognito's additions).

    Args:
        issuer: The pool's issuer.
        client: The app client as it is now.
        session: The session.
        user: Whose it is.
        now: Seconds since the epoch.

    Returns:
        The claims.
    """
    issued_at = int(now)
    verified = user.attributes.get("email_verified") == "true"
    return {
        "sub": user.sub,
        **_groups(user),
        **user.attributes,
        **({"email_verified": verified} if "email" in user.attributes else {}),
        "iss": issuer,
        "cognito:username": user.username,
        **({} if session.nonce is None else {"nonce": session.nonce}),
        **_revocable(client, session),
        "aud": client.client_id,
        "event_id": session.event_id,
        "token_use": "id",
        "auth_time": session.auth_time,
        "exp": issued_at + client.id_validity_s,
        "iat": issued_at,
    }


def machine_claims(issuer: str, client: AppClient, scope: str, *, now: float) -> dict[str, object]:
    """
    Form the claims of a machine's access token (client_credentials): no user, no groups.

    Args:
        issuer: The pool's issuer.
        client: The app client, which is the token's subject as well.
        scope: Custom scopes, separated by spaces.
        now: Seconds since the epoch.

    Returns:
        The claims.
    """
    issued_at = int(now)
    return {
        "sub": client.client_id,
        "token_use": "access",
        "scope": scope,
        "auth_time": issued_at,
        "iss": issuer,
        "exp": issued_at + client.access_validity_s,
        "iat": issued_at,
        "version": 2,
        "jti": str(uuid.uuid4()),
        "client_id": client.client_id,
    }


def user_tokens(
    keys: KeyRing,
    issuer: str,
    client: AppClient,
    session: Session,
    user: User,
    refresh_token: str | None,
    *,
    now: float,
) -> Tokens:
    """
    Issue the tokens of a sign-in or a refresh.

    Args:
        keys: The keys they are signed with.
        issuer: The pool's issuer.
        client: The app client.
        session: The session.
        user: Whose they are.
        refresh_token: The refresh token to use next.
        now: Seconds since the epoch.

    Returns:
        The tokens.
    """
    access_key, id_key = keys.access, keys.id
    claims = access_claims(issuer, client, session, user, now=now)
    access = SignedLater(lambda: access_key.sign(claims))
    id_payload = id_claims(issuer, client, session, user, now=now)

    def sign_id() -> str:
        if not session.hosted:
            return id_key.sign(id_payload)
        # OpenID Connect Core §3.1.3.6: the left half of the access token's hash.
        digest = hashlib.sha256(access.text().encode("ascii")).digest()[:16]
        return id_key.sign({"at_hash": base64url(digest), **id_payload})

    # An operation always gives an ID token; a sign-in page only to those who ask for openid.
    wants_id = not session.hosted or "openid" in session.scope.split()
    return Tokens(
        access,
        SignedLater(sign_id) if wants_id else None,
        refresh_token,
        client.access_validity_s,
        session.scope,
    )


def machine_token(keys: KeyRing, issuer: str, client: AppClient, scope: str, *, now: float) -> Tokens:
    """
    Issue a machine's access token.

    Args:
        keys: The keys it is signed with.
        issuer: The pool's issuer.
        client: The app client.
        scope: Custom scopes, separated by spaces.
        now: Seconds since the epoch.

    Returns:
        The tokens: an access token and nothing else.
    """
    key = keys.access
    claims = machine_claims(issuer, client, scope, now=now)
    return Tokens(SignedLater(lambda: key.sign(claims)), None, None, client.access_validity_s, scope)
