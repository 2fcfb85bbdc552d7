"""Validity in every unit, its bounds and its defaults."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolwarden.localpool import CognitoError
from poolwarden.localpool.validity import LIMITS, validity_s
from poolwarden.validities import UNIT_S

kinds = st.sampled_from(sorted(LIMITS))
units = st.sampled_from(sorted(UNIT_S))


@given(kinds, st.one_of(st.none(), units), st.integers(1, 400_000_000))
def test_in_bounds_or_refused(kind: str, unit: str | None, value: int) -> None:
    """A validity is its value times its unit, within Cognito's bounds, or it is refused."""
    limits = LIMITS[kind]
    seconds = value * UNIT_S[unit or limits.default_unit]
    if limits.low_s <= seconds <= limits.high_s:
        assert validity_s(kind, value, unit) == seconds
    else:
        with pytest.raises(CognitoError) as caught:
            validity_s(kind, value, unit)
        assert caught.value.name == "InvalidParameterException"
        assert caught.value.message == "Invalid range for token validity."


@pytest.mark.parametrize(
    ("kind", "unit", "low", "high"),
    [
        ("AccessToken", "seconds", 300, 86_400),
        ("IdToken", "minutes", 5, 1_440),
        ("AccessToken", "hours", 1, 24),
        ("IdToken", "days", 1, 1),
        ("RefreshToken", "seconds", 3_600, 315_360_000),
        ("RefreshToken", "minutes", 60, 5_256_000),
        ("RefreshToken", "hours", 1, 87_600),
        ("RefreshToken", "days", 1, 3_650),
    ],
)
def test_bounds_are_inclusive(kind: str, unit: str, low: int, high: int) -> None:
    """The shortest and the longest validity are allowed, one beyond either is not."""
    assert validity_s(kind, low, unit) == low * UNIT_S[unit]
    assert validity_s(kind, high, unit) == high * UNIT_S[unit]
    for outside in {high + 1, low - 1} - {0}:
        with pytest.raises(CognitoError):
            validity_s(kind, outside, unit)


@given(st.one_of(st.none(), units))
def test_zero_refresh_is_thirty_days(unit: str | None) -> None:
    """A refresh validity of 0 becomes 30 days, whatever its unit."""
    assert validity_s("RefreshToken", 0, unit) == 30 * 86_400


def test_zero_access_is_refused() -> None:
    """Only refresh tokens know 0."""
    with pytest.raises(CognitoError):
        validity_s("AccessToken", 0, None)


@pytest.mark.parametrize(("kind", "seconds"), [("AccessToken", 3600), ("IdToken", 3600), ("RefreshToken", 2_592_000)])
def test_defaults(kind: str, seconds: int) -> None:
    """Without a value a token lives as long as Cognito's default."""
    assert validity_s(kind, None, None) == seconds


def test_unknown_unit() -> None:
    """A unit outside the enum is named as the API does."""
    with pytest.raises(CognitoError, match=r"'weeks' at 'tokenValidityUnits.refreshToken'"):
        validity_s("RefreshToken", 1, "weeks")
