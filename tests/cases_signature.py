"""Signatures that are none, or somebody else's (RFC 8017 §8.2.2)."""

import hashlib
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA384, SHA512, HashAlgorithm

from poolwarden import Cause
from poolwarden.localpool import SigningKey
from world import CLIENT_ID, OTHER_CLIENT_ID, Case, World, base64url, bearer, unbase64url

SIZE = 256
# DER of DigestInfo for SHA-256, up to the digest (RFC 8017 §9.2, note 1).
_DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


def _changed(name: str, change: Callable[[bytes, int], bytes], cause: Cause | None = Cause.SIGNATURE_INVALID) -> Case:
    """Change the signature, given its bytes and the key's modulus."""

    def make(world: World) -> bytes:
        signed, _, signature = world.mint().rpartition(b".")
        modulus = world.rings.main.access._private.public_key().public_numbers().n
        return signed + b"." + base64url(change(unbase64url(signature), modulus))

    return bearer(f"signature {name}", make, cause)


def _encoded(name: str, encode: Callable[[bytes], bytes]) -> Case:
    """Sign an encoding that looks right to a reader of BER, or to one that does not look at all of it."""

    def make(world: World) -> bytes:
        signed = world.mint().rpartition(b".")[0]
        numbers = world.rings.main.access._private.private_numbers()
        message = int.from_bytes(encode(hashlib.sha256(signed).digest()), "big")
        signature = pow(message, numbers.d, numbers.public_numbers.n)
        return signed + b"." + base64url(signature.to_bytes(SIZE, "big"))

    return bearer(f"signature {name}", make, Cause.SIGNATURE_INVALID)


def _padded(block: bytes, kind: bytes = b"\x01", fill: bytes = b"\xff", behind: bytes = b"") -> bytes:
    return b"\0" + kind + fill * (SIZE - 3 - len(block) - len(behind)) + b"\0" + block + behind


def _hashed(name: str, algorithm: HashAlgorithm, *, pss: bool = False) -> Case:
    def make(world: World) -> bytes:
        signed = world.mint().rpartition(b".")[0]
        padding = PSS(MGF1(algorithm), PSS.MAX_LENGTH) if pss else PKCS1v15()
        return signed + b"." + base64url(world.rings.main.access._private.sign(signed, padding, algorithm))

    return bearer(f"signature {name}", make, Cause.SIGNATURE_INVALID)


def _by(name: str, key: Callable[[World], SigningKey]) -> Case:
    """Sign with another key, under the key id of the right one."""
    return bearer(f"signed by {name}", lambda world: world.signed(key=key(world)), Cause.SIGNATURE_INVALID)


def _mixed(world: World, parts: str) -> bytes:
    """Put a token together from two good ones: a digit for each part says from which."""
    one = world.signed().split(b".")
    two = world.signed({**world.claims(), "client_id": OTHER_CLIENT_ID}, {**world.header(), "typ": "JWT"}).split(b".")
    return b".".join((one, two)[int(digit)][index] for index, digit in enumerate(parts))


def _beyond(signature: bytes, modulus: int) -> bytes:
    value = int.from_bytes(signature, "big") + modulus
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def _other_pools(world: World) -> bytes:
    return world.signed({**world.claims(), "iss": world.other.issuer})


def _pools_own(world: World) -> bytes:
    return world.other.mint(client_id=CLIENT_ID, claims={"iss": world.pool.issuer}).encode()


SIGNATURE_CASES: tuple[Case, ...] = (
    _changed("unchanged", lambda signature, _: signature, None),
    _changed("empty", lambda *_: b""),
    _changed("of zeros", lambda *_: bytes(SIZE)),
    _changed("one", lambda *_: bytes(SIZE - 1) + b"\x01"),
    _changed("of ones", lambda *_: b"\xff" * SIZE),
    _changed("of one byte", lambda *_: b"\0"),
    _changed("a byte shorter", lambda signature, _: signature[:-1]),
    _changed("without its first byte", lambda signature, _: signature[1:]),
    _changed("half", lambda signature, _: signature[: SIZE // 2]),
    _changed("a byte longer", lambda signature, _: signature + b"\0"),
    _changed("with a zero before", lambda signature, _: b"\0" + signature),
    _changed("twice", lambda signature, _: signature * 2),
    _changed("with its first bit flipped", lambda signature, _: bytes([signature[0] ^ 128]) + signature[1:]),
    _changed("with its last bit flipped", lambda signature, _: signature[:-1] + bytes([signature[-1] ^ 1])),
    _changed("the modulus", lambda _, modulus: modulus.to_bytes(SIZE, "big")),
    _changed("one below the modulus", lambda _, modulus: (modulus - 1).to_bytes(SIZE, "big")),
    _changed("plus the modulus", _beyond),
    _changed("turned around", lambda signature, _: signature[::-1]),
    _changed("negated", lambda signature, modulus: (modulus - int.from_bytes(signature, "big")).to_bytes(SIZE, "big")),
    _hashed("by PSS", SHA256(), pss=True),
    _hashed("over SHA-1", SHA1()),
    _hashed("over SHA-384", SHA384()),
    _hashed("over SHA-512", SHA512()),
    _encoded("in BER, long length", lambda digest: _padded(b"\x30\x81" + _DIGEST_INFO[1:] + digest)),
    _encoded(
        "in BER, long inner length",
        lambda digest: _padded(bytes.fromhex("3032300d06096086480165030402010500048120") + digest),
    ),
    _encoded(
        "without the NULL",
        lambda digest: _padded(bytes.fromhex("302f300b0609608648016503040201") + b"\x04\x20" + digest),
    ),
    _encoded("with more behind the digest", lambda digest: _padded(_DIGEST_INFO + digest, behind=b"\0" * 8)),
    _encoded(
        "with short padding",
        lambda digest: (b"\0\x01" + b"\xff" * 8 + b"\0" + _DIGEST_INFO + digest).ljust(SIZE, b"\0"),
    ),
    _encoded("with other padding", lambda digest: _padded(_DIGEST_INFO + digest, fill=b"\xfe")),
    _encoded("of block type 2", lambda digest: _padded(_DIGEST_INFO + digest, kind=b"\x02")),
    _encoded("of the bare digest", _padded),
    _by("a stranger", lambda world: world.rings.stranger),
    _by("the key of ID tokens", lambda world: world.rings.main.id),
    # Keys are looked up by issuer: the other pool has another key under the same id.
    _by("the other pool, under the same key id", lambda world: world.rings.other.access),
    bearer("signed by this pool for the other", _other_pools, Cause.SIGNATURE_INVALID),
    bearer("signed by the other pool for this", _pools_own, Cause.SIGNATURE_INVALID),
    *(
        bearer(f"parts of two tokens {parts}", lambda world, parts=parts: _mixed(world, parts), Cause.SIGNATURE_INVALID)  # type: ignore[misc]
        for parts in ("100", "010", "001", "110", "101", "011")
    ),
)
"""No signatures, broken ones, and those of other keys."""
