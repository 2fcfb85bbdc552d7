"""
Name what can go wrong.

::

    PoolwardenError
    ├── ConfigurationError            wrong settings; raised at construction
    └── BearerError                   a request was refused; ``.cause`` says why
        ├── CredentialsRefused        the Authorization header
        ├── TokenRefused              the token
        ├── Forbidden                 a scope or a group is missing
        └── Unavailable               our or Cognito's fault: 503, never 401
            ├── KeysUnavailable
            └── RevocationUnavailable

No error carries a byte of a token or a header: what it says comes from the
cause's row and from the configuration.
"""

from typing import Any

from poolwarden.causes import CAUSES, Cause, CauseRow

UNDECODABLE: tuple[type[Exception], ...] = (ValueError, RecursionError)
"""What decoding JSON raises: it is none, or it is nested deeper than its reader can follow."""


class PoolwardenError(Exception):
    """Anything that poolwarden raises on purpose."""


class ConfigurationError(PoolwardenError, ValueError):
    """
    A setting is wrong.

    Args:
        field: The setting's name, such as ``client_ids``.
        problem: What is wrong with it.
        mend: What to write instead.
    """

    def __init__(self, field: str, problem: str, mend: str) -> None:
        super().__init__(f"{field}: {problem} {mend}")
        self.field = field
        self.problem = problem
        self.mend = mend

    def __reduce__(self) -> tuple[Any, ...]:
        """Say how it is copied, and made again in another process: by its own arguments, not by the message."""
        return type(self), (self.field, self.problem, self.mend), self.__dict__


class BearerError(PoolwardenError):
    """
    A request was refused.

    Attributes:
        cause: Why, a :class:`poolwarden.Cause`.
        claim: The name of the claim or header parameter at fault, where there is one.
        missing: The scopes or groups that were missing, as configured.
        needed: The scopes that a token would do with, those that are there already among them; for the challenge.
        retry_after_s: When to try again, whole seconds, where the fault is not the caller's; 1 where nobody knows.
    """

    def __init__(
        self,
        cause: Cause,
        *,
        claim: str | None = None,
        missing: tuple[str, ...] = (),
        needed: tuple[str, ...] = (),
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(CAUSES[cause].sentence)
        self.cause = cause
        self.claim = claim
        self.missing = missing
        self.needed = needed
        unknown = retry_after_s is None and CAUSES[cause].is_unavailable
        self.retry_after_s: int | None = 1 if unknown else retry_after_s

    def __reduce__(self) -> tuple[Any, ...]:
        """Say how it is copied, and made again in another process: by its cause; the rest follows as its state."""
        return type(self), (self.cause,), self.__dict__

    @property
    def row(self) -> CauseRow:
        """Everything that is known of the cause."""
        return CAUSES[self.cause]


class CredentialsRefused(BearerError):  # noqa: N818 (named for what was decided)
    """The Authorization header carries no bearer token, or not exactly one (RFC 6750 §2.1)."""


class TokenRefused(BearerError):  # noqa: N818
    """The token is not one that this resource server accepts."""


class Forbidden(BearerError):  # noqa: N818
    """The token is good, but a scope or a group is missing (RFC 6750 §3.1, insufficient_scope)."""


class Unavailable(BearerError):  # noqa: N818
    """It could not be decided; the caller is not at fault and stays signed in."""


class KeysUnavailable(Unavailable):
    """The issuer's keys could not be fetched and none are known."""


class RevocationUnavailable(Unavailable):
    """The online revocation check gave no answer and is set to fail closed."""


_SPECIAL: dict[Cause, type[BearerError]] = {
    Cause.CREDENTIALS_MISSING: CredentialsRefused,
    Cause.CREDENTIALS_MALFORMED: CredentialsRefused,
    Cause.TOKEN_PLACEHOLDER: CredentialsRefused,
    Cause.SCOPE_MISSING: Forbidden,
    Cause.GROUP_MISSING: Forbidden,
    Cause.KEYS_UNAVAILABLE: KeysUnavailable,
    Cause.REVOCATION_UNAVAILABLE: RevocationUnavailable,
}


def bearer_error(
    cause: Cause,
    *,
    claim: str | None = None,
    missing: tuple[str, ...] = (),
    needed: tuple[str, ...] = (),
    retry_after_s: int | None = None,
) -> BearerError:
    """Return the error of the tree that fits the cause (see :class:`BearerError` for the arguments)."""
    kind = _SPECIAL.get(cause, TokenRefused)
    return kind(cause, claim=claim, missing=missing, needed=needed, retry_after_s=retry_after_s)
