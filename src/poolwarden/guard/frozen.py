"""
Work on AWS Lambda, which freezes a function's process when it has answered, until the next request.

A thread that fetches keys in the background would be frozen in the middle of it,
and find its time-out over when it goes on. So there the request that finds keys
due waits for them; it holds up no other, for a process has one request at a time.
"""

import os
import time
from collections.abc import Callable, Mapping

_FUNCTION = "AWS_LAMBDA_FUNCTION_NAME"  # set by Lambda in every function


def freezes(environ: Mapping[str, str] | None = None) -> bool:
    """
    Return whether this process is frozen between requests.

    Args:
        environ: The environment's variables; by default the process's.
    """
    return _FUNCTION in (os.environ if environ is None else environ)


def waking(monotonic: Callable[[], float], now: Callable[[], float]) -> Callable[[], float]:
    """
    Return a clock that goes on while a process is frozen, and never goes back.

    The monotonic clock may stand still in that time, and keys would not grow old.
    The wall clock is right again when the process goes on, so this clock jumps ahead
    by as much as the wall clock did.

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
"""The guard's clock for durations, seconds."""
