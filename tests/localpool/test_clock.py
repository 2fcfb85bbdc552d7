"""The clock stands still, runs, moves forward and can be set wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolwarden.localpool import Clock


def test_stands_still() -> None:
    """A clock with a start shows that time until it is moved."""
    clock = Clock(100.0)
    assert clock() == clock() == 100.0
    assert repr(clock) == "Clock(100.000)"


def test_runs_with_its_source() -> None:
    """A clock without a start shows its source's time plus what it was moved by."""
    times = iter([10.0, 11.0, 12.0])
    clock = Clock(source=lambda: next(times))
    assert clock() == 10.0
    assert clock.move(5) == 16.0
    assert clock() == 17.0


@given(st.lists(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=4000)), max_size=5))
def test_moves_add_up(moves: list[timedelta]) -> None:
    """Moves add up, whether given as timedelta or in seconds."""
    clock = Clock(0)
    for index, move in enumerate(moves):
        clock.move(move if index % 2 else move.total_seconds())
    assert clock() == pytest.approx(sum(move.total_seconds() for move in moves))


@pytest.mark.parametrize("by", [-1, timedelta(seconds=-1), float("nan"), float("inf")])
def test_never_moves_back(by: timedelta | float) -> None:
    """A move goes forward by a finite time."""
    with pytest.raises(ValueError, match="moved forward"):
        Clock(0).move(by)


def test_set_may_go_back() -> None:
    """Setting is the way to a wrong clock, also one that is slow."""
    clock = Clock(100)
    assert clock.set(40) == clock() == 40


@pytest.mark.parametrize("epoch", [-1, float("nan"), float("inf")])
def test_set_needs_a_time(epoch: float) -> None:
    """What is no time since the epoch is refused."""
    with pytest.raises(ValueError, match="seconds since the epoch"):
        Clock(0).set(epoch)
