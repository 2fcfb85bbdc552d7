"""Know the epoch seconds of a stamp's minute: lines come many to a minute, and reading a date costs most."""

import re

from poolwarden.triage.times import stamp_of

_MINUTE = re.compile(rb"\d{4}-\d\d-\d\d \d\d:\d\d:")
_MOST = 4096


class Minutes(dict[bytes, float | None]):
    """Epoch seconds of whole minutes by the beginning of a stamp; None where it is none."""

    def __missing__(self, text: bytes) -> float | None:
        """Read it, and remember it within bounds."""
        if len(self) >= _MOST:
            self.clear()
        stamp = stamp_of(f"{text.decode()}00") if _MINUTE.fullmatch(text) else None
        at = self[text] = stamp[0] if stamp is not None else None
        return at
