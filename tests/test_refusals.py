"""Decide the cause of a refusal from what a live application knows of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolwarden.causes import CAUSES, Cause, Seen
from poolwarden.refusals import OPERATIONS, cause_of, decide, name_of, operation_of
from poolwarden.refusals.jwt_names import JWT_NAMES
from poolwarden.refusals.jwt_words import JWT_SENTENCES
from poolwarden.refusals.names import CHALLENGE, DECIDING, SDK, SHARED
from poolwarden.refusals.sentences import SDK_SENTENCES, USER_POOL_SENTENCES

CASES = [
    ("NotAuthorizedException", "Refresh Token has expired", "InitiateAuth", Cause.REFRESH_TOKEN_EXPIRED),
    ("NotAuthorizedException", '"REFRESH TOKEN HAS EXPIRED".', None, Cause.REFRESH_TOKEN_EXPIRED),
    ("NotAuthorizedException", "Sorry: Refresh Token has been revoked (400)", None, Cause.REFRESH_TOKEN_REVOKED),
    ("com.amazonaws.x.model.NotAuthorizedException", "Invalid Refresh Token.", None, Cause.REFRESH_TOKEN_INVALID),
    ("NotAuthorizedException:", "", None, Cause.MESSAGE_LOST),
    ("NotAuthorizedException", None, "InitiateAuth", Cause.MESSAGE_LOST),
    ("NotAuthorizedException", None, "SignUp", None),
    ("NotAuthorizedException", "Something new", "InitiateAuth", Cause.NOT_AUTHORIZED_OTHER),
    ("NotAuthorizedException", "Something new", "SignUp", None),
    ("NotAuthorizedException", "A client attempted to write unauthorized attribute", None, None),
    ("UserNotFoundException", None, None, Cause.USER_MISSING),
    ("UserNotFoundException", "User does not exist.", "GetItem", None),
    ("TooManyRequestsException", "Rate exceeded", None, Cause.THROTTLED),
    ("TooManyRequestsException", "Rate exceeded", "Invoke", None),
    ("ThrottlingException", "Rate exceeded", None, None),
    ("ThrottlingException", "Rate exceeded", "initiate_auth", Cause.THROTTLED),
    (
        "LimitExceededException",
        "Attempt limit exceeded, please try after some time.",
        "ForgotPassword",
        Cause.ATTEMPTS_EXCEEDED,
    ),
    ("LimitExceededException", "Exceeded daily email limit", "SignUp", Cause.THROTTLED),
    ("ForbiddenException", "Request not allowed due to WAF block.", None, Cause.WAF_BLOCKED),
    ("ForbiddenException", "Missing Authentication Token", None, None),
    (
        "ExpiredTokenException",
        "The security token included in the request is expired",
        None,
        Cause.AWS_CREDENTIALS_EXPIRED,
    ),
    ("CodeMismatchException", "Invalid code", "RespondToAuthChallenge", Cause.CREDENTIALS_WRONG),
    ("CodeMismatchException", "Invalid code", "ConfirmSignUp", None),
    ("InvalidParameterException", "USER_SRP_AUTH is not enabled for the client.", None, Cause.FLOW_DISABLED),
    ("InvalidParameterException", "1 validation error detected", None, None),
    ("ResourceNotFoundException", "User pool client x does not exist.", None, Cause.CLIENT_MISSING),
    ("ResourceNotFoundException", "Requested resource not found", None, None),
    ("UnauthorizedException", "Token has expired.", None, Cause.TOKEN_EXPIRED),
    ("UserUnAuthenticatedException", "User needs to be authenticated to call this API.", None, Cause.SESSION_MISSING),
    ("ExpiredSignatureError", "Signature has expired", None, Cause.TOKEN_EXPIRED),
    ("PyJWKClientError", "", None, Cause.KEY_UNKNOWN),
    (None, "Jwt is expired", None, Cause.TOKEN_EXPIRED),
    (None, "Refresh Token has expired", None, Cause.REFRESH_TOKEN_EXPIRED),
    (None, "No current user", None, Cause.SESSION_MISSING),
    (None, "hello", None, None),
    (None, None, None, None),
    ("ValueError", "nothing", None, None),
]


@pytest.mark.parametrize(("name", "message", "operation", "cause"), CASES)
def test_a_refusal_has_its_cause(
    name: str | None, message: str | None, operation: str | None, cause: Cause | None
) -> None:
    """The cause follows from name, sentence and operation; what is another service's has none."""
    assert cause_of(name, message, operation) is cause


def test_every_cause_that_is_said_can_be_found() -> None:
    """The tables together tell every cause that a user pool, an identity pool or an SDK says."""
    told = {row.cause for row in (*USER_POOL_SENTENCES, *SDK_SENTENCES, *JWT_SENTENCES)}
    told |= {*DECIDING.values(), *SHARED.values(), *CHALLENGE.values(), *SDK.values(), *JWT_NAMES.values()}
    decided = {Cause.MESSAGE_LOST, Cause.NOT_AUTHORIZED_OTHER, Cause.UNATTRIBUTED_401}
    missing = {row.cause for row in CAUSES.values() if row.seen_by is not Seen.GUARD} - told - decided
    assert missing == set()


@given(st.none() | st.text(), st.none() | st.text(), st.none() | st.sampled_from(sorted(OPERATIONS)))
def test_anything_is_decided(name: str | None, message: str | None, operation: str | None) -> None:
    """No name and no message make the decision fail."""
    cause_of(name, message, operation)


@pytest.mark.parametrize(
    ("word", "operation"),
    [
        ("InitiateAuth", "InitiateAuth"),
        ("initiate_auth", "InitiateAuth"),
        ("initiate-auth", "InitiateAuth"),
        ("InitiateAuthCommand", "InitiateAuth"),
        ("AdminInitiateAuthAsync", "AdminInitiateAuth"),
        ("Token_POST", "Token_POST"),
        ("PutObject", None),
    ],
)
def test_operations_are_known_in_every_spelling(word: str, operation: str | None) -> None:
    """An operation is found behind what a language makes of its name."""
    assert operation_of(word) == operation


@pytest.mark.parametrize(
    "word", ["NotAuthorizedException", "a.b#NotAuthorizedException:", "Errors::NotAuthorizedException", "NotAuthorized"]
)
def test_names_are_known_in_every_spelling(word: str) -> None:
    """An exception is found behind what a language makes of its name."""
    assert name_of(word) == "NotAuthorizedException"


@pytest.mark.parametrize("length", [2040, 2048, 5000, 1_000_000])
def test_what_is_remembered_of_a_message_is_what_is_read_of_it(length: int) -> None:
    """Messages that differ behind what is read of them have one cause, and are remembered as one, if at all."""
    decide._decided.cache_clear()
    for name in ("NotAuthorizedException", "x" * length + ".NotAuthorizedException"):
        for end in "abc":
            message = "Refresh Token has expired".ljust(length) + " " * 8 + end
            assert cause_of(name, message, "InitiateAuth") is Cause.REFRESH_TOKEN_EXPIRED
    assert decide._decided.cache_info().currsize == 1
