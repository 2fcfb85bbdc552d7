"""
Read and verify a JSON Web Signature in compact form (RFC 7515 §7.1), RS256 only.

The only module that imports PyJWT, which reads the keys; the signature is
verified by what PyJWT verifies it with. Its ``decode`` is not used, because its
own checks of header and claims are laxer than what a Cognito token allows, and
slower.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from jwt.algorithms import RSAAlgorithm
from jwt.exceptions import InvalidKeyError

from poolwarden.causes import Cause
from poolwarden.errors import bearer_error
from poolwarden.guard.alphabet import TABLE, translate
from poolwarden.guard.digest import sha256
from poolwarden.guard.strict_json import NotStrictError, read_object
from poolwarden.guard.unshown import Unshown

ALGORITHM = "RS256"
"""The only signature algorithm that user pools use."""

MAX_KID_LENGTH = 256
"""Longer key ids are refused unseen; Cognito's have 44 characters."""

# The hash is made here and not by OpenSSL, which takes a microsecond longer to look its hash function up.
_PADDING, _PREHASHED = PKCS1v15(), Prehashed(SHA256())
# msgspec decodes base64 in a JSON string, which takes a third of the time of binascii.
_decode = msgspec.json.Decoder(bytes).decode
# How a part ends, by the remainder of its length and the quote before it, divided by 4: the padding that is missing
# and a closing quote; and the last characters whose unused bits are zero, for others are not canonical (RFC 4648 §3.5).
_ENDS = {
    1: (b'"', frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")),
    3: (b'=="', frozenset(b"AQgw")),
    0: (b'="', frozenset(b"AEIMQUYcgkosw048")),
}
_PLAIN_TYPES = frozenset({"jwt", "application/jwt", "at+jwt", "application/at+jwt"})
# Parameters that bring a key along or change what is signed. They are refused, whatever they say.
_REFUSED_PARAMETERS = ("crit", "b64", "zip", "cty", "jku", "x5u", "x5c", "jwk")


class Parts(Unshown, frozen=True, gc=False):
    """
    The parts of a compact serialisation.

    Attributes:
        header: The header, still encoded; tokens of one key share it.
        payload: The payload's bytes, decoded.
        signing_input: What is signed.
        signature: The signature's bytes, decoded.
    """

    header: bytes
    payload: bytes
    signing_input: bytes
    signature: bytes


class Key(NamedTuple):
    """
    A public key of an issuer.

    Attributes:
        kid: Its id.
        public_key: The key, as PyJWT reads it.
    """

    kid: str
    public_key: Any


def split(token: bytes) -> Parts:
    """
    Take a token apart.

    Args:
        token: The token as it stands in the header; the caller bounds its length.

    Raises:
        BearerError: ``token_malformed`` where it has not three parts, or a part
            is not canonical base64url without padding (RFC 7515 §2).
    """
    first = token.find(b".")
    last = token.rfind(b".")
    if first <= 0 or last - first <= 1:
        raise bearer_error(Cause.TOKEN_MALFORMED)
    # In the translated token each dot is a quote. A token of four parts has one within its payload, and the decoder
    # refuses whatever follows the quote that ends its text.
    quoted = translate(token, TABLE)
    return Parts(token[:first], _decoded(quoted[first:last]), token[:last], _decoded(quoted[last:]))


def kid_of(header: bytes) -> str:
    """
    Read a header and return the id of the key that it names.

    Args:
        header: The header, base64url encoded.

    Raises:
        BearerError: ``token_malformed`` for what is not a plain signed JWT's
            header (RFC 8725 §3), ``algorithm_refused`` for any ``alg`` but
            RS256, ``key_unknown`` without a usable ``kid``.
    """
    try:
        parameters = read_object(_decoded(b'"' + translate(header, TABLE)))
    except NotStrictError:
        raise bearer_error(Cause.TOKEN_MALFORMED, claim="header") from None
    for name in _REFUSED_PARAMETERS:
        if name in parameters:
            raise bearer_error(Cause.TOKEN_MALFORMED, claim=name)
    kind = parameters.get("typ", "JWT")
    if not isinstance(kind, str) or kind.lower() not in _PLAIN_TYPES:
        raise bearer_error(Cause.TOKEN_MALFORMED, claim="typ")
    if parameters.get("alg") != ALGORITHM:
        raise bearer_error(Cause.ALGORITHM_REFUSED, claim="alg")
    kid = parameters.get("kid", "")
    if not isinstance(kid, str):
        raise bearer_error(Cause.TOKEN_MALFORMED, claim="kid")
    if not 0 < len(kid) <= MAX_KID_LENGTH:
        raise bearer_error(Cause.KEY_UNKNOWN, claim="kid")
    return kid


def read_claims(payload: bytes) -> dict[str, Any]:
    """
    Return the claims of a payload; none is checked yet.

    Raises:
        BearerError: ``token_malformed`` where it is not one strict JSON object.
    """
    try:
        return read_object(payload)
    except NotStrictError:
        raise bearer_error(Cause.TOKEN_MALFORMED, claim="payload") from None


def holds(parts: Parts, key: Key) -> bool:
    """Return whether the signature was made with the key (RSASSA-PKCS1-v1_5 with SHA-256, RFC 7518 §3.3)."""
    try:
        key.public_key.verify(parts.signature, sha256(parts.signing_input), _PADDING, _PREHASHED)
    except InvalidSignature:
        return False
    return True


def public_key(jwk: Mapping[str, Any]) -> Any:
    """
    Return the RSA public key that a JWK holds (RFC 7518 §6.3.1).

    Raises:
        ValueError: It is not one.
    """
    try:
        return RSAAlgorithm.from_jwk({"kty": "RSA", "n": jwk["n"], "e": jwk["e"]})
    except (InvalidKeyError, TypeError, KeyError) as error:
        message = "not an RSA public key"
        raise ValueError(message) from error


def _decoded(quoted: bytes) -> bytes:
    # What comes in is an opening quote and the base64 behind it.
    end = _ENDS.get(len(quoted) % 4)
    if end is None or (quoted[-1] not in end[1] and quoted != b'"'):
        raise bearer_error(Cause.TOKEN_MALFORMED)
    try:
        return _decode(quoted + end[0])
    except ValueError:
        raise bearer_error(Cause.TOKEN_MALFORMED) from None
