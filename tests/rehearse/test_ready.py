"""A rehearsal waits for the application, and says why an application that refuses a good token cannot be rehearsed."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from poolwarden.errors import ConfigurationError
from poolwarden.rehearse import Stage, await_application
from poolwarden.rehearse.answer import Answer
from poolwarden.rehearse.ready import PAUSE_S

GOOD = Answer(200, (), b"[17]")
HTML = (("content-type", "text/html"),)

Await = Callable[..., Answer]


class Timepiece:
    """A clock that only a pause moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now

    def pause(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


@pytest.fixture
def awaited(make_stage: Callable[..., Stage], terms: Any) -> Callable[[list[Answer]], tuple[Answer, float]]:
    """Return what is answered in the end, and how long was waited; the last answer stays."""

    def run(answers: list[Answer]) -> tuple[Answer, float]:
        clock, told = Timepiece(), _staying(answers)
        found = await_application(
            make_stage(terms()),
            lambda token: next(told),
            "http://127.0.0.1:8000/orders",
            patience_s=10,
            monotonic=clock,
            pause=clock.pause,
        )
        return found, clock.now

    return run


def _staying(answers: list[Answer]) -> Iterator[Answer]:
    yield from answers
    while True:
        yield answers[-1]


PASSING = {
    "not_there": Answer(0, fault="Connection refused"),
    "starting": Answer(502),
    "without_keys": Answer(503, (), b'{"cause": "keys_unavailable"}'),
    "old_keys": Answer(401, (), b'{"cause": "key_unknown"}'),
}


@pytest.mark.parametrize("name", PASSING)
def test_waits(name: str, awaited: Any) -> None:
    """What passes by itself is waited for: a start, and keys that were fetched before the pool was there."""
    assert awaited([PASSING[name], PASSING[name], GOOD]) == (GOOD, 2 * PAUSE_S)


def test_asks_with_a_token_of_each_try(make_stage: Callable[..., Stage], terms: Any) -> None:
    """Each try has a token of its own, so that no cache of refusals decides."""
    sent: list[str | None] = []
    clock = Timepiece()

    def ask(token: str | None) -> Answer:
        sent.append(token)
        return GOOD if len(sent) == 3 else PASSING["not_there"]

    stage = make_stage(terms())
    await_application(stage, ask, "x", patience_s=10, monotonic=clock, pause=clock.pause)
    assert len(set(sent)) == 3
    assert None not in sent


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(0, fault="Connection refused"), r"nothing answers \(Connection refused\) within 10 s.*--wait"),
        (Answer(404), "answers 404 to a good token.*--app"),
        (Answer(405), "answers 405"),
        (Answer(403, (), b'{"cause": "scope_missing"}'), "403.*aws.cognito.signin.user.admin.*--group"),
        (Answer(302, (("location", "/login"),)), "redirects a good token.*to /login"),
        (Answer(503, (), b'{"cause": "keys_unavailable"}'), "keys_unavailable.*after 10 s.*environment"),
        (Answer(500), "answers 500 to a good token. Its own log"),
        (Answer(401, (), b'{"cause": "issuer_mismatch"}'), "issuer_mismatch.*environment.*explain issuer_mismatch"),
        (Answer(401), "refuses a token issued just now.*environment"),
        (Answer(200, (), b'{"error": "unauthorized"}'), "tells of an error"),
        (Answer(200, HTML, b'<input type="password">'), "asks for a password"),
    ],
    ids=["nothing", "404", "405", "403", "redirect", "keys", "500", "issuer", "401", "error_body", "login_page"],
)
def test_what_cannot_be_rehearsed(answer: Answer, words: str, awaited: Any) -> None:
    """An application that does not take a good token is no finding but an error, which says what to do."""
    with pytest.raises(ConfigurationError, match=words):
        awaited([answer])
