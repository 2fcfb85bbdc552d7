"""
Hold the line to a server while it is asked, and cut it when the time is over.

An HTTP client bounds every read, but not how many there are: a server that
drips its headers, or its handshake, would hold a thread for hours.
"""

import socket
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

R = TypeVar("R")

# As httpx2's extension "trace" names them, behind what makes the connection: itself, or a proxy's.
_CONNECTED = "connect_tcp.complete"
_SECURED = "start_tls.complete"


class Line:
    """
    The line of one question; called as httpx2's ``trace``, it learns of the connection that is made.

    Attributes:
        connection: The connection now.
    """

    def __init__(self) -> None:
        self.connection: socket.socket | None = None
        self._lock = threading.Lock()
        self._over = self._ended = False
        self._twin: socket.socket | None = None

    def resume(self, connection: socket.socket | None) -> None:
        """Take the connection that an earlier question has left open."""
        if connection is not None:
            self.connection = connection
            self._watch(connection)

    def __call__(self, step: str, info: Mapping[str, Any]) -> None:
        """Take a step of the client's."""
        if not step.endswith((_CONNECTED, _SECURED)):
            return
        stream = info.get("return_value")
        connection = None if stream is None else stream.get_extra_info("socket")
        # What a client of another version tells may be something else: then it is only waited for.
        self.connection = connection if isinstance(connection, socket.socket) else None
        if self.connection is not None and step.endswith(_CONNECTED):
            self._watch(self.connection)

    def within(self, timeout_s: float, ask: Callable[[], R], done: Callable[[], object] = bool) -> R:
        """
        Ask in a thread of its own and return what comes of it; when the time is over the thread ends, too.

        Args:
            timeout_s: How long it may take in all, seconds.
            ask: Asks; ends with :meth:`end`.
            done: Called when the thread has ended, or cannot begin.

        Raises:
            OSError: Its time is over (TimeoutError), or there are no threads left; and whatever asking raises.
        """
        future: Future[R] = Future()

        def run() -> None:
            try:
                future.set_result(ask())
            except Exception as error:  # noqa: BLE001 (whoever waits is told)
                future.set_exception(error)
            finally:
                done()

        try:
            threading.Thread(target=run, name="poolwarden-ask", daemon=True).start()
        except RuntimeError as error:  # or Python is ending
            done()
            message = "no thread"
            raise OSError(message) from error
        try:
            return future.result(timeout_s)
        except TimeoutError:
            self._cut()
            raise

    def end(self) -> bool:
        """Let the line go; return whether its connection may be used again."""
        with self._lock:
            self._ended = True
            if self._twin is not None:
                self._twin.close()
            return not self._over

    def _watch(self, connection: socket.socket) -> None:
        with self._lock:
            if self._twin is not None:
                self._twin.close()
                self._twin = None
            # A number of our own for the connection: the client may close its own meanwhile, or wrap it for TLS, and
            # another file could have got that number when the line is cut.
            with suppress(OSError):
                self._twin = socket.fromfd(connection.fileno(), connection.family, connection.type)
        if self._over:
            self._cut()

    def _cut(self) -> None:
        with self._lock:
            self._over = True
            if self._twin is not None and not self._ended:
                with suppress(OSError):
                    # The thread that reads wakes up, and the client closes the connection there.
                    self._twin.shutdown(socket.SHUT_RDWR)
