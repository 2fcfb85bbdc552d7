"""
Find the session behind each refused refresh that a log tells without naming it, so that no loss is counted twice.

Logs name the same session in different ways, or not at all: the guard by its
reference, CloudTrail by its user, an application by a name of its own.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from poolwarden.triage.bursts import bursts
from poolwarden.triage.clocks import LEAST, SOME, Fits, Shift, clock
from poolwarden.triage.pairs import Call, Candidate, Told, pair, same
from poolwarden.triage.signs import Sign
from poolwarden.triage.store import Store

_BY_REFERENCE, _BY_SIGN_IN, _NOBODY = 2, 1, -1
FARTHEST_S = 15 * 3600
"""How far from a refused refresh its session may be looked for, seconds."""

CROWDED = 20_000
"""Among how many lost sessions at most a clock is looked for."""

NEAR_S = 180
"""How near a refused refresh must be to its session's loss, seconds: a zone is exact, where a user may come back at any
time."""

_Kind = tuple[str | None, int]  # app client and what was said
_Log = tuple[str | None, int, int, bool]  # and in which kind of log, and whether it tells UTC
_REFERENCES = "s:"  # what the keys begin with of sessions that the guard names


class Unnamed(msgspec.Struct, frozen=True):
    """
    Refused refreshes of nobody in particular, of one app client and of one kind.

    Attributes:
        client: The app client, where the log tells.
        sign: What was said.
        moments: When they were, epoch seconds; retries are one.
        count: How many there were, those without a time included.
        evidence: Where the first and the last of them stand, as the store tells it.
    """

    client: str | None
    sign: Sign
    moments: tuple[float, ...]
    count: int
    evidence: tuple[Any, ...]


class _Told(Told, frozen=True):
    """With the app client, the session's start and what ended it, whether the log tells UTC, and whose it was."""

    client: str | None = None
    start: float | None = None
    ended_by: str | None = None
    fixed: bool = False
    user: str | None = None


class _Settled(msgspec.Struct, frozen=True):
    """When calls were that belong to no session, how many sessions were another's, and the clocks' shifts."""

    left: Mapping[_Kind, Sequence[float]] = msgspec.field(default_factory=dict)
    merged: int = 0
    clocks: Sequence[Shift] = ()


def unnamed(store: Store) -> tuple[list[Unnamed], int, Sequence[Shift]]:
    """
    Return the refused refreshes that belong to no lost session of the store, retry bursts as one.

    The others are told to their sessions: a session that two logs know by two names becomes one.

    Args:
        store: The store, with its lost sessions.

    Returns:
        Those that are left, how many sessions were another's, and how far ahead the clock of the log is that tells
        them, where it is in another zone.
    """
    store.run("anonymous")
    lines: dict[_Kind, set[float | None]] = {}
    undated: dict[_Kind, int] = {}
    told: dict[_Log, list[float]] = {}
    requests: dict[tuple[_Log, float], set[str]] = {}
    for client, sign, at, place, fixed, request in store.rows("anonymous_calls"):
        kind = (client, sign)
        lines.setdefault(kind, set()).add(at)
        undated[kind] = undated.get(kind, 0) + (at is None)
        if at is not None:
            log = (client, sign, place, fixed)
            told.setdefault(log, []).append(at)
            if request is not None:
                requests.setdefault((log, at), set()).add(request)
    settled = _settled(store, {log: bursts(moments) for log, moments in told.items()}, requests)
    store.run("unseen")
    left = {kind: sorted(settled.left.get(kind, ())) for kind in lines}
    places = _places(store, left, lines)
    found = [
        Unnamed(kind[0], Sign(kind[1]), tuple(moments), len(moments) + undated[kind], tuple(places[kind]))
        for kind, moments in left.items()
    ]
    return found, settled.merged, settled.clocks


def _places(
    store: Store,
    left: Mapping[_Kind, Sequence[float]],
    lines: Mapping[_Kind, Collection[float | None]],
) -> Mapping[_Kind, list[Any]]:
    """Return where the first and the last of each kind stand that are left; those without a time come last."""
    found: dict[_Kind, list[Any]] = {kind: [] for kind in left}
    shown = {
        kind: {*moments[:1], *(moments[-1:] if None not in lines[kind] else [None])} for kind, moments in left.items()
    }
    rows = [(client, sign, at) for (client, sign), moments in shown.items() for at in moments]
    store.table("shown", "client VARCHAR, sign BIGINT, moment DOUBLE", rows)
    for client, sign, _, evidence in store.rows("anonymous_places") if rows else ():
        found[client, sign].append(evidence)
    return found


