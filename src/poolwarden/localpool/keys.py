"""The pool's signing keys and its JWK Set (RFC 7517); the only module that imports cryptography."""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from poolwarden.errors import UNDECODABLE

_PKCS1: Final = padding.PKCS1v15()
_SHA256: Final = hashes.SHA256()
_PUBLIC_EXPONENT: Final = 65_537
_KEY_BITS: Final = 2_048
_encode_json: Final = msgspec.json.Encoder().encode

# Key pairs kept beside the current one: a bound for a pool that is rotated for ever.
MAX_OLD_KEYS: Final = 8


def base64url(data: bytes) -> str:
    """
    Encode as base64url without padding (RFC 7515 §2).

    Args:
        data: The bytes.

    Returns:
        The text.
    """
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _unbase64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _new_kid() -> str:
    # Cognito's kids are 32 bytes in plain base64: they hold "=", and "/" and "+" more often than
    # not, which is what careless caches and routes fail on.
    return base64.b64encode(secrets.token_bytes(32)).decode("ascii")


@dataclass(frozen=True, slots=True, eq=False)
class SigningKey:
    """
    Sign tokens with one RSA key.

    Attributes:
        kid: The key's id, in plain base64 like Cognito's.
        jwk: The public half, as a member of a JWK Set.
    """

    kid: str
    jwk: Mapping[str, str]
    _private: rsa.RSAPrivateKey = field(repr=False)

    @classmethod
    def generate(cls, kid: str | None = None) -> "SigningKey":
        """
        Make a new RSA key of 2048 bits.

        Args:
            kid: Its id; a random one when None.

        Returns:
            The key.
        """
        private = rsa.generate_private_key(_PUBLIC_EXPONENT, _KEY_BITS)
        numbers = private.public_key().public_numbers()
        chosen = kid or _new_kid()
        jwk = {
            "alg": "RS256",
            "e": base64url(numbers.e.to_bytes((numbers.e.bit_length() + 7) // 8, "big")),
            "kid": chosen,
            "kty": "RSA",
            "n": base64url(numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big")),
            "use": "sig",
        }
        return cls(chosen, jwk, private)

    def sign(self, claims: Mapping[str, object], header: Mapping[str, object] | None = None) -> str:
        """
        Sign claims as a compact JWS (RFC 7515 §7.1) with RS256.

        Args:
            claims: The payload.
            header: The header; only ``kid`` and ``alg``, as Cognito's, when None.

        Returns:
            The token.
        """
        head = {"kid": self.kid, "alg": "RS256"} if header is None else header
        signed = f"{base64url(_encode_json(head))}.{base64url(_encode_json(claims))}"
        signature = self._private.sign(signed.encode("ascii"), _PKCS1, _SHA256)
        return f"{signed}.{base64url(signature)}"

    def verifies(self, signed: str, signature: str) -> bool:
        """
        Tell whether this key made a signature.

        Args:
            signed: Header and payload, as they stand in the token.
            signature: The token's third part.

        Returns:
            True when it did.
        """
        try:
            self._private.public_key().verify(_unbase64url(signature), signed.encode("ascii"), _PKCS1, _SHA256)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Opened:
    """
    Hold what a token says, and whether one of the pool's keys says so too.

    Attributes:
        key: The key the header names, where the pool has it.
        verified: True when that key made the signature.
        claims: The payload.
    """

    key: SigningKey | None
    verified: bool
    claims: Mapping[str, object]


class KeyRing:
    """
    Own a pool's keys: one for access tokens, one for ID tokens, and those rotated out.

    Several pools may share one ring, which spares tests the making of keys.
    """

    __slots__ = ("_old", "access", "id")

    def __init__(self) -> None:
        self.access: SigningKey = SigningKey.generate()
        self.id: SigningKey = SigningKey.generate()
        self._old: tuple[SigningKey, ...] = ()

    def rotate(self, *, keep_old: bool) -> None:
        """
        Replace both keys.

        Args:
            keep_old: Whether the JWK Set goes on to hold the keys replaced, so that tokens signed
                by them stay valid.
        """
        kept = (self.id, self.access, *self._old)[:MAX_OLD_KEYS] if keep_old else ()
        self.access, self.id = SigningKey.generate(), SigningKey.generate()
        self._old = kept

    def _all(self) -> tuple[SigningKey, ...]:
        return (self.id, self.access, *self._old)

    def jwk_set(self) -> dict[str, list[dict[str, str]]]:
        """
        Show the public keys (RFC 7517 §5).

        Returns:
            The JWK Set: the key of ID tokens, the key of access tokens, then the old ones.
        """
        return {"keys": [dict(key.jwk) for key in self._all()]}

    def open(self, token: str) -> Opened | None:
        """
        Read a token and check its signature; its claims are left to the caller.

        Args:
            token: The compact JWS.

        Returns:
            What it says, or None where it is no JWS with a JSON object in it.
        """
        parts = token.split(".")
        try:
            head, payload, signature = parts
            header = msgspec.json.decode(_unbase64url(head), type=dict[str, object])
            claims = msgspec.json.decode(_unbase64url(payload), type=dict[str, object])
        except UNDECODABLE:
            return None
        key = next((key for key in self._all() if key.kid == header.get("kid")), None)
        verified = key is not None and key.verifies(f"{head}.{payload}", signature)
        return Opened(key, verified, claims)
