"""One small tree of errors, each with a machine code and fixed words."""

import copy
import pickle
from collections.abc import Callable
from typing import Any

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
from poolwarden.fastapi import Refused, RefusedWebSocket
from poolwarden.guard.challenge import answer_to
from poolwarden.guard.fetched import FetchError
from poolwarden.guard.jwks import BadKeySetError

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


WAYS: dict[str, Callable[[Any], Any]] = {
    "pickle": lambda error: pickle.loads(pickle.dumps(error)),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("cause", Cause)
def test_elsewhere(way: str, cause: Cause) -> None:
    """An error crosses to another process (multiprocessing, Celery) with its evidence and its notes."""
    error = bearer_error(cause, claim="exp", missing=("a", "b"))
    error.retry_after_s = 3
    error.add_note("seen by a worker")
    there = WAYS[way](error)
    assert type(there) is KINDS[cause]
    assert (str(there), there.cause, there.row) == (str(error), cause, CAUSES[cause])
    assert (there.claim, there.missing, there.retry_after_s) == ("exp", ("a", "b"), 3)
    assert there.__notes__ == ["seen by a worker"]


@pytest.mark.parametrize("way", WAYS)
def test_others_elsewhere(way: str) -> None:
    """So do a wrong setting, a failed fetch, a bad key set, and what the FastAPI edge raises."""
    there = WAYS[way](ConfigurationError("field", "is wrong.", "Write it right."))
    assert type(there) is ConfigurationError
    assert str(there) == "field: is wrong. Write it right."
    assert (there.field, there.problem, there.mend) == ("field", "is wrong.", "Write it right.")
    there = WAYS[way](FetchError("http_error", "status 404"))
    assert (there.result, there.detail) == ("http_error", "status 404")
    assert str(WAYS[way](BadKeySetError("no keys"))) == "no keys"
    error = bearer_error(Cause.SCOPE_MISSING, missing=("orders/read",))
    for kind in (Refused, RefusedWebSocket):
        refused = WAYS[way](kind(error, "https://api.example.com/metadata"))
        assert type(refused) is kind
        assert refused.error.missing == ("orders/read",)
        assert refused.answer == answer_to(error, "https://api.example.com/metadata")
