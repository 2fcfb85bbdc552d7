"""Sort the causes by what they tell about the end of a session."""

from collections.abc import Mapping
from enum import IntFlag

from poolwarden.causes import Cause


class Sign(IntFlag):
    """
    What a refusal tells about the end of the session it is seen in.

    A session carries the union of the signs that came after its last token, so
    the order of the lines does not matter.
    """

    SAID_EXPIRED = 1
    SAID_REVOKED = 2
    SAID_REUSED = 4
    SAID_DISABLED = 8
    SAID_MISSING = 16
    SAID_AMBIGUOUS = 32
    CLIENT_GONE = 64
    POOL_OTHER = 128
    KEYS_DOWN = 256
    CLOCK_OFF = 512
    WRONG_TOKEN = 1024
    TOKEN_EXPIRED = 2048
    NO_TOKEN = 4096
    LIMIT_REACHED = 8192
    RESET = 16384
    CLIENT_OTHER = 32768
    POOL_GONE = 65536  # of no cause of its own: sql/ends.sql tells it by the sentence


ENDING = (
    Sign.SAID_EXPIRED
    | Sign.SAID_REVOKED
    | Sign.SAID_REUSED
    | Sign.SAID_DISABLED
    | Sign.SAID_MISSING
    | Sign.SAID_AMBIGUOUS
    | Sign.CLIENT_GONE
    | Sign.POOL_GONE
    | Sign.LIMIT_REACHED
    | Sign.RESET
)
"""Signs that end a session the moment they are seen."""

LASTING = (
    Sign.POOL_OTHER
    | Sign.CLIENT_OTHER
    | Sign.KEYS_DOWN
    | Sign.CLOCK_OFF
    | Sign.WRONG_TOKEN
    | Sign.TOKEN_EXPIRED
    | Sign.NO_TOKEN
)
"""Signs that end a session only where no good token comes after them."""

AFTER_ACCEPTED = Sign.TOKEN_EXPIRED | Sign.SAID_REVOKED | Sign.LIMIT_REACHED | Sign.NO_TOKEN
"""Signs that a token can show which was accepted before; the others are about tokens that never passed."""

SIGNS: Mapping[Cause, Sign] = {
    Cause.REFRESH_TOKEN_EXPIRED: Sign.SAID_EXPIRED,
    Cause.REFRESH_TOKEN_REVOKED: Sign.SAID_REVOKED,
    Cause.ACCESS_TOKEN_REVOKED: Sign.SAID_REVOKED,
    Cause.TOKEN_REVOKED: Sign.SAID_REVOKED,
    Cause.REFRESH_TOKEN_REUSED: Sign.SAID_REUSED,
    Cause.USER_DISABLED: Sign.SAID_DISABLED,
    Cause.USER_MISSING: Sign.SAID_MISSING,
    Cause.REFRESH_TOKEN_INVALID: Sign.SAID_AMBIGUOUS,
    Cause.GRANT_REFUSED: Sign.SAID_AMBIGUOUS,
    Cause.NOT_AUTHORIZED_OTHER: Sign.SAID_AMBIGUOUS,
    Cause.MESSAGE_LOST: Sign.SAID_AMBIGUOUS,
    Cause.SESSION_EXPIRED_SDK: Sign.SAID_AMBIGUOUS,
    Cause.DEVICE_MISSING: Sign.SAID_AMBIGUOUS,
    Cause.PASSWORD_RESET_REQUIRED: Sign.RESET,
    Cause.USER_UNCONFIRMED: Sign.RESET,
    Cause.CLIENT_MISSING: Sign.CLIENT_GONE,
    Cause.SECRET_HASH_MISMATCH: Sign.CLIENT_GONE,
    Cause.SECRET_HASH_MISSING: Sign.CLIENT_GONE,
    Cause.FLOW_DISABLED: Sign.POOL_OTHER,
    Cause.ISSUER_MISMATCH: Sign.POOL_OTHER,
    Cause.CLIENT_MISMATCH: Sign.CLIENT_OTHER,
    Cause.KEY_UNKNOWN: Sign.POOL_OTHER,
    Cause.KEYS_UNAVAILABLE: Sign.KEYS_DOWN,
    Cause.REVOCATION_UNAVAILABLE: Sign.KEYS_DOWN,
    Cause.TOKEN_NOT_YET_VALID: Sign.CLOCK_OFF,
    Cause.TOKEN_USE_MISMATCH: Sign.WRONG_TOKEN,
    Cause.AUDIENCE_MISMATCH: Sign.WRONG_TOKEN,
    Cause.TOKEN_MALFORMED: Sign.WRONG_TOKEN,
    Cause.ALGORITHM_REFUSED: Sign.WRONG_TOKEN,
    Cause.SIGNATURE_INVALID: Sign.WRONG_TOKEN,
    Cause.CLAIM_INVALID: Sign.WRONG_TOKEN,
    Cause.TOKEN_BOUND: Sign.WRONG_TOKEN,
    Cause.ACCESS_TOKEN_INVALID: Sign.WRONG_TOKEN,
    Cause.TOKEN_EXPIRED: Sign.TOKEN_EXPIRED,
    Cause.ACCESS_TOKEN_EXPIRED: Sign.TOKEN_EXPIRED,
    Cause.LOGIN_TOKEN_EXPIRED: Sign.TOKEN_EXPIRED,
    Cause.SESSION_TOO_OLD: Sign.LIMIT_REACHED,
    Cause.TOKEN_PLACEHOLDER: Sign.NO_TOKEN,
    Cause.CREDENTIALS_MISSING: Sign.NO_TOKEN,
    Cause.SESSION_MISSING: Sign.NO_TOKEN,
}
"""The sign of each cause that has one; the others say nothing about the end of a session."""
