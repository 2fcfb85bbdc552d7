"""What is supposed, asked, denied, counted or tested did not happen."""

import pytest

from poolwarden.refusals.sentences import Sentence, Sure, plain
from poolwarden.triage.rules import find
from poolwarden.triage.supposed import is_supposed

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


def test_what_was_done_on_purpose_is_no_refusal() -> None:
    """Cognito says that a token has been revoked; "token revoked" is what an application did."""
    done, said = find("cognito: refresh token revoked"), find("cognito: refresh token has been revoked")
    assert (done is not None and done.maybe, said is not None and not said.maybe) == (True, True)


@pytest.mark.parametrize(
    ("text", "maybe"),
    [
        ("assert 'Refresh Token has expired' in caplog.text", True),
        ("E  'Invalid Refresh Token' == 'Refresh Token has expired'", True),
        ("logger.error('Refresh Token has expired')", True),
        ("failed: Error('Refresh Token has expired')", False),
        ("logger.error('Refresh Token has expired')\nAuthError: Refresh Token has expired", False),
        ('filterPattern: "Refresh Token has expired"', True),
        ('error: "Refresh Token has expired"', False),
        ('rate(refused_total{reason="Refresh Token has expired"}[5m]) > 1', True),
        ('{error="Refresh Token has expired"} after 5 attempts', False),
        ("44 texts, e.g. 'Refresh Token has expired'", True),
        ("no tokens were returned because Refresh Token has expired", False),
        ("simulating a session whose Refresh Token has expired", True),
    ],
)
def test_what_is_compared_looked_for_or_an_example_is_not_said(text: str, maybe: bool) -> None:
    """Words that a test compares, a setting looks for or a list quotes are perhaps nobody's; repr quotes what was."""
    match = find(text)
    assert match is not None
    assert match.maybe is maybe


@pytest.mark.parametrize(
    ("text", "maybe"),
    [
        ("throws NotAuthorizedException if the access token has expired", True),
        ("Users see NotAuthorizedException when their refresh token has expired.", True),
        ("NotAuthorizedException when refreshing: Refresh Token has expired", False),
        ("NotAuthorizedException when user signed in: Refresh Token has expired", False),
        ("NotAuthorizedException: Refresh Token has expired", False),
        ("RefreshTokenReuseException: thrown when a rotated token is used again", True),
        ("UserNotConfirmedException: This exception is thrown when a user isn't confirmed.", True),
        ("idp.stub('initiate_auth', 'NotAuthorizedException', 'Refresh Token has expired')", True),
        ("An old token gives RefreshTokenReuseException.", True),
        ("refresh failed: RefreshTokenReuseException", False),
        ("'NotAuthorizedException' is defined but never used", True),
        ("cannot find name 'NotAuthorizedException'", True),
        ("warning: unused import: `NotAuthorizedException`", True),
        ("cannot resolve './NotAuthorizedException'", True),
        ("retried for [TooManyRequestsException, InternalErrorException]", True),
    ],
)
def test_a_name_that_is_described_was_not_thrown(text: str, maybe: bool) -> None:
    """A manual says when an exception is thrown, a compiler that it is not known; behind a colon it was thrown."""
    match = find(text)
    assert match is not None
    assert match.maybe is maybe
