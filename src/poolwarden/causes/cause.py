"""Name the causes and what is known of each."""

from enum import StrEnum
from typing import NamedTuple

_UNAVAILABLE = 503


class Cause(StrEnum):
    """
    Why a token was refused, or why a session ended.

    A member is its own snake_case text, so it can be logged, compared and used
    as a metric label as it is. The group a member belongs to is
    :attr:`CauseRow.seen_by`.
    """

    # Seen by the guard.
    CREDENTIALS_MISSING = "credentials_missing"
    CREDENTIALS_MALFORMED = "credentials_malformed"
    TOKEN_PLACEHOLDER = "token_placeholder"
    TOKEN_MALFORMED = "token_malformed"
    ALGORITHM_REFUSED = "algorithm_refused"
    KEY_UNKNOWN = "key_unknown"
    SIGNATURE_INVALID = "signature_invalid"
    ISSUER_MISMATCH = "issuer_mismatch"
    CLIENT_MISMATCH = "client_mismatch"
    TOKEN_USE_MISMATCH = "token_use_mismatch"
    AUDIENCE_MISMATCH = "audience_mismatch"
    TOKEN_EXPIRED = "token_expired"
    TOKEN_NOT_YET_VALID = "token_not_yet_valid"
    CLAIM_INVALID = "claim_invalid"
    TOKEN_BOUND = "token_bound"
    SCOPE_MISSING = "scope_missing"
    GROUP_MISSING = "group_missing"
    TOKEN_REVOKED = "token_revoked"
    SESSION_TOO_OLD = "session_too_old"
    KEYS_UNAVAILABLE = "keys_unavailable"
    REVOCATION_UNAVAILABLE = "revocation_unavailable"
    # Said by a user pool.
    REFRESH_TOKEN_EXPIRED = "refresh_token_expired"
    REFRESH_TOKEN_REVOKED = "refresh_token_revoked"
    REFRESH_TOKEN_REUSED = "refresh_token_reused"
    REFRESH_TOKEN_INVALID = "refresh_token_invalid"
    GRANT_REFUSED = "grant_refused"
    ACCESS_TOKEN_EXPIRED = "access_token_expired"
    ACCESS_TOKEN_REVOKED = "access_token_revoked"
    ACCESS_TOKEN_INVALID = "access_token_invalid"
    ACCESS_TOKEN_SCOPE_MISSING = "access_token_scope_missing"
    USER_DISABLED = "user_disabled"
    USER_MISSING = "user_missing"
    USER_UNCONFIRMED = "user_unconfirmed"
    PASSWORD_RESET_REQUIRED = "password_reset_required"
    CREDENTIALS_WRONG = "credentials_wrong"
    ATTEMPTS_EXCEEDED = "attempts_exceeded"
    CHALLENGE_EXPIRED = "challenge_expired"
    CHALLENGE_REUSED = "challenge_reused"
    SECRET_HASH_MISSING = "secret_hash_missing"
    SECRET_HASH_MISMATCH = "secret_hash_mismatch"
    CLIENT_MISSING = "client_missing"
    FLOW_DISABLED = "flow_disabled"
    DEVICE_MISSING = "device_missing"
    DEVICE_KEY_INVALID = "device_key_invalid"
    THROTTLED = "throttled"
    WAF_BLOCKED = "waf_blocked"
    TRIGGER_DENIED = "trigger_denied"
    REPLICA_REFUSED = "replica_refused"
    SERVICE_ERROR = "service_error"
    NOT_AUTHORIZED_OTHER = "not_authorized_other"
    # Said by an identity pool.
    LOGIN_TOKEN_EXPIRED = "login_token_expired"
    LOGIN_ISSUER_MISMATCH = "login_issuer_mismatch"
    LOGIN_TOKEN_MALFORMED = "login_token_malformed"
    LOGIN_PROVIDER_UNSUPPORTED = "login_provider_unsupported"
    IDENTITY_LOGINS_MISMATCH = "identity_logins_mismatch"
    IDENTITY_UNAUTHENTICATED = "identity_unauthenticated"
    IDENTITY_FORBIDDEN = "identity_forbidden"
    # Said by an SDK or a proxy.
    SESSION_MISSING = "session_missing"
    SESSION_EXPIRED_SDK = "session_expired_sdk"
    MESSAGE_LOST = "message_lost"
    AWS_CREDENTIALS_EXPIRED = "aws_credentials_expired"
    UNATTRIBUTED_401 = "unattributed_401"


class Seen(StrEnum):
    """Who says a cause."""

    GUARD = "guard"
    USER_POOL = "user_pool"
    IDENTITY_POOL = "identity_pool"
    SDK = "sdk"


class Mender(StrEnum):
    """Who can mend a cause."""

    CLIENT = "client"
    USER = "user"
    OPERATOR = "operator"
    ISSUER = "issuer"


class EndsSession(StrEnum):
    """Whether a cause ends the session it is seen in."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"


class Action(StrEnum):
    """What a front end should do about a refusal."""

    REFRESH = "refresh"
    SIGN_IN = "sign_in"
    RETRY = "retry"
    FIX_CLIENT = "fix_client"
    CONTACT_ADMIN = "contact_admin"


class CauseRow(NamedTuple):
    """
    What is known of one cause; every consumer reads it from here.

    Attributes:
        cause: The cause itself.
        seen_by: Who says it.
        title: A few words, fit for a problem's ``title`` (RFC 9457 §3.1.4).
        sentence: What happened, in one plain sentence, fit for a challenge's
            ``error_description`` (RFC 6750 §3: no quote, no backslash, ASCII).
        error: The challenge's error code (RFC 6750 §3.1), or None where none fits.
        status: The HTTP status of an answer with this cause.
        mender: Who can mend it.
        ends_session: Whether the session it is seen in is over.
        action: What the front end should do.
        next_step: What to do about it, in one or two sentences.
        source: The standard's section or the Cognito page this rests on.
        lookalikes: Causes that look the same from outside.
    """

    cause: Cause
    seen_by: Seen
    title: str
    sentence: str
    error: str | None
    status: int
    mender: Mender
    ends_session: EndsSession
    action: Action
    next_step: str
    source: str
    lookalikes: tuple[Cause, ...] = ()

    @property
    def is_unavailable(self) -> bool:
        """Whether the answer is 503: nothing could be decided, for which the caller is not at fault."""
        return self.status == _UNAVAILABLE
