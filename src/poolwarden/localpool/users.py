"""Users of the pool: who they are, their passwords, and how often they may guess."""

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from poolwarden.localpool.errors import Refusal
from poolwarden.validities import DAY, MINUTE

# How long a temporary password can be used (TemporaryPasswordValidityDays, default 7).
TEMPORARY_PASSWORD_S: Final = 7 * DAY

_FREE_FAILURES: Final = 5
_LONGEST_LOCKOUT_S: Final = 15 * MINUTE
_FORGET_FAILURES_S: Final = 15 * MINUTE

# Cognito's default policy (A/API_PasswordPolicyType); the first row that fits is named.
_POLICY: Final[tuple[tuple[str, Callable[[str], bool]], ...]] = (
    ("Password not long enough", lambda text: len(text) < 8),  # noqa: PLR2004 (the policy's minimum)
    ("Password must have uppercase characters", lambda text: text == text.lower()),
    ("Password must have lowercase characters", lambda text: text == text.upper()),
    ("Password must have numeric characters", lambda text: not any(c.isdigit() for c in text)),
    ("Password must have symbol characters", lambda text: all(c.isalnum() for c in text)),
)


class UserStatus(StrEnum):
    """Name the states of a user (A/API_UserType, UserStatus) this pool can play."""

    UNCONFIRMED = "UNCONFIRMED"
    CONFIRMED = "CONFIRMED"
    FORCE_CHANGE_PASSWORD = "FORCE_CHANGE_PASSWORD"
    RESET_REQUIRED = "RESET_REQUIRED"


@dataclass(slots=True, eq=False)
class User:
    """
    Hold one user; only :class:`UserStore` and the operations change it.

    Attributes:
        username: The name it signs in with.
        sub: Its id, a UUID.
        attributes: Its attributes, without ``sub``.
        groups: The names of its groups, in the order it joined them.
        status: Where it stands.
        enabled: False once an administrator disabled it.
        created_at: Seconds since the epoch.
        modified_at: Seconds since the epoch.
        password_set_at: Seconds since the epoch; a temporary password ends by it.
        failures: Wrong passwords in a row.
        failed_at: When the last of them was given, in seconds since the epoch.
    """

    username: str
    sub: str
    attributes: dict[str, str]
    status: UserStatus
    created_at: float
    modified_at: float
    groups: list[str] = field(default_factory=list)
    enabled: bool = True
    password_set_at: float = 0.0
    failures: int = 0
    failed_at: float = 0.0
    _salt: bytes = field(default=b"", repr=False)
    _digest: bytes = field(default=b"", repr=False)

    def set_password(self, password: str, *, now: float) -> None:
        """
        Replace the password; failures are forgotten.

        Args:
            password: The new one.
            now: Seconds since the epoch.

        Raises:
            CognitoError: InvalidPasswordException, naming the policy's rule.
        """
        for rule, breaks in _POLICY:
            if breaks(password):
                raise Refusal.PASSWORD_POLICY.error(rule=rule)
        self._salt = secrets.token_bytes(16)
        self._digest = self._hash(password)
        self.password_set_at = self.modified_at = now
        self.failures = 0

    def _hash(self, password: str) -> bytes:
        # Keyed and salted, not slow: nothing is stored beyond the process, and a demonstration
        # signs in thousands of times.
        return hashlib.blake2b(password.encode(), key=self._salt).digest()

    def try_password(self, password: str, *, now: float) -> None:
        """
        Check a password under Cognito's lock-out.

        After n >= 5 failures the user is locked for 2^(n-5) seconds, at most 15 minutes; attempts
        made meanwhile are refused without being counted; a success, or 15 minutes without an
        attempt, forgets the failures (D/authentication.html, lockout behaviour).

        Args:
            password: What the caller gave.
            now: Seconds since the epoch.

        Raises:
            CognitoError: NotAuthorizedException.
        """
        locked_s = self._locked_s()
        if now < self.failed_at + locked_s:
            raise Refusal.ATTEMPTS_EXCEEDED.error()
        if now >= self.failed_at + locked_s + _FORGET_FAILURES_S:
            self.failures = 0
        if not hmac.compare_digest(self._digest, self._hash(password)):
            self.failures += 1
            self.failed_at = now
            raise Refusal.PASSWORD_WRONG.error()
        self.failures = 0

    def _locked_s(self) -> int:
        if self.failures < _FREE_FAILURES:
            return 0
        # Beyond ten doublings the bound holds anyway; the power is kept small.
        doublings = min(self.failures - _FREE_FAILURES, 10)
        return min(1 << doublings, _LONGEST_LOCKOUT_S)


class UserStore:
    """Own the pool's users and the names of its groups."""

    __slots__ = ("_by_name", "_by_sub", "groups")

    def __init__(self) -> None:
        self._by_name: dict[str, User] = {}
        self._by_sub: dict[str, User] = {}
        self.groups: dict[str, float] = {}

    def __iter__(self) -> Iterator[User]:
        """Iterate over the users, oldest first."""
        return iter(tuple(self._by_name.values()))

    def __len__(self) -> int:
        """Count the users."""
        return len(self._by_name)

    def add(self, username: str, attributes: dict[str, str], status: UserStatus, *, now: float) -> User:
        """
        Keep a new user, who has no password yet.

        Args:
            username: The name it signs in with.
            attributes: Its attributes.
            status: Where it stands.
            now: Seconds since the epoch.

        Returns:
            The user.

        Raises:
            CognitoError: UsernameExistsException.
        """
        if username in self._by_name:
            raise Refusal.USER_EXISTS.error()
        user = User(username, str(uuid.uuid4()), attributes, status, now, now)
        self._by_name[username] = self._by_sub[user.sub] = user
        return user

    def find(self, username: str) -> User | None:
        """
        Find a user, if there is one.

        Args:
            username: Its name, or its ``sub``, which every operation takes in its place.

        Returns:
            The user, or None.
        """
        return self._by_name.get(username) or self._by_sub.get(username)

    def get(self, username: str) -> User:
        """
        Find a user.

        Args:
            username: Its name or its ``sub``.

        Returns:
            The user.

        Raises:
            CognitoError: UserNotFoundException.
        """
        user = self.find(username)
        if user is None:
            raise Refusal.USER_MISSING.error()
        return user

    def by_sub(self, sub: str) -> User | None:
        """
        Find the user a token was issued to; a user deleted and made anew is another.

        Args:
            sub: The token's ``sub``.

        Returns:
            The user, or None.
        """
        return self._by_sub.get(sub)

    def delete(self, user: User) -> None:
        """
        Forget a user.

        Args:
            user: The user.
        """
        del self._by_name[user.username], self._by_sub[user.sub]
