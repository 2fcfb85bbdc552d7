"""
Say quickly whether a text or the fields of a record may tell something.

Whoever reads logs brings the search with it (:mod:`poolwarden.triage.prefilter`).
To explain one text there is nothing to gain by it, and no package is needed.
"""

from collections.abc import Callable
from typing import Any

import msgspec

_searches: list[Callable[[bytes], list[Any]]] = []
_encode = msgspec.json.Encoder().encode
_IN_NUMBERS = b'"__REALTIME_TIMESTAMP'  # a line of a journal, whose message may be an array of numbers


def bring(search: Callable[[bytes], list[Any]]) -> None:
    """Take the search for what every record that tells something holds."""
    _searches[:] = [search]


def may_tell(value: object) -> bool:
    """
    Say whether a text, or the value of a JSON text, holds any of the literals: what holds none concerns no session.

    Args:
        value: A record's text, or its fields. An event of CloudTrail tells by its name alone, and always may.
    """
    if not _searches or (isinstance(value, dict) and "eventName" in value):
        return True
    try:
        # A number may be the first that stands in a field.
        data = f" {value}".encode(errors="replace") if isinstance(value, str) else _encode(value)
    except (ValueError, OverflowError, RecursionError):  # half a surrogate
        return True
    return bool(_searches[0](data)) or _IN_NUMBERS in data
