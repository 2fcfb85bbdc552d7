"""Read a JWK Set and keep the keys that are fit to verify with (RFC 7517)."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from poolwarden.guard import jws
from poolwarden.guard.strict_json import NotStrictError, read_object

MAX_BYTES = 64 * 1024
"""A larger document is refused, also after decompression."""

MAX_KEYS = 100
"""A document with more keys is refused; Cognito publishes two."""

_MIN_BITS = 2048
_MAX_BITS = 16_384
_MAX_EXPONENT = 2**32
_PRIVATE = ("d", "p", "q", "dp", "dq", "qi", "oth", "k")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]{1,3000}", re.ASCII)
# The primes whose residues give a ROCA modulus away (CVE-2017-15361).
_ROCA_PRIMES = (11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157)
_ROCA_GENERATOR = 65_537


class BadKeySetError(ValueError):
    """The document is not a JWK Set to be used; the message says why, in fixed words."""


def read_keys(document: bytes | Mapping[str, Any]) -> dict[str, jws.Key]:
    """
    Return the usable keys of a JWK Set by their ``kid``.

    Keys that are not fit are left out one by one: not RSA, below 2048 bits, a
    weak exponent, a ROCA modulus, not for signatures, with private
    parameters, with another algorithm, without a ``kid``.

    Args:
        document: The JWK Set, as bytes or as a parsed object.

    Raises:
        BadKeySetError: The document as a whole is refused: too large, not strict
            JSON, no ``keys``, more than 100 of them, a ``kid`` twice, or no
            usable key among them.
    """
    entries = _object(document).get("keys")
    if not isinstance(entries, (list, tuple)):
        raise BadKeySetError("not a JWK Set: it has no list of keys")
    if len(entries) > MAX_KEYS:
        raise BadKeySetError("more than 100 keys")
    named = [entry for entry in entries if isinstance(entry, Mapping) and isinstance(entry.get("kid"), str)]
    if len({entry["kid"] for entry in named}) != len(named):
        raise BadKeySetError("a key id twice")
    keys = {entry["kid"]: jws.Key(entry["kid"], jws.public_key(entry)) for entry in named if flaw_of(entry) is None}
    if not keys:
        raise BadKeySetError("no usable key")
    return keys


def flaw_of(jwk: Mapping[str, Any]) -> str | None:
    """Return why a key is not fit to verify with, in a few fixed words, or None where it is."""
    return next((flaw for flaw, has_it in _FLAWS if has_it(jwk)), None)


def _object(document: bytes | Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(document, Mapping):
        return document
    if len(document) > MAX_BYTES:
        raise BadKeySetError("larger than 64 KiB")
    try:
        return read_object(document)
    except NotStrictError as error:
        raise BadKeySetError("not one JSON object") from error


def _unsigned(jwk: Mapping[str, Any], name: str) -> int:
    text = jwk.get(name)
    if not isinstance(text, str) or not _BASE64URL.fullmatch(text) or len(text) % 4 == 1:
        return 0
    # Read as digits in base 64: cheaper to bound than to decode, and padding cannot hide in it.
    value = 0
    for character in text:
        value = value << 6 | _DIGITS[character]
    return value >> (6 * len(text)) % 8


_DIGITS = {
    character: value
    for value, character in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
}


def _modulus_refused(jwk: Mapping[str, Any]) -> bool:
    modulus = _unsigned(jwk, "n")
    return not _MIN_BITS <= modulus.bit_length() <= _MAX_BITS or modulus % 2 == 0


def _exponent_refused(jwk: Mapping[str, Any]) -> bool:
    exponent = _unsigned(jwk, "e")
    return exponent % 2 == 0 or not 1 < exponent <= _MAX_EXPONENT


def _has_roca(jwk: Mapping[str, Any]) -> bool:
    modulus = _unsigned(jwk, "n")
    return all(modulus % prime in residues for prime, residues in _roca_residues())


@cache
def _roca_residues() -> tuple[tuple[int, frozenset[int]], ...]:
    return tuple(
        (prime, frozenset(pow(_ROCA_GENERATOR, power, prime) for power in range(prime))) for prime in _ROCA_PRIMES
    )


def _cannot_verify(jwk: Mapping[str, Any]) -> bool:
    operations = jwk.get("key_ops", ["verify"])
    return not isinstance(operations, (list, tuple)) or "verify" not in operations


_FLAWS: tuple[tuple[str, Callable[[Mapping[str, Any]], bool]], ...] = (
    ("not RSA", lambda jwk: jwk.get("kty") != "RSA"),
    ("no usable kid", lambda jwk: not 0 < len(jwk["kid"]) <= jws.MAX_KID_LENGTH),
    ("private parameters", lambda jwk: any(name in jwk for name in _PRIVATE)),
    ("not for signatures", lambda jwk: jwk.get("use", "sig") != "sig"),
    ("not for verifying", _cannot_verify),
    ("another algorithm", lambda jwk: jwk.get("alg", jws.ALGORITHM) != jws.ALGORITHM),
    ("modulus too small, too large or even", _modulus_refused),
    ("weak exponent", _exponent_refused),
    ("ROCA modulus", _has_roca),
)
