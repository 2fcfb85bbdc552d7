"""Tell retries of one refresh from refreshes of many users."""

from collections.abc import Iterable
from math import inf

BURST_CALLS = 6
"""How many calls Amplify before 6.15 and amazon-cognito-identity-js make of one refresh."""

BURST_FIRST_S = 0.2
"""Their first pause, seconds; each further one is twice as long."""


def bursts(moments: Iterable[float]) -> list[float]:
    """
    Return when the refreshes began that stand behind calls of which some are retries.

    Old front ends call six times, 0.2, 0.4, 0.8, 1.6 and 3.2 s apart plus the
    time of an answer. A call that comes when a retry of an earlier one is due
    is that retry; users who fail within the same seconds are still told apart.

    Args:
        moments: When the calls were, epoch seconds.
    """
    began: list[float] = []
    running: list[tuple[float, int]] = []  # when it was last heard, and how many calls so far
    heard = -inf
    for moment in sorted(moments):
        quiet, heard = moment - heard, moment
        if quiet > _LONGEST_S:  # most come alone
            began.append(moment)
            running = [(moment, 1)]
            continue
        running = [(last, calls) for last, calls in running if moment - last <= _wait(calls)]
        due = [
            (abs(moment - last - _pause(calls)), index)
            for index, (last, calls) in enumerate(running)
            if calls < BURST_CALLS and moment - last >= _pause(calls) * 0.75 - 0.5
        ]
        if due:
            _, index = min(due)
            running[index] = (moment, running[index][1] + 1)
        else:
            began.append(moment)
            running.append((moment, 1))
    return began


def _wait(calls: int) -> float:
    """Return how long after so many calls a further one may be a retry, seconds."""
    return _pause(calls) * 1.5 + 1.5


def _pause(calls: int) -> float:
    """Return how long the pause after so many calls is, seconds."""
    return BURST_FIRST_S * 2.0 ** (calls - 1)


_LONGEST_S = _wait(BURST_CALLS)
