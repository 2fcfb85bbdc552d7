"""Decide the cause of one refusal from its name, its sentence and its operation."""

from collections.abc import Callable, Container
from functools import lru_cache

from poolwarden.causes import Cause
from poolwarden.refusals.jwt_names import JWT_NAMES
from poolwarden.refusals.jwt_words import JWT_SENTENCES
from poolwarden.refusals.names import CHALLENGE, DECIDING, SDK, SHARED, UNDECIDED, name_of
from poolwarden.refusals.operations import (
    ACCOUNT_OPERATIONS,
    OPERATIONS,
    SIGN_IN_OPERATIONS,
    operation_of,
)
from poolwarden.refusals.sentences import (
    NOT_OURS,
    SDK_SENTENCES,
    USER_POOL_SENTENCES,
    Sentence,
    Sure,
    compiled,
    cut_short,
    plain,
)

_LONGEST = 2048  # a sentence is short; what follows is a stack trace or a body
_VAGUE_IN_PARAMETERS = frozenset(
    (Cause.USER_MISSING, Cause.USER_DISABLED, Cause.CREDENTIALS_WRONG, Cause.GRANT_REFUSED)
)


def said(text: str, rows: tuple[Sentence, ...] = USER_POOL_SENTENCES) -> Sentence | None:
    """
    Return the first row of the table whose words are in the text.

    Args:
        text: Text as :func:`poolwarden.refusals.sentences.plain` returns it.
        rows: The table.
    """
    for row in rows:
        if row.holds(text):
            return row
    return None


def _said_of_token(text: str) -> Cause | None:
    return next((row.cause for row in JWT_SENTENCES if row.holds(text)), None)


def _of_not_authorized(_: str, text: str, operation: str | None) -> Cause | None:
    """Decide by the sentence; an unknown one is ours unless it is about an account."""
    row = said(text)
    if row is not None:
        return row.cause
    if operation in ACCOUNT_OPERATIONS or any(compiled(words).search(text) for words in NOT_OURS):
        return None
    if not text.strip(" '"):
        return Cause.MESSAGE_LOST
    return cut_short(text) or Cause.NOT_AUTHORIZED_OTHER


def _of_unauthorized(_: str, text: str, __: str | None) -> Cause | None:
    """Decide where AppSync and others use the name: only words that are nobody else's."""
    row = said(text)
    return row.cause if row is not None and row.sure is not Sure.NO else _said_of_token(text)


def _of_undecided(_: str, text: str, __: str | None) -> Cause | None:
    """Decide where the name is shared by many refusals and the sentence tells them apart."""
    row = said(text)
    return None if row is None or row.cause in _VAGUE_IN_PARAMETERS else row.cause


def _of_shared(name: str, text: str, operation: str | None) -> Cause | None:
    """Decide where other services use the name too: the operation or the sentence must be Cognito's."""
    row = said(text)
    if operation in OPERATIONS:
        exceeded = name == "LimitExceededException" and row is not None and row.cause is Cause.ATTEMPTS_EXCEEDED
        return Cause.ATTEMPTS_EXCEEDED if exceeded else SHARED[name]
    if name == "TooManyRequestsException":
        return Cause.THROTTLED
    if row is not None and (row.cause is SHARED[name] or row.cause is Cause.ATTEMPTS_EXCEEDED):
        return None if row.cause is Cause.THROTTLED else row.cause
    return None


def _of_challenge(name: str, _: str, operation: str | None) -> Cause | None:
    return CHALLENGE[name] if operation in SIGN_IN_OPERATIONS else None


_BY_NAME: tuple[tuple[Container[str], Callable[[str, str, str | None], Cause | None]], ...] = (
    (DECIDING, lambda name, _, __: DECIDING[name]),
    (("NotAuthorizedException",), _of_not_authorized),
    (("UnauthorizedException",), _of_unauthorized),
    (UNDECIDED, _of_undecided),
    (CHALLENGE, _of_challenge),
    (SHARED, _of_shared),
    (SDK, lambda name, _, __: SDK[name]),
)
# Which names, and who decides then; the first row that fits wins.


def cause_of(name: str | None, message: str | None, operation: str | None = None) -> Cause | None:
    """
    Return why Cognito, an SDK or a JWT library refused.

    Args:
        name: The exception's name or error code, in any language's form, such
            as ``NotAuthorizedException``; None where it is not known.
        message: Its sentence, with or without what was added around it; None or
            empty where it was lost.
        operation: The API operation, such as ``InitiateAuth``; None where it is
            not known. An operation that is not Cognito's makes the answer None.

    Returns:
        The cause, or None where the refusal is none of Cognito's, of its SDKs'
        or of a JWT library's: another service's, or a policy about accounts.
    """
    # What is remembered is remembered by its text, so that is cut before, and what else is that long is not remembered.
    decided = _decided if len(name or "") + len(operation or "") <= _LONGEST else _decided.__wrapped__
    return decided(name, (message or "")[:_LONGEST], operation)


@lru_cache(maxsize=4096)
def _decided(name: str | None, message: str, operation: str | None) -> Cause | None:
    known = (operation_of(operation) or operation) if operation else None
    if known is not None and known not in OPERATIONS:
        return None
    text = plain(message)
    bare = (name or "").strip(" :'\"").replace("::", ".").rpartition(".")[2]
    cognito = name_of(name) if name else None
    for names, decide in _BY_NAME:
        if cognito is not None and cognito in names:
            return decide(cognito, text, known)
    by_token_words = _said_of_token(text)
    if bare in JWT_NAMES:
        # The sentence tells more where the name is a family's: PyJWKClientError, JWTInvalid.
        return by_token_words or JWT_NAMES[bare]
    row = said(text) or said(text, SDK_SENTENCES)
    return row.cause if row is not None else by_token_words
