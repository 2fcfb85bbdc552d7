"""Validities are numbers with a unit, within Cognito's bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolwarden.appclient.durations import ACCESS, ID, REFRESH, TOKENS, Validity, parse_validity
from poolwarden.errors import ConfigurationError
from poolwarden.localpool.validity import LIMITS
from poolwarden.validities import UNIT_S


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("30d", "30 days"),
        ("30 days", "30 days"),
        (" 1 DAY ", "1 day"),
        ("12h", "12 hours"),
        ("90 minutes", "90 minutes"),
        ("3600s", "3600 seconds"),
    ],
)
def test_parse(text: str, said: str) -> None:
    """A number and its unit are read as people write them."""
    assert str(parse_validity(REFRESH, text)) == said


@pytest.mark.parametrize("text", ["", "30", "d", "30 weeks", "-1d", "1.5h", "30 d ays", "٣d"])
def test_no_duration(text: str) -> None:
    """What has no number or no unit is refused with an example."""
    with pytest.raises(ConfigurationError, match=r"no duration with a unit\. Write 30d"):
        parse_validity(REFRESH, text)


@pytest.mark.parametrize(("token", "text"), [(REFRESH, "59m"), (REFRESH, "3651d"), (ACCESS, "4m"), (ID, "25h")])
def test_out_of_bounds(token: object, text: str) -> None:
    """What Cognito would refuse is refused with its bounds."""
    with pytest.raises(ConfigurationError, match=r"out of Cognito's bounds\. It takes"):
        parse_validity(token, text)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("validity", "plain"),
    [
        (Validity(30, "days"), "30 days"),
        (Validity(1800, "minutes"), "1800 minutes (30 hours)"),
        (Validity(48, "hours"), "48 hours (2 days)"),
        (Validity(30, "hours"), "30 hours"),
        (Validity(61, "seconds"), "61 seconds"),
        (Validity(120, "seconds"), "120 seconds (2 minutes)"),
        (Validity(0, "seconds"), "0 seconds"),
    ],
)
def test_plain(validity: Validity, plain: str) -> None:
    """A validity is said with the largest unit it fills, where that is another."""
    assert validity.plain == plain


@given(st.integers(1, 10_000), st.sampled_from(sorted(UNIT_S)))
def test_round_trip(number: int, unit: str) -> None:
    """What Cognito takes is read back as it is said."""
    validity = Validity(number, unit)
    if REFRESH.takes(validity):
        assert parse_validity(REFRESH, str(validity)) == validity


@pytest.mark.parametrize("token", TOKENS, ids=lambda token: token.word)
def test_bounds_are_the_pools(token: object) -> None:
    """Bounds and defaults are those that the local pool holds to."""
    limits = LIMITS[token.member]  # type: ignore[attr-defined]
    found = (token.low_s, token.high_s, token.default.seconds, token.default.unit)  # type: ignore[attr-defined]
    assert found == (limits.low_s, limits.high_s, limits.default_s, limits.default_unit)
