"""Read what a server's headers say of time: how long its answer is fresh, and when to come back."""

import re
from email.utils import parsedate_to_datetime

# A directive is a word of its own: "s-maxage=60" and "xmax-age=60" are other ones.
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age=(\d{1,9})(?:$|[\s,])", re.ASCII | re.IGNORECASE)
_NOT_STORED = re.compile(r"(?:^|[\s,])no-(?:store|cache)(?:$|[\s,=])", re.ASCII | re.IGNORECASE)
_SECONDS = re.compile(r"\d{1,9}", re.ASCII)
_LONGEST_DATE = 40


def max_age(cache_control: str) -> float | None:
    """Return Cache-Control's max-age, 0 for no-store and no-cache, None without any (RFC 9111 §5.2.2)."""
    if _NOT_STORED.search(cache_control):
        return 0.0
    found = _MAX_AGE.search(cache_control)
    return float(found[1]) if found else None


def retry_after(value: str, now: float) -> float:
    """
    Return how many seconds Retry-After asks to wait, 0 where it says nothing that can be read (RFC 9110 §10.2.3).

    Args:
        value: The header's value: seconds, or a date.
        now: The time, epoch seconds.
    """
    if _SECONDS.fullmatch(value):
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value[:_LONGEST_DATE]).timestamp() - now)
    except (ValueError, OverflowError):
        return 0.0
