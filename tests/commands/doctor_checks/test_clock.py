"""A clock that is wrong beyond the leeway is found."""

import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from loopback import raw, serving
from patients import CLIENT, POOL, check, patient
from poolwarden import UserPool
from poolwarden.commands.doctor_checks import Outcome
from poolwarden.commands.doctor_checks.clock import Offset, offset_from
from poolwarden.guard.server import Guard


@pytest.mark.parametrize(
    ("before", "told", "after", "outcome", "said"),
    [
        (100.0, 100.0, 100.2, Outcome.OK, "right"),
        (100.9, 100.0, 101.0, Outcome.OK, "right"),
        (101.0, 100.0, 141.0, Outcome.OK, "right"),  # a slow answer says little about the clock, and nothing wrong
        (103.0, 100.0, 103.2, Outcome.OK, "3 s ahead of the issuer's"),
        (60.0, 100.0, 60.2, Outcome.PROBLEM, "40 s behind the issuer's; the leeway is 5 s"),
        (140.0, 100.0, 140.2, Outcome.PROBLEM, "40 s ahead of the issuer's; the leeway is 5 s"),
    ],
)
def test_clock(
    monkeypatch: pytest.MonkeyPatch, before: float, told: float, after: float, outcome: Outcome, said: str
) -> None:
    """A clock beyond the leeway is a problem; whole seconds and a slow answer are none."""
    monkeypatch.setattr(clock_module(), "offset_from", lambda _url: Offset.of(before, told, after))
    (result,) = check("clock", patient(Guard(UserPool(POOL, client_ids=CLIENT))))
    assert (result.outcome, result.words) == (outcome, said)


def clock_module() -> Any:
    """Return the module, whose name the package gives to its check."""
    return sys.modules["poolwarden.commands.doctor_checks.clock"]


def test_leeway(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the guard's leeway covers is no problem."""
    monkeypatch.setattr(clock_module(), "offset_from", lambda _url: Offset.of(140.0, 100.0, 140.2))
    (result,) = check("clock", patient(Guard(UserPool(POOL, client_ids=CLIENT), leeway=60)))
    assert result.outcome is Outcome.OK


def test_no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that tells no time is skipped."""
    monkeypatch.setattr(clock_module(), "offset_from", lambda _url: None)
    (result,) = check("clock", patient(Guard(UserPool(POOL, client_ids=CLIENT))))
    assert result.outcome is Outcome.SKIPPED


class Answer(BaseHTTPRequestHandler):
    """Answer with a status and a date of the path's: /200/1700000000."""

    def do_GET(self) -> None:
        """Answer."""
        _, status, date = self.path.split("/")
        self.send_response_only(int(status))
        if date:
            self.send_header("Date", self.date_time_string(int(date)) if date.isdecimal() else date)
        self.send_header("Content-Length", "0")
        self.end_headers()


@pytest.fixture
def answering() -> Iterator[str]:
    """Serve such answers, and return the address."""
    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("status", [200, 404])
def test_date(answering: str, status: int) -> None:
    """The date of an answer is read, of an error's too: it cannot be further off than the clock has gone since."""
    offset = offset_from(f"{answering}/{status}/1700000000")
    assert offset is not None
    assert 0 < offset.ahead_s - offset.within_s <= time.time() - 1_700_000_000


def test_redirect(answering: str) -> None:
    """A redirect is an answer with a date; nobody else is asked."""
    offset = offset_from(f"{answering}/302/1700000000")
    assert offset is not None
    assert offset.ahead_s > 0


def test_no_http() -> None:
    """A peer that speaks something else tells no time."""
    with serving(raw(b"SSH-2.0-OpenSSH_9.2\r\n")) as peer:
        assert offset_from(peer.url) is None


@pytest.mark.parametrize("date", ["", "yesterday"])
def test_no_date(answering: str, date: str) -> None:
    """An answer without a date, or with one that is none, tells no time; nobody is asked over an unsafe address."""
    assert offset_from(f"{answering}/200/{date}") is None
    assert offset_from("http://example.com/200/1700000000") is None
