"""Tell whether a refused call was a refresh."""

from poolwarden.causes import Cause
from poolwarden.triage.patterns import later

_REFRESHING = frozenset(
    (
        *(Cause.REFRESH_TOKEN_EXPIRED, Cause.REFRESH_TOKEN_REVOKED, Cause.REFRESH_TOKEN_REUSED),
        *(Cause.REFRESH_TOKEN_INVALID, Cause.SESSION_EXPIRED_SDK),
    )
)
_SIGNING_IN = frozenset(
    (
        *(Cause.CREDENTIALS_WRONG, Cause.ATTEMPTS_EXCEEDED, Cause.CHALLENGE_EXPIRED, Cause.CHALLENGE_REUSED),
        *(Cause.USER_UNCONFIRMED, Cause.PASSWORD_RESET_REQUIRED),
    )
)
# What may be said of a sign-in and of a refresh alike; then the message in front of it tells which it was.
_OF_BOTH = frozenset((Cause.PASSWORD_RESET_REQUIRED, Cause.USER_UNCONFIRMED))
_REFRESH_FAILED = later(
    r"(?i)\b(?:fail\w*|errors?|could not|cannot|unable)\b[\w ]{0,20}\brefresh"
    r"|\brefresh\w*[\w ]{0,20}\b(?:fail|error|refused)"
)


def is_refresh(cause: str | None, operation: str | None, text: str = "") -> bool | None:
    """Return whether a refused call was a refresh (True), a sign-in (False) or cannot be told (None)."""
    if operation == "GetTokensFromRefreshToken" or "REFRESH_TOKEN_AUTH" in text or "grant_type=refresh_token" in text:
        return True
    if cause in _REFRESHING:
        return True
    if cause in _OF_BOTH and _REFRESH_FAILED.search(text[:600]):  # a JSON logger writes its level and time first
        return True
    if cause in _SIGNING_IN or operation in ("RespondToAuthChallenge", "AdminRespondToAuthChallenge"):
        return False
    return None
