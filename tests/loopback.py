"""Servers on the loopback interface that answer as badly as a test wants."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Answer = Callable[[socket.socket], None]


def raw(*parts: bytes, pause_s: float = 0.0, stopped: threading.Event | None = None) -> Answer:
    """Answer with these bytes, with a pause before each part but the first."""

    def answer(connection: socket.socket) -> None:
        for index, part in enumerate(parts):
            if index and pause_s:
                (stopped or threading.Event()).wait(pause_s)
            connection.sendall(part)

    return answer


def http(status: int, body: bytes = b"", **headers: str) -> Answer:
    """Answer with a well-formed response."""
    fields = {"content-length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return raw(f"HTTP/1.1 {status} Text\r\n{head}connection: close\r\n\r\n".encode() + body)


def hang(until: threading.Event) -> Answer:
    """Take the request and answer nothing until told to end."""
    return lambda _: _waited(until)


def _waited(until: threading.Event) -> None:
    until.wait(10)


class Loopback:
    """
    A server on 127.0.0.1 with one answer, which may be changed.

    Attributes:
        url: Its address.
        answer: What each connection gets.
        requests: The head of each request so far.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.requests: list[bytes] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}/"
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                head = b""
                while b"\r\n\r\n" not in head:
                    received = connection.recv(65_536)
                    if not received:
                        return
                    head += received
                self.requests.append(head)
                self.answer(connection)
            except OSError:
                return  # the client has left, as some answers make it

    def close(self) -> None:
        """Stop listening."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(5)


@contextmanager
def serving(answer: Answer) -> Iterator[Loopback]:
    """Serve while the context lasts."""
    server = Loopback(answer)
    try:
        yield server
    finally:
        server.close()


def closed_port() -> int:
    """Return a port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
