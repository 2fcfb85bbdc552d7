"""Settings that are durations."""

import math
from datetime import timedelta
from typing import Any

import pytest

from poolwarden import ConfigurationError, KeyPolicy, OnlineCheck, OnlineList
from poolwarden.guard.durations import seconds


@pytest.mark.parametrize(
    ("value", "amount"),
    [(0, 0), (5, 5), (2.5, 2.5), (timedelta(hours=1), 3600), (timedelta.max, timedelta.max.total_seconds())],
    ids=str,
)
def test_seconds(value: object, amount: float) -> None:
    """A duration is a timedelta or a number of seconds, from 0 on."""
    assert seconds("leeway", value) == amount


HUGE = pytest.param(10**400, id="400 digits")


@pytest.mark.parametrize("value", [-1, timedelta(-1), math.nan, math.inf, True, "1h", None, HUGE])
def test_no_seconds(value: object) -> None:
    """What is no duration is refused by name, a number that is no float's among it."""
    with pytest.raises(ConfigurationError, match=r"^leeway: is not a duration"):
        seconds("leeway", value)


@pytest.mark.parametrize("value", [math.inf, HUGE, 1e12])
@pytest.mark.parametrize(
    "make",
    [
        lambda value: KeyPolicy(timeout_s=value),
        lambda value: OnlineList({}, on_failure="refuse", timeout_s=value),
        lambda value: OnlineCheck(url="https://idp.example.com", by="get_user", on_failure="refuse", timeout_s=value),
    ],
    ids=["KeyPolicy", "OnlineList", "OnlineCheck"],
)
def test_too_long(make: Any, value: float) -> None:
    """What is longer than a thread can wait is refused where it is set, and not by the first request that waits."""
    with pytest.raises(ConfigurationError, match=r"^timeout_s: is longer than a thread can wait"):
        make(value)
