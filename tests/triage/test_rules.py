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


@pytest.mark.parametrize(
    "text",
    [
        "GET /log?error=NotAuthorizedException%3A%20Refresh%20Token%20has%20expired&page=3 204",
        "GET /log?error=NotAuthorizedException%3a+Refresh+Token+has+expired 204",
        "beacon=%7B%22name%22%3A%22NotAuthorizedException%22%2C%22message%22%3A%22Refresh%20Token%20has%20expired%22%7D",
    ],
)
def test_what_a_browser_reports_in_a_query_is_read(text: str) -> None:
    """A name with its sentence, or an object, is read in a URL's encoding, too."""
    match = find(text)
    assert match is not None
    assert (match.cause.value, match.maybe) == ("refresh_token_expired", False)


@pytest.mark.parametrize(
    ("text", "cause", "maybe"),
    [
        (
            '{"msg":"renewal failed","err":{"message":"Token has expired.","errorType":"UnauthorizedException"}}',
            0,
            False,
        ),
        ('{"err":{"type":"UnauthorizedException","message":"Token has expired."},"msg":"renewal failed"}', 0, False),
        ('{"error":{"message":"NotAuthorizedException: "},"message":"renewal failed"}', 1, False),
        ('{"error":{"name":"NotAuthorizedException","message":"Quite new"}}', 2, True),
        ('{"error":{"name":"NotAuthorizedException","message":"Quite new"},"sdk":"@aws-sdk/client"}', 2, False),
        ('botocore: NotAuthorizedException: "Quite new."', 2, False),
        ('botocore: NotAuthorizedException: ""', 1, False),
        ("botocore: NotAuthorizedException: None of the tokens is known", 2, False),
        ("botocore: NotAuthorizedException: null\nbotocore: NotAuthorizedException: Quite new", 2, False),
    ],
)
def test_the_message_that_is_nearest_to_a_name_belongs_to_it(text: str, cause: int, maybe: bool) -> None:
    """A logger's own message is not the exception's; an unknown sentence is ours where AWS is named beside it."""
    match = find(text)
    assert match is not None
    expected = ("token_expired", "message_lost", "not_authorized_other")[cause]
    assert (match.cause.value, match.maybe) == (expected, maybe)


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        ("Refresh Token has exp\u2026", "refresh_token_expired"),
        ("Refresh Token has been rev", "refresh_token_revoked"),
        ("Refresh Token has", "not_authorized_other"),
        ("Invalid Refresh To...</message>", "refresh_token_invalid"),
        ("The code is incorrect", "not_authorized_other"),
    ],
)
def test_a_sentence_that_was_cut_tells_while_it_can_be_only_one(words: str, cause: str) -> None:
    """What is left of a sentence is enough where all that begin so mean the same."""
    match = find(f"botocore: NotAuthorizedException: {words}")
    assert match is not None
    assert match.cause.value == cause


@pytest.mark.parametrize(("text", "cause"), [("401 jwt expired", "token_expired"), ("3 jwt expired, removed", None)])
def test_a_status_is_no_count(text: str, cause: str | None) -> None:
    """What was cleaned up is counted before the words; a status is not."""
    match = find(text)
    assert (match.cause.value if match is not None else None) == cause


def test_the_place_of_a_log_is_no_party_to_it() -> None:
    """A registry, a cloud and a collector that a record names say nothing of whose token it was."""
    said = "jwt expired, Bearer refused"
    for place in (
        "image: registry.example.com/shop/api:1",
        "provider: azure",
        "_collector: k8s",
        "name: docker.io/shop/api",
    ):
        match = find(f"TokenExpiredError: {said}\n{place}")
        assert match is not None
        assert not match.maybe
    for other in ("provider: azure-ad", "registry token", "name: keycloak"):
        match = find(f"TokenExpiredError: {said}\n{other}")
        assert match is None or match.maybe


@pytest.mark.parametrize(
    "text",
    [
        "FirebaseAuthError: Firebase ID token has expired.",
        "TokenRetrievalError: Error when retrieving token from sso: Token has expired and refresh failed",
        "SessionExpiredException: KeeperErrorCode = Session expired for /brokers",
        "RefreshError: invalid_grant: Token has been expired or revoked.",
    ],
)
def test_another_systems_sentence_beside_a_call_to_cognito(text: str) -> None:
    """What names its own system in the same line is not surely Cognito's, whatever else its record tells."""
    match = find(f"{text}\nurl: https://cognito-idp.eu-west-1.amazonaws.com/\nstatus_code: 400")
    assert match is None or match.maybe
