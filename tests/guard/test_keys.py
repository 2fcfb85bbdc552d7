"""Which keys are in force, and when they are fetched: the state machine, on a clock of its own."""

import math
from typing import Any

import pytest

from playing import keys
from poolwarden import ConfigurationError
from poolwarden.guard.jws import Key
from poolwarden.guard.keys import KeyPolicy, KeyRing, Need

POLICY = KeyPolicy()


def ring(**policy: float) -> KeyRing:
    """Make a ring without jitter."""
    return KeyRing(KeyPolicy(**policy), spread=lambda: 1.0)


def test_defaults() -> None:
    """Who sets nothing gets the durations that are documented."""
    assert (
        KeyPolicy(
            timeout_s=3,
            min_fresh_s=300,
            max_fresh_s=3600,
            cooldown_s=5,
            backoff_s=0.5,
            max_backoff_s=30,
            max_stale_s=86_400,
            patience_s=1,
        )
        == KeyPolicy()
    )


def test_empty() -> None:
    """A ring without keys wants a fetch, and tells that it never had one."""
    fresh = ring()
    assert fresh.look("a", 0) == (None, Need.FETCH)
    assert fresh.stale_for(0) is None
    assert not fresh.refresh_due(0)
    assert fresh.retry_in(0) == 0
    fresh.asked_for_unknown(0)
    assert fresh.look("a", 0) == (None, Need.FETCH)  # whose cooldown is for unknown key ids among known ones


def test_found() -> None:
    """A key in force is given at once, fresh or stale, until it may not be used any more."""
    fetched = ring(max_stale_s=100)
    assert fetched.fetched(keys("a", "b"), 1000, None) == (2, 0)
    for now in (1000, 1050, 1099.9):
        assert fetched.look("a", now) == (fetched.current.keys["a"], Need.NOTHING)
    assert fetched.look("a", 1100) == (None, Need.FETCH)
    assert fetched.stale_for(1010) == 10


@pytest.mark.parametrize(
    ("max_age_s", "fresh_s"),
    [(None, 3600), (0, 300), (10, 300), (300, 300), (1000, 1000), (3600, 3600), (86_400, 3600)],
)
def test_refresh(max_age_s: float | None, fresh_s: float) -> None:
    """Keys are renewed ahead of their age, which Cache-Control sets within bounds."""
    fetched = ring()
    fetched.fetched(keys("a"), 0, max_age_s)
    assert not fetched.refresh_due(fresh_s * 0.8 - 0.01)
    assert fetched.refresh_due(fresh_s * 0.8)


def test_old() -> None:
    """A key that was not renewed ahead of its age asks for one try, which serves where that fails."""
    fetched = ring(max_fresh_s=1000, max_backoff_s=30)
    fetched.fetched(keys("a"), 0, None)
    key = fetched.current.keys["a"]
    assert fetched.look("a", 999.9) == (key, Need.NOTHING)
    assert fetched.look("a", 1000) == fetched.look("a", 86_399) == (key, Need.FETCH)
    fetched.failed(5000)
    assert fetched.look("a", 5000) == fetched.look("a", 5059.9) == (key, Need.NOTHING)
    assert fetched.look("a", 5060) == (key, Need.FETCH)
    fetched.fetched(keys("a"), 6000, 400)
    assert fetched.look("a", 6399.9) == (key, Need.NOTHING)
    assert fetched.look("a", 6400) == (key, Need.FETCH)


def test_fixed_is_never_old() -> None:
    """Keys that are given do not age."""
    assert KeyRing.fixed(keys("a")).look("a", 1e12)[1] is Need.NOTHING


def test_unknown() -> None:
    """An unknown key id asks for a fetch at most once a cooldown."""
    fetched = ring()
    fetched.fetched(keys("a"), 0, None)
    assert fetched.look("x", 0) == (None, Need.FETCH)
    fetched.asked_for_unknown(0)
    assert fetched.look("x", 4.9) == (None, Need.NOTHING)
    assert fetched.look("y", 5) == (None, Need.FETCH)


