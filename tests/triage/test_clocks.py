"""A log that writes the host's time without a zone is read in that zone, where other logs tell the same calls."""

from random import Random

import pytest

from poolwarden.triage.clocks import LEAST, Shift, shifts
from poolwarden.triage.records import Record
from poolwarden.triage.report import Report
from poolwarden.triage.signs import Sign
from triage.build import DAY, HOUR, NOW, quiet, refreshed, refused, report, shares, signed_in

EXPIRED, REVOKED = Sign.SAID_EXPIRED, Sign.SAID_REVOKED


def _moments(count: int, seed: int = 1) -> list[float]:
    random = Random(seed)
    return sorted(NOW + random.uniform(0, 30 * DAY) for _ in range(count))


@pytest.mark.parametrize("ahead_s", [2 * HOUR, -5 * HOUR, 5.5 * HOUR, 5.75 * HOUR])
def test_a_clock_in_another_zone_is_found(ahead_s: float) -> None:
    """The same refusals stand a whole number of quarters of an hour apart."""
    moments = _moments(60)
    calls = [(at + ahead_s + 1, EXPIRED) for at in moments]
    assert shifts(calls, [(at, EXPIRED) for at in moments]) == [Shift(None, None, ahead_s)]


@pytest.mark.parametrize(("winter", "summer"), [(HOUR, 2 * HOUR), (0, HOUR), (-5 * HOUR, -4 * HOUR)])
def test_summer_time_begins_within_a_log(winter: float, summer: float) -> None:
    """From then on the clock is one hour further; where the log runs on UTC else, nothing is moved before."""
    moments, change = _moments(90), NOW + 12 * DAY
    calls = [(at + (summer if at >= change else winter), EXPIRED) for at in moments]
    found = shifts(calls, [(at, EXPIRED) for at in moments])
    assert [one.ahead_s for one in found] == [ahead_s for ahead_s in (winter, summer) if ahead_s]
    assert found[-1].since == pytest.approx(change, abs=3 * DAY)
    assert found[-1].until is None


@pytest.mark.parametrize(
    ("calls", "others"),
    [
        ([(at, EXPIRED) for at in _moments(60)], [(at, EXPIRED) for at in _moments(60)]),
        ([(at + HOUR, EXPIRED) for at in _moments(LEAST - 1)], [(at, EXPIRED) for at in _moments(LEAST - 1)]),
        ([(at, EXPIRED) for at in _moments(200)], [(at, EXPIRED) for at in _moments(200, seed=2)]),
        ([(at + HOUR, EXPIRED) for at in _moments(60)], [(at, REVOKED) for at in _moments(60)]),
        ([(at + HOUR + 120, EXPIRED) for at in _moments(60)], [(at, EXPIRED) for at in _moments(60)]),
    ],
    ids=["in step", "too few", "other calls", "other words", "no zone"],
)
def test_a_clock_is_left_alone_unless_all_is_clear(
    calls: list[tuple[float, Sign]], others: list[tuple[float, Sign]]
) -> None:
    """A log of other calls may stand anywhere."""
    assert shifts(calls, others) == []


def _life(user: str, start: float) -> list[Record]:
    return [
        signed_in(user, start),
        *(refreshed(user, start + hour * HOUR) for hour in range(1, 30, 4)),
        refused(user, start + 30 * HOUR, "refresh_token_expired"),
    ]


def _told(ahead_s: float, *, named: bool) -> Report:
    records: list[Record] = []
    for number in range(20):
        start = NOW + number * 7 * HOUR + number * 137
        records += _life(f"u{number}", start)
        at = start + 30 * HOUR + ahead_s + 1
        name = f"u{number}" if named else None
        records.append(refused(name, at, "refresh_token_expired", client=None, source="text", file=1))
    return report([*records, quiet(NOW + 30 * DAY)], files=("trail.json", "app.log"))


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("ahead_s", [0, 2 * HOUR, -4 * HOUR])
def test_a_loss_that_two_clocks_tell_is_counted_once(ahead_s: float, named: bool) -> None:
    """Whether the log in the host's time names its users or nobody; and the report says how it is read."""
    found = _told(ahead_s, named=named)
    assert shares(found) == {"refresh_validity_reached": 20}
    assert any("is read so" in warning.text for warning in found.warnings) is bool(ahead_s)
