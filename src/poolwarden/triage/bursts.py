"""Tell retries of one refresh from refreshes of many users."""

from collections.abc import Iterable, Sequence
from math import inf

BURST_CALLS = 6
"""How many calls Amplify before 6.15 and amazon-cognito-identity-js make of one refresh."""

BURST_FIRST_S = 0.2
"""Their first pause, seconds; each further one is twice as long."""

AGAIN_S = 12
"""Within how long of a call its next try may come in another rhythm, seconds."""

ALONE_S = 60
"""How far from all others a call must be for its tries to be seen, seconds."""

SOME, MOSTLY = 10, 0.5
"""How many such calls must be seen, and which share of them be tried again, for that to be the rule."""


def bursts(moments: Iterable[float]) -> list[float]:
    """
    Return when the refreshes began that stand behind calls of which some are retries.

    Old front ends call six times, 0.2, 0.4, 0.8, 1.6 and 3.2 s apart plus the
    time of an answer. A call that comes when a retry of an earlier one is due
    is that retry; users who fail within the same seconds are still told apart.
    Others try again in rhythms of their own: where most calls that stand alone
    come several times, each of the others counts as so many.

    Args:
        moments: When the calls were, epoch seconds.
    """
    return _of_any_rhythm(_of_old_front_ends(moments))


def _of_old_front_ends(moments: Iterable[float]) -> list[float]:
    moments = sorted(moments)
    grain = _SECONDS if all(moment.is_integer() for moment in moments) else _CLOCK_S
    began: list[float] = []
    running: list[tuple[float, int]] = []  # when it was last heard, and how many calls so far
    heard = -inf
    for moment in moments:
        quiet, heard = moment - heard, moment
        if quiet > _LONGEST_S:  # most come alone
            began.append(moment)
            running = [(moment, 1)]
            continue
        running = [(last, calls) for last, calls in running if moment - last <= _wait(calls)]
        due = [
            (abs(moment - last - _pause(calls)), index)
            for index, (last, calls) in enumerate(running)
            if calls < BURST_CALLS and moment - last >= _pause(calls) * 0.75 - grain
        ]
        if due:
            _, index = min(due)
            running[index] = (moment, running[index][1] + 1)
        else:
            began.append(moment)
            running.append((moment, 1))
    return began


def _of_any_rhythm(began: Sequence[float]) -> list[float]:
    groups: list[list[float]] = []
    for moment in began:
        if groups and moment - groups[-1][-1] <= AGAIN_S:
            groups[-1].append(moment)
        else:
            groups.append([moment])
    ends = [-inf, *(group[-1] for group in groups)]
    starts = [*(group[0] for group in groups), inf]
    alone = [
        group[0] - ends[place] >= ALONE_S and starts[place + 1] - group[-1] >= ALONE_S
        for place, group in enumerate(groups)
    ]
    tries = [len(group) for group, is_alone in zip(groups, alone, strict=True) if is_alone]
    repeated = [calls for calls in tries if calls > 1]
    if len(tries) < SOME or len(repeated) < MOSTLY * len(tries):
        return list(began)
    usual = sorted(repeated)[len(repeated) // 2]
    # Of a crowd nobody knows who tries again and who does not.
    each = (usual * len(repeated) + len(tries) - len(repeated)) / len(tries)
    found: list[float] = []
    for group, is_alone in zip(groups, alone, strict=True):
        one = is_alone and len(group) <= 2 * usual
        count = 1 if one else max(1, round(len(group) / each))
        found += [group[place * len(group) // count] for place in range(count)]
    return found


def _wait(calls: int) -> float:
    """Return how long after so many calls a further one may be a retry, seconds."""
    return _pause(calls) * 1.5 + 1.5


def _pause(calls: int) -> float:
    """Return how long the pause after so many calls is, seconds."""
    return BURST_FIRST_S * 2.0 ** (calls - 1)


_CLOCK_S = 0.5  # by how much a pause may seem too short
_SECONDS = 1.0  # and where times are cut to whole seconds, as CloudTrail's are
_LONGEST_S = _wait(BURST_CALLS)
