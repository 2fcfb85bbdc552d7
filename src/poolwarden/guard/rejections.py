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
from poolwarden.guard.observer import Mark, Meter, no_mark
from poolwarden.guard.subject import subject_of
from poolwarden.locks import fork_safe_lock
from poolwarden.refs import References
from poolwarden.telling import EventSink, RequestFacts, Subject
from poolwarden.tolerated import Tolerated

ZOMBIE_AFTER_S = 60.0
"""A client that sends a dead token this long after its first refusal is a zombie: it had time to refresh."""

_REMEMBERED = 10_000
_DATES = ("auth_time", "iat", "exp")
# Kinds of dead tokens, by cause; the metric's label.
_ZOMBIE_KINDS = {
    Cause.TOKEN_EXPIRED: "expired",
    Cause.TOKEN_PLACEHOLDER: "placeholder",
    Cause.TOKEN_REVOKED: "revoked",
}


Facts = Callable[[], RequestFacts]
"""Returns what an event tells about its request; called only for an event that is emitted, because it costs more."""


class _Refused(NamedTuple):
    error: BearerError
    case: Case
    now: float
    outcome: str
    repeats: int
    zombie: bool
    auth_time: float | None
    issued_at: float | None
    expires_at: float | None

    @property
    def level(self) -> str:
        return "error" if self.outcome == "error" else "info"

    @property
    def expired_for_s(self) -> float | None:
        if self.error.cause is not Cause.TOKEN_EXPIRED or self.expires_at is None:
            return None
        return self.now - self.expires_at


class Rejections:
    """
    Count refusals and tell about them.

    Args:
        events: Where events go.
        meter: Where counts go.
        refs: What makes references.
        mark: Called for each refusal, within its request.
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
        outcome = "error" if CAUSES[cause].is_unavailable else "rejected"
        self._meter.request(case.pool, case.client, outcome, cause)()
        self._mark(case.pool, case.client, outcome, cause)
        # By token and cause: a token that was first refused in an outage is no zombie when it later expires.
        counted_by = case.digest + cause.encode()
        repeats, first_at = self._count(counted_by, now)
        kind = _ZOMBIE_KINDS.get(cause)
        zombie = kind is not None and now - first_at >= ZOMBIE_AFTER_S
        if kind is not None and (zombie or cause is Cause.TOKEN_PLACEHOLDER):
            self._meter.zombie(case.client, kind)
        dates = (None, None, None) if claims is None else tuple(_date(claims.get(name)) for name in _DATES)
        refused = _Refused(error, case, now, outcome, repeats, zombie, *dates)
        if refused.expired_for_s is not None:
            # Cognito's clock may be ahead of this one.
            self._meter.expired_for(case.client, max(refused.expired_for_s, 0.0))
        turns_zombie = zombie and self._turns(counted_by)
        if turns_zombie and refused.auth_time is not None:
            self._meter.session_age(case.client, "loss", first_at - refused.auth_time)
        # A power of two has one bit set.
        if (repeats & (repeats - 1) == 0 or turns_zombie) and self._events.enabled(refused.level):
            self._events.emit(_event(refused, subject_of(case, self._refs), facts()))

    def _count(self, digest: bytes, now: float) -> tuple[int, float]:
        with self._lock:
            repeats, first_at = self._seen.get(digest, (0, now))
            self._seen[digest] = (repeats + 1, first_at)
        return repeats + 1, first_at

    def _turns(self, digest: bytes) -> bool:
        """Return True the first time that a token is found to be a zombie."""
        marker = b"zombie" + digest
        with self._lock:
            if marker in self._seen:
                return False
            self._seen[marker] = (1, 0.0)
            return True


def digest_of(text: str) -> bytes:
    """
    Return what refusals without a token are counted by.

    Args:
        text: What such refusals have in common, such as cause and route.
    """
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()


def _event(refused: _Refused, subject: Subject, request: RequestFacts) -> RequestRejected:
    cause, auth_time, expired_for_s = refused.error.cause, refused.auth_time, refused.expired_for_s
    return RequestRejected(
        timestamp=timestamp(refused.now),
        level=refused.level,
        pool=refused.case.pool,
        client=refused.case.client,
        outcome=refused.outcome,
        cause=str(cause),
        method=request.method,
        route=request.route,
        request_id=request.request_id,
        trace_id=request.trace_id,
        status=CAUSES[cause].status,
        expired_for_s=None if expired_for_s is None else round(expired_for_s, 3),
        session_age_s=None if auth_time is None else round(refused.now - auth_time, 3),
        repeats=refused.repeats,
        zombie=refused.zombie or None,
        missing=refused.error.missing or None,
        auth_time=_whole(auth_time),
        issued_at=_whole(refused.issued_at),
        expires_at=_whole(refused.expires_at),
        session_ref=subject.session_ref,
        user_ref=subject.user_ref,
        token_ref=subject.token_ref,
    )


def _whole(date: float | None) -> int | None:
    return None if date is None else int(date)


def _date(value: Any) -> float | None:
    return value if is_date(value) else None
