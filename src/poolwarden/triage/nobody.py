"""Pass over all work on sessions where the logs name neither a session nor a user: it would find nothing, slowly."""

from poolwarden.triage.store import Store

OF_SESSIONS: frozenset[str] = frozenset(
    (
        *("loose", "links", "traces", "strangers", "callers", "refused_calls"),
        *("sessions", "ends", "losses", "parts", "replaced", "lost"),
        *("undecided", "retell", "merge", "unseen", "ended_together", "untold", "told_again"),
        *("totals", "spans", "features", "told_elsewhere", "silences", "pairable", "silent"),
        *("revoked", "alive", "resigned", "unrefreshed"),
        *("series_lost", "series_ages", "pollers"),
    )
)
"""The scripts that make tables of sessions, and the queries that ask those tables alone."""


def pass_over_sessions(store: Store) -> None:
    """
    Leave out the work on sessions where no record names any, and take it up again where one does.

    Args:
        store: The store, with every record in it. One that is kept has all its tables.
    """
    named = store.kept or store.rows("named")[0][0]
    store.passed_over = frozenset() if named else OF_SESSIONS
    if not named:
        store.table("aliases", "what VARCHAR, id VARCHAR, alias VARCHAR", ())
