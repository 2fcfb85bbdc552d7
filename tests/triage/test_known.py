"""What is remembered of templates is bounded, and says what the rules say."""

import pytest

from poolwarden.triage import known
from poolwarden.triage.facts import facts_in
from poolwarden.triage.known import told_by
from poolwarden.triage.rules import find

SAID = "An error occurred (NotAuthorizedException) when calling the InitiateAuth operation: Refresh Token has expired"
TEXTS = [
    f"2026-03-01 10:00:00,123 ERROR {SAID} sub=0c3f4a1e-1111-4222-8333-444455556666",
    f"2026-03-02 11:10:20,456 ERROR {SAID} sub=9d3f4a1e-1111-4222-8333-444455557777",
    "2026-03-02 11:10:20,456 INFO order 4711 placed",
    "2026-03-02 11:10:21,456 INFO order 4712 placed",
    '10.0.0.7 - - [01/Mar/2026:10:00:01 +0000] "GET /orders/4711 HTTP/1.1" 401 12',
    '10.0.0.8 - - [01/Mar/2026:10:00:02 +0000] "GET /orders/4712 HTTP/1.1" 401 12',
    "JWTExpired 11 then JWTExpired 11",
    "JWTExpired 12 then JWTExpired 12",
    f"{SAID}\\u0031",
    f"{SAID} {'x' * 5000}",
]


@pytest.mark.parametrize("most", [1, 2, 3, 8192])
def test_however_little_is_remembered_the_rules_words_count(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With memory emptied at any time, a text tells the same, and no more than so much is kept."""
    monkeypatch.setattr(known, "MOST", most)
    monkeypatch.setattr(known, "_likes", {})
    for text in TEXTS * 2:
        match, told = find(text), told_by(text)
        assert (told is None) is (match is None)
        if told is not None and match is not None:
            assert (told.match.cause, told.said, told.facts) == (match.cause, match.said, facts_in(text))
        assert len(known._likes) <= most


def test_a_text_that_says_it_twice_is_asked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is unclear which of two places tells, the rules are asked for each text, and the evidence is its own."""
    monkeypatch.setattr(known, "_likes", {})
    line = '10.0.0.{0} - - [01/Mar/2026:10:00:01 +0000] "GET /orders/47{0} HTTP/1.1" 401 12'
    for number in ("17", "28", "39", "4711", "4712"):
        text = "\n".join([line.format(number) if len(number) < 4 else f"ERROR {SAID} {number}"] * 2)
        match, told = find(text), told_by(text)
        assert match is not None
        assert told is not None
        assert told.said == match.said
        assert number in told.said
