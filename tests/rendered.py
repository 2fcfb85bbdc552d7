"""Every kind of event, whole and bare, and what a structlog of an application makes of it with a renderer."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import structlog

from poolwarden.events import KINDS, AnyEvent
from poolwarden.observe.structured import StructlogEvents

STAMP = "2026-11-20T08:00:00.250Z"
LEVELS = {
    "poolwarden.cognito_refused": ("warning", "observed", "refresh_token_expired"),
    "poolwarden.keys_failed": ("error", None, None),
    "poolwarden.request_rejected": ("info", "rejected", "token_expired"),
}
VALUES: dict[str, Any] = {
    "pool": "main",
    "client": "web",
    "session_ref": "S234567ABCDEFGHI",
    "user_ref": "U234567ABCDEFGHI",
    "token_ref": "T234567ABCDEFGHI",
    "request_id": "7f1c",
    "trace_id": "0af7651916cd43dd8448eb211c80319c",
    "method": "GET",
    "route": "/orders/{number}",
    "status": 401,
    "auth_time": 1_700_000_000,
    "issued_at": 1_700_100_000,
    "expires_at": 1_700_103_600,
    "ends_at": 1_700_108_000,
    "remaining_s": 3600.0,
    "scope_count": 2,
    "expired_for_s": 12.5,
    "session_age_s": 103_612.5,
    "repeats": 4,
    "zombie": True,
    "missing": ("orders/read",),
    "operation": "InitiateAuth",
    "error": "NotAuthorizedException",
    "message": "Refresh Token has expired",
    "aws_request_id": "b1a9",
    "burst": 3,
    "added": 1,
    "removed": 1,
    "duration_s": 0.125,
    "stale_for_s": 60.0,
    "retry_in_s": 5.0,
    "version": "1.2.3",
    "pools": ("main",),
    "clients": ("main/web",),
    "exempt": ("/healthz",),
    "refresh_validity_s": (108_000,),
    "cors_order_ok": True,
}

Processor = Callable[[Any, str, Any], Any]


def whole_events() -> Iterator[AnyEvent]:
    """Make one event of every kind, every field set."""
    for name, kind in KINDS.items():
        level, outcome, cause = LEVELS.get(name, ("info", "observed", None))
        fields = {field: VALUES[field] for field in kind.__struct_fields__ if field in VALUES}
        yield kind(**{**fields, "timestamp": STAMP, "level": level, "outcome": outcome, "cause": cause})


def bare_events() -> Iterator[AnyEvent]:
    """Make one event of every kind with nothing in it but its time."""
    for kind in KINDS.values():
        yield kind(timestamp=STAMP)


EVENTS = {
    f"{type(event).__name__}, {how}": event
    for how, events in (("whole", whole_events()), ("bare", bare_events()))
    for event in events
}


def written(event: AnyEvent, *processors: Processor, **bound: Any) -> dict[str, Any]:
    """Log an event as an application with these processors would, and return the line's object."""
    lines: list[str] = []

    class Taking:
        """Take lines."""

        def msg(self, line: str) -> None:
            """Take one."""
            lines.append(line)

        info = warning = error = msg

    logger = structlog.wrap_logger(
        Taking(), processors=[*processors, structlog.processors.JSONRenderer()], cache_logger_on_first_use=False
    ).bind(**bound)
    StructlogEvents(logger).emit(event)
    (line,) = lines
    found: dict[str, Any] = json.loads(line)
    return found


def passed(processor: Processor) -> dict[str, Any]:
    """Let an event of the application's own pass a renderer."""
    theirs = {"event": "order placed", "cause": "whim", "timestamp": 1.5, "http": "x"}
    return {"given": theirs, "made": processor(None, "info", dict(theirs))}
