"""Hand events to structlog, as the application has configured it."""

import logging
from time import monotonic
from typing import Any

import structlog

from poolwarden.events import AnyEvent, to_fields

_ASKED_FOR_S = 1.0
_LEVELS = {"info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


class StructlogEvents:
    """
    Log each event through structlog, its fields as key-value pairs.

    structlog is not configured here: whatever the application has set up
    (processors, output, level) holds. Where it filters by level, events below
    are not even made.

    Args:
        logger: A structlog logger; by default one named ``poolwarden``.
    """

    def __init__(self, logger: Any = None) -> None:
        self._logger = structlog.get_logger("poolwarden") if logger is None else logger
        # Binding a logger to ask it costs more than verifying a known token: it is asked anew after a second.
        self._asked: dict[str, tuple[float, bool]] = {}

    def enabled(self, level: str) -> bool:
        """Return whether the application's logger takes this level; True where it does not tell."""
        now = monotonic()
        until, wanted = self._asked.get(level, (now, True))
        if now >= until:
            ask = getattr(self._logger.bind(), "is_enabled_for", None)
            wanted = ask is None or bool(ask(_LEVELS[level]))
            self._asked[level] = (now + _ASKED_FOR_S, wanted)
        return wanted

    def emit(self, event: AnyEvent) -> None:
        """Log one event at its level."""
        fields = to_fields(event)
        level = fields.pop("level")
        getattr(self._logger, level)(fields.pop("event"), **fields)
