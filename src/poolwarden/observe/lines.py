"""Write events as lines of JSON, for an application without structured logging."""

from typing import TextIO

from poolwarden.errors import ConfigurationError
from poolwarden.events import AnyEvent, render
from poolwarden.locks import fork_safe_lock

_RANKS = {"info": 0, "warning": 1, "error": 2}


class JsonLines:
    """
    Write each event as one line of JSON; safe for threads.

    Args:
        stream: An open text stream, such as ``sys.stdout`` or a file opened for appending.
        level: The lowest level that is written: ``info``, ``warning`` or ``error``.

    Raises:
        ConfigurationError: The level is none of these.
    """

    def __init__(self, stream: TextIO, level: str = "info") -> None:
        if level not in _RANKS:
            raise ConfigurationError("level", "is not a level of events.", 'Write "info", "warning" or "error".')
        self._stream = stream
        self._rank = _RANKS[level]
        self._lock = fork_safe_lock()

    def enabled(self, level: str) -> bool:
        """
        Return whether events of a level are written.

        Args:
            level: ``info``, ``warning`` or ``error``.
        """
        return _RANKS[level] >= self._rank

    def emit(self, event: AnyEvent) -> None:
        """
        Write one event as a line and flush the stream.

        Args:
            event: The event.
        """
        line = render(event) + "\n"
        with self._lock:
            self._stream.write(line)
            self._stream.flush()
