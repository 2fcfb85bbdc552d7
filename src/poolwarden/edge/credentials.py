"""Tell a request without bearer credentials from one whose credentials are bad."""

from collections.abc import Sequence

from poolwarden.causes import Cause
from poolwarden.errors import BearerError
from poolwarden.guard.bearer import token_of


def absent(header: str | bytes | Sequence[str | bytes] | None) -> bool:
    """
    Return whether a request has no bearer credentials at all: no header, or one of another scheme.

    Args:
        header: The Authorization header's value, all values where there are several, or None.
    """
    try:
        token_of(header)
    except BearerError as error:
        return error.cause is Cause.CREDENTIALS_MISSING
    return False
