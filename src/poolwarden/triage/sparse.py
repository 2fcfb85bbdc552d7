"""Tell whether the guard's events are but a part of themselves: sampled by a log pipeline, or with gaps."""

from typing import NamedTuple

from poolwarden.triage.store import Store

LEAST, FEW = 10, 5
"""How many sessions must show the one and the other."""

UNSEEN = 0.4
"""From this share on of expired tokens that were never seen to pass: few clients refresh and then ask for nothing."""

UNCOUNTED = 0.04
"""From this share on of tokens refused more than once whose first refusals are missing."""


def look_for_gaps(store: Store) -> None:
    """Tell the store whether events are missing; its sessions that may be lost must be known."""
    store.run("parts", {"least": LEAST, "few": FEW, "unseen": UNSEEN, "uncounted": UNCOUNTED})


class Gaps(NamedTuple):
    """
    What shows that events are missing, and what cannot be told for that.

    Attributes:
        unseen: Expired tokens that were refused and never seen to pass.
        refused: Expired tokens that were refused.
        untold: Sessions of which nobody can tell whether they were lost.
    """

    unseen: int
    refused: int
    untold: int


def gaps(store: Store) -> Gaps | None:
    """Return what is missing and what cannot be told; None where all events seem to be there."""
    return next((Gaps(*row) for row in store.rows("untold")), None)


def gap_words(found: Gaps) -> str:
    """Return what is to be said of missing events."""
    return (
        f"Events of the guard are missing (sampled, or a file left out?): {found.unseen:,} of {found.refused:,} "
        "expired tokens that it refused were never seen to pass. "
        f"Of {found.untold:,} sessions nobody can tell whether they went on: they are not counted. "
        "Give the triage all events of a time."
    )
