"""
Tell about refusals: one event the 1st, 2nd, 4th, 8th … time that a token is refused, and every count.

What is remembered of refused tokens is bounded: a digest, how often and since
when, for the 10 000 that were refused last.
"""

import hashlib
from collections.abc import Callable
from typing import Any, NamedTuple

from cachetools import LRUCache

from poolwarden.causes import CAUSES, Cause
from poolwarden.errors import BearerError
from poolwarden.events import RequestRejected, timestamp
from poolwarden.guard.case import Case
from poolwarden.guard.claims import is_date
from poolwarden.guard.observer import EventSink, Mark, Meter, no_mark
from poolwarden.guard.subject import subject_of
from poolwarden.guard.tolerant import Tolerated
from poolwarden.locks import fork_safe_lock
from poolwarden.refs import References

ZOMBIE_AFTER_S = 60.0
"""A client that sends a dead token this long after its first refusal is a zombie: it had time to refresh."""

_REMEMBERED = 10_000
_UNAVAILABLE = 503
_DATES = ("auth_time", "iat", "exp")
# Kinds of dead tokens, by cause; the metric's label.
_ZOMBIE_KINDS = {
    Cause.TOKEN_EXPIRED: "expired",
    Cause.TOKEN_PLACEHOLDER: "placeholder",
    Cause.TOKEN_REVOKED: "revoked",
}


class RequestFacts(NamedTuple):
    """
    What an event tells about the request, as the edge gives it.

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


Facts = Callable[[], RequestFacts]
"""Returns what events tell about the request; asked only for what is told, as it costs more than to count a refusal."""


class Rejections:
    """
    Count refusals and tell about them.

    Args:
        events: Where events go.
        meter: Where counts go.
        refs: What makes references.
        mark: What else is told of each, in its request.
    """

    def __init__(self, events: EventSink, meter: Meter, refs: References, mark: Mark = no_mark) -> None:
        self._events = events
        self._meter = meter
        self._refs = refs
        self._mark: Mark = Tolerated(mark, "refusals are not marked: mark")
        self._lock = fork_safe_lock()
        self._seen: LRUCache[bytes, tuple[int, float]] = LRUCache(_REMEMBERED)

    def tell(self, error: BearerError, case: Case, facts: Facts, now: float) -> None:
        """
        Count a refusal, and tell about it where it is its turn.

        Args:
            error: The refusal.
            case: What became known of the token.
            facts: Returns what the event tells about the request.
            now: The time, epoch seconds.
        """
        cause, claims = error.cause, case.claims
        status = CAUSES[cause].status
        outcome = "error" if status == _UNAVAILABLE else "rejected"
        self._meter.request(case.pool, case.client, outcome, cause)()
        self._mark(case.pool, case.client, outcome, cause)
        # By cause too: a token that met an outage first is no zombie at its first expiry.
        counted_by = case.digest + cause.encode()
        repeats, first_at = self._count(counted_by, now)
        kind = _ZOMBIE_KINDS.get(cause)
        lingering = kind is not None and now - first_at >= ZOMBIE_AFTER_S
        if kind is not None and (lingering or cause is Cause.TOKEN_PLACEHOLDER):
            self._meter.zombie(case.client, kind)
        auth_time, issued_at, expires_at = (None, None, None) if claims is None else map(_date, map(claims.get, _DATES))
        expired_for = now - expires_at if cause is Cause.TOKEN_EXPIRED and expires_at is not None else None
        if expired_for is not None:
            # Cognito's clock may be ahead of this one.
            self._meter.expired_for(case.client, max(expired_for, 0.0))
        turns_zombie = lingering and self._turns(counted_by)
        if turns_zombie and auth_time is not None:
            self._meter.session_age(case.client, "loss", first_at - auth_time)
        level = "error" if outcome == "error" else "info"
        # A power of two has one bit set.
        if (repeats & (repeats - 1) == 0 or turns_zombie) and self._events.enabled(level):
            subject, request = subject_of(case, self._refs), facts()
            self._events.emit(
                RequestRejected(
                    timestamp=timestamp(now),
                    level=level,
                    pool=case.pool,
                    client=case.client,
                    outcome=outcome,
                    cause=str(cause),
                    method=request.method,
                    route=request.route,
                    request_id=request.request_id,
                    trace_id=request.trace_id,
                    status=status,
                    expired_for_s=None if expired_for is None else round(expired_for, 3),
                    session_age_s=None if auth_time is None else round(now - auth_time, 3),
                    repeats=repeats,
                    zombie=lingering or None,
                    missing=error.missing or None,
                    auth_time=None if auth_time is None else int(auth_time),
                    issued_at=None if issued_at is None else int(issued_at),
                    expires_at=None if expires_at is None else int(expires_at),
                    session_ref=subject.session_ref,
                    user_ref=subject.user_ref,
                    token_ref=subject.token_ref,
                )
            )

    def _count(self, digest: bytes, now: float) -> tuple[int, float]:
        with self._lock:
            repeats, first_at = self._seen.get(digest, (0, now))
            self._seen[digest] = (repeats + 1, first_at)
        return repeats + 1, first_at

    def _turns(self, digest: bytes) -> bool:
        """Return True the first time that a token is found lingering."""
        marker = b"zombie" + digest
        with self._lock:
            if marker in self._seen:
                return False
            self._seen[marker] = (1, 0.0)
            return True


def digest_of(text: str) -> bytes:
    """Return what refusals of a kind are counted by, where there is no token."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()


def _date(value: Any) -> float | None:
    return value if is_date(value) else None
