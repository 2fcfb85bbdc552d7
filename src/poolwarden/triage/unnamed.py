"""
Find the session behind each refused refresh that a log tells without naming it, so that no loss is counted twice.

Logs name the same session in different ways, or not at all: the guard by its
reference, CloudTrail by its user, an application by a name of its own.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from poolwarden.triage.bursts import bursts
from poolwarden.triage.pairs import Call, Candidate, Told, pair, same
from poolwarden.triage.signs import Sign
from poolwarden.triage.store import Store

_BY_REFERENCE, _BY_SIGN_IN, _NOBODY = 2, 1, -1
_REFERENCES = "s:"  # what the keys begin with of sessions that the guard names


@dataclass(frozen=True, slots=True)
class Unnamed:
    """
    Refused refreshes of nobody in particular, of one app client and of one kind.

    Attributes:
        client: The app client, where the log tells.
        sign: What was said.
        moments: When they were, epoch seconds; retries are one.
        count: How many there were, those without a time included.
        evidence: Where they stand, as the store tells it, in the order of time.
    """

    client: str | None
    sign: Sign
    moments: tuple[float, ...]
    count: int
    evidence: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Told(Told):
    """With the app client, when the session began, and what ended it."""

    client: str | None = None
    start: float | None = None
    ended_by: str | None = None


def unnamed(store: Store) -> tuple[list[Unnamed], int]:
    """
    Return the refused refreshes that belong to no lost session of the store, retry bursts as one.

    The others are told to their sessions: a session that two logs know by two names becomes one.

    Args:
        store: The store, with its lost sessions.

    Returns:
        Those that are left, and how many sessions were another's.
    """
    lines: dict[tuple[str | None, int], dict[float | None, Any]] = {}
    undated: dict[tuple[str | None, int], int] = {}
    for client, sign, at, evidence in store.rows("anonymous"):
        kind = (client, sign)
        lines.setdefault(kind, {}).setdefault(at, evidence)
        undated[kind] = undated.get(kind, 0) + (at is None)
    calls = [
        _Told(at, "", Sign(sign), told[at]["place"], _NOBODY, client)
        for (client, sign), told in lines.items()
        for at in bursts([at for at in told if at is not None])
    ]
    calls, merged = _settled(store, calls)
    left: dict[tuple[str | None, int], list[float]] = {kind: [] for kind in lines}
    for call in calls:
        left[call.client, int(call.sign)].append(call.at)
    found = []
    for (client, sign), moments in left.items():
        told = lines[client, sign]
        kept = {*moments, None}
        shown = tuple(evidence for at, evidence in told.items() if at in kept)
        count = len(moments) + undated[client, sign]
        found.append(Unnamed(client, Sign(sign), tuple(sorted(moments)), count, shown))
    return found, merged


def _settled(store: Store, calls: Sequence[_Told]) -> tuple[list[_Told], int]:
    """Tell refused refreshes to the sessions they belong to; return those that name nobody and belong to none."""
    told = [_Told(at, key, Sign(sign), *rest) for at, key, sign, *rest in store.rows("told_elsewhere")]
    if not calls and all(one.rank == _BY_REFERENCE for one in told):
        return [], 0
    calls = [*calls, *(one for one in told if one.rank < _BY_REFERENCE)]
    # What a better log tells of the same moment.
    again = same(calls, told)
    merged = {calls[place].key for place in again} - {""}
    rest = sorted(
        (call for place, call in enumerate(calls) if place not in again and call.key not in merged),
        key=lambda call: (call.at, call.client or "", call.sign, call.key),
    )
    # What nothing better tells, of sessions of which nothing says why they were lost.
    candidates = [Candidate(*row) for row in store.rows("silent")]
    paired = _paired(rest, candidates)
    merged |= {rest[place].key for place in paired} - {""}
    store.table(
        "told",
        "key VARCHAR, sign BIGINT, ended_by VARCHAR",
        [(key, int(rest[place].sign), rest[place].ended_by) for place, key in paired.items()],
    )
    store.run("retell")
    store.table("merged", "key VARCHAR", [(key,) for key in sorted(merged)])
    store.run("merge")
    return [call for place, call in enumerate(rest) if place not in paired and not call.key], len(merged)


def _paired(calls: Sequence[_Told], candidates: Sequence[Candidate]) -> Mapping[int, str]:
    """Return the silent sessions' keys by the places of the calls that belong to them."""
    # A log that names no app client of the others names them in another way.
    clients = {one.client for one in candidates}
    return pair((_call(one, clients) for one in calls), candidates)


def _call(one: _Told, clients: Collection[str | None]) -> Call:
    kind = _REFERENCES if one.rank == _BY_SIGN_IN else ""
    return Call(one.at, one.client if one.client in clients else None, one.sign, one.key, kind, one.start)