def test_wanted() -> None:
    """A key id refused within the cooldown is looked for again in the background, as soon as that is allowed."""
    fetched = ring()
    fetched.fetched(keys("a"), 0, None)
    fetched.asked_for_unknown(0)
    assert not fetched.refresh_due(10)
    fetched.look("x", 1)
    assert not fetched.refresh_due(4.9)
    assert fetched.refresh_due(5)
    fetched.asked_for_unknown(5)
    assert not fetched.refresh_due(11)


def test_unknown_while_failing() -> None:
    """While the source fails, an unknown key id cannot be decided."""
    failing = ring()
    failing.fetched(keys("a"), 0, None)
    failing.failed(1)
    assert failing.look("x", 1.4) == (None, Need.UNAVAILABLE)
    assert failing.look("a", 1.4)[1] is Need.NOTHING
    assert failing.look("x", 1.5) == (None, Need.FETCH)


def test_unknown_after_failure() -> None:
    """Within the cooldown of a fetch that failed, an unknown key id cannot be decided either."""
    failing = ring()
    failing.fetched(keys("a"), 0, None)
    failing.failed(1)
    failing.asked_for_unknown(1)
    assert failing.look("x", 3) == (None, Need.UNAVAILABLE)
    assert failing.refresh_due(6)
    failing.failed(6)
    assert not failing.refresh_due(10.9)
    assert failing.refresh_due(11)


def test_wanted_is_met() -> None:
    """A fetch in the background meets what was wanted: there is no second one for it."""
    fetched = ring()
    fetched.fetched(keys("a"), 0, None)
    fetched.asked_for_unknown(0)
    fetched.look("x", 1)
    assert fetched.refresh_due(5)
    fetched.fetched(keys("a"), 5, None)
    assert not fetched.refresh_due(5)
    assert fetched.look("x", 9.9) == (None, Need.NOTHING)


def test_wanted_is_no_longer_wait() -> None:
    """A fetch for another reason within the cooldown does not make it longer."""
    fetched = ring()
    fetched.fetched(keys("a"), 0, None)
    fetched.asked_for_unknown(0)
    fetched.look("x", 1)
    fetched.fetched(keys("a"), 2, None)
    assert fetched.look("x", 4.9) == (None, Need.NOTHING)
    assert fetched.look("x", 5) == (None, Need.FETCH)


def test_back_off() -> None:
    """Failed fetches wait twice as long each time, up to a bound, with jitter from half on."""
    failing = ring()
    now, waits = 0.0, []
    for _ in range(40):
        failing.failed(now)
        waits.append(failing.retry_in(now))
        assert failing.look("a", now) == (None, Need.UNAVAILABLE)
        now += waits[-1]
        assert failing.look("a", now) == (None, Need.FETCH)
    assert waits == [0.5, 1, 2, 4, 8, 16, *[30] * 34]
    assert failing.failures == 32  # no more is counted: the power of two that is waited for stays small
    failing.fetched(keys("a"), now, None)
    assert failing.failures == 0
    assert failing.retry_in(now) == 0
    jittered = KeyRing(POLICY, spread=lambda: 0.0)
    jittered.failed(0)
    assert jittered.retry_in(0) == 0.25


@pytest.mark.parametrize(
    ("retry_after_s", "cold_s", "in_force_s"),
    [(0, 0.5, 0.5), (0.4, 0.5, 0.5), (3, 3, 3), (5, 5, 5), (20, 20, 5), (86_400, 30, 5), (math.inf, 30, 5)],
)
def test_retry_after(retry_after_s: float, cold_s: float, in_force_s: float) -> None:
    """The server's wish is heard within bounds; keys in force are asked for again after a cooldown all the same."""
    cold = ring()
    cold.failed(0, retry_after_s)
    assert cold.retry_in(0) == cold_s
    in_force = ring()
    in_force.fetched(keys("a"), 0, None)
    in_force.failed(10, retry_after_s)
    assert in_force.retry_in(10) == in_force_s
    dead = ring()
    dead.fetched(keys("a"), 0, None)
    dead.failed(86_400, retry_after_s)
    assert dead.retry_in(86_400) == cold_s


