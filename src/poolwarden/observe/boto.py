"""
Watch a boto3 client of Cognito: count refusals that the application handles itself.

::

    client = boto3.client("cognito-idp")
    poolwarden.observe.boto.watch(client)
"""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

from cachetools import TTLCache

from poolwarden.observe.cognito import TOLD, Counts, Sink, refusal_in, tell

BURST_S = 10.0
"""Calls with the same parameters that fail within this time are one burst: old Amplify tries six times in 6.4 s."""

_REMEMBERED = 10_000
_CONTEXT = "poolwarden"


def watch(
    client: Any,
    *,
    events: Sink | None = None,
    counts: Counts | None = None,
    now: Callable[[], float] = time.time,
) -> None:
    """
    Tell about every refusal that a boto3 client receives from Cognito.

    A burst of retries is one event and one count: the first call of it is told.
    What was told here is not told again by a middleware that the exception crosses.

    Args:
        client: A boto3 client of ``cognito-idp`` or ``cognito-identity``.
        events: Where events go; structlog by default.
        counts: Where counts go; prometheus_client's default registry by default.
        now: The clock, epoch seconds.
    """
    watcher = _Watcher(events or _structlog(), counts or _prometheus(), now)
    for service in ("cognito-idp", "cognito-identity"):
        client.meta.events.register(f"before-parameter-build.{service}", watcher.called)
        client.meta.events.register(f"after-call.{service}", watcher.answered)


class _Watcher:
    """What happens around one client's calls."""

    def __init__(self, events: Sink, counts: Counts, now: Callable[[], float]) -> None:
        self._events = events
        self._counts = counts
        self._now = now
        self._lock = threading.Lock()
        self._bursts: TTLCache[bytes, bool] = TTLCache(_REMEMBERED, BURST_S, timer=now)

    def called(self, params: Mapping[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        # Only a digest is kept: parameters hold tokens and passwords.
        text = json.dumps([model.name, params], sort_keys=True, default=str)
        context[_CONTEXT] = hashlib.sha256(text.encode()).digest()

    def answered(self, parsed: MutableMapping[str, Any], model: Any, context: Mapping[str, Any], **_: Any) -> None:
        refusal = refusal_in(parsed, model.name)
        if refusal is None:
            return
        parsed[TOLD] = True
        if self._begins_burst(context.get(_CONTEXT, b"") + refusal.cause.encode()):
            tell(refusal, self._events, self._counts, self._now())

    def _begins_burst(self, key: bytes) -> bool:
        with self._lock:
            if key in self._bursts:
                return False
            self._bursts[key] = True
        return True


def _structlog() -> Sink:
    from poolwarden.observe.structured import StructlogEvents  # noqa: PLC0415 (not loaded where it is not used)

    return StructlogEvents()


def _prometheus() -> Counts:
    from poolwarden.observe.prometheus import meter  # noqa: PLC0415 (as above)

    return meter()
