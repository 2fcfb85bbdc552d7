"""One table of units and of mistaken units serves every room."""

import pytest

from poolwarden.validities import DAY, HOUR, LETTERS, MINUTE, UNIT_S, MistakenUnit, in_largest_unit, mistaken_unit


@pytest.mark.parametrize(
    ("validity_s", "mistake"),
    [
        (30 * HOUR, MistakenUnit(30, "hours", "days")),
        (168 * MINUTE, MistakenUnit(168, "minutes", "hours")),
        (365 * MINUTE, MistakenUnit(365, "minutes", "days")),
        (24 * HOUR, None),  # a day, and nobody means 24 days
        (90 * MINUTE, None),  # an hour and a half may be meant
        (30 * DAY, None),
        (30 * HOUR + 1, None),
    ],
)
def test_mistaken_unit(validity_s: int, mistake: MistakenUnit | None) -> None:
    """A mistake is a number that is usual in a larger unit and odd in the one that is in force."""
    assert mistaken_unit(validity_s) == mistake


@pytest.mark.parametrize(
    ("seconds", "spelt"),
    [
        (2 * DAY, (2, "days")),
        (30 * HOUR, (30, "hours")),
        (90 * MINUTE, (90, "minutes")),
        (61, (61, "seconds")),
        (0, (0, "seconds")),
    ],
)
def test_in_largest_unit(seconds: int, spelt: tuple[int, str]) -> None:
    """A duration is said in the largest unit that leaves no fraction."""
    assert in_largest_unit(seconds) == spelt


def test_each_unit_has_its_letter() -> None:
    """Every unit of Cognito's can be typed with its first letter."""
    assert {letter: unit for letter, unit in LETTERS.items() if unit.startswith(letter)} == LETTERS
    assert set(LETTERS.values()) == set(UNIT_S)
