"""Read the guard's events where a processor has given them another schema's names: ECS, OCSF, OpenTelemetry."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from poolwarden import events
from poolwarden.causes import Cause
from poolwarden.triage.formats.base import Context, Inner, Sample, Value
from poolwarden.triage.formats.guard_events import record_of, with_defaults
from poolwarden.triage.records import Kind, Record

_PREFIX = "poolwarden."
_DEPTH = 6
_CAUSES = frozenset(map(str, Cause))


def _seconds(milliseconds: Any) -> Any:
    return milliseconds / 1000 if isinstance(milliseconds, (int, float)) else None


def _whole_seconds(milliseconds: Any) -> Any:
    return milliseconds // 1000 if isinstance(milliseconds, int) else None


def _first(values: Any) -> Any:
    return values[0] if isinstance(values, list) and values else values


def _cause(code: Any) -> Any:
    return code if code in _CAUSES else None


def _not_us(name: Any) -> Any:
    return None if name == "poolwarden" else name


# Where the schemas have what (poolwarden.observe.ecs, .ocsf, .otel): our field, and what makes its value.
_FIELDS: Mapping[str, tuple[str, Callable[[Any], Any] | None]] = {
    "event": ("event", None),
    "event.action": ("event", None),
    "metadata.log_name": ("event", None),
    "timestamp": ("timestamp", None),
    "@timestamp": ("timestamp", None),
    "time": ("timestamp", _seconds),
    "level": ("level", None),
    "log.level": ("level", None),
    "metadata.log_level": ("level", None),
    "event.reason": ("cause", None),
    "status_code": ("cause", _cause),
    "session.id": ("session_ref", None),
    "session.uid": ("session_ref", None),
    "actor.session.uid": ("session_ref", None),
    "user.hash": ("user_ref", None),
    "user.uid": ("user_ref", None),
    "actor.user.uid": ("user_ref", None),
    "http.request.id": ("request_id", None),
    "http.request.header.x-request-id": ("request_id", _first),
    "http_request.uid": ("request_id", None),
    "http.request.method": ("method", None),
    "http_request.http_method": ("method", None),
    "url.path": ("route", None),
    "http_request.url.path": ("route", None),
    "rpc.method": ("operation", None),
    "api.operation": ("operation", None),
    "error.type": ("error", None),
    "api.response.error": ("error", None),
    "error.message": ("message", None),
    "exception.message": ("message", None),
    "api.response.error_message": ("message", None),
    "aws.request_id": ("aws_request_id", None),
    "api.request.uid": ("aws_request_id", None),
    "count": ("burst", None),
    "actor.idp.name": ("pool", None),
    "actor.app_name": ("client", _not_us),
    "session.created_time": ("auth_time", _whole_seconds),
    "actor.session.created_time": ("auth_time", _whole_seconds),
    "authentication_token.created_time": ("issued_at", _whole_seconds),
    "authentication_token.expiration_time": ("expires_at", _whole_seconds),
    "app.version": ("version", None),
}
# What a schema has no name for goes below these.
_REST = ("poolwarden.", "unmapped.")


class RenderedEvents:
    """The guard's events in the Elastic Common Schema, OCSF or OpenTelemetry's names."""

    name = "poolwarden rendered"
    samples: Sequence[Sample] = (
        Sample(
            '{"message":"The access token has expired.","ecs":{"version":"9.4.0"},"event":{"kind":"event",'
            '"action":"poolwarden.request_rejected","reason":"token_expired"},"log":{"level":"info"},'
            '"@timestamp":"2026-03-01T10:00:00.000Z","poolwarden":{"client":"web","session_ref":"AAAABBBBCCCCDDDD",'
            '"repeats":8,"zombie":true},"url":{"path":"/orders"}}',
            (
                {
                    "kind": Kind.REJECTED,
                    "cause": "token_expired",
                    "client": "web",
                    "session": "AAAABBBBCCCCDDDD",
                    "count": 8,
                    "zombie": True,
                    "route": "/orders",
                    "at": 1772359200.0,
                },
            ),
        ),
        Sample(
            '{"time":1772359200000,"class_uid":3002,"metadata":{"log_name":"poolwarden.token_seen"},'
            '"actor":{"app_name":"web"},"session":{"uid":"AAAABBBBCCCCDDDD","created_time":1772355600000},'
            '"authentication_token":{"created_time":1772359200000,"expiration_time":1772362800000}}',
            (
                {
                    "kind": Kind.ISSUED,
                    "client": "web",
                    "session": "AAAABBBBCCCCDDDD",
                    "refresh": True,
                    "auth_time": 1772355600,
                    "at": 1772359200.0,
                },
            ),
        ),
        Sample(
            '{"level":"warning","event":"poolwarden.cognito_refused","timestamp":"2026-03-01T10:00:00.000Z",'
            '"poolwarden.cause":"refresh_token_expired","session.id":"AAAABBBBCCCCDDDD","rpc.method":"InitiateAuth",'
            '"error.type":"NotAuthorizedException","poolwarden.schema":1}',
            (
                {
                    "kind": Kind.REFUSED,
                    "cause": "refresh_token_expired",
                    "session": "AAAABBBBCCCCDDDD",
                    "operation": "InitiateAuth",
                },
            ),
        ),
    )

    def read(self, value: Value, context: Context) -> Sequence[Record | Inner] | None:
        """Read the fields of one event."""
        if not isinstance(value, Mapping) or not _is_rendered(value):
            return None
        fields: dict[str, Any] = {}
        for path, held in _leaves(value):
            name, convert = _FIELDS.get(path, (None, None))
            if name is None:
                name = next((path[len(rest) :] for rest in _REST if path.startswith(rest)), None)
            made = convert(held) if convert is not None else held
            if name is not None and made is not None:
                fields.setdefault(name, made)
        try:
            record = record_of(events.from_fields(with_defaults(fields, context)), context)
        except ValueError:  # as an event of our own that cannot be read: not ours to guess
            return ()
        return () if record is None else (record,)


def is_renamed(line: str) -> bool:
    """Return whether a line has our fields under OpenTelemetry's flat names, beside our own ``event``."""
    return '"poolwarden.schema"' in line or '"poolwarden.outcome"' in line


def _is_rendered(value: Mapping[str, Any]) -> bool:
    event, metadata = value.get("event"), value.get("metadata")
    name = (
        event.get("action")
        if isinstance(event, Mapping)
        else metadata.get("log_name")
        if isinstance(metadata, Mapping)
        else value.get("event.action")
    )
    if isinstance(name, str):
        return name.startswith(_PREFIX)
    return "poolwarden.schema" in value or "poolwarden.outcome" in value


def _leaves(value: Mapping[str, Any], path: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Yield each value that is no object with its path; names may have dots of their own."""
    for name, held in value.items():
        if isinstance(held, Mapping) and depth < _DEPTH:
            yield from _leaves(held, f"{path}{name}.", depth + 1)
        else:
            yield f"{path}{name}", held
