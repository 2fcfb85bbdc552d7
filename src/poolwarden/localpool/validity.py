"""How long tokens live: units, bounds and defaults, as A/API_TokenValidityUnitsType has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from poolwarden.localpool.errors import Refusal
from poolwarden.validities import ACCESS_BOUNDS_S, DAY, HOUR, REFRESH_BOUNDS_S, UNIT_S


@dataclass(frozen=True, slots=True)
class Limits:
    """
    Hold what Cognito allows for one kind of token.

    Attributes:
        default_s: Validity where none is set, in seconds.
        low_s: Shortest validity, in seconds.
        high_s: Longest validity, in seconds.
        default_unit: Unit of a value that names none.
    """

    default_s: int
    low_s: int
    high_s: int
    default_unit: str


# One row per member of TokenValidityUnits.
LIMITS: Final[Mapping[str, Limits]] = {
    "AccessToken": Limits(HOUR, *ACCESS_BOUNDS_S, "hours"),
    "IdToken": Limits(HOUR, *ACCESS_BOUNDS_S, "hours"),
    "RefreshToken": Limits(30 * DAY, *REFRESH_BOUNDS_S, "days"),
}


def validity_s(kind: str, value: int | None, unit: str | None) -> int:
    """
    Tell how long a token lives.

    A refresh validity of 0 is Cognito's default of 30 days, whatever the unit.

    Args:
        kind: ``AccessToken``, ``IdToken`` or ``RefreshToken``.
        value: The validity in *unit*; None where it is not set.
        unit: One of ``seconds``, ``minutes``, ``hours``, ``days``; None for the kind's default.

    Returns:
        Seconds.

    Raises:
        CognitoError: InvalidParameterException, for an unknown unit or a value out of bounds.
    """
    limits = LIMITS[kind]
    chosen = unit or limits.default_unit
    if chosen not in UNIT_S:
        raise Refusal.CONSTRAINT.error(
            value=chosen,
            name=f"tokenValidityUnits.{kind[0].lower()}{kind[1:]}",
            constraint="Member must satisfy enum value set: [seconds, minutes, hours, days]",
        )
    if value is None or (value == 0 and kind == "RefreshToken"):
        return limits.default_s
    seconds = value * UNIT_S[chosen]
    if not limits.low_s <= seconds <= limits.high_s:
        raise Refusal.VALIDITY_RANGE.error()
    return seconds