def test_took() -> None:
    """How long a fetch took that failed is known until the next fails."""
    failing = ring()
    assert failing.took_s == 0
    failing.failed(0, took_s=2)
    assert failing.took_s == 2
    failing.failed(0)
    assert failing.took_s == 0


def test_retry_after_is_no_short_cut() -> None:
    """A wish that is shorter than the back-off changes nothing, and no bound of the policy is exceeded."""
    failing = ring()
    for _ in range(5):
        failing.failed(0, 1)
    assert failing.retry_in(0) == 8
    eager = ring(cooldown_s=60)
    eager.fetched(keys("a"), 0, None)
    eager.failed(0, 45)
    assert eager.retry_in(0) == 30


def test_no_refresh_before_its_time() -> None:
    """A failing source is not asked in the background before its back-off has passed."""
    failing = ring()
    failing.fetched(keys("a"), 0, None)
    failing.failed(2880)
    assert not failing.refresh_due(2880.4)
    assert failing.refresh_due(2880.5)


@pytest.mark.parametrize(
    ("old", "new", "outcome", "changed"),
    [
        (keys("a"), keys("a"), (0, 0), 0),
        (keys("a"), keys("a", "b"), (1, 0), 1),
        (keys("a", "b"), keys("b"), (0, 1), 1),
        (keys("a", "b"), keys("c", "d", "e"), (3, 2), 1),
        (keys("a"), keys("a", number=2), (1, 1), 1),
    ],
)
def test_epoch(old: dict[str, Key], new: dict[str, Key], outcome: tuple[int, int], changed: int) -> None:
    """A change of keys, also under an old id, begins another epoch; the same keys again do not, and stay the same."""
    fetched = ring()
    fetched.fetched(old, 0, None)
    epoch, before = fetched.current.epoch, fetched.current.keys
    assert fetched.fetched(new, 1, None) == outcome
    assert (fetched.current.keys is before) is not bool(changed)
    assert fetched.current.epoch == epoch + changed
    assert set(fetched.current.keys) == set(new)


def test_fixed() -> None:
    """Given keys are in force for ever and never fetched."""
    given = keys("a")
    fixed = KeyRing.fixed(given)
    assert fixed.stale_for(0) is None
    for now in (0, 10**12):
        assert fixed.look("a", now) == (given["a"], Need.NOTHING)
        assert fixed.look("x", now) == (None, Need.NOTHING)
        assert not fixed.refresh_due(now)


@pytest.mark.parametrize("field", KeyPolicy.__slots__)
@pytest.mark.parametrize("value", [0, -1, float("nan"), True, "3", None])
def test_policy(field: str, value: Any) -> None:
    """A duration that is not positive is refused by name; only patience may be 0."""
    if field == "patience_s" and value == 0:
        assert KeyPolicy(patience_s=0).patience_s == 0
        return
    with pytest.raises(ConfigurationError, match=rf"^{field}: is not positive\. Give seconds above 0\.$"):
        KeyPolicy(**{field: value})


def test_policy_bounds_may_meet() -> None:
    """A minimum may be its maximum: then there is no choice, and no doubling."""
    policy = KeyPolicy(min_fresh_s=60, max_fresh_s=60, backoff_s=2, max_backoff_s=2)
    assert (policy.min_fresh_s, policy.backoff_s) == (policy.max_fresh_s, policy.max_backoff_s)


@pytest.mark.parametrize(
    ("given", "low", "high"),
    [({"min_fresh_s": 4000}, "min_fresh_s", "max_fresh_s"), ({"backoff_s": 31}, "backoff_s", "max_backoff_s")],
)
def test_policy_bounds(given: dict[str, Any], low: str, high: str) -> None:
    """A minimum above its maximum is refused by name."""
    with pytest.raises(ConfigurationError, match=rf"^{low}: is above {high}\. Give at most {high}\.$"):
        KeyPolicy(**given)
