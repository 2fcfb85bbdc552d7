"""Take the bearer token out of an Authorization header (RFC 6750 §2.1, RFC 9110 §11.6.2)."""

import re
from collections.abc import Sequence

from poolwarden.causes import Cause
from poolwarden.errors import bearer_error
from poolwarden.guard.quoted_texts import QUOTED

Header = str | bytes | Sequence[str | bytes] | None
"""An Authorization header's value; all of them where a request has several; None where it has none."""

MAX_TOKEN_BYTES = 16 * 1024
"""The default limit of a token's size: Cognito's tokens are a few kB."""

# What front ends send when the variable for the token is empty: how languages write "nothing" as text.
_PLACEHOLDERS = frozenset(
    {b"", b"undefined", b"null", b"nan", b"none", b"nil", b"false", b"true"}
    | {b"[object object]", b"[object promise]", b"(null)", b"{}"}
)
# Shorter texts may be placeholders; every signed token is longer.
_SHORTEST = 20
_TOKEN68 = re.compile(rb"[A-Za-z0-9\-._~+/=]+")
# Servers may join several headers with commas (RFC 3875 §4.1.18). This finds a comma behind which further credentials
# begin: a scheme and white space, or "bearer" alone. A parameter of credentials has an "=" instead (RFC 9110 §11.2).
_FURTHER = re.compile(rb",[ \t]*(?:bearer[ \t]*(?:,|\Z)|[\w!#$%&'*+.^`|~-]+[ \t]+[^=, \t])", re.ASCII | re.IGNORECASE)
# A JWT that was damaged: three parts of base64 with white space, control characters or bytes beyond ASCII among them,
# the first of which begins like a JWT's header ({" or { and white space make "e" and one of "wxy" in base64). And a JWT
# that is whole: the signature by a key of at least 2048 bits has 342 characters.
_DAMAGE = rb"\s\x00-\x1f\x7f-\xff"
_DAMAGED = re.compile(
    rb"[%b]*e[%b]*[wy](?:[\w\-~+/=%b]*\.){2}[\w\-~+/=%b]*" % (_DAMAGE, _DAMAGE, _DAMAGE, _DAMAGE),
)
_WHOLE = re.compile(rb"ey[\w\-+/=]+\.[\w\-+/=]+\.[\w\-+/=]{342,}")


def token_of(header: Header) -> bytes:
    """
    Return the bearer token of a request.

    Args:
        header: The Authorization header's value, or all of them where a request
            has several; None or nothing where it has none.

    Raises:
        BearerError: ``credentials_missing`` without a Bearer scheme,
            ``credentials_malformed`` where there is not exactly one token of
            token68 characters, ``token_placeholder`` for ``undefined`` and its like.
    """
    if header.__class__ is bytes and header[:7] == b"Bearer ":
        value: bytes = header
    elif header.__class__ is str and header[:7] == "Bearer ":
        value = _encoded(header)
    else:
        value = _single(header)
    token = value[7:].strip(b" \t")
    if b"," in token and _is_folded(value):
        raise bearer_error(Cause.CREDENTIALS_MALFORMED)
    if len(token) < _SHORTEST and token.strip(b"\"'").lower() in _PLACEHOLDERS:
        raise bearer_error(Cause.TOKEN_PLACEHOLDER)
    return token


def check_characters(token: bytes) -> None:
    """
    Refuse what is not one token by the header's grammar.

    Decoding a good token proves its characters anyway, so this is asked only
    where decoding failed, to name the right cause: a single JWT that was
    damaged (white space, controls or other than ASCII within its three parts)
    or serialised as JSON is a malformed token, not a malformed header. What
    does not begin like a JWT is no damaged one.

    Args:
        token: What the header has behind its scheme.

    Raises:
        BearerError: ``credentials_malformed``.
    """
    if _TOKEN68.fullmatch(token) or token[:1] == b"{":
        return
    pieces = token.split()
    damaged = _DAMAGED.fullmatch(token) and not (len(pieces) > 1 and any(map(_WHOLE.fullmatch, pieces)))
    if not damaged:
        raise bearer_error(Cause.CREDENTIALS_MALFORMED)


def _single(header: object) -> bytes:
    if header is None:
        raise bearer_error(Cause.CREDENTIALS_MISSING)
    if not isinstance(header, (str, bytes)):
        if not isinstance(header, Sequence) or len(header) > 1:
            raise bearer_error(Cause.CREDENTIALS_MALFORMED)
        return _single(header[0] if header else None)
    value = (header if isinstance(header, bytes) else _encoded(header)).strip(b" \t")
    if value.partition(b" ")[0].lower() != b"bearer":
        raise bearer_error(_cause_of_scheme(value))
    return value


def _cause_of_scheme(value: bytes) -> Cause:
    # "Bearer\tx" and "Bearer=x" mean a bearer token and are written wrongly; any other scheme is none of ours.
    wrong = value[:6].lower() == b"bearer" and not value[6:7].isalnum() and value[6:7] not in (b"-", b"_")
    return Cause.CREDENTIALS_MALFORMED if wrong or _is_folded(value) else Cause.CREDENTIALS_MISSING


def _is_folded(value: bytes) -> bool:
    # With a comma at the beginning an empty header was joined with another one.
    return value.startswith(b",") or (b"," in value and _FURTHER.search(QUOTED.sub(b"", value)) is not None)


def _encoded(header: str) -> bytes:
    # No token has characters beyond ASCII; as UTF-8 they are refused later, with the cause that fits.
    try:
        return header.encode()
    except UnicodeEncodeError:
        return header.encode(errors="surrogatepass")
