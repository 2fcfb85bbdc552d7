"""Who signs out unseen and comes back lost nothing; and whose refusal no log tells that would have told it."""

from random import Random
from typing import TYPE_CHECKING

import pytest

from poolwarden.triage.report import Report
from triage.build import DAY, HOUR, NOW, quiet, refused, rejected, report, shares, token

if TYPE_CHECKING:
    from poolwarden.triage.records import Record

WALL = 24 * HOUR
USERS = 60


def _departing(*, leaving: int, sends: bool, told: bool = False) -> Report:
    """
    Return the report on sessions of a day, some of which their users sign out of, unseen.

    Args:
        leaving: Of five sessions, so many are signed out of at some age, and their users come back later.
        sends: Whether the front end sends what has expired at the validity.
        told: Whether Cognito's refusals are told.
    """
    rng = Random(4)
    records: list[Record] = []
    for user in range(USERS):
        start = NOW + rng.random() * DAY
        for number in range(5):
            name = f"{user}-{number}"
            age = rng.choice([22.5, 23.2, 23.6, 14, 9]) * HOUR  # some are away when the validity is reached
            if number < leaving:
                age = rng.uniform(1, 23) * HOUR
            often = number >= leaving and age > WALL - 2 * HOUR and user % 4 == 0
            pause = age - 5 * HOUR if often else 0  # away for long, and back
            ages = [2 * HOUR * part for part in range(2)] + [pause + 3 * HOUR + HOUR * part for part in range(2)]
            ages = [*ages, age] if pause else [part * age / 8 for part in range(9)]
            records += [token(name, start, start + each, user=f"U{user}") for each in ages]
            end = start + max(WALL, age + HOUR) + rng.random() * HOUR / 4
            if number < leaving:
                end = start + age + rng.uniform(0.1, 12) * HOUR
            elif sends:
                records.append(rejected(name, start, start + age, end, user=f"U{user}"))
                if told:
                    records.append(refused(None, end + 1, "refresh_token_expired", session=name, source="poolwarden"))
            start = end + 60
    return report([*records, quiet(NOW + 12 * DAY)])


def test_who_signs_out_unseen_and_comes_back_after_the_validity_lost_nothing() -> None:
    """A front end that sends what has expired would have sent it; as before the validity, nobody lost anything."""
    found = _departing(leaving=2, sends=True)
    assert found.validity[0].estimate_s == WALL
    assert shares(found) == {"refresh_validity_reached": pytest.approx(3 * USERS, rel=0.03)}


def test_where_nobody_leaves_unseen_all_count() -> None:
    """A front end that drops what has expired shows no refusal, and all lost their sessions but those still on."""
    assert shares(_departing(leaving=0, sends=False)) == {"refresh_validity_reached": 4 * USERS}


def test_where_a_front_end_sends_nothing_as_many_are_passed_over_as_are_likely() -> None:
    """Those who come back before the validity tell how many come back after it."""
    found = shares(_departing(leaving=2, sends=False))["refresh_validity_reached"]
    assert found == pytest.approx(2 * USERS, rel=0.1)


def test_a_gap_between_tokens_that_somebody_refused_keeps_its_session() -> None:
    """Who was away and was refused at the validity is not passed over."""
    found = _departing(leaving=0, sends=True)
    assert shares(found) == {"refresh_validity_reached": 5 * USERS}


@pytest.mark.parametrize(("told", "verdict"), [(20, "front_end_gave_up"), (10, "unexplained")])
def test_a_log_that_tells_nearly_all_refusals_would_have_told_the_others(told: int, verdict: str) -> None:
    """Whose token expired long before the validity, and whose refresh nobody is seen to refuse, made no attempt."""
    records: list[Record] = []
    for number in range(23):
        start = NOW + number * 4 * HOUR + number * 97
        name, last = f"S{number}", 6 if number > 19 else 23
        records += [token(name, start, start + hour * HOUR) for hour in range(last + 1)]
        failed = start + (last + 1) * HOUR + 30
        records.append(rejected(name, start, start + last * HOUR, failed))
        if number < told:
            records.append(refused(None, failed + 1, "refresh_token_expired", session=name, source="poolwarden"))
    found = shares(report([*records, quiet(NOW + 9 * DAY)]))
    assert found == {"refresh_validity_reached": 20, verdict: 3}


def test_a_pool_that_is_gone_is_told_from_an_app_client() -> None:
    """Both have one cause; the sentence names which of them does not exist."""
    gone = "ResourceNotFoundException: User pool {} does not exist."
    one = refused("U", NOW, "client_missing", text=gone.format("eu-west-1_AbCdEfGhI"))
    other = refused("V", NOW, "client_missing", text=gone.format("client 1example23456789"))
    nobody = refused(None, NOW + HOUR, "client_missing", text=gone.format("eu-west-1_AbCdEfGhI"))
    assert shares(report([one, other])) == {"pool_changed": 1, "client_replaced": 1}
    assert shares(report([nobody])) == {"pool_changed": 1}
