"""
Render events with OpenTelemetry's attribute names, as a structlog processor.

::

    structlog.configure(processors=[…, poolwarden.observe.otel.to_attributes, structlog.processors.JSONRenderer()])

Source: OpenTelemetry's semantic conventions (opentelemetry.io/docs/specs/semconv).
What they have no name for is named ``poolwarden.…``. ``event``, ``timestamp``
and ``level`` stay: they are the log record's own event name, time and severity,
as ``trace_id`` is its own (specification, "Trace Context in non-OTLP Log
Formats"). Events of the application pass untouched.
"""

from collections.abc import Mapping
from typing import Any

from poolwarden.observe.rendering import Fields, own_fields

_NAMES: Mapping[str, str] = {
    "event": "event",
    "timestamp": "timestamp",
    "level": "level",
    "trace_id": "trace_id",
    "session_ref": "session.id",
    "user_ref": "user.hash",
    "request_id": "http.request.header.x-request-id",
    "method": "http.request.method",
    # No http.route: where no template is known it holds the path, which may not stand in for one.
    "route": "url.path",
    "status": "http.response.status_code",
    "operation": "rpc.method",
    "error": "error.type",
    "message": "exception.message",
    "aws_request_id": "aws.request_id",
}
# The convention's values of a header are a list.
_LISTS = frozenset({"request_id"})


def to_attributes(_logger: Any, method: str, fields: Fields) -> Fields:
    """
    Give the fields of one of poolwarden's events the names of OpenTelemetry's attributes.

    Args:
        _logger: Not used.
        method: The logger's method.
        fields: The event dict; what the application has bound stays as it is.
    """
    own = own_fields(method, fields)
    if own is None:
        return fields
    for name, value in own.items():
        fields[_NAMES.get(name, f"poolwarden.{name}")] = [value] if name in _LISTS else value
    # A refusal is no error of this service's; what ends in 503 is.
    if own.get("outcome") == "error" and "cause" in own:
        fields.setdefault("error.type", own["cause"])
    return fields
