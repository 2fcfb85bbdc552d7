"""The refresh validity is found within one percent, or honestly not at all."""

from collections.abc import Iterable, Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poolwarden.triage.lifetime import Confidence, Estimate, estimate, limits
from poolwarden.triage.periods import periods
from poolwarden.triage.wall import Span, _chance, find_wall
from poolwarden.validities import DAY, HOUR

START = 1_772_000_000


def estimates(spans: Sequence[Span], changes: Iterable[float] = ()) -> tuple[Estimate, ...]:
    """Return the validities among the ages that no session outlives, one for each period that bears one."""
    return tuple(limit.estimate for limit in limits(spans, changes) if limit.estimate is not None)


def lives(
    validity_s: float,
    count: int,
    *,
    seed: int = 1,
    access_s: float = HOUR,
    since: float = 0,
    days: float = 40,
    other: float = 0,
) -> list[Span]:
    """Return sessions in steady use that end at the validity, some of them earlier for another reason."""
    rng = Random(seed)
    found = []
    for _ in range(count):
        start = START + since + rng.random() * days * DAY
        limit = validity_s * rng.random() if rng.random() < other else validity_s
        age, following = 0.0, access_s * rng.uniform(1, 1.3)
        while following < limit:
            age, following = following, following + access_s * rng.uniform(1, 1.3)
        found.append(Span(start, age, following, access_s=access_s))
    return found


@pytest.mark.parametrize("validity", [4 * HOUR, 12 * HOUR, 30 * HOUR, 37 * HOUR, 7 * DAY, 30 * DAY, 365 * DAY])
@pytest.mark.parametrize("other", [0, 0.6])
def test_steady_use_shows_the_validity(validity: int, other: float) -> None:
    """Sessions pile up just below it, and none goes on beyond."""
    found = estimate(lives(validity, 300, other=other, access_s=min(HOUR, validity / 12)))
    assert found is not None
    assert found.estimate_s == validity
    assert found.confidence is Confidence.HIGH


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_few_sessions_bear_nothing(count: int) -> None:
    """Two deaths are no wall."""
    assert estimate(lives(30 * HOUR, count)) is None


def test_sessions_that_live_on_bear_nothing() -> None:
    """Without a death there is no wall."""
    assert estimate([span._replace(failed_age=None) for span in lives(30 * HOUR, 50)]) is None


def test_deaths_at_random_bear_nothing() -> None:
    """Other causes alone make no wall, however many there are."""
    for seed in range(10):
        rng = Random(seed)
        spans = [
            Span(START + n * 1000, age, age + HOUR, access_s=HOUR)
            for n in range(400)
            if (age := rng.expovariate(1 / DAY))
        ]
        assert estimates(spans) == ()


def test_one_evening_bears_nothing() -> None:
    """All who began in the morning and were ended in the evening tell of the evening, not of a validity."""
    rng = Random(1)
    spans = [
        Span(START + rng.random() * 600, 9 * HOUR - rng.random() * 1800, 9 * HOUR + 700, access_s=900)
        for _ in range(50)
    ]
    assert estimate(spans) is None


def test_a_front_end_that_never_refreshes_bears_nothing() -> None:
    """Sessions that end with their first token say nothing of the refresh token."""
    spans = [Span(START + n * 5000, 0, HOUR + n, access_s=HOUR) for n in range(100)]
    assert estimate(spans) is None


def test_a_few_outliers_do_not_move_it() -> None:
    """A session that seems to outlive the validity, and early deaths, are passed over."""
    spans = lives(30 * HOUR, 300)
    odd = [
        Span(START, 50 * HOUR, access_s=HOUR),
        Span(START + 9, 80 * HOUR, access_s=HOUR),
        Span(START, 2 * HOUR, 3 * HOUR),
    ]
    found = estimate([*spans, *odd])
    assert found is not None
    assert found.estimate_s == 30 * HOUR


