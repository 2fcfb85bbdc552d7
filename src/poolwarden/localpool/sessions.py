"""Sessions: all tokens of one sign-in, the refresh tokens that carry them on, and their end."""

import base64
import secrets
import uuid
from dataclasses import dataclass, field
from typing import Final

from poolwarden.localpool.clients import AppClient
from poolwarden.localpool.users import User

# Sessions remembered; beyond it the oldest is forgotten, and its tokens become unknown.
MAX_SESSIONS: Final = 200_000

# Cognito's refresh tokens are encrypted JWTs (RFC 7516) of five parts; the bytes in each part.
_JWE_HEADER: Final = base64.urlsafe_b64encode(b'{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}').rstrip(b"=")
_JWE_PARTS: Final = (256, 12, 640, 16)


def _opaque_refresh_token() -> str:
    parts = (base64.urlsafe_b64encode(secrets.token_bytes(n)).rstrip(b"=") for n in _JWE_PARTS)
    return b".".join((_JWE_HEADER, *parts)).decode("ascii")


@dataclass(slots=True, eq=False)
class Session:
    """
    Hold one session; only :class:`SessionStore` changes it.

    Attributes:
        client_id: The app client it signed in to.
        sub: Whose it is.
        origin_jti: Its name in the tokens' ``origin_jti``.
        event_id: The sign-in's id; tokens carry it whether or not they can be revoked.
        auth_time: When the user signed in, in whole seconds since the epoch.
        ends_at: When its refresh tokens end, in seconds since the epoch.
        scope: The scopes of its access tokens, separated by spaces.
        hosted: Whether it began on the sign-in page rather than by an operation.
        nonce: The nonce of the authorization request, for ID tokens.
        revoked: Whether it was ended before its time.
    """

    client_id: str
    sub: str
    auth_time: int
    ends_at: int
    scope: str
    hosted: bool = False
    nonce: str | None = None
    origin_jti: str = field(default_factory=lambda: str(uuid.uuid4()))
    event_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    revoked: bool = False
    _refresh_tokens: list[str] = field(default_factory=list, repr=False)


@dataclass(slots=True, eq=False)
class RefreshToken:
    """
    Hold what the pool knows of one refresh token.

    Attributes:
        session: The session it carries on.
        retired_at: When rotation replaced it, in seconds since the epoch; None while current.
    """

    session: Session
    retired_at: float | None = None


class SessionStore:
    """Own the pool's sessions and refresh tokens."""

    __slots__ = ("_by_event", "_limit", "_refresh")

    def __init__(self, limit: int = MAX_SESSIONS) -> None:
        self._limit = limit
        self._by_event: dict[str, Session] = {}
        self._refresh: dict[str, RefreshToken] = {}

    def __len__(self) -> int:
        """Count the sessions remembered."""
        return len(self._by_event)

    def start(
        self,
        client: AppClient,
        user: User,
        *,
        scope: str,
        now: float,
        hosted: bool = False,
        nonce: str | None = None,
    ) -> tuple[Session, str]:
        """
        Begin a session; its end is fixed here, by the settings in force at the sign-in.

        See ASSUMED_NEW_VALIDITY_APPLIES_TO_NEW_SIGN_INS.

        Args:
            client: The app client.
            user: Who signs in.
            scope: The scopes of its access tokens, separated by spaces.
            now: Seconds since the epoch.
            hosted: Whether it begins on the sign-in page.
            nonce: The authorization request's nonce.

        Returns:
            The session and its first refresh token.
        """
        auth_time = int(now)
        session = Session(
            client_id=client.client_id,
            sub=user.sub,
            auth_time=auth_time,
            ends_at=auth_time + client.refresh_validity_s,
            scope=scope,
            hosted=hosted,
            nonce=nonce,
        )
        self._by_event[session.event_id] = session
        if len(self._by_event) > self._limit:
            self._forget(next(iter(self._by_event.values())))
        return session, self._issue(session)

    def _issue(self, session: Session) -> str:
        token = _opaque_refresh_token()
        session._refresh_tokens.append(token)  # noqa: SLF001 (this class owns the sessions)
        self._refresh[token] = RefreshToken(session)
        return token

    def _forget(self, session: Session) -> None:
        del self._by_event[session.event_id]
        for token in session._refresh_tokens:  # noqa: SLF001 (this class owns the sessions)
            del self._refresh[token]

    def rotate(self, refresh: RefreshToken, *, now: float) -> str:
        """
        Replace a refresh token; the time that remains is the session's, so it stays.

        See ASSUMED_GRACE_ISSUES_ANOTHER_TOKEN.

        Args:
            refresh: The token replaced; one already retired keeps its first date.
            now: Seconds since the epoch.

        Returns:
            The new refresh token.
        """
        if refresh.retired_at is None:
            refresh.retired_at = now
        return self._issue(refresh.session)

    def find_refresh(self, token: str) -> RefreshToken | None:
        """
        Find what is known of a refresh token.

        Args:
            token: The token.

        Returns:
            What is known, or None.
        """
        return self._refresh.get(token)

    def find_event(self, event_id: object) -> Session | None:
        """
        Find the session an access token belongs to.

        Args:
            event_id: The token's ``event_id``.

        Returns:
            The session, or None where it was never known or is forgotten.
        """
        return self._by_event.get(event_id) if isinstance(event_id, str) else None

    def revoke(self, session: Session) -> None:
        """
        End one session: its refresh tokens and the access tokens made from them.

        Args:
            session: The session.
        """
        session.revoked = True

    def revoke_user(self, sub: str) -> None:
        """
        End all sessions of a user, over all app clients.

        Args:
            sub: The user's ``sub``.
        """
        for session in self._by_event.values():
            if session.sub == sub:
                session.revoked = True
