"""Weigh the losses that nothing but a silence speaks of against what the others show."""

from collections import defaultdict

from poolwarden.triage.departures import Ending, Habit, chances
from poolwarden.triage.store import Store

MOST = 10_000
"""From so many sessions of one app client on, its users' habits are not looked at."""


def weigh(store: Store, *, staged: bool) -> None:
    """
    Pass over who left unseen, and tell who made no attempt from whose attempt no log shows.

    Args:
        store: The store, with its lost sessions, and every refusal told to its session.
        staged: Whether events were grouped as they were read.
    """
    for unrefused, early in store.rows("undecided"):
        if unrefused:
            store.run("departing")
            store.table("chances", "key VARCHAR, chance DOUBLE", _chances(store, staged=staged).items())
            store.run("departed")
        if early:
            store.run("attempts")


def _chances(store: Store, *, staged: bool) -> dict[str, float]:
    """Return how likely it is that sessions were signed out of unseen, by key."""
    store.run("told_apart", {"most": MOST})
    endings: dict[tuple[str, str], list[Ending]] = defaultdict(list)
    for pool, client, *told in store.rows("endings"):
        endings[pool, client].append(Ending(*told))
    if not endings:
        return {}
    store.run("used")
    if staged:
        store.run("used_staged")
    habits: dict[tuple[str, str], list[Habit]] = defaultdict(list)
    for pool, client, user, start, low_s, *used in store.rows("habits"):
        habits[pool, client].append(Habit(user, start, low_s, tuple(used)))
    away: dict[tuple[str, str], list[float]] = defaultdict(list)
    for pool, client, away_s in store.rows("away"):
        away[pool, client].append(away_s)
    return {
        key: chance
        for whose, ends in endings.items()
        for key, chance in chances(ends, habits[whose], away[whose]).items()
    }
