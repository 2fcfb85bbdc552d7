"""Explain texts and causes without any package of the ``triage`` extra."""

import json
import subprocess
import sys

import pytest

from poolwarden.causes import CAUSES, Cause
from poolwarden.errors import bearer_error
from poolwarden.guard.challenge import answer_to
from poolwarden.triage.explain_text import as_fields, as_json, as_text, explain, explain_lines

TEXT = "An error occurred (NotAuthorizedException) when calling the InitiateAuth operation: Refresh Token has expired"


@pytest.mark.parametrize("cause", list(CAUSES))
def test_every_cause_is_explained_by_its_name(cause: str) -> None:
    """A cause's name is explained by its row, in text and JSON."""
    told = explain(f" {cause.upper()}\n")
    assert told.cause == cause
    assert CAUSES[told.cause].next_step in as_text(told)
    assert json.loads(as_json(told))["cause"] == cause


def test_a_text_is_explained_with_its_operation() -> None:
    """What a text tells is explained, the operation included."""
    told = explain(TEXT)
    assert (told.cause, told.operation, told.name) == (
        "refresh_token_expired",
        "InitiateAuth",
        "NotAuthorizedException",
    )
    assert "Operation: InitiateAuth" in as_text(told)


def test_ordinary_words_are_explained_as_perhaps() -> None:
    """Words that others use too prove no cause."""
    told = explain("refresh token expired")
    assert told.cause is None
    assert "Perhaps" in as_text(told)
    assert as_fields(told)["maybe"] == "refresh_token_expired"


def test_what_is_not_ours_is_said_to_be_so() -> None:
    """A text that tells nothing has no cause."""
    told = explain("hello")
    assert as_fields(told) == {"cause": None, "operation": None, "ends_session": None}
    assert "Nothing" in as_text(told)


def test_lines_are_answered_one_by_one() -> None:
    """Each object gets one answer with its own id; empty lines get none."""
    asked = [
        json.dumps({"id": 7, "text": TEXT}).encode(),
        b"\n",
        b'{"id":"b","text":"hello"}',
        b'{"text":"token expired"}',
    ]
    answers = [json.loads(line) for line in explain_lines(asked)]
    assert answers == [
        {"id": 7, "cause": "refresh_token_expired", "operation": "InitiateAuth", "ends_session": "yes"},
        {"id": "b", "cause": None, "operation": None, "ends_session": None},
        {"id": None, "cause": None, "operation": None, "ends_session": None, "maybe": "token_expired"},
    ]


def test_a_broken_line_is_told_by_its_number() -> None:
    """A line that is no object stops with its number."""
    with pytest.raises(ValueError, match="line 2 "):
        list(explain_lines([b"{}", b"nonsense"]))


def test_nothing_of_the_extra_is_loaded() -> None:
    """Explaining loads no package that only the triage needs."""
    code = (
        "import sys; from poolwarden.triage.explain_text import explain; explain('jwt expired');"
        "print([name for name in ('duckdb','rich','ahocorasick_rs','isal','zstandard','altair') if "
        "name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


@pytest.mark.parametrize("cause", [cause for cause, row in CAUSES.items() if row.status is not None])
def test_the_guards_own_answers(cause: Cause) -> None:
    """The problem that the guard answers with is explained by its cause, and so is what a challenge says of it."""
    answer = answer_to(bearer_error(cause))
    assert explain(answer.body.decode()).cause == cause
    assert explain(repr(answer.body.decode())).cause == cause
    described = f'Bearer error="invalid_token", error_description="{CAUSES[cause].sentence}"'
    told = explain(described).row
    assert told is not None
    assert told.sentence == CAUSES[cause].sentence
    assert CAUSES[cause].seen_by != "guard" or told.cause == cause
