"""
Make references of tokens, sessions and users: what may stand in a log in place of their ids.

A reference is the first 16 base32 characters (80 bits) of an HMAC-SHA-256 over
``kind | issuer | value``. Two lines about the same session carry the same
reference; without the key and the id nobody can tell whose it is.
"""

import hashlib
import hmac
from typing import NoReturn

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
# As base64.b32encode (RFC 4648 §6), but faster, with ten bits at a time: every event has one to three references.
_PAIRS = tuple(high + low for high in _ALPHABET for low in _ALPHABET)
_SHIFTS = tuple(range(70, -1, -10))


class References:
    """
    Make the references of tokens, sessions and users.

    With no key, token and session references are unkeyed hashes: their inputs
    are random identifiers that Cognito draws. Users then get none, because a
    ``sub`` can be guessed by insiders who see lists of users.

    Args:
        key: A secret of the operator (``POOLWARDEN_REF_KEY``), the same in
            every process whose logs are read together; None for no key.
    """

    __slots__ = ("_key",)

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key

    def __reduce__(self) -> NoReturn:
        """
        Refuse to be pickled, with or without a key: a task queue would hold the operator's secret.

        Raises:
            TypeError: Always.
        """
        raise TypeError("References stay in their process: hand on session_ref, user_ref or claims, not the token.")

    def __copy__(self) -> "References":
        """Return itself: it never changes."""
        return self

    def __deepcopy__(self, _: object) -> "References":
        """As :meth:`__copy__`."""
        return self

    def __repr__(self) -> str:
        """Say whether there is a key, and never which."""
        return f"References({'keyed' if self._key else 'unkeyed'})"

    def token(self, issuer: str, jti: str | None) -> str | None:
        """
        Return a token's reference, or None where the token has no id.

        Args:
            issuer: Its ``iss``.
            jti: Its id.
        """
        return self._reference("token", issuer, jti) if jti else None

    def session(self, issuer: str, *, origin_jti: str | None, sub: str, auth_time: int, client_id: str) -> str:
        """
        Return a session's reference, from ``origin_jti``, else from ``sub | auth_time | client_id``.

        Args:
            issuer: The ``iss`` of its tokens.
            origin_jti: The session's id; None where the app client's tokens have none.
            sub: The user's id.
            auth_time: When the user signed in, epoch seconds.
            client_id: The app client's id.
        """
        return self._reference("session", issuer, origin_jti or f"{sub}|{auth_time}|{client_id}")

    def user(self, issuer: str, sub: str) -> str | None:
        """
        Return a user's reference, or None where no key is configured.

        Args:
            issuer: The ``iss`` of the user's tokens.
            sub: The user's id.
        """
        return self._reference("user", issuer, sub) if self._key else None

    def _reference(self, kind: str, issuer: str, value: str) -> str:
        message = f"{kind}|{issuer}|{value}".encode()
        digest = hmac.digest(self._key, message, "sha256") if self._key else hashlib.sha256(message).digest()
        bits = int.from_bytes(digest[:10], "big")
        return "".join([_PAIRS[bits >> shift & 1023] for shift in _SHIFTS])