def test_an_odd_validity_needs_many_sessions_near_a_usual_one() -> None:
    """61 minutes beside one hour are believed only from many."""
    assert estimate(lives(71.5 * HOUR, 40)) is None or estimate(lives(71.5 * HOUR, 40)).estimate_s == 72 * HOUR  # type: ignore[union-attr]
    many = estimate(lives(68 * HOUR, 3000))
    assert many is not None
    assert abs(many.estimate_s - 68 * HOUR) < 0.01 * 68 * HOUR


def test_a_wide_interval_is_named_only_by_its_one_usual_value() -> None:
    """Up to a few percent, the only usual validity inside is taken; else there is a limit without a name."""
    wide = [Span(START + n * 7 * HOUR, 29.2 * HOUR, 30.6 * HOUR, access_s=1.4 * HOUR) for n in range(30)]
    found = estimate(wide)
    assert found is not None
    assert (found.estimate_s, found.confidence) == (30 * HOUR, Confidence.MEDIUM)
    nameless = [Span(START + n * 7 * HOUR, 26 * HOUR, 33 * HOUR, access_s=7 * HOUR) for n in range(30)]
    assert estimate(nameless) is None
    assert [limit.estimate for limit in limits(nameless)] == [None]
    few = [Span(START + n * 9 * HOUR, 29.2 * HOUR, 30.6 * HOUR, access_s=1.4 * HOUR) for n in range(6)]
    assert estimate(few) is None


def test_few_deaths_make_it_less_sure() -> None:
    """Confidence follows the number of sessions that were used until the wall."""
    spans = [Span(START + n * 9 * HOUR, 30 * HOUR - 60 - n, 30 * HOUR + 30 + n, access_s=HOUR) for n in range(6)]
    assert [estimate(spans[:n]).confidence for n in (3, 5)] == [Confidence.LOW, Confidence.MEDIUM]  # type: ignore[union-attr]


def test_a_validity_that_cognito_does_not_take_is_none() -> None:
    """Below an hour there is no refresh validity: something else ends those sessions."""
    assert estimate(lives(1800, 2000, access_s=60)) is None


def test_a_change_that_the_logs_tell_splits_the_sessions() -> None:
    """Who began before a change lives under the old setting."""
    spans = lives(30 * DAY, 100, days=10) + lives(30 * HOUR, 200, since=20 * DAY, days=10)
    found = estimates(spans, [START + 15 * DAY])
    assert [(one.estimate_s, one.since, one.until) for one in found] == [
        (30 * DAY, None, START + 15 * DAY),
        (30 * HOUR, START + 15 * DAY, None),
    ]


def test_a_change_of_other_settings_splits_nothing() -> None:
    """The same validity before and after is one period; so is a change without sessions behind it."""
    spans = lives(30 * HOUR, 300)
    assert [(one.since, one.until) for one in estimates(spans, [START + 20 * DAY])] == [(None, None)]
    few = lives(30 * HOUR, 2)
    assert len(periods(few, [START + 20 * DAY])) == 1
    assert len(periods(spans, [START - DAY])) == 1


@pytest.mark.parametrize(
    ("before", "after"), [(30 * DAY, 30 * HOUR), (30 * HOUR, 7 * DAY), (8 * HOUR, DAY), (DAY, 8 * HOUR)]
)
def test_a_change_that_no_log_tells_is_found(before: int, after: int) -> None:
    """The sessions alone show when the validity changed, to a day or so."""
    spans = lives(before, 200, days=20) + lives(after, 200, since=20 * DAY, days=20, seed=2)
    found = estimates(spans)
    assert [one.estimate_s for one in found] == [before, after]
    assert abs((found[1].since or 0) - START - 20 * DAY) < 2.5 * DAY


