"""
Live where nothing runs between requests: AWS Lambda freezes a function when it has answered, and thaws it for the next.

A thread that fetches keys in the background would stand still in the middle
of it, and find its time over when it goes on. So whoever finds keys due waits
for them; nobody else is held up, for a process has one request at a time.
"""

import os
import time
from collections.abc import Callable, Mapping

_FUNCTION = "AWS_LAMBDA_FUNCTION_NAME"  # set by Lambda in every function


def freezes(environ: Mapping[str, str] | None = None) -> bool:
    """
    Return whether this process stands still between requests.

    Args:
        environ: The environment's variables; by default the process's.
    """
    return _FUNCTION in (os.environ if environ is None else environ)


def waking(monotonic: Callable[[], float], now: Callable[[], float]) -> Callable[[], float]:
    """
    Return a clock that goes on while a process is frozen, and never goes back.

    The monotonic clock may stand still meanwhile, and keys would not grow old;
    the wall clock is set right afterwards.

    Args:
        monotonic: The monotonic clock, seconds.
        now: The wall clock, seconds.
    """
    ahead = float("-inf")

    def read() -> float:
        nonlocal ahead
        passed = monotonic()
        ahead = max(ahead, now() - passed)
        return passed + ahead

    return read


monotonic: Callable[[], float] = waking(time.monotonic, time.time) if freezes() else time.monotonic
"""The clock for durations, seconds."""
