"""
Bound the whole time of a request that blocks a thread, by closing its connection from outside.

An HTTP client limits the time of each read, but not the number of reads: a
server that sends its headers, or its TLS handshake, byte by byte could hold a
thread for hours.
"""

import socket
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

R = TypeVar("R")

# How the names of steps end that httpx2's extension "trace" reports; they begin with who connects: it, or for a proxy.
_CONNECTED = "connect_tcp.complete"
_SECURED = "start_tls.complete"


class Line:
    """
    The connection of one request; given to httpx2 as ``trace``, it learns which socket is used.

    Attributes:
        connection: The socket in use; None before there is one.
    """

    def __init__(self) -> None:
        self.connection: socket.socket | None = None
        self._lock = threading.Lock()
        self._over = self._ended = False
        self._twin: socket.socket | None = None

    @property
    def over(self) -> bool:
        """Whether the question's time is over."""
        return self._over

    def resume(self, connection: socket.socket | None) -> None:
        """
        Use a connection that an earlier request has left open.

        Args:
            connection: Its socket; None where there is none.
        """
        if connection is not None:
            self.connection = connection
            self._watch(connection)

    def __call__(self, step: str, info: Mapping[str, Any]) -> None:
        """
        Take note of a step of the client: httpx2 calls this.

        Args:
            step: The step's name.
            info: What httpx2 tells about it.
        """
        if not step.endswith((_CONNECTED, _SECURED)):
            return
        stream = info.get("return_value")
        connection = None if stream is None else stream.get_extra_info("socket")
        # Another version of the client may tell something else: then the connection cannot be closed, only waited for.
        self.connection = connection if isinstance(connection, socket.socket) else None
        if self.connection is not None and step.endswith(_CONNECTED):
            self._watch(self.connection)

    def within(self, timeout_s: float, ask: Callable[[], R], done: Callable[[], object] = bool) -> R:
        """
        Run a request in a thread of its own and return its result; when the time is over, close its connection.

        Args:
            timeout_s: How long it may take in all, seconds.
            ask: Makes the request, and calls :meth:`end` at its end.
            done: Called when the thread has ended, or could not be started.

        Raises:
            OSError: The time is over (TimeoutError), or no thread could be started; and whatever ``ask`` raises.
        """
        future: Future[R] = Future()

        def run() -> None:
            try:
                future.set_result(ask())
            except Exception as error:  # noqa: BLE001 (raised again in the thread that waits)
                future.set_exception(error)
            finally:
                done()

        try:
            threading.Thread(target=run, name="poolwarden-ask", daemon=True).start()
        except RuntimeError as error:  # no more threads, or the interpreter is shutting down
            done()
            message = "no thread"
            raise OSError(message) from error
        try:
            return future.result(timeout_s)
        except TimeoutError:
            self._cut()
            raise

    def end(self) -> bool:
        """Take note that the request has ended; return whether its connection may be used again."""
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
            # A file descriptor of our own: the client may close its descriptor, or wrap the socket for TLS, and by the
            # time that the connection is cut the number could belong to another file.
            with suppress(OSError):
                self._twin = socket.fromfd(connection.fileno(), connection.family, connection.type)
        if self._over:
            self._cut()

    def _cut(self) -> None:
        with self._lock:
            self._over = True
            if self._twin is not None and not self._ended:
                with suppress(OSError):
                    # Wakes the thread that reads, where the client then closes the connection.
                    self._twin.shutdown(socket.SHUT_RDWR)
