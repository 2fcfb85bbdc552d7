"""Requests go where they are sent and nowhere else, and whatever does not answer is an answer too."""

import pytest

from loopback import Answer, http, raw, serving
from poolwarden.errors import ConfigurationError
from poolwarden.rehearse.exchange import read_address, send


def test_redirects_are_shown() -> None:
    """A redirect is not followed."""
    with serving(http(302, location="/login")) as server:
        answer = send(read_address(server.url + "orders?page=1"))
        assert (answer.status, answer.header("location"), len(server.requests)) == (302, "/login", 1)
        assert server.requests[0].startswith(b"GET /orders?page=1 HTTP/1.1\r\n")


@pytest.mark.parametrize("answer", [raw(b""), raw(b"nonsense\r\n\r\n")], ids=["nothing", "nonsense"])
def test_broken_answers(answer: Answer) -> None:
    """An answer that breaks off is none, with a word on why."""
    with serving(answer) as server:
        broken = send(read_address(server.url))
        assert broken.status == 0
        assert broken.fault


def test_cut_body() -> None:
    """Of an answer whose body breaks off, the status counts."""
    with serving(raw(b"HTTP/1.1 401 No\r\ncontent-length: 9\r\n\r\n17")) as server:
        assert send(read_address(server.url)).status == 401


def test_nobody_listens() -> None:
    """A refused connection is no answer."""
    refused = send(read_address("http://127.0.0.1:1/"))
    assert (refused.status, refused.fault != "") == (0, True)


def test_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of the environment is for the internet, not for an application on this machine."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with serving(http(200, b"[17]")) as server:
        assert send(read_address(server.url)).body == b"[17]"


@pytest.mark.parametrize(
    "text",
    ["127.0.0.1:8000", "ftp://127.0.0.1/", "http://", "http://x:port/", "http://ada:secret@x/", "http://x/\n", ""],
)
def test_no_addresses(text: str) -> None:
    """What is no address is refused, and no password is repeated."""
    with pytest.raises(ConfigurationError) as refused:
        read_address(text)
    assert "secret" not in str(refused.value)


def test_addresses() -> None:
    """An address is read whole."""
    read = read_address("https://[::1]:8443/a/b?c=d")
    assert (read.secure, read.host, read.port, read.target) == (True, "::1", 8443, "/a/b?c=d")
    assert read_address("http://x").target == "/"
