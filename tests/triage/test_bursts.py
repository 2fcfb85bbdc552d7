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


@pytest.mark.parametrize("answer_s", [0.0, 0.05, 0.15])
@pytest.mark.parametrize("tenth", range(10))
def test_whole_seconds_are_enough(tenth: int, answer_s: float) -> None:
    """CloudTrail tells no milliseconds: a pause of almost a second may seem to be none."""
    calls = [100 + tenth / 10 + pause + place * answer_s for place, pause in enumerate(SIX)]
    assert bursts([float(int(call)) for call in calls]) == [100.0]


def test_two_users_at_once_are_two() -> None:
    """Two bursts that overlap are told apart."""
    assert len(bursts([*SIX, *(pause + 0.1 for pause in SIX)])) == 2


def test_a_poll_is_no_retry() -> None:
    """Calls a minute apart are refreshes of their own."""
    assert len(bursts([60.0 * n for n in range(5)])) == 5


@pytest.mark.parametrize("rhythm", [(0, 5, 10, 15), (0, 9), (0, 3, 6, 9, 12)])
def test_whatever_most_lone_calls_do_is_a_rhythm(rhythm: tuple[float, ...]) -> None:
    """Calls that stand alone show how often one is tried; where two come together, the same is taken of them."""
    lone = [300.5 * user + pause for user in range(20) for pause in rhythm]
    crowd = [10_000.3 + 20.7 * user + pause for user in range(5) for pause in rhythm]
    assert 24 <= len(bursts([*lone, *crowd])) <= 26


def test_users_who_fail_together_now_and_then_are_no_rhythm() -> None:
    """Most calls that stand alone come once: those that do not are of several users."""
    lone = [300.5 * user for user in range(20)]
    assert len(bursts([*lone, *(moment + 8 for moment in lone[::4])])) == 25


@given(st.lists(st.floats(0, 1e6), max_size=30), st.randoms(use_true_random=False))
def test_their_order_does_not_matter(moments: list[float], rng: object) -> None:
    """The same calls in another order are the same refreshes, and never more than the calls."""
    shuffled = list(moments)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert bursts(moments) == bursts(shuffled)
    assert len(bursts(moments)) <= len(moments)
