"""Find a request's credentials, also where a server has folded several headers into one."""

import re
from collections.abc import Sequence

from poolwarden.causes import Cause
from poolwarden.errors import BearerError
from poolwarden.guard.bearer import token_of

# A comma is part of no bearer token and begins no parameter of another scheme's that looks like this.
_FOLD = re.compile(r",(?=[ \t]*bearer(?:[ \t]|$))", re.IGNORECASE)


def unfolded(header: str | None) -> str | list[str] | None:
    """
    Return the values behind one that a WSGI server made of all Authorization headers (RFC 3875 §4.1.18).

    Args:
        header: ``environ["HTTP_AUTHORIZATION"]``, or None.

    Returns:
        The value; several where a comma stands before a second ``Bearer``.
    """
    if header is None or "," not in header:
        return header
    values = _FOLD.split(header)
    return values if len(values) > 1 else header


def absent(header: str | bytes | Sequence[str | bytes] | None) -> bool:
    """Return whether a request has no bearer credentials at all: no header, or another scheme's."""
    try:
        token_of(header)
    except BearerError as error:
        return error.cause is Cause.CREDENTIALS_MISSING
    return False