def _settled(
    store: Store, began: Mapping[_Log, Sequence[float]], requests: Mapping[tuple[_Log, float], Collection[str]]
) -> _Settled:
    """Tell refused refreshes to the sessions they belong to; logs of several kinds may have several clocks."""
    store.run("silences")
    pairable = (True,) in store.rows("pairable")
    rows = store.rows("told_elsewhere") if pairable else []
    told = [
        _Told(at, key, Sign(sign), place, rank, frozenset(ids or ()), *rest)
        for at, key, sign, place, rank, *rest, ids in rows
    ]
    if not began and all(one.rank == _BY_REFERENCE for one in told):
        return _Settled()
    candidates = [Candidate(*row) for row in store.rows("silent")] if pairable else []
    left: dict[_Kind, list[float]] = {}
    if not candidates and len({one.place for one in told}.union(place for _, _, place, _ in began)) <= 1:
        for (client, sign, _, _), moments in began.items():
            left.setdefault((client, sign), []).extend(moments)
        return _Settled(left)
    calls = [
        _Told(at, "", Sign(log[1]), log[2], _NOBODY, frozenset(requests.get((log, at), ())), log[0], fixed=log[3])
        for log, moments in began.items()
        for at in moments
    ]
    calls = [*calls, *(one for one in told if one.rank < _BY_REFERENCE)]
    clocks = _clock(calls, told, candidates)
    again, paired = _matched(calls, told, candidates, clocks)
    merged = {calls[place].key for place in (*again, *paired)} - {""}
    store.table(
        "told",
        "key VARCHAR, sign BIGINT, ended_by VARCHAR",
        [(key, int(calls[place].sign), calls[place].ended_by) for place, key in paired.items()],
    )
    store.run("retell")
    store.table("merged", "key VARCHAR", [(key,) for key in sorted(merged)])
    store.run("merge")
    for place, call in enumerate(calls):
        if place not in again and place not in paired and not call.key:
            left.setdefault((call.client, int(call.sign)), []).append(call.at)
    return _Settled(left, len(merged), clocks)


def _matched(
    calls: Sequence[_Told],
    told: Sequence[_Told],
    candidates: Sequence[Candidate],
    clocks: Sequence[Shift],
    *,
    late: bool = True,
) -> tuple[Mapping[int, int], Mapping[int, str]]:
    """Return which calls a better log tells as well, and the silent sessions' keys of those that none does."""
    moved = [_moved(call, clocks) for call in calls]
    # Two logs may tell of the same call, and neither of whom it was.
    others = [*(_moved(one, clocks) for one in told), *(one for one in moved if one.rank == _NOBODY)]
    again = same(moved, others, by_request=late)
    merged = {calls[place].key for place in again} - {""}
    rest = sorted(
        (place for place, call in enumerate(moved) if place not in again and call.key not in merged),
        key=lambda place: (moved[place].at, moved[place].client or "", moved[place].sign, moved[place].key),
    )
    # A log that names no app client of the others names them in another way.
    clients = {one.client for one in candidates}
    users = {one.user for one in candidates if one.user is not None}
    known = {call.place for call in moved if call.user in users}
    paired = pair((_call(moved[place], clients, known) for place in rest), candidates, late=late)
    return again, {rest[place]: key for place, key in paired.items()}


def _clock(calls: Sequence[_Told], told: Sequence[_Told], candidates: Sequence[Candidate]) -> list[Shift]:
    """
    Return how far ahead of the others the clock is of the log that names nobody: nothing unless all is clear.

    Loggers write the host's time, and often no zone. Read as UTC, the same
    refused refreshes then stand hours apart from what other logs tell.
    """
    loose = sorted((call for call in calls if _may_move(call)), key=lambda call: call.at)
    if len(loose) < LEAST:
        return []
    begin = max(0, len(loose) - SOME) // 2
    middle = range(begin, min(begin + SOME, len(loose)))
    told = [one for one in told if one.rank >= _BY_SIGN_IN]
    if not LEAST <= len(told) + len(candidates) <= CROWDED:
        return []  # where so many are lost, any clock fits
    shown = {one.key: one.shown_at for one in candidates}

    def fits(places: range) -> Fits:
        some = [loose[place] for place in places]
        since, until = some[0].at - FARTHEST_S, some[-1].at + FARTHEST_S
        near_told = [one for one in told if since <= one.at <= until]
        near = sorted(one for one in candidates if since <= one.shown_at <= until)

        def fitting(ahead_s: float) -> set[int]:
            again, paired = _matched(some, near_told, near, [Shift(None, None, ahead_s)], late=False)
            close = (place for place, key in paired.items() if abs(some[place].at - ahead_s - shown[key]) <= NEAR_S)
            return {places.start + place for place in (*again, *close)}

        return fitting

    return clock([call.at for call in loose], fits(middle), fits(range(len(loose))), len(middle))


def _may_move(call: _Told) -> bool:
    """Tell whether a call's time may be by another clock: CloudTrail's and the guard's are in UTC."""
    return call.rank < _BY_SIGN_IN and not call.fixed


def _moved(call: _Told, clocks: Sequence[Shift]) -> _Told:
    if not clocks or not _may_move(call):
        return call
    ahead_s = next((one.ahead_s for one in clocks if _holds(one, call.at)), 0)
    return msgspec.structs.replace(call, at=call.at - ahead_s)


def _holds(one: Shift, at: float) -> bool:
    return (one.since is None or at >= one.since) and (one.until is None or at < one.until)


def _call(one: _Told, clients: Collection[str | None], known: Collection[int]) -> Call:
    kind = _REFERENCES if one.rank == _BY_SIGN_IN else ""
    # Users are compared where two logs name them alike.
    user = one.user if one.place in known or one.rank == _BY_SIGN_IN else None
    return Call(one.at, one.client if one.client in clients else None, one.sign, one.key, kind, one.start, user)
