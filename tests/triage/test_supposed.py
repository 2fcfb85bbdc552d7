"""What is supposed, asked, denied, counted or tested did not happen."""

import pytest

from poolwarden.refusals.sentences import Sentence, Sure, plain
from poolwarden.triage.rules import find
from poolwarden.triage.supposed import is_about, is_no_event, is_supposed

ROW = Sentence("token_expired", "token is expired", None, Sure.YES)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "supposed"),
    [
        ("token is expired", False),
        ("sign in again if the token is expired", True),
        ("checking whether the token is expired: no", True),
        ("it returns 401 when the token is expired", True),
        ("token is expired? no", True),
        ("it throws that the token is expired", True),
        ("it throws TokenExpiredError: the token is expired", False),
        ("failed when calling the issuer token is expired", False),
        ("the user will be signed out because the token is expired", False),
        ("signs out if idle or since the token is expired", False),
        ("token check failed token is expired", False),
        ("token is expired = false", True),
        ("token is expired: no retry", False),
        ("token is expired -> ok", True),
        ("token is expired: notified the user", False),
        ("if you wonder: the token is expired", False),
        ("nothing of the sort", False),
    ],
)
def test_conditions_questions_and_negations_are_told(text: str, supposed: bool) -> None:
    """A sentence behind a condition, or before its denial, is only supposed; behind a colon it is said."""
    assert is_supposed(plain(text), ROW) is supposed


@pytest.mark.parametrize(
    ("text", "nothing"),
    [
        ("✓ refuses expired tokens (12 ms)", True),
        ("--- PASS: TestExpired (0.01s)", True),
        ("test_expired PASSED", True),
        ("test_expired ... ok", True),
        ("# HELP tokens_expired_total refused because the JWT expired", True),
        ('cognito_errors_total{type="NotAuthorizedException"} 12', True),
        ("jwt_expired_total 1.5e+03 1772359200000", True),
        ("✗ TokenExpiredError: jwt expired", False),
        ("PASSED on to the user: jwt expired", False),
        ("jwt expired 12 times", False),
        ("✓ refuses expired tokens\nERROR jwt expired", False),
    ],
)
def test_passed_tests_and_samples_of_metrics_are_no_events(text: str, nothing: bool) -> None:
    """A line of a test run that passed and a sample of metrics tell no refusal; an error's mark does not hide one."""
    assert is_no_event(text) is nothing


def test_what_was_done_on_purpose_is_no_refusal() -> None:
    """Cognito says that a token has been revoked; "token revoked" is what an application did."""
    done, said = find("cognito: refresh token revoked"), find("cognito: refresh token has been revoked")
    assert (done is not None and done.maybe, said is not None and not said.maybe) == (True, True)


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("// Refresh Token has expired: sign in", True),
        ("# NotAuthorizedException: sign in again", True),
        ("#0 NotAuthorizedException thrown", False),
        ("describe('Refresh Token has expired', () => {", True),
        ("grep 'Refresh Token has expired' app.log", True),
        ("LOG: statement: INSERT INTO audit VALUES ('Refresh Token has expired')", True),
        ("fields @message | filter @message like /Refresh Token has expired/", True),
        ('{ ($.errorMessage = "Refresh Token has expired") }', True),
        ('{"query":"SELECT a FROM b","error":"Refresh Token has expired"}', False),
        ("SELECTED FROM the menu: Refresh Token has expired", False),
        ("curl: (22) Refresh Token has expired", False),
        ("// a\nRefresh Token has expired", False),
    ],
)
def test_code_queries_and_commands_speak_about_what_is_said(text: str, about: bool) -> None:
    """A comment, a test's name, a statement, a query or a command holds the words and says them not."""
    assert is_about(text) is about
    match = find(text)
    assert match is None or not about or match.maybe
