"""A mistaken unit is told, and what is meant is left alone."""

import pytest

from poolwarden.appclient.durations import ACCESS, ID, REFRESH, TOKENS, Token, Validity
from poolwarden.appclient.units import MISTAKES, WITHOUT_UNIT, meant_instead
from poolwarden.triage.durations import unit_mistake
from poolwarden.validities import UNIT_S


@pytest.mark.parametrize(
    ("number", "unit", "meant"),
    [
        (30, "hours", "30 days"),
        (365, "hours", "365 days"),
        (7, "hours", "7 days"),
        (30, "minutes", "30 days"),
        (30, "seconds", "30 days"),
        (24, "minutes", "24 hours"),
        (12, "seconds", "12 hours"),
        (168, "minutes", "168 hours"),
        (1440, "days", "1440 minutes"),
        (3600, "days", "3600 seconds"),
        (2_592_000, "days", "2592000 seconds"),
        (43_200, "hours", "43200 minutes"),
        (604_800, "minutes", "604800 seconds"),
        # What a tool or a sum made of 30 hours.
        (1800, "minutes", "30 days"),
        (108_000, "seconds", "30 days"),
        (4320, "seconds", "72 hours"),
        (10_920, "seconds", "182 days"),
    ],
)
def test_refresh_mistakes(number: int, unit: str, meant: str) -> None:
    """A refresh validity whose number is usual in another unit only is a mistake."""
    assert str(meant_instead(REFRESH, Validity(number, unit), unit_given=True)) == meant


@pytest.mark.parametrize(
    ("number", "unit"),
    [
        *(
            (days, "days")
            for days in (1, 2, 3, 5, 7, 8, 10, 12, 14, 15, 24, 28, 30, 31, 45, 60, 90, 120, 180, 365, 3650)
        ),
        *((hours, "hours") for hours in (1, 2, 4, 6, 8, 9, 10, 12, 16, 18, 20, 24, 36, 48, 72, 96, 100, 120, 168, 720)),
        *((hours, "hours") for hours in (730, 2160, 4320, 8760)),
        *((minutes, "minutes") for minutes in (60, 90, 120, 180, 240, 480, 600, 720, 1440, 10_080, 43_200, 86_400)),
        *((seconds, "seconds") for seconds in (3600, 7200, 28_800, 43_200, 86_400, 604_800, 2_592_000, 31_536_000)),
    ],
)
def test_refresh_deliberate(number: int, unit: str) -> None:
    """A refresh validity that somebody may well mean is left alone."""
    assert meant_instead(REFRESH, Validity(number, unit), unit_given=True) is None


@pytest.mark.parametrize(
    ("number", "unit", "meant"),
    [
        (60, "hours", "60 minutes"),
        (30, "hours", "30 minutes"),
        (15, "hours", "15 minutes"),
        (3600, "hours", "3600 seconds"),
        (1, "minutes", "1 hour"),
        (8, "minutes", "8 hours"),
        (3600, "minutes", "3600 seconds"),
        (15, "seconds", "15 minutes"),
        (1440, "seconds", "1440 minutes"),
        (30, "days", "30 minutes"),
        (24, "days", "24 hours"),
    ],
)
@pytest.mark.parametrize("token", [ACCESS, ID], ids=["access", "id"])
def test_access_mistakes(token: Token, number: int, unit: str, meant: str) -> None:
    """So it is with access and ID tokens."""
    assert str(meant_instead(token, Validity(number, unit), unit_given=True)) == meant


@pytest.mark.parametrize(
    ("number", "unit"),
    [
        (1, "days"),
        *((hours, "hours") for hours in (1, 2, 3, 4, 5, 6, 8, 10, 12, 20, 24)),
        *((minutes, "minutes") for minutes in (5, 10, 15, 20, 30, 45, 60, 90, 120, 240, 300, 480, 600, 720, 1440)),
        *((seconds, "seconds") for seconds in (300, 600, 900, 1800, 3600, 7200, 28_800, 43_200, 86_400)),
    ],
)
def test_access_deliberate(number: int, unit: str) -> None:
    """So it is with access and ID tokens that somebody may well mean."""
    assert meant_instead(ACCESS, Validity(number, unit), unit_given=True) is None


@pytest.mark.parametrize(
    ("token", "number", "meant"),
    [
        (REFRESH, 24, "24 hours"),
        (REFRESH, 720, "720 hours"),
        (REFRESH, 43_200, "43200 minutes"),
        (REFRESH, 2_592_000, "2592000 seconds"),
        (REFRESH, 30, "None"),
        (REFRESH, 7, "None"),
        (REFRESH, 365, "None"),
        (ACCESS, 60, "60 minutes"),
        (ACCESS, 3600, "3600 seconds"),
        (ACCESS, 1, "None"),
        (ACCESS, 12, "None"),
        (ID, 15, "15 minutes"),
    ],
)
def test_without_unit(token: Token, number: int, meant: str) -> None:
    """A number without unit counts in the default one, which is told where another was meant."""
    assert str(meant_instead(token, Validity(number, token.default.unit), unit_given=False)) == meant


@pytest.mark.parametrize("token", TOKENS, ids=lambda token: token.word)
def test_meant_is_taken(token: Token) -> None:
    """Whatever is said to be meant, Cognito takes it, and it is another validity than the one that is set."""
    tables = [(None, WITHOUT_UNIT[token]), *MISTAKES[token].items()]
    assert MISTAKES[token].keys() == UNIT_S.keys()
    for unit, table in tables:
        for numbers, meant in table:
            assert meant != (unit or token.default.unit)
            assert all(token.takes(Validity(number, meant)) for number in numbers)


@pytest.mark.parametrize("token", TOKENS, ids=lambda token: token.word)
def test_one_meaning(token: Token) -> None:
    """A number in one unit is mistaken for one other unit only."""
    for table in (WITHOUT_UNIT[token], *MISTAKES[token].values()):
        numbers = [number for row, _ in table for number in row]
        assert len(numbers) == len(set(numbers))


def test_triage_agrees() -> None:
    """What the triage of logs calls a mistake is one here, with the same meaning, however it is written."""
    mistakes = 0
    for minutes in range(60, 4000 * 60):
        told = unit_mistake(minutes * 60)
        if told is None:
            continue
        mistakes += 1
        for unit in ("hours", "minutes", "seconds"):
            number, rest = divmod(minutes * 60, UNIT_S[unit])
            if not rest:
                meant = meant_instead(REFRESH, Validity(number, unit), unit_given=True)
                assert meant is not None
                day, hour = UNIT_S["days"], UNIT_S["hours"]
                count, kind = told.meant.split()
                assert meant.seconds == int(count) * (day if kind == "days" else hour)
    assert mistakes > 20