def test_a_shorter_validity_holds_from_where_the_last_longer_session_began() -> None:
    """Sessions of irregular use that began first under it show no wall by themselves."""
    rng = Random(1)
    irregular = [
        Span(START + 10 * DAY + n * 3000, rng.random() * 4 * HOUR, (9 + 40 * rng.random()) * HOUR, access_s=HOUR)
        for n in range(75)
    ]
    regular = [*lives(DAY, 150, days=10), *lives(8 * HOUR, 150, since=10 * DAY + 75 * 3000, days=10, seed=2)]
    found = estimates([*regular, *irregular])
    assert [one.estimate_s for one in found] == [DAY, 8 * HOUR]
    assert START + 9 * DAY < (found[1].since or 0) <= START + 10 * DAY


def test_a_beginning_without_a_wall_is_cut_off() -> None:
    """Where the earlier sessions bear nothing, the later ones still do."""
    living = [Span(START + n * 3000, 20 * DAY, access_s=HOUR) for n in range(300)]
    dying = [Span(START + n * 3000, 100.0 * n, 100.0 * n + HOUR, access_s=HOUR) for n in range(60)]
    found = estimates([*living, *dying, *lives(30 * HOUR, 300, since=15 * DAY, days=20)])
    assert [one.estimate_s for one in found] == [30 * HOUR]


def test_sessions_that_are_alike_may_be_told_as_one() -> None:
    """A span that stands for several counts as several."""
    spans = lives(30 * HOUR, 100)
    assert find_wall([span._replace(sessions=3) for span in spans]).died == 3 * find_wall(spans).died  # type: ignore[union-attr]


@settings(max_examples=30)
@given(
    st.sampled_from([2 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 30 * HOUR, 60 * HOUR, 7 * DAY, 14 * DAY]),
    st.integers(3, 200), st.floats(0, 0.6), st.integers(0, 10_000), st.sampled_from([300, 900, 3600]),
)  # fmt: skip
def test_within_one_percent_or_absent(validity: int, count: int, other: float, seed: int, access_s: int) -> None:
    """Whatever the mix, an estimate is right or there is none; and the order of sessions does not matter."""
    spans = lives(validity, count, other=other, seed=seed, access_s=min(access_s, validity / 4))
    found = estimates(spans)
    assert all(abs(one.estimate_s - validity) <= validity / 100 for one in found)
    assert found == estimates(spans[::-1])


def test_a_change_between_sessions_that_bear_nothing_is_none() -> None:
    """Where neither side of a change shows a validity, they are looked at together."""
    spans = [Span(START + n * 3000, 50.0 * n, access_s=HOUR) for n in range(50)]
    assert len(periods(spans, [START + 60_000])) == 1


@pytest.mark.parametrize(
    ("seen", "expected", "chance"),
    [(1, 0.0, 0.0), (0, 3.0, 1.0), (100, 60.0, 2e-7), (60, 60.0, 0.526), (3, 0.5, 0.0144)],
)
def test_the_chance_of_deaths_is_poissons(seen: int, expected: float, chance: float) -> None:
    """As many deaths or more, where so many are expected."""
    assert _chance(seen, expected) == pytest.approx(chance, rel=0.1, abs=1e-6)


def test_a_mistake_is_part_of_the_estimate() -> None:
    """An estimate says what mistake it looks like."""
    assert Estimate(30 * HOUR, 0, 0, 1, Confidence.LOW).mistake is not None
    assert Estimate(30 * DAY, 0, 0, 1, Confidence.LOW).mistake is None


def test_tokens_that_are_never_refreshed_bear_no_validity() -> None:
    """A machine's tokens all die at one age, which is no refresh validity."""
    machine = [Span(START + number * 1000, 0, HOUR, access_s=HOUR) for number in range(200)]
    assert find_wall(machine) is None


