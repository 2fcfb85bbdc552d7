"""
Find the session behind each refused refresh that a log tells without naming it, so that no loss is counted twice.

Logs name the same session in different ways, or not at all: the guard by its
reference, CloudTrail by its user, an application by a name of its own.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from poolwarden.triage.bursts import bursts
from poolwarden.triage.kinds import kinds_of
from poolwarden.triage.pairs import Call, Candidate, Told, pair, same
from poolwarden.triage.signs import Sign
from poolwarden.triage.store import Store

_BY_REFERENCE, _BY_SIGN_IN, _NOBODY = 2, 1, -1
ZONE_S = 900
"""The step of the world's time zones, seconds."""

ZONES = [step for step in range(-56, 57) if step]
"""How many of these steps a host's zone may be from UTC."""

FARTHEST_S = 15 * 3600
"""How far from a refused refresh its session may be looked for, seconds."""

SOME, LEAST_SHIFTED, CROWDED = 300, 10, 20_000
"""How many refused refreshes are tried in each zone, how many there must be, and among how many sessions at most."""

MOSTLY, NEAR_S = 0.5, 180
"""Which share of them must fit, and how near, seconds: a zone is exact, where a user may come back at any time."""

_Kind = tuple[str | None, int]  # app client and what was said
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
        evidence: Where the first and the last of them stand, as the store tells it.
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


@dataclass(frozen=True, slots=True)
class _Settled:
    """When calls were that belong to no session, how many sessions were another's, and the clock's shift."""

    left: Mapping[_Kind, Sequence[float]] = field(default_factory=dict)
    merged: int = 0
    shift_s: float = 0


def unnamed(store: Store) -> tuple[list[Unnamed], int, float]:
    """
    Return the refused refreshes that belong to no lost session of the store, retry bursts as one.

    The others are told to their sessions: a session that two logs know by two names becomes one.

    Args:
        store: The store, with its lost sessions.

    Returns:
        Those that are left, how many sessions were another's, and how far ahead the clock of the log is that tells
        them, seconds, where it is by whole quarters of an hour.
    """
    kinds = kinds_of(store.rows("file_sources"))
    store.table("logs", "file INTEGER, kind INTEGER", sorted(kinds.items()))
    store.run("anonymous")
    lines: dict[_Kind, dict[float | None, int]] = {}
    undated: dict[_Kind, int] = {}
    for client, sign, at, place in store.rows("anonymous_calls"):
        kind = (client, sign)
        lines.setdefault(kind, {}).setdefault(at, place)
        undated[kind] = undated.get(kind, 0) + (at is None)
    settled = _settled(store, lines, several=len({*kinds.values()}) > 1)
    left = {kind: sorted(settled.left.get(kind, ())) for kind in lines}
    places = _places(store, left, lines)
    found = [
        Unnamed(kind[0], Sign(kind[1]), tuple(moments), len(moments) + undated[kind], tuple(places[kind]))
        for kind, moments in left.items()
    ]
    return found, settled.merged, settled.shift_s


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


def _settled(store: Store, lines: Mapping[_Kind, Mapping[float | None, int]], *, several: bool) -> _Settled:
    """Tell refused refreshes to the sessions they belong to; logs of several kinds may have several clocks."""
    began = {kind: bursts(at for at in told if at is not None) for kind, told in lines.items()}
    told = [_Told(at, key, Sign(sign), *rest) for at, key, sign, *rest in store.rows("told_elsewhere")]
    if not any(began.values()) and all(one.rank == _BY_REFERENCE for one in told):
        return _Settled()
    candidates = [Candidate(*row) for row in store.rows("silent")]
    if not told and not candidates:
        return _Settled(began)
    calls = [
        _Told(at, "", Sign(sign), lines[client, sign][at], _NOBODY, client)
        for (client, sign), moments in began.items()
        for at in moments
    ]
    calls = [*calls, *(one for one in told if one.rank < _BY_REFERENCE)]
    shift_s = _shift(calls, told, candidates) if several else 0
    again, paired = _matched(calls, told, candidates, shift_s)
    merged = {calls[place].key for place in (*again, *paired)} - {""}
    store.table(
        "told",
        "key VARCHAR, sign BIGINT, ended_by VARCHAR",
        [(key, int(calls[place].sign), calls[place].ended_by) for place, key in paired.items()],
    )
    store.run("retell")
    store.table("merged", "key VARCHAR", [(key,) for key in sorted(merged)])
    store.run("merge")
    left: dict[_Kind, list[float]] = {}
    for place, call in enumerate(calls):
        if place not in again and place not in paired and not call.key:
            left.setdefault((call.client, int(call.sign)), []).append(call.at)
    return _Settled(left, len(merged), shift_s)


def _matched(
    calls: Sequence[_Told], told: Sequence[_Told], candidates: Sequence[Candidate], shift_s: float
) -> tuple[Mapping[int, int], Mapping[int, str]]:
    """Return which calls a better log tells as well, and the silent sessions' keys of those that none does."""
    moved = calls if not shift_s else [_moved(call, shift_s) for call in calls]
    again = same(moved, [one for one in told if not shift_s or one.rank >= _BY_SIGN_IN])
    merged = {calls[place].key for place in again} - {""}
    rest = sorted(
        (place for place, call in enumerate(moved) if place not in again and call.key not in merged),
        key=lambda place: (moved[place].at, moved[place].client or "", moved[place].sign, moved[place].key),
    )
    # A log that names no app client of the others names them in another way.
    clients = {one.client for one in candidates}
    paired = pair((_call(moved[place], clients) for place in rest), candidates)
    return again, {rest[place]: key for place, key in paired.items()}


def _shift(calls: Sequence[_Told], told: Sequence[_Told], candidates: Sequence[Candidate]) -> float:
    """
    Return how far ahead of the others the clock is of the log that names nobody, seconds: 0 unless all is clear.

    Loggers write the host's time, and often no zone. Read as UTC, the same
    refused refreshes then stand hours apart from what other logs tell.
    """
    loose = sorted((call for call in calls if call.rank < _BY_SIGN_IN), key=lambda call: call.at)
    begin = max(0, len(loose) - SOME) // 2
    some = loose[begin : begin + SOME]
    if len(some) < LEAST_SHIFTED:
        return 0
    since, until = some[0].at - FARTHEST_S, some[-1].at + FARTHEST_S
    told = [one for one in told if one.rank >= _BY_SIGN_IN and since <= one.at <= until]
    candidates = sorted(one for one in candidates if since <= one.shown_at <= until)
    if not LEAST_SHIFTED <= len(told) + len(candidates) <= CROWDED:
        return 0  # where so many are lost, any clock fits

    shown = {one.key: one.shown_at for one in candidates}

    def fits(shift_s: float) -> int:
        again, paired = _matched(some, told, candidates, shift_s)
        near = sum(abs(some[place].at - shift_s - shown[key]) <= NEAR_S for place, key in paired.items())
        return len(again) + near

    before = fits(0)
    if before >= MOSTLY * len(some):
        return 0
    best = max((step * ZONE_S for step in ZONES), key=lambda shift_s: (fits(shift_s), -abs(shift_s)))
    return best if fits(best) >= max(MOSTLY * len(some), 2 * before) else 0


def _moved(call: _Told, shift_s: float) -> _Told:
    return replace(call, at=call.at - shift_s) if call.rank < _BY_SIGN_IN else call


def _call(one: _Told, clients: Collection[str | None]) -> Call:
    kind = _REFERENCES if one.rank == _BY_SIGN_IN else ""
    return Call(one.at, one.client if one.client in clients else None, one.sign, one.key, kind, one.start)
