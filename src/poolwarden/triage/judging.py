"""Judge what a store holds."""

from collections.abc import Mapping

from poolwarden.triage.assemble import assemble
from poolwarden.triage.records import Tally, Warn
from poolwarden.triage.report import Report
from poolwarden.triage.sessions import Sessions
from poolwarden.triage.staging import Staged
from poolwarden.triage.store import Store
from poolwarden.triage.wanted import Wanted


def judged(
    store: Store,
    tally: Tally,
    declared: Mapping[str, int],
    wanted: Wanted,
    *,
    staged: Staged | None = None,
    keep: bool = False,
) -> Report:
    """
    Return the report on what a store holds.

    Args:
        store: Every record, and the groups of the guard's events.
        tally: What was counted; what was asked for and not found is added to its warnings.
        declared: Refresh validities by app client, seconds, as settings declare them.
        wanted: What was asked for.
        staged: What the store was given without the reader.
        keep: Whether the database is kept.
    """
    sessions = Sessions(store, tally.files, staged=staged)
    tally.warnings.extend(Warn("", 0, text) for text in wanted.misses(nothing=sessions.first is None))
    report = assemble(sessions, tally, declared)
    if keep:
        sessions.keep()
    return report
