"""Read settings that are durations; what no clock could count or no thread could wait for ends here."""

import sys
import threading
from datetime import timedelta
from typing import TypeGuard

from poolwarden.errors import ConfigurationError


def seconds(name: str, value: object) -> float:
    """
    Return a duration in seconds.

    Args:
        name: The setting's name.
        value: A timedelta, or a number of seconds.

    Raises:
        ConfigurationError: It is negative or no duration.
    """
    amount = value.total_seconds() if isinstance(value, timedelta) else value
    if not (_is_number(amount) and 0 <= amount <= sys.float_info.max):
        raise ConfigurationError(name, "is not a duration.", "Give a timedelta, or seconds from 0 on.")
    return float(amount)


def check_positive(**durations: object) -> None:
    """
    Refuse durations that nothing can wait for: NaN, 0, and what is too long, which is 292 years on most platforms.

    Args:
        durations: Seconds, by the names of their settings.

    Raises:
        ConfigurationError: One is no such number.
    """
    for name, value in durations.items():
        if not (_is_number(value) and value > 0):
            raise ConfigurationError(name, "is not positive.", "Give seconds above 0.")
        if value > threading.TIMEOUT_MAX:
            raise ConfigurationError(name, "is longer than a thread can wait.", "Give fewer seconds.")


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
