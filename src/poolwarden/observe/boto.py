"""
Watch a boto3 client of Cognito: count refusals that the application handles itself.

::

    client = boto3.client("cognito-idp")
    poolwarden.observe.boto.watch(client)
"""

import hashlib
import json
import time
from collections.abc import Callable, Mapping, MutableMapping
from contextlib import suppress
from typing import Any

from cachetools import TTLCache

from poolwarden.locks import fork_safe_lock
from poolwarden.observe.cognito import TOLD, Counts, Refusal, count, emit, refusal_in, unanswered
from poolwarden.observe.timers import SHARED
from poolwarden.telling import EventSink
from poolwarden.tolerated import Tolerated

BURST_S = 10.0
"""Calls with the same parameters that fail within this time are one burst: old Amplify tries six times in 6.4 s."""

_REMEMBERED = 10_000
_CONTEXT = "poolwarden"

Later = Callable[[float, Callable[[], None]], object]
"""Calls a function after so many seconds."""


def watch(
    client: Any,
    *,
    events: EventSink | None = None,
    counts: Counts | None = None,
    whole_bursts: bool = False,
    now: Callable[[], float] = time.time,
    later: Later | None = None,
) -> None:
    """
    Tell about every refusal that a boto3 client receives from Cognito, and every call that gets no answer.

    A burst of retries is one event and one count, made at its first call. The event's
    ``burst`` says how many calls it stands for. How often botocore itself tried a call
    is known at once. How often an old front end repeats a call is known only when the
    burst is over, so that is told with ``whole_bursts`` only.
    What was told here is not told again by a middleware that the exception passes.
    Where ``events`` or ``counts`` raise, the application notices nothing, and the log says so once.

    Args:
        client: A boto3 client of ``cognito-idp`` or ``cognito-identity``.
        events: Where events go; structlog by default.
        counts: Where counts go; prometheus_client's default registry by default.
        whole_bursts: Hold each event for the ten seconds that a burst may last, to tell all its calls. By default the
            first call is told at once: a process that ends hard, or is frozen (Lambda), loses what it holds.
        now: The clock, epoch seconds.
        later: Calls a function after so many seconds; by default one thread does for all clients (up to 10 000 bursts
            wait, a further one is told at once), and what is left over is told when Python ends.
    """
    held = (later or SHARED.later) if whole_bursts else None
    watcher = _Watcher(events or _structlog(), counts or _prometheus(), now, held)
    for service in ("cognito-idp", "cognito-identity"):
        client.meta.events.register(f"before-parameter-build.{service}", watcher.called)
        client.meta.events.register(f"after-call.{service}", watcher.answered)
        client.meta.events.register(f"after-call-error.{service}", watcher.unanswered)


class _Burst:
    """A refusal and the calls that repeat it."""

    __slots__ = ("began", "calls", "refusal")

    def __init__(self, refusal: Refusal, began: float) -> None:
        self.refusal = refusal
        self.began = began
        self.calls = refusal.calls


class _Watcher:
    """What happens around one client's calls."""

    def __init__(self, events: EventSink, counts: Counts, now: Callable[[], float], later: Later | None) -> None:
        self._events = events
        self._now = now
        # The user's own functions count and emit; when they raise, the application's call must not fail.
        self._count = Tolerated(lambda refusal: count(refusal, counts), "counts are lost: the meter")
        self._tell = Tolerated(self._emit, "events are lost: the sink")
        self._hold = None if later is None else Tolerated(later, "events are lost: what calls later")
        self._lock = fork_safe_lock()
        self._bursts: TTLCache[bytes, _Burst] = TTLCache(_REMEMBERED, BURST_S, timer=now)

    def called(self, params: Mapping[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        # Only a digest is kept: parameters hold tokens and passwords.
        with suppress(Exception):  # parameters that cannot be serialised: botocore is about to refuse them itself
            text = json.dumps([model.name, params], sort_keys=True, default=str)
            context[_CONTEXT] = hashlib.sha256(text.encode()).digest()

    def answered(self, parsed: MutableMapping[str, Any], model: Any, context: Mapping[str, Any], **_: Any) -> None:
        refusal = refusal_in(parsed, model.name)
        if refusal is None:
            return
        parsed[TOLD] = True
        self._take(refusal, context)

    def unanswered(self, exception: Exception, context: Mapping[str, Any], event_name: str, **_: Any) -> None:
        refusal = unanswered(exception, event_name.rpartition(".")[2])
        if refusal is None:
            return
        setattr(exception, TOLD, refusal)
        self._take(refusal, context)

    def _take(self, refusal: Refusal, context: Mapping[str, Any]) -> None:
        burst = self._begun(context.get(_CONTEXT, b"") + refusal.cause.encode(), refusal)
        if burst is None:
            return
        self._count(refusal)
        if self._hold is None:
            self._tell(burst)
        else:
            self._hold(BURST_S, lambda: self._tell(burst))

    def _begun(self, key: bytes, refusal: Refusal) -> _Burst | None:
        """Return the burst that a refusal begins, or None where it repeats another."""
        with self._lock:
            running = self._bursts.get(key)
            if running is not None:
                running.calls += refusal.calls
                return None
            burst = self._bursts[key] = _Burst(refusal, self._now())
        return burst

    def _emit(self, burst: _Burst) -> None:
        emit(burst.refusal, self._events, burst.began, burst=burst.calls)


def _structlog() -> EventSink:
    from poolwarden.observe.structured import StructlogEvents  # noqa: PLC0415 (not loaded where it is not used)

    return StructlogEvents()


def _prometheus() -> Counts:
    from poolwarden.observe.prometheus import meter  # noqa: PLC0415 (as above)

    return meter()
