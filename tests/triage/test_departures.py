"""Who comes back after the validity may have signed out before: what users do else tells how likely that is."""

import pytest

from poolwarden.triage.departures import SHARED, Ending, Habit, chances
from triage.build import DAY, HOUR, NOW

WALL = 30 * HOUR
MORNING = NOW // DAY * DAY + 8 * HOUR
DESK = range(9)
"""The hours of a day at work, from the morning on, in which a token is issued."""


def _used(moments: list[float]) -> tuple[int, ...]:
    return tuple(sum(1 << bit for bit in {int(at // grain) % 64 for at in moments}) for grain in (HOUR, DAY // 2))


def _office(*, users: int = 20) -> list[Habit]:
    """Return what the sessions of office workers show: used by day, each night away for as long."""
    at_work = [MORNING + hour * HOUR for hour in DESK]
    begun = [(MORNING + at * HOUR, at) for at in (0, 3, 6)]
    return [
        Habit(
            f"U{user}", start, WALL, _used([*at_work[at:], *(one + DAY for one in at_work if one + DAY < start + WALL)])
        )
        for user in range(users)
        for start, at in begun
    ]


def _ending(key: str, begun: float, last: float, *, user: str | None = "U1", refused: bool = False) -> Ending:
    return Ending(key, user, begun, WALL, last, refused, present=last + 1.5 * HOUR >= begun + WALL)


def _of(*endings: Ending, away: tuple[float, ...] = (7 * HOUR, 15 * HOUR)) -> dict[str, float]:
    """Return the chances of endings beside those of sessions that were used until the validity."""
    until_the_end = [_ending(f"E{user}", MORNING, MORNING + WALL - HOUR, user=f"U{user}") for user in range(20)]
    nights = [_ending(f"N{n}", MORNING + 6 * HOUR, MORNING + DAY + 8 * HOUR, user=f"U{n}") for n in range(10)]
    found = chances([*endings, *nights, *until_the_end], _office(), away)
    return {one.key: found[one.key] for one in endings if one.key in found}


def test_who_is_away_at_hours_at_which_nobody_is_signed_out_before() -> None:
    """An absence that begins in the morning is odder than one of the same length that begins in the evening."""
    evening = _ending("evening", MORNING + 6 * HOUR, MORNING + DAY + 8 * HOUR)
    morning = _ending("morning", MORNING + 6 * HOUR, MORNING + DAY)
    found = _of(evening, morning)
    assert found.keys() == {"evening", "morning"}
    assert found["morning"] > 0.5
    assert found["evening"] < 0.3


def test_a_user_who_does_so_often_is_believed() -> None:
    """What is odd for others is a habit of those who did it before."""
    habits = [*_office(), *(Habit("V", MORNING, WALL, _used([MORNING, MORNING + 10 * HOUR])) for _ in range(4))]
    ends = [_ending(name, MORNING - 20 * HOUR, MORNING, user=name) for name in ("V", *(f"U{n}" for n in range(9)))]
    found = chances(ends, habits, [12 * HOUR])
    assert found["V"] < found["U1"]


@pytest.mark.parametrize(("user", "sessions", "own"), [("V", 4, True), (None, 4, False), ("V", SHARED + 1, False)])
def test_only_one_users_habits_are_their_own(user: str | None, sessions: int, *, own: bool) -> None:
    """Sessions that name no user, and those of an account that many share, are nobody's habit."""
    habits = [*_office(), *(Habit(user, MORNING, WALL, _used([MORNING, MORNING + 10 * HOUR])) for _ in range(sessions))]
    strangers = [_ending(f"X{n}", MORNING - 20 * HOUR, MORNING, user=f"X{n}") for n in range(9)]
    found = chances([_ending("V", MORNING - 20 * HOUR, MORNING, user=user), *strangers], habits, [12 * HOUR])
    assert (found["V"] < found["X1"]) is own
    assert (found["V"] == found["X1"]) is not own


def test_who_was_refused_was_not_signed_out() -> None:
    """A front end that was signed out has nothing to send: no chance is given, and the others' is smaller."""
    one = _ending("one", MORNING + 6 * HOUR, MORNING + DAY)
    others = [_ending(f"R{n}", MORNING + 6 * HOUR, MORNING + DAY, user=f"U{n}", refused=True) for n in range(2, 9)]
    alone, among = _of(one), _of(one, *others)
    assert among.keys() == {"one"}
    assert among["one"] < alone["one"]


def test_where_nobody_comes_back_early_to_sign_in_hardly_anybody_signs_out() -> None:
    """Without a single sign-out in sight, whoever was away for a night was merely away."""
    found = _of(_ending("evening", MORNING + 6 * HOUR, MORNING + DAY + 8 * HOUR), away=())
    assert found["evening"] < 0.1


def test_absences_that_nobody_can_measure_say_nothing() -> None:
    """Longer validities than can be told apart, and hours of which too little is known, get no chance."""
    ending = Ending("one", "U", MORNING, 90 * DAY, MORNING + DAY, refused=False, present=False)
    assert chances([ending], _office(), [DAY]) == {}
    assert chances([_ending(f"N{n}", MORNING, MORNING + 14 * HOUR) for n in range(10)], _office(), [DAY]) == {}
    assert chances([], [], []) == {}
