"""
Name the refresh validities that are usual, and the ages of sessions that tell them apart.

The ages are the bounds of the histogram of session ages, so the rules and the
dashboard can ask how many sessions ended at a validity.
"""

HOUR, DAY = 3600, 86_400

USUAL: dict[str, int] = {
    **{f"{hours}h": hours * HOUR for hours in (1, 8, 12, 24, 30, 48)},
    **{f"{days}d": days * DAY for days in (7, 14, 30, 60, 90, 365)},
}
"""The usual validities and the classic mistake of units, 30 hours for 30 days: seconds by name."""

MARGIN_PERCENT = 2
"""A session that is lost within so many percent of a validity was lost because of it."""

LINGERS_S = HOUR
"""How long at least after its session's end a token may still work: Cognito's default for access tokens."""


def just_under(validity: int) -> int:
    """Return the age from which on a session counts as ended at a validity, whole seconds."""
    return validity * (100 - MARGIN_PERCENT) // 100


def just_over(validity: int) -> int:
    """Return the age up to which a session counts as ended at a validity, whole seconds."""
    return validity + max(validity * MARGIN_PERCENT // 100, LINGERS_S)


AGES: tuple[int, ...] = tuple(
    sorted({bound for one in USUAL.values() for bound in (just_under(one), one, just_over(one))})
)
"""The bounds of the histogram of session ages, seconds: each usual validity, just under it and just over it."""
