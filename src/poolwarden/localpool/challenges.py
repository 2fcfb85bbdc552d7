"""Open challenges: what stands between a right password and the tokens."""

import secrets
from dataclasses import dataclass
from typing import Final

from poolwarden.localpool.clients import AppClient
from poolwarden.localpool.errors import Refusal
from poolwarden.localpool.users import User
from poolwarden.validities import MINUTE

# Challenges remembered, answered ones included; beyond it the oldest is forgotten.
MAX_CHALLENGES: Final = 10_000


@dataclass(slots=True, eq=False)
class Challenge:
    """
    Hold one challenge; only :class:`ChallengeStore` changes it.

    Attributes:
        client_id: The app client it was given to.
        sub: Who has to answer.
        ends_at: When it can no longer be answered, in seconds since the epoch.
        used: Whether it was answered.
    """

    client_id: str
    sub: str
    ends_at: float
    used: bool = False


class ChallengeStore:
    """Own the pool's challenges."""

    __slots__ = ("_challenges", "_limit")

    def __init__(self, limit: int = MAX_CHALLENGES) -> None:
        self._limit = limit
        self._challenges: dict[str, Challenge] = {}

    def __len__(self) -> int:
        """Count the challenges remembered."""
        return len(self._challenges)

    def open(self, client: AppClient, user: User, *, now: float) -> str:
        """
        Begin a challenge.

        Args:
            client: The app client; its AuthSessionValidity counts.
            user: Who has to answer.
            now: Seconds since the epoch.

        Returns:
            The ``Session`` string that names the challenge.
        """
        session = secrets.token_urlsafe(600)
        ends_at = now + client.settings.auth_session_minutes * MINUTE
        self._challenges[session] = Challenge(client.client_id, user.sub, ends_at)
        if len(self._challenges) > self._limit:
            del self._challenges[next(iter(self._challenges))]
        return session

    def get(self, session: str, client: AppClient, *, now: float) -> Challenge:
        """
        Find a challenge that may be answered now.

        Args:
            session: The ``Session`` string.
            client: The app client that answers.
            now: Seconds since the epoch.

        Returns:
            The challenge.

        Raises:
            CognitoError: NotAuthorizedException: unknown, already used, or expired.
        """
        challenge = self._challenges.get(session)
        if challenge is None or challenge.client_id != client.client_id:
            raise Refusal.SESSION_INVALID.error()
        if challenge.used:
            raise Refusal.SESSION_USED.error()
        if now >= challenge.ends_at:
            raise Refusal.SESSION_EXPIRED.error()
        return challenge

    def close(self, challenge: Challenge) -> None:
        """
        Mark a challenge as answered.

        Args:
            challenge: The challenge.
        """
        challenge.used = True
