"""
Render events in the Elastic Common Schema, as a structlog processor.

::

    structlog.configure(processors=[…, poolwarden.observe.ecs.to_ecs, structlog.processors.JSONRenderer()])

Source: the Elastic Common Schema 9.4 (elastic.co/docs/reference/ecs); every
name used here stands in 8.x too. What it has no name for goes below
``poolwarden``. Events of the application pass untouched.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from poolwarden.observe.rendering import Fields, Place, Places, own_fields, put_all, sentence_of

VERSION = "9.4.0"
"""The schema's version (``ecs.version``)."""


class _Kind(NamedTuple):
    """How the schema categorizes an event."""

    category: tuple[str, ...]
    type: tuple[str, ...]
    outcome: str | None


_KINDS: Mapping[str, _Kind] = {
    "poolwarden.token_seen": _Kind(("authentication",), ("info",), "success"),
    "poolwarden.request_rejected": _Kind(("api", "authentication"), ("denied", "info"), "failure"),
    "poolwarden.cognito_refused": _Kind(("api", "authentication"), ("access", "info"), "failure"),
    "poolwarden.keys_fetched": _Kind(("configuration",), ("change",), "success"),
    "poolwarden.keys_failed": _Kind(("api",), ("access",), "failure"),
    "poolwarden.session_ending": _Kind(("session",), ("info",), None),
    "poolwarden.started": _Kind(("configuration",), ("info",), "success"),
}
_PLACES: Places = {
    "timestamp": "@timestamp",
    "level": "log.level",
    "event": "event.action",
    "cause": "event.reason",
    "user_ref": "user.hash",
    "request_id": "http.request.id",
    "trace_id": "trace.id",
    "method": "http.request.method",
    "route": "url.path",
    "status": "http.response.status_code",
    "error": "error.type",
    "message": "error.message",
    "duration_s": Place("event.duration", lambda seconds: round(seconds * 1e9)),
}


def to_ecs(_logger: Any, method: str, fields: Fields) -> Fields:
    """
    Turn one of poolwarden's events into a document of the Elastic Common Schema.

    Args:
        _logger: Not used.
        method: The logger's method.
        fields: The event dict; what the application has bound stays as it is.
    """
    own = own_fields(method, fields)
    if own is None:
        return fields
    kind = _KINDS[own["event"]]
    event: dict[str, Any] = {"kind": "event", "module": "poolwarden", "dataset": "poolwarden.events"}
    event |= {"category": list(kind.category), "type": list(kind.type)}
    if kind.outcome is not None:
        event["outcome"] = kind.outcome
    fields.update({"message": sentence_of(own), "ecs": {"version": VERSION}, "event": event})
    put_all(fields, own, _PLACES, rest="poolwarden")
    return fields
