"""One small tree of errors, each with a machine code and fixed words."""

import pytest

from poolwarden import (
    CAUSES,
    BearerError,
    Cause,
    ConfigurationError,
    CredentialsRefused,
    Forbidden,
    KeysUnavailable,
    PoolwardenError,
    RevocationUnavailable,
    TokenRefused,
    Unavailable,
)
from poolwarden.errors import bearer_error

KINDS: dict[Cause, type[BearerError]] = {
    **dict.fromkeys(Cause, TokenRefused),
    Cause.CREDENTIALS_MISSING: CredentialsRefused,
    Cause.CREDENTIALS_MALFORMED: CredentialsRefused,
    Cause.TOKEN_PLACEHOLDER: CredentialsRefused,
    Cause.SCOPE_MISSING: Forbidden,
    Cause.GROUP_MISSING: Forbidden,
    Cause.KEYS_UNAVAILABLE: KeysUnavailable,
    Cause.REVOCATION_UNAVAILABLE: RevocationUnavailable,
}


@pytest.mark.parametrize("cause", Cause)
def test_kind(cause: Cause) -> None:
    """Every cause has its place in the tree, and says what its row says."""
    error = bearer_error(cause, claim="exp", missing=("a",), retry_after_s=3)
    assert type(error) is KINDS[cause]
    assert isinstance(error, PoolwardenError)
    assert str(error) == CAUSES[cause].sentence
    assert error.row is CAUSES[cause]
    assert (error.cause, error.claim, error.missing, error.retry_after_s) == (cause, "exp", ("a",), 3)


def test_plain() -> None:
    """Evidence is optional."""
    error = bearer_error(Cause.TOKEN_EXPIRED)
    assert (error.claim, error.missing, error.retry_after_s) == (None, (), None)


@pytest.mark.parametrize("kind", [KeysUnavailable, RevocationUnavailable])
def test_unavailable(kind: type[BearerError]) -> None:
    """What is not the caller's fault can be caught as one."""
    assert issubclass(kind, Unavailable)


def test_configuration() -> None:
    """A wrong setting names the field, the problem and the mend, and is a ValueError."""
    error = ConfigurationError("field", "is wrong.", "Write it right.")
    assert isinstance(error, PoolwardenError)
    assert isinstance(error, ValueError)
    assert str(error) == "field: is wrong. Write it right."
    assert (error.field, error.problem, error.mend) == ("field", "is wrong.", "Write it right.")
