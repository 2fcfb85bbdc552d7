"""What is wanted is what was asked for, or what a mistaken unit meant."""

from typing import Any

import pytest

from poolwarden.appclient import ACCESS, ID, REFRESH, UNKNOWN, Validity, settle_wanted
from poolwarden.appclient.wanted import changes_of
from poolwarden.errors import ConfigurationError

HOURS = {"TokenValidityUnits": {"RefreshToken": "hours", "AccessToken": "minutes", "IdToken": "minutes"}}
MONTH = Validity(30, "days")


def test_mistake(describe: Any) -> None:
    """Without a wish, mistaken units are mended, each token's."""
    assert settle_wanted(describe(**HOURS), {}) == {REFRESH: MONTH}
    both = {"TokenValidityUnits": {"RefreshToken": "hours", "AccessToken": "hours", "IdToken": "hours"}}
    assert settle_wanted(describe(**both), {}) == {
        REFRESH: MONTH,
        ACCESS: Validity(60, "minutes"),
        ID: Validity(60, "minutes"),
    }


def test_wish(describe: Any) -> None:
    """A wish goes before what a mistake seems to have meant."""
    assert settle_wanted(describe(**HOURS), {REFRESH: Validity(90, "days")}) == {REFRESH: Validity(90, "days")}


def test_nothing(describe: Any) -> None:
    """Without a mistake and without a wish there is nothing to do, and it is said what to say."""
    with pytest.raises(ConfigurationError, match=r"client\.json, web: no mistaken unit to mend\. Say what you want"):
        settle_wanted(describe(), {})


def test_unknown(declare: Any) -> None:
    """A validity that only a later run will tell is no mistake, and may be set all the same."""
    client = declare(RefreshTokenValidity=UNKNOWN, TokenValidityUnits=UNKNOWN)
    with pytest.raises(ConfigurationError):
        settle_wanted(client, {})
    (change,) = changes_of(client, settle_wanted(client, {REFRESH: MONTH}))
    assert (change.before, change.after, change.number_before, change.unit_before) == (None, MONTH, None, None)


@pytest.mark.parametrize("token", [ACCESS, ID], ids=["access", "id"])
def test_outlived(token: Any, describe: Any) -> None:
    """No token is to outlive the refresh token, whichever of them is set."""
    with pytest.raises(ConfigurationError, match=r"would be above RefreshTokenValidity \(2 hours\)\. Set both"):
        settle_wanted(describe(), {REFRESH: Validity(2, "hours"), token: Validity(3, "hours")})
    assert settle_wanted(describe(), {REFRESH: Validity(1, "hours")})


def test_changes(describe: Any) -> None:
    """Changes tell number and unit before, and there must be one."""
    (change,) = changes_of(describe(**HOURS), {REFRESH: MONTH})
    assert (str(change.before), change.number_before, change.unit_before) == ("30 hours", 30, "hours")
    with pytest.raises(ConfigurationError, match=r"set as wanted already \(RefreshTokenValidity 30 days\)"):
        changes_of(describe(), {REFRESH: MONTH})
