"""Many at once tell of what was done to all of them, and a morning does not."""

from random import Random
from typing import TYPE_CHECKING

from poolwarden.triage.report import Report
from triage.build import DAY, HOUR, NOW, quiet, report, shares, token

if TYPE_CHECKING:
    from poolwarden.triage.records import Record

USERS = 40


def _days(wiped_on: int | None, *, days: int = 5, rush: bool = False) -> Report:
    """Return the report on users who refresh by day, some of whom sign in again; on one day, all of them at once."""
    rng = Random(9)
    records: list[Record] = []
    for user in range(USERS):
        for day in range(days):
            start = NOW + day * DAY + (0.3 * HOUR + rng.random() * (300 if rush else 0.6 * HOUR))
            name = f"{user}-{day}"
            records += [token(name, start, start + hour * HOUR, user=f"U{user}") for hour in range(3)]
            if day == wiped_on:
                again = NOW + day * DAY + 3.1 * HOUR + 300 * rng.random()
                records.append(token(f"{name}-again", again, again, user=f"U{user}"))
    return report([*records, quiet(NOW + days * DAY + 20 * HOUR)])


def test_a_crowd_that_signs_in_again_with_good_tokens_lost_its_sessions() -> None:
    """Whatever took them, these logs do not say it; but they say how many, and when."""
    found = _days(wiped_on=2)
    assert shares(found) == {"unexplained": USERS}
    assert found.peak is not None
    assert found.peak.sessions == USERS
    assert "40 of these users signed in again within minutes of each other" in found.verdicts[0].next


def test_a_morning_is_no_such_crowd() -> None:
    """Users whose tokens are over sign in again each morning."""
    assert _days(wiped_on=None, rush=True).sessions.lost == 0


def test_what_happens_every_day_is_no_such_crowd() -> None:
    """A second sign-in with a good token, at the same hour of each day, is how people work there."""
    rng = Random(9)
    records = []
    for day in range(5):
        for user in range(USERS):
            start = NOW + day * DAY + 300 * rng.random()
            records.append(token(f"{user}-{day}", start, start, user=f"U{user}"))
            records.append(token(f"{user}-{day}-again", start + 900, start + 900, user=f"U{user}"))
    assert report([*records, quiet(NOW + 6 * DAY)]).sessions.lost == 0


def test_one_day_alone_shows_no_such_crowd() -> None:
    """Without another day to compare with, nobody knows what is usual."""
    assert _days(wiped_on=0, days=1).sessions.lost == 0


def test_who_signs_in_each_morning_lost_nothing() -> None:
    """A closed tab took the tokens along; nobody was refused, and no validity stands between two mornings."""
    rng = Random(4)
    records = []
    for user in range(USERS):
        for day in range(10):
            start = NOW + day * DAY + rng.gauss(0, 1800)
            hours = range(rng.choice((4, 8, 9)))
            records += [token(f"{user}-{day}", start, start + hour * HOUR, user=f"U{user}") for hour in hours]
    found = report([*records, quiet(NOW + 11 * DAY)])
    assert (found.sessions.lost, found.validity) == (0, ())
