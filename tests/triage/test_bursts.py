"""Retries of one refresh are one event, and users who fail together stay several."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolwarden.triage.bursts import bursts

SIX = (0.0, 0.2, 0.6, 1.4, 3.0, 6.2)


@pytest.mark.parametrize("answer_s", [0.0, 0.05, 0.15])
def test_six_calls_are_one(answer_s: float) -> None:
    """The pauses double; each call's answer takes its time."""
    assert bursts([pause + place * answer_s for place, pause in enumerate(SIX)]) == [0.0]


def test_whole_seconds_are_enough() -> None:
    """CloudTrail tells no milliseconds."""
    assert len(bursts([float(int(100.3 + pause)) for pause in SIX])) <= 2


def test_two_users_at_once_are_two() -> None:
    """Two bursts that overlap are told apart."""
    assert len(bursts([*SIX, *(pause + 0.1 for pause in SIX)])) == 2


def test_a_poll_is_no_retry() -> None:
    """Calls a minute apart are refreshes of their own."""
    assert len(bursts([60.0 * n for n in range(5)])) == 5


@given(st.lists(st.floats(0, 1e6), max_size=30), st.randoms(use_true_random=False))
def test_their_order_does_not_matter(moments: list[float], rng: object) -> None:
    """The same calls in another order are the same refreshes, and never more than the calls."""
    shuffled = list(moments)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert bursts(moments) == bursts(shuffled)
    assert len(bursts(moments)) <= len(moments)
