"""The short way to a yes accepts nothing that the long way refuses, and takes every token that Cognito makes."""

import json
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolwarden.guard.claims import Standard, first_refusal
from poolwarden.guard.cognito_claims import CognitoClaims, passes, read_usual
from poolwarden.guard.jws import split
from poolwarden.guard.strict_json import read_object
from world import CLIENT_ID, ISSUER, START, World

STANDARD = Standard(leeway=5, clients={CLIENT_ID: "web"}, any_client=False, audience=None, max_session_age=None)
STANDARDS = (
    STANDARD,
    Standard(leeway=0, clients={}, any_client=True, audience=None, max_session_age=600),
    Standard(leeway=5, clients={CLIENT_ID: "web"}, any_client=False, audience=frozenset({"a"}), max_session_age=None),
)
# "Access-token form" of the developer guide.
USUAL: dict[str, Any] = {
    "sub": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
    "device_key": "eu-west-1_aaaaaaaa",
    "cognito:groups": ["testgroup"],
    "iss": ISSUER,
    "version": 2,
    "client_id": CLIENT_ID,
    "origin_jti": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
    "event_id": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
    "token_use": "access",
    "scope": "phone openid profile resourceserver.1/appclient2 email",
    "auth_time": START,
    "exp": START + 3600,
    "iat": START,
    "jti": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
    "username": "my-test-user",
}
MACHINE = {name: USUAL[name] for name in ("token_use", "scope", "auth_time", "iss", "exp", "iat", "version", "jti")} | {
    "sub": CLIENT_ID,
    "client_id": CLIENT_ID,
}
VALUES = (
    st.none()
    | st.booleans()
    | st.sampled_from([-1, 0, 0.0, START, START + 0.5, START + 90_000, 2**53 + 1, 2**64, 10**400])
    | st.sampled_from(["", "a", 'a"b', "é", "a\tb", "id", "access", CLIENT_ID])
    | st.sampled_from([[], [""], ["admin"], ['"', "b"], ["a", 1], [["a"]], {}, {"a": "b"}])
)
NAMES = st.sampled_from([*USUAL, "aud", "nbf", "cnf", "custom:tenant", ""])


@given(
    base=st.sampled_from([USUAL, MACHINE]),
    left_out=st.sets(st.sampled_from([*USUAL]), max_size=2),
    added=st.lists(st.tuples(NAMES, VALUES), max_size=3),
    standard=st.sampled_from(STANDARDS),
    now=st.sampled_from([START - 6, START - 5, START, START + 600, START + 601, START + 3599.5, START + 3600]),
    order=st.randoms(use_true_random=False),
)
def test_sound(
    base: dict[str, Any],
    left_out: set[str],
    added: list[tuple[str, Any]],
    standard: Standard,
    now: float,
    order: Random,
) -> None:
    """Whatever passes the short way is strict JSON that says the same, and passes every check of the table."""
    members = [(name, value) for name, value in base.items() if name not in left_out] + added
    order.shuffle(members)
    payload = written(members)
    short = read_usual(payload)
    if short is not None:
        claims = read_object(payload)
        assert told(short) == claims
        if passes(short, standard, now):
            assert first_refusal(claims, standard, now) is None


@given(st.lists(st.tuples(st.integers(0, 700), st.binary(max_size=4)), min_size=1, max_size=3))
def test_bytes(changes: list[tuple[int, bytes]]) -> None:
    """No bytes that the strict reader refuses are read the short way."""
    payload = bytearray(written(list(USUAL.items())))
    for at, put in changes:
        payload[at : at + len(put)] = put
    short = read_usual(bytes(payload))
    if short is not None:
        assert told(short) == read_object(bytes(payload))


OLD = {name: value for name, value in USUAL.items() if name not in ("version", "origin_jti", "device_key")}


@pytest.mark.parametrize("claims", [USUAL, MACHINE, OLD], ids=["user", "machine", "without a version"])
def test_usual(claims: dict[str, Any]) -> None:
    """Cognito's own tokens go the short way to the same end as the long one."""
    short = read_usual(written(list(claims.items())))
    assert short is not None
    assert passes(short, STANDARD, START)
    others = {name: claims[name] for name in ("event_id", "device_key", "version") if name in claims}
    assert told(CognitoClaims.of(claims)) | others == told(short)


def test_minted(world: World) -> None:
    """The local pool's tokens go the short way."""
    assert read_usual(split(world.mint({"cognito:groups": ["admin"]})).payload) is not None


@pytest.mark.parametrize(
    "members",
    [
        pytest.param([*USUAL.items(), ("sub", "b")], id="twice"),
        pytest.param([("exp", START + 60), *USUAL.items()], id="a date twice"),
        pytest.param([*USUAL.items(), ("cognito:groups", ["admin"])], id="groups twice"),
        pytest.param([*USUAL.items(), ("cnf", {"jkt": "a"})], id="bound"),
        pytest.param([*USUAL.items(), ("tenant", "b")], id="another claim"),
        pytest.param([*(USUAL | {"jti": ""}).items()], id="empty"),
        pytest.param([*(USUAL | {"exp": True}).items()], id="a bool for a date"),
        pytest.param([*(USUAL | {"username": None}).items()], id="null"),
        pytest.param([*(USUAL | {"username": 'a"b'}).items()], id="a quote"),
    ],
)
def test_long_way(members: list[tuple[str, Any]]) -> None:
    """Whatever is unusual goes the long way."""
    assert read_usual(written(members)) is None


@pytest.mark.parametrize(
    ("changes", "standard"),
    [
        ({"token_use": "id"}, STANDARD),
        ({"client_id": "another"}, STANDARD),
        ({"client_id": ""}, STANDARDS[1]),
        ({}, STANDARDS[2]),
        ({"sub": ""}, STANDARD),
        ({"scope": "é"}, STANDARD),
        ({"scope": "a\tb"}, STANDARD),
        ({"auth_time": -1}, STANDARD),
        ({"auth_time": START + 6}, STANDARD),
        ({"iat": -1}, STANDARD),
        ({"iat": START + 6}, STANDARD),
        ({"exp": START}, STANDARD),
        ({"exp": START + 86_401}, STANDARD),
        ({"auth_time": START - 601}, STANDARDS[1]),
    ],
)
def test_each_check(changes: dict[str, Any], standard: Standard) -> None:
    """Each rule of the table alone sends claims the long way."""
    assert not passes(CognitoClaims.of(USUAL | changes), standard, START)


def written(members: list[tuple[str, Any]]) -> bytes:
    """Write members as one JSON object, the same name as often as it comes."""
    return ("{" + ",".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in members) + "}").encode()


def told(claims: CognitoClaims) -> dict[str, Any]:
    """Return what claims hold, under the names that it has in a token."""
    held: dict[str, Any] = json.loads(msgspec.json.encode(claims))
    return {name: value for name, value in held.items() if value}
