"""Call functions of the user's that may raise, such as one that writes to a full disk, without failing for it."""

import logging
from collections.abc import Callable
from typing import Generic, ParamSpec

_log = logging.getLogger("poolwarden")
_Told = ParamSpec("_Told")


class Tolerated(Generic[_Told]):
    """
    Call a function, and log it once when it raises, in place of raising.

    Args:
        tell: The function.
        lost: How the log's sentence begins: what is lost, and what raises, such as ``events are lost: the sink``.
    """

    __slots__ = ("_failed", "_lost", "_tell")

    def __init__(self, tell: Callable[_Told, object], lost: str) -> None:
        self._tell = tell
        self._lost = lost
        self._failed = False

    def __call__(self, *args: _Told.args, **kwargs: _Told.kwargs) -> None:
        """Call the function."""
        try:
            self._tell(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 (whatever a user's function or a logger's processor raises)
            self.failed(error)

    def failed(self, error: Exception) -> None:
        """
        Log, once, that the function raises.

        Args:
            error: What it has raised.
        """
        if not self._failed:
            self._failed = True
            # Without the message, which may hold anything; the type is enough to find the cause.
            _log.error("poolwarden: %s raises %s", self._lost, type(error).__qualname__)
