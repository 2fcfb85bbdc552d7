"""
Tell who signed out unseen from who was merely away, by what the users did before.

A user comes back after the refresh validity, unrefused, and signs in: the
session may have died of its age, or its user may have signed out of it. A pure
function weighs how often users leave for so long and come back to sign in
against how often they are away for so long, at that time of the day, and go on.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from poolwarden.validities import DAY, HOUR

GRAINS = (HOUR, DAY // 2)
"""How finely the time of tokens is kept, seconds: the finest in which a validity has fewer than 64 is looked at."""

BITS = 64
"""How many of them are told apart."""

OWN = 1.5
"""How many of a user's own absences weigh as much as what all users do."""

SHARED = 200
"""More sessions than that are no one user's: many sign in so, or a program does. Nor are those without a user."""

LEAST = 10
"""How many ends must be in doubt; and how many tokens at each such time of the day tell how long users are away."""

FIRST_GUESS, ROUNDS = 0.5, 4
"""The chance to begin with, and how often it is weighed anew with what came of it."""

_BARELY = 0.1  # of a departure, where none is seen that was so long


class Ending(NamedTuple):
    """
    The end of a session that counts as at the refresh validity.

    Attributes:
        key: The session's.
        user: Its user.
        start: When it began, epoch seconds.
        low_s: The validity, seconds.
        issued_last: When its last token was issued, epoch seconds.
        refused: It was refused, and so not signed out.
        present: It was used until its end.
    """

    key: str
    user: str | None
    start: float
    low_s: float
    issued_last: float
    refused: bool
    present: bool


class Habit(NamedTuple):
    """
    When a session got its tokens.

    Attributes:
        user: Its user.
        start: When it began, epoch seconds.
        low_s: The validity that it lived under, seconds.
        used: For each of the grains, a bit for each of them in which a token was issued, modulo 64.
    """

    user: str | None
    start: float
    low_s: float
    used: tuple[int, ...]


class _Absence(NamedTuple):
    """A token, the time of the day at which it was issued, how many grains none followed, and how many it could be."""

    phase: int
    length: int
    room: int


def chances(endings: Sequence[Ending], habits: Iterable[Habit], away_s: Iterable[float]) -> dict[str, float]:
    """
    Return how likely it is that each session whose end nobody refused was signed out of before.

    Args:
        endings: The ends at the validity, of one app client.
        habits: When all its sessions got tokens.
        away_s: For how long those were away that came back before the validity to sign in, seconds.

    Returns:
        The chance for each session that was not used until its end, by key; nothing where the tokens do not tell.
    """
    grain = next((one for one in GRAINS if all(end.low_s < (BITS - 1) * one for end in endings)), None)
    if grain is None:
        return {}
    phases = DAY // grain
    own: dict[str | None, list[_Absence]] = defaultdict(list)
    sessions: Counter[str | None] = Counter()
    for habit in habits:
        sessions[habit.user] += 1
        own[habit.user].extend(_absences(habit, grain, phases))
    every = Counter(one for of in own.values() for one in of)
    alone = {user for user, count in sessions.items() if user is not None and count <= SHARED}
    rooms, longer = (
        _table(((one.phase, one.room, times) for one, times in every.items()), phases),
        _table(((one.phase, one.length, times) for one, times in every.items()), phases),
    )
    left = _at_least([(min(int(away // grain), BITS), 1) for away in away_s])
    late = [(one, _last(one, grain, phases)) for one in endings if not one.present]
    asked = [(one, last) for one, last in late if not one.refused and last.length > 0]
    if len(asked) < LEAST or any(_near(rooms, last.phase, last.length) < LEAST for _, last in asked):
        return {}
    fellows: dict[str | None, list[tuple[Ending, _Absence]]] = defaultdict(list)
    for one, last in late:
        if one.user in alone:
            fellows[one.user].append((one, last))
    met = sum(one.refused for one in endings if one.present)
    silent = 1 - met / (1 + sum(one.present for one in endings))
    seen = {
        one.key: [
            each.length >= length
            for each in (own[one.user] if one.user in alone else ())
            if each.room >= length and _alike(each.phase, phase, phases)
        ]
        for one, (phase, length, _) in asked
    }
    found = {one.key: 0.0 if one.refused else FIRST_GUESS for one, _ in late}
    for _ in range(ROUNDS):
        # Whoever was refused, or was probably merely away, was away for so long too; the others are gone.
        away = _table(((last.phase, last.length, 1 - found[one.key]) for one, last in late), phases)
        gone = _at_least([(last.length, found[one.key]) for one, last in late])
        could = _at_least([(one.room, times) for one, times in every.items()] + [(last.length, 1) for _, last in late])
        told = dict(found)
        for one, (phase, length, _room) in asked:
            more = _near(away, phase, length) - (1 - told[one.key])
            share = (_near(longer, phase, length) + more + 0.25) / (_near(rooms, phase, length) + more + 0.5)
            more = sum(
                1 - told[other.key]
                for other, last in fellows[one.user]
                if other.key != one.key and last.length >= length and _alike(last.phase, phase, phases)
            )
            mine = seen[one.key]
            share = (sum(mine) + more + OWN * share) / (len(mine) + more + OWN)
            leaves = (left[length] + _BARELY + gone[length] - told[one.key]) / max(could[length] - 1, 1)
            found[one.key] = leaves / (leaves + share * silent)
    return {one.key: round(found[one.key], 6) for one, _ in asked}


def _absences(habit: Habit, grain: int, phases: int) -> Iterator[_Absence]:
    """Yield each token of a session that another one followed."""
    bits, first = habit.used[GRAINS.index(grain)], int(habit.start // grain)
    end = int((habit.start + habit.low_s) // grain)
    tokens = [at for at in range(first, first + BITS) if bits >> at % BITS & 1]
    for at, following in pairwise(tokens):
        yield _Absence(at % phases, following - at, end - at)


def _last(one: Ending, grain: int, phases: int) -> _Absence:
    """Return the absence at a session's end, which lasted until the validity at least."""
    at = int(one.issued_last // grain)
    length = max(int((one.start + one.low_s) // grain) - at, 0)
    return _Absence(at % phases, length, length)


def _at_least(counted: Iterable[tuple[int, float]]) -> list[float]:
    """Return the sums of what has at least each of the lengths."""
    sums = [0.0] * (BITS + 1)
    for length, count in counted:
        sums[min(max(length, 0), BITS)] += count
    return [*accumulate(reversed(sums))][::-1]


def _table(counted: Iterable[tuple[int, int, float]], phases: int) -> list[list[float]]:
    """Return for each time of the day the sums of what has at least each of the lengths."""
    rows: list[list[tuple[int, float]]] = [[] for _ in range(phases)]
    for phase, length, count in counted:
        rows[phase].append((length, count))
    return [_at_least(row) for row in rows]


def _near(table: Sequence[Sequence[float]], phase: int, length: int) -> float:
    """Return a table's sum for a time of the day; by the hour, one before and after count too."""
    phases = len(table)
    return sum(table[other][length] for other in range(phases) if _alike(other, phase, phases))


def _alike(one: int, other: int, phases: int) -> bool:
    return one == other if phases < DAY // HOUR else (one - other + 1) % phases <= 2  # noqa: PLR2004 (one before, one after)
