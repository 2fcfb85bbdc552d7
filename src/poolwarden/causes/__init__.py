"""
Say why a session was refused or lost: one closed set of causes, one row each.

The set is public API: renaming or removing a cause is a major change. Where a
consumer needs to know something about a cause (a status, a sentence, whether
it ends a session), it reads the row; nothing branches on causes elsewhere.
"""

from poolwarden.causes.cause import Action, Cause, CauseRow, EndsSession, Mender, Seen
from poolwarden.causes.seen_by_guard import GUARD_ROWS
from poolwarden.causes.seen_by_identity_pool import IDENTITY_POOL_ROWS
from poolwarden.causes.seen_by_sdk import SDK_ROWS
from poolwarden.causes.seen_by_user_pool import USER_POOL_ROWS

__all__ = ["CAUSES", "Action", "Cause", "CauseRow", "EndsSession", "Mender", "Seen"]

CAUSES: dict[Cause, CauseRow] = {
    row.cause: row for row in (*GUARD_ROWS, *USER_POOL_ROWS, *IDENTITY_POOL_ROWS, *SDK_ROWS)
}
"""Every cause's row, in the order of the vocabulary."""
