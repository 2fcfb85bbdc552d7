"""What holds for every token and every header, found by searching for one that breaks it."""

import json
from typing import Any

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwt as joserfc_jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry

from poolwarden import CAUSES, AccessToken, BearerError, Cause
from poolwarden.causes import Seen
from poolwarden.guard.server import Guard
from world import CLIENT_ID, ISSUER, START, Rings, World, base64url, unbase64url

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@pytest.fixture(scope="module")
def fixed(rings: Rings) -> World:
    """Found the pools once: examples share them."""
    return World(rings)


@pytest.fixture(scope="module")
def server(fixed: World) -> Guard:
    """Guard without a memory of tokens, so that each example is decided anew."""
    made = fixed.server(events=None, cache_size=0)
    made.authenticate(b"Bearer " + fixed.mint())
    return made


@pytest.fixture(scope="module")
def token(fixed: World) -> bytes:
    """Hold one good token, which examples break."""
    return fixed.mint({"cognito:groups": ["admin"]})


def decided(server: Guard, header: Any) -> AccessToken | Cause:
    """Return the token, or the one cause; any other exception fails the test."""
    try:
        return server.authenticate(header)
    except BearerError as error:
        cause = error.cause
    assert isinstance(cause, Cause)
    assert CAUSES[cause].seen_by is Seen.GUARD
    return cause


@st.composite
def mutations(draw: st.DrawFn) -> Any:
    """Draw a way to change bytes: flip a bit, cut, insert, replace, repeat, swap parts."""
    kind = draw(st.sampled_from(["flip", "cut", "drop", "insert", "replace", "swap", "duplicate", "case"]))
    at, more = draw(st.floats(0, 1, exclude_max=True)), draw(st.integers(0, 2**16))
    inserted = draw(st.binary(min_size=1, max_size=6) | st.sampled_from([bytes([one]) for one in _ALPHABET]))

    def mutate(token: bytes) -> bytes:
        index = int(at * len(token))
        parts = token.split(b".")
        first, second = more % len(parts), (more // 3) % len(parts)
        before, here, after = token[:index], token[index : index + 1], token[index + 1 :]
        if kind == "swap":
            parts[first], parts[second] = parts[second], parts[first]
            return b".".join(parts)
        if kind == "duplicate":
            return b".".join((*parts[: first + 1], *parts[first:]))
        changed = {
            "flip": bytes(byte ^ (1 << more % 8) for byte in here),
            "replace": inserted[:1],
            "drop": b"",
            "insert": inserted + here,
            "case": here.swapcase(),
        }
        return before if kind == "cut" else before + changed[kind] + after

    return mutate


@settings(max_examples=400)
@given(st.lists(mutations(), min_size=1, max_size=3))
def test_mutations(server: Guard, token: bytes, changes: list[Any]) -> None:
    """Whatever is changed of a good token, it is refused, for exactly one cause."""
    mutated = token
    for change in changes:
        mutated = change(mutated)
    outcome = decided(server, b"Bearer " + mutated)
    assert mutated.strip(b" \t") == token or isinstance(outcome, Cause)


@settings(max_examples=300)
@given(
    st.one_of(
        st.binary(max_size=60),
        st.binary(max_size=60).map(b"Bearer ".__add__),
        st.text(max_size=60),
        st.text(max_size=60).map("Bearer ".__add__),
        st.text("bearBEAR \t.=,\"'", max_size=20),
        st.lists(st.binary(max_size=8) | st.text(max_size=8), max_size=3),
        st.none(),
    )
)
def test_any_header(server: Guard, header: Any) -> None:
    """No header raises anything but a refusal, and none of these is a token."""
    assert isinstance(decided(server, header), Cause)


# RFC 7515 §4: parameters that are not understood are ignored; joserfc refuses them unless told.
_ANY_HEADER = JWSRegistry(algorithms=["RS256"], strict_check_header=False)

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200)
@given(header=_JSON | st.binary(max_size=30), payload=_JSON | st.binary(max_size=30), signature=st.binary(max_size=20))
def test_any_document(server: Guard, header: Any, payload: Any, signature: bytes) -> None:
    """No header and no payload, JSON or not, raises anything but a refusal."""
    encoded = [
        base64url(part if isinstance(part, bytes) else json.dumps(part).encode())
        for part in (header, payload, signature)
    ]
    assert isinstance(decided(server, b"Bearer " + b".".join(encoded)), Cause)


