"""References say that two things are the same, and nothing else."""

import base64
import copy
import hashlib
import hmac
import pickle
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolwarden.refs import References

ISSUER = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI"
KEY = b"a key of the operator"
SESSION = {"origin_jti": "o", "sub": "s", "auth_time": 1, "client_id": "c"}


def _first_16(digest: bytes) -> str:
    return base64.b32encode(digest).decode()[:16]


def test_keyed() -> None:
    """With a key, a reference is the head of an HMAC over kind, issuer and value."""
    refs = References(KEY)
    for kind, made in (
        ("token", refs.token(ISSUER, "v")),
        ("session", refs.session(ISSUER, origin_jti="v", sub="s", auth_time=1, client_id="c")),
        ("user", refs.user(ISSUER, "v")),
    ):
        assert made == _first_16(hmac.digest(KEY, f"{kind}|{ISSUER}|v".encode(), "sha256"))


def test_unkeyed() -> None:
    """Without a key, tokens and sessions get a plain hash and users get none: a sub can be guessed."""
    refs = References()
    assert refs.token(ISSUER, "v") == _first_16(hashlib.sha256(f"token|{ISSUER}|v".encode()).digest())
    assert refs.session(ISSUER, origin_jti="v", sub="s", auth_time=1, client_id="c") == _first_16(
        hashlib.sha256(f"session|{ISSUER}|v".encode()).digest()
    )
    assert refs.user(ISSUER, "v") is None


def test_no_revocation() -> None:
    """Where tokens have no ids, a session is its user, sign-in and client, and a token has no reference."""
    refs = References()
    assert refs.token(ISSUER, None) is None
    assert refs.token(ISSUER, "") is None
    assert refs.session(ISSUER, origin_jti=None, sub="s", auth_time=1, client_id="c") == refs.session(
        ISSUER, origin_jti="s|1|c", sub="", auth_time=0, client_id=""
    )


@given(st.text(), st.text(), st.booleans())
def test_form(issuer: str, value: str, keyed: bool) -> None:
    """A reference is 16 characters of base32, whatever it is made of."""
    refs = References(KEY if keyed else None)
    made = refs.session(issuer.encode("utf-8", "replace").decode(), origin_jti="j", sub="", auth_time=0, client_id="")
    assert len(made) == 16
    assert set(made) <= set(string.ascii_uppercase + "234567")
    assert value not in made or len(value) <= 16


def test_apart() -> None:
    """Another kind, issuer, value or key gives another reference."""
    made = {
        References().token(ISSUER, "v"),
        References().token(ISSUER, "w"),
        References().token(ISSUER + "x", "v"),
        References(KEY).token(ISSUER, "v"),
        References(KEY + b"x").token(ISSUER, "v"),
        References(KEY).user(ISSUER, "v"),
        References(KEY).session(ISSUER, origin_jti="v", sub="", auth_time=0, client_id=""),
    }
    assert len(made) == 7


def test_repr() -> None:
    """Showing it tells whether there is a key, never which."""
    assert repr(References(KEY)) == "References(keyed)"
    assert repr(References()) == "References(unkeyed)"


def test_stays() -> None:
    """A key does not leave its process by being pickled; a copy is the same."""
    refs = References(b"SECRETKEY")
    with pytest.raises(TypeError, match="session_ref"):
        pickle.dumps(refs)
    assert copy.copy(refs) is copy.deepcopy(refs) is refs
