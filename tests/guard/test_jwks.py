"""Which JWK Sets and which keys in them are used (RFC 7517)."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from poolwarden.guard.jwks import MAX_BYTES, MAX_KEYS, BadKeySetError, flaw_of, read_keys
from poolwarden.guard.jws import Key, Parts, holds
from world import Rings, base64url, unbase64url


def number(value: int) -> str:
    """Write an integer as a JWK has it (RFC 7518 §2, Base64urlUInt)."""
    return base64url(value.to_bytes((value.bit_length() + 7) // 8, "big")).decode()


def modulus(bits: int) -> int:
    """Return an odd integer of so many bits that is no ROCA modulus."""
    return 2**bits - 1


# A modulus of 2 048 bits, a power of 65537 modulo each small prime that the fingerprint looks at (CVE-2017-15361).
_PRIMORIAL = 11 * 13 * 17 * 19 * 37 * 53 * 61 * 71 * 73 * 79 * 97 * 103 * 107 * 109 * 127 * 151 * 157
_ROCA = pow(65_537, 5, _PRIMORIAL) + _PRIMORIAL * (2**2047 // _PRIMORIAL + 1)
ROCA = _ROCA if _ROCA % 2 else _ROCA + _PRIMORIAL

GOOD: Mapping[str, Any] = {
    "kty": "RSA",
    "kid": "a",
    "alg": "RS256",
    "use": "sig",
    "e": "AQAB",
    "n": number(modulus(2048)),
}


def key(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a good key with changes; what is changed to ``...`` is left out."""
    return {name: value for name, value in {**GOOD, **changes}.items() if value is not ...}


USABLE: tuple[Mapping[str, Any], ...] = (
    {},
    {"alg": ...},
    {"use": ...},
    {"key_ops": ["verify"]},
    {"key_ops": ["verify", "encrypt"]},
    {"e": number(3)},
    {"e": number(2**32 - 1)},
    {"n": number(modulus(4096))},
    {"n": number(modulus(16_384))},
    {"kid": "k" * 256},
    {"kid": "a/b+c="},
    {"x5t": "ignored"},
)
FLAWED: tuple[tuple[Mapping[str, Any], str], ...] = (
    ({"kty": "EC"}, "not RSA"),
    ({"kty": "oct", "k": "c2VjcmV0"}, "not RSA"),
    ({"kty": "rsa"}, "not RSA"),
    ({"kty": ...}, "not RSA"),
    ({"kty": None}, "not RSA"),
    ({"kty": "unheard of"}, "not RSA"),
    ({"kid": ""}, "no usable kid"),
    ({"kid": "k" * 257}, "no usable kid"),
    *(({name: "AQAB"}, "private parameters") for name in ("d", "p", "q", "dp", "dq", "qi", "oth", "k")),
    ({"use": "enc"}, "not for signatures"),
    ({"use": None}, "not for signatures"),
    ({"use": ["sig"]}, "not for signatures"),
    ({"key_ops": ["sign"]}, "not for verifying"),
    ({"key_ops": []}, "not for verifying"),
    ({"key_ops": "verify"}, "not for verifying"),
    ({"key_ops": None}, "not for verifying"),
    ({"alg": "RS512"}, "another algorithm"),
    ({"alg": "HS256"}, "another algorithm"),
    ({"alg": "RSA-OAEP"}, "another algorithm"),
    ({"alg": None}, "another algorithm"),
    *(
        ({"n": value}, "modulus too small, too large or even")
        for value in (
            *(number(modulus(512)), number(modulus(1024)), number(modulus(2047)), number(modulus(16_385))),
            *(number(2**2048 - 2), "", ..., None, 5, ["AQAB"], "A" * 3001, "AQAB=", "AQ AB", "é" * 400, "AQABA"),
        )
    ),
    *(({"e": number(value)}, "weak exponent") for value in (1, 2, 4, 65_536, 2**32 + 1, 2**64 + 1)),
    *(({"e": value}, "weak exponent") for value in ("", "AA", ..., None, 65_537, "AQAB=", "A")),
    ({"n": number(ROCA)}, "ROCA modulus"),
)


