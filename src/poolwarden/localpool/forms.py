"""Queries and form bodies: every parameter at most once (RFC 6749 §3.1)."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from poolwarden.localpool.oauth_errors import OAuthRefusal

_MAX_FIELDS: Final = 50


def read_form(text: str) -> dict[str, str]:
    """
    Read an urlencoded query or body; empty parameters count as absent (RFC 6749 §3.1).

    Args:
        text: The query or body.

    Returns:
        The parameters by name.

    Raises:
        OAuthError: invalid_request, when a parameter comes twice or there are too many.
    """
    try:
        pairs = parse_qsl(text, max_num_fields=_MAX_FIELDS)
    except ValueError as error:
        raise OAuthRefusal.REQUEST.error() from error
    form = dict(pairs)
    if len(form) != len(pairs):
        raise OAuthRefusal.REQUEST.error()
    return form


def with_query(uri: str, parameters: Mapping[str, str | None]) -> str:
    """
    Add parameters to an address.

    Args:
        uri: The address; a query it has is kept.
        parameters: What to add; those that are None are left out.

    Returns:
        The longer address.
    """
    parts = urlsplit(uri)
    added = urlencode({name: value for name, value in parameters.items() if value is not None})
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, added)))))
