"""A question's line, cut from another thread."""

import socket
import threading

import pytest

from poolwarden.guard.line import Line


class Stream:
    """A connection as the HTTP client tells of it."""

    def __init__(self, connection: socket.socket | None) -> None:
        self.connection = connection

    def get_extra_info(self, name: str) -> socket.socket | None:
        """Return the socket."""
        return self.connection if name == "socket" else None


def test_connected_too_late() -> None:
    """A connection that is made when the time is over already is cut as soon as it is there."""
    ours, theirs = socket.socketpair()
    line, over, read = Line(), threading.Event(), threading.Event()

    def ask() -> None:
        over.wait(10)
        line("connection.connect_tcp.complete", {"return_value": Stream(ours)})
        assert ours.recv(1) == b""
        assert not line.end()
        read.set()

    with ours, theirs:
        with pytest.raises(TimeoutError):
            line.within(0.01, ask)
        over.set()
        assert read.wait(10)
        assert theirs.recv(1) == b""


def test_ended_in_time() -> None:
    """What has ended is not cut any more: its connection may serve another question by then."""
    ours, theirs = socket.socketpair()
    line = Line()
    with ours, theirs:
        line.resume(ours)
        assert line.end()
        line._cut()
        ours.sendall(b"x")
        assert theirs.recv(1) == b"x"


@pytest.mark.parametrize("prefix", ["connection", "proxy"])
def test_steps(prefix: str) -> None:
    """The connection is the last that was made or secured, directly or through a proxy; other steps tell nothing."""
    first, second = socket.socketpair()
    line = Line()
    with first, second:
        line.resume(None)
        assert line.connection is None
        line(f"{prefix}.connect_tcp.complete", {"return_value": Stream(first)})
        line(f"{prefix}.connect_tcp.complete", {"return_value": Stream(second)})
        assert line.connection is second
        line(f"{prefix}.start_tls.complete", {"return_value": Stream(first)})
        assert line.connection is first
        line("http11.send_request_headers.complete", {"return_value": None})
        assert line.connection is first
        assert line.end()


@pytest.mark.parametrize("info", [{}, {"return_value": None}, {"return_value": Stream(None)}])
def test_unknown_steps(info: dict[str, object]) -> None:
    """A client that tells of its connections in another way is listened to, and nothing fails."""
    line = Line()
    line("connection.connect_tcp.complete", info)
    line._cut()
    assert line.connection is None
    assert not line.end()


def test_closed() -> None:
    """A connection that the client has closed meanwhile is nothing to hold, nor to fail at."""
    ours, theirs = socket.socketpair()
    ours.close()
    with theirs:
        line = Line()
        line.resume(ours)
        line._cut()
        assert not line.end()
