"""The table of checks on its own: which claim is named, and which row wins where several fit."""

from itertools import combinations
from typing import Any

import pytest

from poolwarden import Cause
from poolwarden.guard.claims import CHECKS, Standard, first_refusal, is_date
from world import CLIENT_ID, START

STANDARD = Standard(
    leeway=5,
    clients={CLIENT_ID: "web"},
    any_client=False,
    audience=frozenset({"https://api.example"}),
    max_session_age=600,
)
GOOD = {
    "token_use": "access",
    "client_id": CLIENT_ID,
    "aud": "https://api.example",
    "sub": "0a1b",
    "exp": START + 3600,
    "iat": START,
    "auth_time": START,
}
# In the order of the table, what fits each of its rows and leaves room for the rows behind it.
ROWS: tuple[tuple[Cause, str, dict[str, Any]], ...] = (
    (Cause.TOKEN_USE_MISMATCH, "token_use", {"token_use": "id"}),
    (Cause.CLIENT_MISMATCH, "client_id", {"client_id": "another"}),
    (Cause.AUDIENCE_MISMATCH, "aud", {"aud": "another"}),
    (Cause.CLAIM_INVALID, "iat", {"iat": None}),
    (Cause.CLAIM_INVALID, "sub", {"sub": ""}),
    (Cause.CLAIM_INVALID, "scope", {"scope": "a\tb"}),
    (Cause.CLAIM_INVALID, "cognito:groups", {"cognito:groups": "admin"}),
    (Cause.CLAIM_INVALID, "exp", {"iat": START - 100_000}),
    (Cause.TOKEN_BOUND, "cnf", {"cnf": {}}),
    (Cause.TOKEN_EXPIRED, "exp", {"exp": START}),
    (Cause.TOKEN_NOT_YET_VALID, "nbf", {"nbf": START + 6}),
    (Cause.SESSION_TOO_OLD, "auth_time", {"auth_time": START - 601}),
)


def refusal(changes: dict[str, Any], standard: Standard = STANDARD) -> tuple[Cause, str] | None:
    """Check good claims with changes; what is changed to ``...`` is left out."""
    claims = {name: value for name, value in {**GOOD, **changes}.items() if value is not ...}
    return first_refusal(claims, standard, START)


def test_good() -> None:
    """Claims that fit no row are accepted."""
    assert refusal({}) is None


def test_rows() -> None:
    """Each row of the table refuses by itself, for its cause and under the name of its claim."""
    assert tuple(cause for cause, _, _ in ROWS) == tuple(cause for cause, _ in CHECKS)
    for cause, claim, changes in ROWS:
        assert refusal(changes) == (cause, claim)


@pytest.mark.parametrize(("first", "second"), list(combinations(ROWS, 2)), ids=lambda row: f"{row[0]} {row[1]}")
def test_order(first: tuple[Cause, str, dict[str, Any]], second: tuple[Cause, str, dict[str, Any]]) -> None:
    """Where two rows fit, the first in the table wins."""
    assert refusal({**second[2], **first[2]}) == first[:2]


@pytest.mark.parametrize("claim", ["exp", "iat", "auth_time", "nbf", "sub", "username", "jti", "origin_jti", "scope"])
def test_named(claim: str) -> None:
    """A claim of a wrong type is the one that is named."""
    assert refusal({claim: None}) == (Cause.CLAIM_INVALID, claim)
    assert refusal({claim: []}) == (Cause.CLAIM_INVALID, claim)


@pytest.mark.parametrize("claim", ["exp", "iat", "auth_time", "sub"])
def test_required(claim: str) -> None:
    """A required claim that is missing is the one that is named."""
    assert refusal({claim: ...}) == (Cause.CLAIM_INVALID, claim)


@pytest.mark.parametrize("claim", ["iat", "auth_time", "nbf"])
def test_from_future(claim: str) -> None:
    """A date further ahead than the leeway is the one that is named; within it, none is."""
    assert refusal({claim: START + 5}) is None
    assert refusal({claim: START + 5.5}) == (Cause.TOKEN_NOT_YET_VALID, claim)


@pytest.mark.parametrize(
    ("cause", "claim", "last", "first"),
    [
        (Cause.CLAIM_INVALID, "exp", {"exp": START + 86_400}, {"exp": START + 86_400.5}),
        (Cause.TOKEN_EXPIRED, "exp", {"exp": START + 0.5}, {"exp": START}),
        (Cause.SESSION_TOO_OLD, "auth_time", {"auth_time": START - 600}, {"auth_time": START - 600.5}),
    ],
)
def test_bounds(cause: Cause, claim: str, last: dict[str, Any], first: dict[str, Any]) -> None:
    """A bound is the last value that passes: a life of a day, a sign-in as long ago as asked; ``exp`` is none."""
    assert refusal(last) is None
    assert refusal(first) == (cause, claim)


@pytest.mark.parametrize("value", [0, 0.0, 1.5, START, 2**53, float(2**53)])
def test_dates(value: float) -> None:
    """A NumericDate is a finite number from 1970 on, up to what every reader holds exactly."""
    assert is_date(value)


@pytest.mark.parametrize(
    "value",
    [-1, -0.5, 2**53 + 1, float(2**54), float("nan"), float("inf"), -float("inf"), True, False, "1", None, [1]],
    ids=str,
)
def test_no_dates(value: object) -> None:
    """No bool, no text, nothing negative and nothing endless is a NumericDate."""
    assert not is_date(value)


@pytest.mark.parametrize(
    ("client_id", "accepted"), [("another", True), (CLIENT_ID, True), ("", False), (..., False), (1, False)]
)
def test_any_client(client_id: object, accepted: bool) -> None:
    """Where every app client is accepted, there still has to be one."""
    standard = Standard(leeway=5, clients={}, any_client=True, audience=None, max_session_age=None)
    expected = None if accepted else (Cause.CLIENT_MISMATCH, "client_id")
    assert refusal({"client_id": client_id}, standard) == expected


def test_epoch() -> None:
    """A token without nbf may be used from the first second on that a clock can show."""
    standard = Standard(leeway=0, clients={CLIENT_ID: "web"}, any_client=False, audience=None, max_session_age=None)
    assert first_refusal({**GOOD, "iat": 0, "auth_time": 0, "exp": 1}, standard, 0) is None


def test_not_asked_for() -> None:
    """What the configuration does not ask for is not looked at: audience, age of the session."""
    standard = Standard(leeway=5, clients={CLIENT_ID: "web"}, any_client=False, audience=None, max_session_age=None)
    assert refusal({"aud": "another", "auth_time": 0}, standard) is None
