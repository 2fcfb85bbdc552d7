"""Tell whoever wants to know, and let nothing fail because that cannot be done: a disk may be full, a file gone."""

import logging
from collections.abc import Callable
from typing import Generic, ParamSpec

_log = logging.getLogger("poolwarden")
_Told = ParamSpec("_Told")


class Tolerated(Generic[_Told]):
    """
    Tell something, and let nothing fail because that cannot be done; say so once.

    Args:
        tell: Whom to tell.
        lost: What is lost by it, and whose fault that is.
    """

    __slots__ = ("_failed", "_lost", "_tell")

    def __init__(self, tell: Callable[_Told, object], lost: str) -> None:
        self._tell = tell
        self._lost = lost
        self._failed = False

    def __call__(self, *args: _Told.args, **kwargs: _Told.kwargs) -> None:
        """Tell it."""
        try:
            self._tell(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 (whatever a function of the user's, or a logger's processors, raise)
            self.failed(error)

    def failed(self, error: Exception) -> None:
        """Say once that it cannot be told."""
        if not self._failed:
            self._failed = True
            # The message may hold anything; the type tells whom to ask.
            _log.error("poolwarden: %s raises %s", self._lost, type(error).__qualname__)