_CLAIMS = {
    "exp": st.sampled_from(
        [START + 1, START + 3600, START + 0.5, START, START - 1, START + 90_000, "1", None, True, 2**60]
    ),
    "iat": st.sampled_from([START, START - 3600, START + 5, START + 6, START - 0.5, "1", None, -1]),
    "auth_time": st.sampled_from([START, START - 10**7, START + 4, 0, "1", None]),
    "nbf": st.sampled_from([START, START + 5, START + 6, "1", None]),
    "iss": st.sampled_from([ISSUER, ISSUER + "/", None, [ISSUER]]),
    "client_id": st.sampled_from([CLIENT_ID, "other", None, [CLIENT_ID]]),
    "token_use": st.sampled_from(["access", "id", None]),
    "aud": st.sampled_from(["a", ["a"], []]),  # of any form it is accepted where it is not looked at
    "sub": st.sampled_from(["ada", "", None, 1]),
    "jti": st.sampled_from(["a", None, 1]),
    "scope": st.sampled_from(["a b", "", "a\tb", None]),
    "cognito:groups": st.sampled_from([["admin"], "admin", None]),
    "custom": _JSON,
}
_HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "typ": st.sampled_from(["JWT", "at+jwt", "JWE", None]),
        "alg": st.sampled_from(["RS256", "none", "HS256", "RS512"]),
        "crit": st.sampled_from([["exp"], []]),
        "kid": st.sampled_from(["unknown", "", None]),
        "note": st.text(max_size=5),
    },
)
# Mostly good, so that many are accepted.
_CHANGES = st.lists(st.sampled_from(sorted(_CLAIMS)), max_size=3, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: _CLAIMS[name] for name in names})
)


@settings(max_examples=250)
@given(changes=_CHANGES, header=st.just({}) | _HEADERS)
def test_accepted_elsewhere(fixed: World, server: Guard, changes: dict[str, Any], header: dict[str, Any]) -> None:
    """Whatever the guard accepts, a strict PyJWT and a strict joserfc accept too."""
    signed = fixed.signed({**fixed.claims(), **changes}, {**fixed.header(), **header})
    outcome = decided(server, b"Bearer " + signed)
    if isinstance(outcome, Cause):
        return
    key = fixed.rings.main.access
    claims = jwt.decode(
        signed,
        jwt.PyJWK(dict(key.jwk)),
        algorithms=["RS256"],
        issuer=ISSUER,
        leeway=5,
        options={
            "require": ["exp", "iat", "iss", "sub"],
            "verify_aud": False,
            "verify_exp": False,
            "verify_iat": False,
            "verify_nbf": False,
        },
    )
    assert claims == outcome.claims
    # PyJWT reads the wall clock, so its rules are held against the world's.
    assert claims["exp"] > START
    assert claims["iat"] <= START + 5
    assert claims.get("nbf", 0) <= START + 5
    other = joserfc_jwt.decode(
        signed.decode(), RSAKey.import_key(dict(key.jwk)), algorithms=["RS256"], registry=_ANY_HEADER
    )
    registry = joserfc_jwt.JWTClaimsRegistry(
        now=START,
        leeway=5,
        iss={"essential": True, "value": ISSUER},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        token_use={"essential": True, "value": "access"},
        client_id={"essential": True, "value": CLIENT_ID},
    )
    try:
        registry.validate(other.claims)
    except JoseError as error:
        # joserfc takes whole seconds only; RFC 7519 §2 allows fractions.
        fractions = [name for name in ("exp", "iat", "nbf") if isinstance(other.claims.get(name), float)]
        assert fractions, error  # noqa: PT017


@settings(max_examples=100)
@given(st.integers(0, 2048 - 1))
def test_every_bit_of_the_signature(server: Guard, token: bytes, bit: int) -> None:
    """No bit of a signature may be another."""
    signed, _, signature = token.rpartition(b".")
    changed = bytearray(unbase64url(signature))
    changed[bit // 8] ^= 1 << bit % 8
    assert decided(server, b"Bearer " + signed + b"." + base64url(bytes(changed))) is Cause.SIGNATURE_INVALID
