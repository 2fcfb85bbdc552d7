"""Say what the guard counts, and give sinks and meters that do nothing; real ones are handed to it from outside."""

from collections.abc import Callable, Iterable
from typing import Protocol, runtime_checkable

from poolwarden.events import AnyEvent


@runtime_checkable
class Meter(Protocol):
    """
    Where counts and durations go: one method for each metric.

    ``pool`` and ``client`` are configured aliases, ``other`` or ``unverified``.
    """

    def configured(self, clients: Iterable[tuple[str, str, int | None]], version: str) -> None:
        """
        Take the configuration, so that every series starts at 0.

        Args:
            clients: ``(pool, client, refresh validity in seconds or None)`` of each app client.
            version: poolwarden's version.
        """
        ...

    def request(self, pool: str, client: str, outcome: str, cause: str) -> Callable[[], object]:
        """
        Return a function that counts one request with these labels.

        Args:
            pool: The pool.
            client: The app client.
            outcome: ``accepted``, ``rejected``, ``error`` or ``skipped``.
            cause: A :class:`poolwarden.Cause`, or ``none``.
        """
        ...

    def cache(self, result: str) -> Callable[[], object]:
        """
        Return a function that counts one event of the cache of verified tokens.

        Args:
            result: ``hit``, ``miss`` or ``evicted``.
        """
        ...

    def verification(self, path: str) -> Callable[[float], None]:
        """
        Return a function that takes how long a decision took, seconds.

        Args:
            path: ``cold`` (a new token), ``warm`` (a known one) or ``rejected``.
        """
        ...

    def expired_for(self, client: str, seconds: float) -> None:
        """
        Take how long a refused token had been expired.

        Args:
            client: The app client.
            seconds: How long.
        """
        ...

    def session_age(self, client: str, at: str, seconds: float) -> None:
        """
        Take how old a session was.

        Args:
            client: The app client.
            at: ``refresh`` or ``loss``: when that was.
            seconds: The time since the sign-in.
        """
        ...

    def zombie(self, client: str, kind: str) -> None:
        """
        Count a request with a dead token.

        Args:
            client: The app client.
            kind: ``expired``, ``placeholder`` or ``revoked``.
        """
        ...

    def validity(self, pool: str, client: str, token: str, seconds: float) -> None:
        """
        Take the validity of an app client's tokens.

        Args:
            pool: The pool.
            client: The app client.
            token: ``access`` or ``refresh``.
            seconds: The validity.
        """
        ...

    def fetched(self, pool: str, result: str) -> None:
        """
        Count a fetch of keys.

        Args:
            pool: The pool.
            result: ``ok``, ``timeout``, ``http_error``, ``invalid`` or ``blocked``.
        """
        ...

    def keys(self, pool: str, count: int, at: float) -> None:
        """
        Take how many keys are in force.

        Args:
            pool: The pool.
            count: How many.
            at: When they were fetched, epoch seconds.
        """
        ...

    def cognito_refused(self, operation: str, cause: str) -> None:
        """
        Count a call to Cognito that failed.

        Args:
            operation: The API operation, or ``other``.
            cause: A :class:`poolwarden.Cause`.
        """
        ...


class Accepted(dict[tuple[str, str], Callable[[], object]]):
    """
    The functions that count an accepted request, by the aliases of pool and client.

    Args:
        meter: Gives a function when it is first asked for.
    """

    def __init__(self, meter: Meter) -> None:
        super().__init__()
        self._meter = meter

    def __missing__(self, labels: tuple[str, str]) -> Callable[[], object]:
        """Ask the meter, once."""
        self[labels] = accepted = self._meter.request(*labels, "accepted", "none")
        return accepted


Mark = Callable[[str, str, str, str], None]
"""A function that is called for every refusal, within its request: with pool, client, outcome and cause."""


class NoSink:
    """Take no events."""

    def enabled(self, level: str) -> bool:  # noqa: ARG002 (the protocol's argument)
        """Return False."""
        return False

    def emit(self, event: AnyEvent) -> None:
        """Drop the event."""


class NoMeter:
    """Count nothing."""

    def configured(self, clients: Iterable[tuple[str, str, int | None]], version: str) -> None:
        """Take nothing."""

    def request(self, pool: str, client: str, outcome: str, cause: str) -> Callable[[], None]:  # noqa: ARG002
        """Return what counts nothing."""
        return _pass

    def cache(self, result: str) -> Callable[[], None]:  # noqa: ARG002
        """Return what counts nothing."""
        return _pass

    def verification(self, path: str) -> Callable[[float], None]:  # noqa: ARG002
        """Return what takes nothing."""
        return _pass_one

    def expired_for(self, client: str, seconds: float) -> None:
        """Take nothing."""

    def session_age(self, client: str, at: str, seconds: float) -> None:
        """Take nothing."""

    def zombie(self, client: str, kind: str) -> None:
        """Count nothing."""

    def validity(self, pool: str, client: str, token: str, seconds: float) -> None:
        """Take nothing."""

    def fetched(self, pool: str, result: str) -> None:
        """Count nothing."""

    def keys(self, pool: str, count: int, at: float) -> None:
        """Take nothing."""

    def cognito_refused(self, operation: str, cause: str) -> None:
        """Count nothing."""


def no_mark(pool: str, client: str, outcome: str, cause: str) -> None:
    """Mark nothing."""


def _pass() -> None:
    pass


def _pass_one(_seconds: float) -> None:
    pass
