"""Keys sign as Cognito does, and other libraries agree."""

from __future__ import annotations

import base64

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from poolwarden.localpool import KeyRing, SigningKey
from poolwarden.localpool.keys import MAX_OLD_KEYS, base64url


def test_other_libraries_verify(keys: KeyRing) -> None:
    """A token verifies against the JWK Set with another implementation."""
    token = keys.access.sign({"a": 1})
    decoded = jwt.decode(token, KeySet.import_key_set(keys.jwk_set()), algorithms=["RS256"])  # type: ignore[arg-type]
    assert decoded.claims == {"a": 1}
    assert decoded.header == {"kid": keys.access.kid, "alg": "RS256"}


def test_two_keys(keys: KeyRing) -> None:
    """The set holds two public keys with ids of 32 bytes in plain base64."""
    found = keys.jwk_set()["keys"]
    assert [key["kid"] for key in found] == [keys.id.kid, keys.access.kid]
    for key in found:
        assert set(key) == {"alg", "e", "kid", "kty", "n", "use"}
        assert len(base64.b64decode(key["kid"], validate=True)) == 32
    assert "private" not in repr(keys.access).lower()


def test_open(keys: KeyRing) -> None:
    """Opening a token tells its key, its claims, and whether the signature holds."""
    token = keys.id.sign({"a": 1})
    opened = keys.open(token)
    assert opened is not None
    assert (opened.key, opened.verified, opened.claims) == (keys.id, True, {"a": 1})
    forged = keys.open(token.rpartition(".")[0] + "." + base64url(b"x" * 256))
    assert forged is not None
    assert (forged.key, forged.verified) == (keys.id, False)


def test_open_foreign(keys: KeyRing) -> None:
    """A token of an unknown key is read, but not verified."""
    opened = keys.open(SigningKey.generate("other").sign({}))
    assert opened is not None
    assert (opened.key, opened.verified) == (None, False)


@pytest.mark.parametrize("token", ["", "a", "a.b", "a.b.c", "W10.e30.x", "e30.W10.x", "é.é.é", "a.b.c.d"])
def test_open_garbage(keys: KeyRing, token: str) -> None:
    """What is no token opens to nothing."""
    assert keys.open(token) is None


def test_signature_of_garbage(keys: KeyRing) -> None:
    """A third part that is no base64url verifies nothing."""
    assert not keys.access.verifies("a.b", "é")
    assert not keys.access.verifies("é", "AAAA")


def test_rotation(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rotation brings two new keys and keeps the old ones, up to a bound, or drops them all."""
    drawn = iter(range(1000))
    monkeypatch.setattr(SigningKey, "generate", classmethod(lambda cls: cls(f"kid{next(drawn)}", {"kid": "k"}, None)))
    ring = KeyRing()
    first = {ring.access, ring.id}
    ring.rotate(keep_old=True)
    assert first.isdisjoint({ring.access, ring.id})
    assert len(ring.jwk_set()["keys"]) == 4
    for _ in range(MAX_OLD_KEYS):
        ring.rotate(keep_old=True)
    assert len(ring.jwk_set()["keys"]) == 2 + MAX_OLD_KEYS
    ring.rotate(keep_old=False)
    assert len(ring.jwk_set()["keys"]) == 2