def test_what_cognito_calls_expired_bounds_the_validity() -> None:
    """A few sessions bear an estimate where Cognito itself says that they expired, among deaths of other causes."""
    used, failed = (29.69, 29.3, 29.2, 28.4, 26.4), (30.1, 30.31, 30.61, 30.8, 31.0)
    at_wall = [
        Span(START + number * 7 * HOUR, a * HOUR, b * HOUR, access_s=HOUR)
        for number, (a, b) in enumerate(zip(used, failed, strict=True))
    ]
    others = [
        Span(START + number * 5 * HOUR, number * HOUR, (number + 1) * HOUR, access_s=HOUR) for number in range(12)
    ]
    assert estimate([*at_wall, *others]) is None
    told = estimate([*(span._replace(said=True) for span in at_wall), *others])
    assert told is not None
    assert (told.estimate_s, told.high_s) == (30 * HOUR, int(30.1 * HOUR))


def _ended_at_once(count: int, *, others: int = 0) -> list[Span]:
    """Return sessions that began on one morning and were all ended twelve days later, and some that did not."""
    rng = Random(3)
    ended = 12.4 * DAY
    found = []
    for _ in range(count):
        began = rng.gauss(3 * HOUR, HOUR / 4)
        issued, failed = ended - rng.uniform(0, HOUR), ended + rng.uniform(60, 10 * HOUR)
        found.append(Span(START + began, issued - began, failed - began, access_s=HOUR))
    return found + lives(ended, others, since=-20 * DAY, days=18)


@pytest.mark.parametrize("count", [30, 150, 1000])
def test_the_end_of_all_at_one_moment_is_no_validity(count: int) -> None:
    """Sessions of one morning that a deployment ends are of the same age, too."""
    assert estimate(_ended_at_once(count)) is None


def test_sessions_that_end_at_other_moments_bear_the_wall_alone() -> None:
    """A crowd that signed in together hides no validity that others show."""
    found = estimate(_ended_at_once(300, others=60))
    assert found is not None
    assert abs(found.estimate_s / (12.4 * DAY) - 1) <= 0.01


def test_a_few_expiries_of_another_device_do_not_move_it() -> None:
    """Where a log knows only users, what Cognito said of their other device is early by the time between the two."""
    rng = Random(5)
    lived = [  # refreshed by a timer, the last time 12 minutes before the end
        Span(START + n * 3000, 42_470 + rng.random() * 12, rng.uniform(43_750, 46_000), said=True, access_s=3600)
        for n in range(400)
    ]
    early = [Span(START + n * 90_000, 42_000, 42_777 + n, said=True, access_s=3600) for n in range(3)]
    found = estimate([*lived, *early])
    assert found is not None
    assert found.estimate_s == 12 * HOUR


def test_the_end_of_the_log_is_no_change() -> None:
    """Sessions that have yet to reach the validity do not show that it is another by now."""
    lived = lives(7 * DAY, 200, days=30)
    young = []
    for n in range(60):
        age = n * 37 % 60 * HOUR / 6
        young.append(Span(START + 30 * DAY + n * 600, age, age + HOUR if n % 3 == 0 else None))
    odd = [Span(START + n * 6 * DAY, 9 * DAY, access_s=HOUR) for n in range(5)]
    assert [(one.estimate_s, one.since, one.until) for one in estimates([*lived, *odd, *young])] == [
        (7 * DAY, None, None)
    ]


def test_an_odd_age_at_one_moment_is_no_limit() -> None:
    """All who signed in together and were ended together, at an age that nobody sets, tell of that moment."""
    together = lives(68 * HOUR, 30, access_s=900, days=1 / 48)
    (period,) = periods(together)
    assert period.wall is not None
    assert period.wall.at_once
    assert limits(together) == ()


def test_a_front_end_that_does_not_refresh_shows_no_refresh_validity() -> None:
    """Its users sign in again each hour, when their only token ends; others refresh for weeks."""
    rng = Random(9)
    given_up = [Span(START + rng.random() * 9 * DAY, 0, HOUR + rng.random() * 600, access_s=HOUR) for _ in range(200)]
    early = [one._replace(issued_age=HOUR - 100, failed_age=2 * HOUR) for one in given_up[:5]]
    assert find_wall([*given_up, *early]) is None
    said = [one._replace(said=True) for one in given_up]
    assert find_wall([*said, *early]) is not None
