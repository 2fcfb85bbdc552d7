"""Hold the rules against what the SDKs, loggers and JWT libraries of many languages write."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolwarden.triage.rules import find

ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in Path(__file__).with_name("renderings.jsonl").read_text(encoding="utf-8").splitlines()
]
OURS = [row for row in ROWS if row["cause"] is not None]
OTHERS = [row for row in ROWS if row["cause"] is None]


@pytest.mark.parametrize("row", OURS, ids=[row["name"] for row in OURS])
def test_a_rendering_tells_its_cause(row: dict[str, Any]) -> None:
    """A rendering tells its cause and, where it names one, its operation; ordinary words are marked as such."""
    match = find(row["text"])
    assert match is not None
    assert (match.cause.value, match.operation, match.maybe) == (row["cause"], row["operation"], row["maybe"])


@pytest.mark.parametrize("row", OTHERS, ids=[row["name"] for row in OTHERS])
def test_lookalikes_are_not_ours(row: dict[str, Any]) -> None:
    """What other systems say tells no cause, or at most perhaps."""
    match = find(row["text"])
    assert match is None or match.maybe


@pytest.mark.parametrize("row", OURS, ids=[row["name"] for row in OURS])
def test_a_rendering_tells_the_same_in_json(row: dict[str, Any]) -> None:
    """However often a logger quotes a text, it tells the same cause."""
    text = row["text"]
    for key in ("message", "log", "msg"):
        text = json.dumps({key: text})
        match = find(text)
        assert match is not None
        assert (match.cause.value, match.operation) == (row["cause"], row["operation"])


@given(st.text())
def test_any_text_is_looked_at(text: str) -> None:
    """No text makes the rules fail."""
    find(text)


@given(st.sampled_from([row["text"] for row in OURS]), st.integers(0, 400), st.integers(0, 400))
def test_a_cut_text_is_looked_at(text: str, start: int, end: int) -> None:
    """A rendering cut anywhere makes the rules fail in no way."""
    find(text[start : start + end])


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ('{"event":"poolwarden.request_rejected","cause":"token_expired"}', "token_expired"),
        ("[info] poolwarden.request_rejected cause=key_unknown repeats=1", "key_unknown"),
        ("poolwarden.request_rejected cause=something_new", None),
    ],
)
def test_the_guards_events_name_their_cause(text: str, cause: str | None) -> None:
    """An event of the guard is explained by the cause it names."""
    match = find(text)
    assert (match.cause.value if match is not None else None) == cause


def test_what_is_shown_is_the_telling_line() -> None:
    """A match carries the line that tells it, not the traceback around it."""
    match = find(
        "Traceback (most recent call last):\n  File 'a'\nx.NotAuthorizedException: Refresh Token has expired\nmore"
    )
    assert match is not None
    assert match.said == "NotAuthorizedException: Refresh Token has expired"


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (f"NotAuthorizedException {'x ' * 500} Refresh Token has expired", "refresh_token_expired"),
        ("ParseException: no such date", None),
        ("jose.exceptions.JWTError: something else", None),
    ],
    ids=["far apart", "a name of many", "a family's name alone"],
)
def test_a_name_alone_may_not_tell(text: str, cause: str | None) -> None:
    """A sentence is found however far from its name; a name that many use needs one."""
    match = find(text)
    assert (match.cause.value if match is not None else None) == cause


def test_quotes_are_undone_only_so_deep() -> None:
    """Nobody nests deeper than six; what does is looked at as it is."""
    text = "NotAuthorizedException: Refresh Token has expired"
    for _ in range(9):
        text = json.dumps({"message": text})
    match = find(text)
    assert match is not None
    assert match.cause.value == "refresh_token_expired"


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("jwt audience invalid. expected: web (InvalidJTIError)", "audience_mismatch"),
        ("verification failed (InvalidJTIError)", "claim_invalid"),
        ("Token has expired; raised JWTDecodeException", "token_expired"),
    ],
)
def test_a_sentence_before_a_familys_name_tells_more_than_the_name(text: str, cause: str) -> None:
    """A name that stands for many causes gives way to the sentence, on whichever side of it that stands."""
    match = find(text)
    assert match is not None
    assert match.cause == cause
