"""Read what a server's headers say of time: how long its answer is fresh."""

import re

_MAX_AGE = re.compile(r"(?:^|[\s,])max-age=(\d{1,9})(?:$|[\s,])", re.ASCII | re.IGNORECASE)
_NOT_STORED = re.compile(r"(?:^|[\s,])no-(?:store|cache)(?:$|[\s,=])", re.ASCII | re.IGNORECASE)


def max_age(cache_control: str) -> float | None:
    """Return Cache-Control's max-age, 0 for no-store and no-cache, None without any (RFC 9111 §5.2.2)."""
    if _NOT_STORED.search(cache_control):
        return 0.0
    found = _MAX_AGE.search(cache_control)
    return float(found[1]) if found else None
