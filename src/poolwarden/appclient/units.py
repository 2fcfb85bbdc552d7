"""
Know the validities that were set with the wrong unit: 30 hours where 30 days were meant.

Tables of numbers that are usual in one unit and odd in the unit they were set
in. Left out is what somebody may well mean: a working day of 8, 10 or 12 hours,
whole days in hours (24, 48, 120, 168, 720), whole hours in minutes or seconds.
"""

from collections.abc import Mapping
from typing import Final

from poolwarden.appclient.durations import ACCESS, ID, REFRESH, Token, Validity
from poolwarden.validities import DAYS_MEANT, HOURS_MEANT, LONG_DAYS_MEANT, mistaken_unit

_Meant = tuple[tuple[frozenset[int], str], ...]

_WEEKS_IN_MINUTES: Final = frozenset({10_080, 20_160, 43_200})
_DAYS_IN_SECONDS: Final = frozenset({86_400, 604_800, 1_209_600, 2_592_000})
_MINUTES_IN_SECONDS: Final = frozenset({1800, 3600, 7200, 14_400, 28_800, 43_200, 86_400})

# Below the lower bound nothing can be meant as it stands, so there the usual numbers are all suspects.
_REFRESH: Final[Mapping[str, _Meant]] = {
    "days": ((frozenset({1440}) | _WEEKS_IN_MINUTES, "minutes"), (frozenset({3600}) | _DAYS_IN_SECONDS, "seconds")),
    "hours": ((DAYS_MEANT, "days"), (_WEEKS_IN_MINUTES, "minutes"), (_DAYS_IN_SECONDS, "seconds")),
    "minutes": (
        (frozenset({8, 10, 12, 24, 48}) | HOURS_MEANT, "hours"),
        (frozenset({7, 14, 28, 30, 31, 45}) | LONG_DAYS_MEANT, "days"),
        # 86 400 minutes are 60 days, which a tool that writes all durations in minutes makes of them.
        (_DAYS_IN_SECONDS - {86_400}, "seconds"),
    ),
    "seconds": (
        (frozenset({8, 10, 12, 24, 48}) | HOURS_MEANT, "hours"),
        (DAYS_MEANT, "days"),
        (frozenset({720, 1440}), "minutes"),
    ),
}

_ACCESS: Final[Mapping[str, _Meant]] = {
    "days": ((frozenset({5, 10, 15, 20, 30, 45, 60, 90, 120}), "minutes"), (frozenset({8, 12, 24}), "hours")),
    "hours": (
        (frozenset({15, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1440}), "minutes"),
        (frozenset({300, 600, 900}) | _MINUTES_IN_SECONDS, "seconds"),
    ),
    "minutes": ((frozenset({1, 2, 3, 4, 8, 12, 24}), "hours"), (frozenset({900}) | _MINUTES_IN_SECONDS, "seconds")),
    "seconds": (
        (frozenset({1, 2, 3, 4, 8, 12, 24}), "hours"),
        (frozenset({5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 480, 720, 1440}), "minutes"),
    ),
}

MISTAKES: Final[Mapping[Token, Mapping[str, _Meant]]] = {REFRESH: _REFRESH, ACCESS: _ACCESS, ID: _ACCESS}
"""By token and the unit that is set: numbers, and the unit that was probably meant."""

# 24 days are meant where somebody wrote days; where nobody wrote a unit, 24 hours are likelier.
_REFRESH_WITHOUT_UNIT: Final[_Meant] = (
    (frozenset({8, 12, 24, 36, 48, 72, 96, 168, 336, 720}), "hours"),
    *_REFRESH["days"],
)

WITHOUT_UNIT: Final[Mapping[Token, _Meant]] = {
    REFRESH: _REFRESH_WITHOUT_UNIT,
    ACCESS: _ACCESS["hours"],
    ID: _ACCESS["hours"],
}
"""By token: numbers without unit, and the unit that was probably meant instead of the default one."""


def meant_instead(token: Token, validity: Validity, *, unit_given: bool) -> Validity | None:
    """
    Return the validity that was probably meant, or None where nothing speaks against the one that is set.

    Args:
        token: Which token's it is.
        validity: What is set.
        unit_given: Whether its unit was written, or is the default.
    """
    table = MISTAKES[token][validity.unit] if unit_given else WITHOUT_UNIT[token]
    for numbers, unit in table:
        if validity.number in numbers:
            return Validity(validity.number, unit)
    # A tool may write 30 hours as 1800 minutes, and a refresh validity may lack a factor of 24 in any unit.
    mistake = mistaken_unit(validity.seconds) if token is REFRESH else None
    return None if mistake is None else Validity(mistake.number, mistake.meant)
