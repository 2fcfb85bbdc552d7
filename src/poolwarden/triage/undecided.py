"""Weigh the losses that nothing but a silence speaks of against what the others show."""

from poolwarden.triage.store import Store


def weigh(store: Store) -> None:
    """
    Pass over who left unseen, and tell who made no attempt from whose attempt no log shows.

    Args:
        store: The store, with its lost sessions, and every refusal told to its session.
    """
    for unrefused, early in store.rows("undecided"):
        if unrefused:
            store.run("departed")
        if early:
            store.run("attempts")
