"""Say where events go, and what an event tells of the request and of the token that it is about."""

from typing import NamedTuple, Protocol, runtime_checkable

from poolwarden.events import UNVERIFIED, AnyEvent


@runtime_checkable
class EventSink(Protocol):
    """Where events go."""

    def enabled(self, level: str) -> bool:
        """
        Return whether events of a level are wanted; those that are not wanted are not even made.

        Args:
            level: ``info``, ``warning`` or ``error``.
        """
        ...

    def emit(self, event: AnyEvent) -> None:
        """
        Take one event.

        Args:
            event: Any of the events of :mod:`poolwarden.events`.
        """
        ...


class RequestFacts(NamedTuple):
    """
    What an event tells of its request, as the edge reads it.

    Attributes:
        method: The request's method.
        route: The route's template, else the path without its query.
        request_id: The request's id.
        trace_id: The trace's id.
    """

    method: str | None = None
    route: str | None = None
    request_id: str | None = None
    trace_id: str | None = None


class Subject(NamedTuple):
    """
    Whose token an event is about; ``unverified`` and without references where its signature did not hold.

    Attributes:
        pool: The pool's alias.
        client: The app client's alias.
        session_ref: The session's reference (see :mod:`poolwarden.refs`).
        user_ref: The user's reference, only where a reference key is configured.
        token_ref: The token's reference.
    """

    pool: str = UNVERIFIED
    client: str = UNVERIFIED
    session_ref: str | None = None
    user_ref: str | None = None
    token_ref: str | None = None
