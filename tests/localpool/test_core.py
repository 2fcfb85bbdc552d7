"""The core answers operations and mints any token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jwt
import pytest

from poolwarden.localpool import Clock, KeyRing, LocalPool, SigningKey

if TYPE_CHECKING:
    from conftest import Refused


def decoded(token: str) -> dict[str, Any]:
    """Read a token without checking it."""
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


@pytest.mark.parametrize("pool_id", ["", "LocalPool1", "eu-west-1_", "eu-west-1_a b", "eu-west-1_a/../b"])
def test_pool_id(pool_id: str, keys: KeyRing) -> None:
    """A pool id has the form region_name."""
    with pytest.raises(ValueError, match="pool_id"):
        LocalPool(pool_id, keys=keys)


def test_issuer(keys: KeyRing) -> None:
    """The issuer is Cognito's original form, or what is given."""
    pool = LocalPool("eu-west-1_A", keys=keys)
    assert pool.issuer == "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A"
    assert repr(pool) == f"LocalPool('eu-west-1_A', issuer='{pool.issuer}')"
    assert isinstance(pool.clock, Clock)
    assert LocalPool("eu-west-1_A", keys=keys, issuer="http://127.0.0.1:1/a").issuer == "http://127.0.0.1:1/a"


def test_unknown_operation(pool: LocalPool, refused: Refused) -> None:
    """An operation that is not played is unknown."""
    with refused("UnknownOperationException", "DeleteEverything"):
        pool.call("DeleteEverything", {})


def test_mint(pool: LocalPool) -> None:
    """A minted token is a proper access token, with whatever is added, replaced or removed."""
    assert decoded(pool.mint())["exp"] == int(pool.clock()) + 3600
    token = pool.mint(
        client_id="c", claims={"exp": "soon", "x": 1}, header={"typ": "JWT", "alg": "none"}, remove={"jti", "kid"}
    )
    found = decoded(token)
    assert (found["client_id"], found["exp"], found["x"]) == ("c", "soon", 1)
    assert "jti" not in found
    assert jwt.get_unverified_header(token) == {"alg": "none", "typ": "JWT"}


def test_mint_with_key(pool: LocalPool) -> None:
    """A minted token may be signed by a stranger."""
    stranger = SigningKey.generate("stranger")
    assert jwt.get_unverified_header(pool.mint(key=stranger))["kid"] == "stranger"


def test_rotate_keys() -> None:
    """Rotation keeps the old keys or drops them."""
    pool = LocalPool("eu-west-1_A")
    old = {key["kid"] for key in pool.jwk_set()["keys"]}
    pool.rotate_keys(keep_old=True)
    assert old < {key["kid"] for key in pool.jwk_set()["keys"]}
    pool.rotate_keys(keep_old=False)
    assert old.isdisjoint(key["kid"] for key in pool.jwk_set()["keys"])
