"""Say what the guard tells whom: events to a sink, counts to a meter. Neither is imported by the guard."""

from collections.abc import Callable, Iterable
from typing import Protocol, runtime_checkable

from poolwarden.events import AnyEvent


@runtime_checkable
class Meter(Protocol):
    """Where counts and durations go; the metrics of the vocabulary, one method each."""

    def configured(self, clients: Iterable[tuple[str, str, int | None]], version: str) -> None:
        """Take the configured ``(pool, client, refresh validity in seconds)``, so that every series starts at 0."""
        ...

    def request(self, pool: str, client: str, outcome: str, cause: str) -> Callable[[], object]:
        """Return what counts one request with these labels."""
        ...

    def cache(self, result: str) -> Callable[[], object]:
        """Return what counts one ``hit``, ``miss`` or ``evicted`` of the token cache."""
        ...

    def verification(self, path: str) -> Callable[[float], None]:
        """Return what takes how long a ``cold``, ``warm`` or ``rejected`` decision took, seconds."""
        ...

    def expired_for(self, client: str, seconds: float) -> None:
        """Take how long a refused token had been expired."""
        ...

    def session_age(self, client: str, at: str, seconds: float) -> None:
        """Take how old a session was at a ``refresh`` or at its ``loss``."""
        ...

    def zombie(self, client: str, kind: str) -> None:
        """Count a request with a dead token: ``expired``, ``placeholder`` or ``revoked``."""
        ...

    def validity(self, pool: str, client: str, token: str, seconds: float) -> None:
        """Take the validity of an app client's ``access`` or ``refresh`` tokens."""
        ...

    def fetched(self, pool: str, result: str) -> None:
        """Count a fetch of keys by its result."""
        ...

    def keys(self, pool: str, count: int, at: float) -> None:
        """Take how many keys are in force, and when they were fetched, epoch seconds."""
        ...

    def cognito_refused(self, operation: str, cause: str) -> None:
        """Count a call to Cognito that failed."""
        ...


class Accepted(dict[tuple[str, str], Callable[[], object]]):
    """
    What counts one accepted request, by the aliases of pool and client: as many as are configured.

    Args:
        meter: Makes it when it is first asked for.
    """

    def __init__(self, meter: Meter) -> None:
        super().__init__()
        self._meter = meter

    def __missing__(self, labels: tuple[str, str]) -> Callable[[], object]:
        """Ask the meter, once."""
        self[labels] = accepted = self._meter.request(*labels, "accepted", "none")
        return accepted


Mark = Callable[[str, str, str, str], None]
"""What is told of every refusal, in its request: pool, client, outcome, cause."""


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
