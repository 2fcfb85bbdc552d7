"""Read the guard's own events, whatever logger wrote them."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from poolwarden import events
from poolwarden.triage.formats.base import Context, Inner, Sample, Value
from poolwarden.triage.mask import masked
from poolwarden.triage.records import Kind, Record
from poolwarden.triage.refreshing import is_refresh
from poolwarden.triage.times import time_of

_PREFIX = "poolwarden."
_FRESH_S = 60  # a token issued this soon after the sign-in came from the sign-in itself


def _told(event: events.AnyEvent, what: str) -> str:
    return masked(f"{events.name_of(event)} {what}".strip())


def _seen(event: events.TokenSeen) -> dict[str, Any]:
    refresh = None
    if event.auth_time is not None and event.issued_at is not None:
        refresh = event.issued_at - event.auth_time > _FRESH_S
    return {"kind": Kind.ISSUED, "refresh": refresh, "text": _told(event, f"client={event.client}")}


def _rejected(event: events.RequestRejected) -> dict[str, Any]:
    return {
        "kind": Kind.REJECTED,
        # A running total per token, told at its 1st, 2nd, 4th, 8th … repeat: take the greatest, never the sum.
        "count": event.repeats or 1,
        "zombie": bool(event.zombie),
        "text": _told(
            event, f"cause={event.cause} repeats={event.repeats or 1} {event.method or ''} {event.route or ''}"
        ),
    }


def _refused(event: events.CognitoRefused) -> dict[str, Any]:
    return {
        "kind": Kind.REFUSED,
        "operation": event.operation,
        "count": event.burst or 1,
        "refresh": is_refresh(event.cause, event.operation),
        "request": event.request_id or event.aws_request_id,
        "text": _told(event, f"operation={event.operation} {event.error}: {event.message}"),
    }


def _fetched(event: events.KeysFetched) -> dict[str, Any]:
    return {"kind": Kind.KEYS, "text": _told(event, f"added={event.added} removed={event.removed}")}


def _failed(event: events.KeysFailed) -> dict[str, Any]:
    told = f"error={event.error} stale_for_s={event.stale_for_s} retry_in_s={event.retry_in_s}"
    return {"kind": Kind.KEYS, "cause": event.cause or "keys_unavailable", "text": _told(event, told)}


def _started(event: events.Started) -> dict[str, Any]:
    validities = dict(zip(event.clients, event.refresh_validity_s, strict=False))
    detail = {"version": event.version, "pools": event.pools, "refresh_validity_s": validities}
    return {
        "kind": Kind.STARTED,
        "detail": msgspec.json.encode(detail).decode(),
        "text": _told(event, f"version={event.version}"),
    }


_KINDS: dict[type, Any] = {
    events.TokenSeen: _seen,
    events.RequestRejected: _rejected,
    events.CognitoRefused: _refused,
    events.KeysFetched: _fetched,
    events.KeysFailed: _failed,
    events.Started: _started,
}


def record_of(event: events.AnyEvent, context: Context) -> Record | None:
    """
    Return the record that an event stands for, or None for one that tells nothing of a lost session.

    ``count`` of a rejected request keeps the event's ``repeats``: a running
    total per token. Whoever adds records up takes the greatest per token.
    """
    shape = _KINDS.get(type(event))
    if shape is None:
        return None
    fields: dict[str, Any] = {
        "cause": event.cause,
        "request": event.request_id,
        "auth_time": getattr(event, "auth_time", None),
        "issued_at": getattr(event, "issued_at", None),
        "expires_at": getattr(event, "expires_at", None),
        **shape(event),
    }
    at = time_of(event.timestamp, context.latest)
    return Record(
        file=context.file,
        line=context.line,
        at=at if at is not None else context.at,
        pool=event.pool,
        client=event.client,
        session=event.session_ref,  # a machine's token has none
        user=event.user_ref,
        route=event.route,
        source=GuardEvents.name,
        **fields,
    )


def event_in(line: str, context: Context) -> Sequence[Record] | None:
    """
    Return the record of an event as the guard itself writes it, or None for any other line.

    The quick way in for logs of nothing else: one strict decoding instead of a
    search through the formats.
    """
    try:
        record = record_of(events.parse(line), context)
    except ValueError:
        return None
    return () if record is None else (record,)


def with_defaults(fields: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Return the fields with a time, as loggers rename or drop it."""
    at = next(
        (fields[key] for key in ("timestamp", "time", "ts", "@timestamp", "asctime", "date") if key in fields), None
    )
    stamp = at if isinstance(at, str) else None
    if stamp is None:
        seconds = time_of(at, context.latest)
        seconds = seconds if seconds is not None else context.at
        stamp = events.timestamp(seconds) if seconds is not None else ""
    level = fields.get("level")
    return {**fields, "timestamp": stamp, "level": level if isinstance(level, str) else "info"}


class GuardEvents:
    """The guard's events as fields of any JSON logger."""

    name = "poolwarden"
    samples: Sequence[Sample] = (
        Sample(
            '{"event":"poolwarden.token_seen","schema":1,"timestamp":"2026-03-01T10:00:00.000Z","level":"info",'
            '"pool":"main","client":"web","outcome":"accepted","session_ref":"AAAABBBBCCCCDDDD","auth_time":1772355600,'
            '"issued_at":1772359200,"expires_at":1772362800}',
            (
                {
                    "kind": Kind.ISSUED,
                    "client": "web",
                    "session": "AAAABBBBCCCCDDDD",
                    "refresh": True,
                    "at": 1772359200.0,
                },
            ),
        ),
        Sample(
            '{"event":"poolwarden.request_rejected","timestamp":"2026-03-01T10:00:00.000Z","cause":"token_expired",'
            '"repeats":8,"zombie":true,"route":"/orders","token_ref":"ZZZZ"}',
            ({"kind": Kind.REJECTED, "cause": "token_expired", "count": 8, "zombie": True, "route": "/orders"},),
        ),
        Sample(
            '{"message":"poolwarden.keys_failed","levelname":"ERROR","time":1772359200123,'
            '"error":"timeout","pool":"main"}',
            ({"kind": Kind.KEYS, "cause": "keys_unavailable", "at": 1772359200.123},),
        ),
        Sample('{"event":"poolwarden.from_the_future","timestamp":"2026-03-01T10:00:00.000Z"}', ()),
    )

    def read(self, value: Value, context: Context) -> Sequence[Record | Inner] | None:
        """Read the fields of one event."""
        if not isinstance(value, Mapping):
            return None
        name = next(
            (value[key] for key in ("event", "message", "msg") if str(value.get(key, "")).startswith(_PREFIX)), None
        )
        if name is None:
            return None
        try:
            event = events.from_fields({**with_defaults(value, context), "event": name})
        except ValueError:  # an event of a later version, or a broken one: not ours to guess
            return ()
        record = record_of(event, context)
        return () if record is None else (record,)
