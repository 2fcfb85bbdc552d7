"""Durations are named as people set them, and a mistake of the unit is told where one is likely."""

import pytest

from poolwarden.triage.durations import round_between, spell, unit_mistake, usual_between
from poolwarden.validities import DAY, HOUR, MINUTE


@pytest.mark.parametrize("days", [7, 14, 28, 30, 31, 45, 60, 90, 180, 365])
def test_a_usual_number_of_days_in_hours_is_a_mistake(days: int) -> None:
    """30 hours were meant as 30 days."""
    found = unit_mistake(days * HOUR)
    assert found is not None
    assert (found.set, found.meant) == (f"{days} hours", f"{days} days")


@pytest.mark.parametrize(
    "validity",
    [
        *(
            hours * HOUR
            for hours in (1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 16, 18, 20, 24, 36, 48, 72, 96, 100, 120, 168, 240, 720, 730)
        ),
        *(days * DAY for days in (1, 2, 7, 14, 30, 60, 90, 180, 365, 730, 3650)),
        *(minutes * MINUTE for minutes in (60, 75, 90, 100, 120, 180, 240, 480, 720, 1440)),
    ],
)
def test_a_usual_validity_is_no_mistake(validity: int) -> None:
    """30 days are 720 hours, and nobody mistook anything."""
    assert unit_mistake(validity) is None


@pytest.mark.parametrize(
    ("validity", "told"), [(72 * MINUTE, "72 hours"), (168 * MINUTE, "168 hours"), (365 * MINUTE, "365 days")]
)
def test_minutes_for_hours_or_days_are_a_mistake(validity: int, told: str) -> None:
    """A usual number of hours, or of days, in minutes is a mistake as well."""
    found = unit_mistake(validity)
    assert found is not None
    assert found.meant == told


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (30 * DAY, "30 days"), (30 * HOUR, "30 hours"), (48 * HOUR, "2 days"), (DAY, "1 day"), (HOUR, "1 hour"),
        (100 * MINUTE, "100 minutes"), (3650 * DAY, "10 years"), (365 * DAY, "365 days"), (45, "45 seconds"),
        (1, "1 second"), (0, "0 seconds"), (29.97 * HOUR, "30.0 hours"),
        (2.5 * DAY + 1, "2.5 days"), (150.4, "2.5 minutes"),
    ],
)  # fmt: skip
def test_a_duration_is_spelled_as_people_say_it(seconds: float, told: str) -> None:
    """The largest unit that fits wholly, else one decimal."""
    assert spell(seconds) == told


def test_the_roundest_value_names_an_interval() -> None:
    """Usual validities come before whole days, days before hours, hours before minutes."""
    assert round_between(107_900, 108_012) == 30 * HOUR
    assert round_between(37 * HOUR - 60, 37 * HOUR + 60) == 37 * HOUR
    assert round_between(17 * DAY - 90, 17 * DAY + 9) == 17 * DAY
    assert round_between(83 * MINUTE - 5, 83 * MINUTE + 5) == 83 * MINUTE
    assert round_between(5001, 5010) is None
    assert usual_between(6 * DAY, 8 * DAY) == (7 * DAY, 180 * HOUR)