@pytest.mark.parametrize("changes", USABLE, ids=str)
def test_usable(changes: Mapping[str, Any]) -> None:
    """A public RSA key for signatures, of at least 2 048 bits, is used."""
    jwk = key(changes)
    assert flaw_of(jwk) is None
    assert list(read_keys({"keys": [jwk]})) == [jwk["kid"]]


@pytest.mark.parametrize(("changes", "flaw"), FLAWED, ids=str)
def test_flawed(changes: Mapping[str, Any], flaw: str) -> None:
    """A key that is not fit is left out, and the others stay."""
    jwk = key(changes)
    assert flaw_of(jwk) == flaw
    assert list(read_keys({"keys": [jwk, {**GOOD, "kid": "good"}]})) == ["good"]
    with pytest.raises(BadKeySetError, match="no usable key"):
        read_keys({"keys": [jwk]})


def test_roca_is_one_in_many() -> None:
    """The fingerprint spares ordinary moduli: one residue that does not fit acquits."""
    assert ROCA.bit_length() == 2048
    assert flaw_of(key({"n": number(ROCA + 2)})) is None


@pytest.mark.parametrize("entry", [None, 1, "a", [], {}, {"kid": 1}, {"kid": None, "kty": "RSA"}])
def test_no_key(entry: Any) -> None:
    """What is no key, or has no key id, is left out."""
    assert list(read_keys({"keys": [entry, dict(GOOD)]})) == ["a"]


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (b"", "not one JSON object"),
        (b"<!doctype html><title>Captive portal</title>", "not one JSON object"),
        (b"[]", "not one JSON object"),
        (b"null", "not one JSON object"),
        (b'"keys"', "not one JSON object"),
        (b"\xef\xbb\xbf{}", "not one JSON object"),
        (b'{"keys":[],"keys":[]}', "not one JSON object"),
        (b'{"keys":' + b"[" * 30_000, "not one JSON object"),
        (b'{"keys":' + b"[" * 30_000 + b"]" * 30_000 + b"}", "not one JSON object"),
        (b"{}", "not a JWK Set: it has no list of keys"),
        (b'{"message":"Internal server error"}', "not a JWK Set: it has no list of keys"),
        (b'{"__type":"TooManyRequestsException"}', "not a JWK Set: it has no list of keys"),
        (b'{"keys":{}}', "not a JWK Set: it has no list of keys"),
        (b'{"keys":null}', "not a JWK Set: it has no list of keys"),
        (b'{"keys":"a"}', "not a JWK Set: it has no list of keys"),
        (b'{"keys":[]}', "no usable key"),
        (json.dumps({"keys": [dict(GOOD), dict(GOOD)]}).encode(), "a key id twice"),
        (json.dumps({"keys": [dict(GOOD), {**GOOD, "use": "enc"}]}).encode(), "a key id twice"),
        (
            json.dumps({"keys": [{**GOOD, "kid": str(n), "n": ""} for n in range(MAX_KEYS + 1)]}).encode(),
            "more than 100",
        ),
        (json.dumps({"keys": [dict(GOOD)]}).encode().ljust(MAX_BYTES + 1), "larger than 64 KiB"),
    ],
    ids=range(20),
)
def test_refused(document: bytes, why: str) -> None:
    """A document that is no JWK Set, or an ambiguous one, is refused as a whole."""
    with pytest.raises(BadKeySetError, match=why):
        read_keys(document)


def test_bounds() -> None:
    """Exactly 64 KiB and exactly 100 keys are accepted."""
    assert read_keys(json.dumps({"keys": [dict(GOOD)]}).encode().ljust(MAX_BYTES))
    assert len(read_keys({"keys": [{**GOOD, "kid": str(n)} for n in range(MAX_KEYS)]})) == MAX_KEYS


def test_verifies(rings: Rings) -> None:
    """The keys read are those that sign."""
    keys = read_keys(rings.main.jwk_set())
    token = rings.main.access.sign({"a": 1}).encode()
    signed, _, signature = token.rpartition(b".")
    parts = Parts(b"", b"", signed, unbase64url(signature))
    assert holds(parts, keys[rings.main.access.kid])
    assert not holds(parts, Key("id", keys[rings.main.id.kid].public_key))
