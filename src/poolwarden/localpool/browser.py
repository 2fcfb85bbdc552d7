"""What the sign-in page leaves behind: authorization codes, and the cookie that remembers a user."""

import secrets
import uuid
from dataclasses import dataclass, field
from typing import Final

from poolwarden.localpool.users import User
from poolwarden.validities import HOUR, MINUTE

# How long an authorization code can be redeemed (D/authorization-endpoint).
CODE_S: Final = 5 * MINUTE

# How long the page remembers who signed in; neither sign-out nor revocation shortens it.
REMEMBER_S: Final = HOUR

# Codes and cookies remembered, each; beyond it the oldest is forgotten.
MAX_REMEMBERED: Final = 10_000


@dataclass(frozen=True, slots=True)
class Grant:
    """
    Hold what an authorization code stands for.

    Attributes:
        client_id: The app client it was given to.
        sub: Who signed in.
        redirect_uri: Where the code was sent; it has to be repeated when the code is redeemed.
        scope: The scopes granted, separated by spaces.
        nonce: The nonce to put into the ID token.
        code_challenge: The PKCE challenge (RFC 7636 §4.2), method S256; None without PKCE.
        ends_at: When the code can no longer be redeemed, in seconds since the epoch.
    """

    client_id: str
    sub: str
    redirect_uri: str
    scope: str
    nonce: str | None
    code_challenge: str | None = field(repr=False)
    ends_at: float


class BrowserStore:
    """Own the pool's authorization codes and sign-in cookies."""

    __slots__ = ("_codes", "_cookies", "_limit")

    def __init__(self, limit: int = MAX_REMEMBERED) -> None:
        self._limit = limit
        self._codes: dict[str, Grant] = {}
        self._cookies: dict[str, tuple[str, float]] = {}

    def grant(self, grant: Grant) -> str:
        """
        Issue an authorization code.

        Args:
            grant: What it stands for.

        Returns:
            The code.
        """
        code = str(uuid.uuid4())
        self._codes[code] = grant
        if len(self._codes) > self._limit:
            del self._codes[next(iter(self._codes))]
        return code

    def redeem(self, code: str, *, now: float) -> Grant | None:
        """
        Take back an authorization code; whatever comes of it, it cannot be used again.

        Args:
            code: The code.
            now: Seconds since the epoch.

        Returns:
            What it stood for, or None where it is unknown, used or too old.
        """
        grant = self._codes.pop(code, None)
        return None if grant is None or now >= grant.ends_at else grant

    def remember(self, user: User, *, now: float) -> str:
        """
        Remember who signed in.

        Args:
            user: The user.
            now: Seconds since the epoch.

        Returns:
            The cookie's value.
        """
        cookie = secrets.token_urlsafe(32)
        self._cookies[cookie] = (user.sub, now + REMEMBER_S)
        if len(self._cookies) > self._limit:
            del self._cookies[next(iter(self._cookies))]
        return cookie

    def recall(self, cookie: str | None, *, now: float) -> str | None:
        """
        Tell whose cookie it is.

        Args:
            cookie: The cookie's value, or None where none came.
            now: Seconds since the epoch.

        Returns:
            The user's ``sub``, or None where nobody is remembered.
        """
        sub, ends_at = self._cookies.get(cookie or "", (None, 0.0))
        return sub if now < ends_at else None

    def forget(self, cookie: str | None) -> None:
        """
        Forget who signed in.

        Args:
            cookie: The cookie's value, or None where none came.
        """
        self._cookies.pop(cookie or "", None)
