"""
Carry what happened from the guard to whoever reads it: frozen events, one flat JSON object a line.

The guard writes them, the triage reads them with the same classes:
``parse(render(event)) == event``. Readers tolerate fields and values that they
do not know; a name, a type or a meaning given here changes only with a major
version.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec

SCHEMA = 1
"""The version of the events' shape."""

OTHER = "other"
"""The ``pool`` or ``client`` of a verified token that is not among the configured ones."""

UNVERIFIED = "unverified"
"""The ``pool`` and ``client`` of a request whose token was not verified."""


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="event"):
    """
    What every event has.

    Attributes:
        timestamp: When it happened, RFC 3339 in UTC with milliseconds.
        level: ``info``, ``warning`` or ``error``.
        pool: The pool's configured alias, ``other`` or ``unverified``.
        client: The app client's configured alias, ``other`` or ``unverified``.
        outcome: ``accepted``, ``rejected``, ``error``, ``skipped`` or ``observed``.
        cause: A :class:`poolwarden.Cause` as text; readers may meet one they do not know.
        session_ref: The session's reference (see :mod:`poolwarden.refs`).
        user_ref: The user's reference, only where a reference key is configured.
        token_ref: The token's reference.
        request_id: The request's id, as the server in front gave it.
        trace_id: The trace's id (W3C Trace Context), 32 hexadecimal digits.
        method: The request's method.
        route: The route's template, else the path without its query.
        status: The answer's HTTP status.
        schema: The version of this shape.
    """

    timestamp: str
    level: str = "info"
    pool: str | None = None
    client: str | None = None
    outcome: str | None = None
    cause: str | None = None
    session_ref: str | None = None
    user_ref: str | None = None
    token_ref: str | None = None
    request_id: str | None = None
    trace_id: str | None = None
    method: str | None = None
    route: str | None = None
    status: int | None = None
    schema: int = SCHEMA


class TokenSeen(Event, frozen=True, kw_only=True, tag="poolwarden.token_seen"):
    """
    A verified token is seen for the first time by this process: a sign-in or a refresh.

    Attributes:
        auth_time: When the user signed in, epoch seconds.
        issued_at: When the token was issued, epoch seconds.
        expires_at: When it expires, epoch seconds.
        scope_count: How many scopes it has.
    """

    auth_time: int | None = None
    issued_at: int | None = None
    expires_at: int | None = None
    scope_count: int | None = None


class RequestRejected(Event, frozen=True, kw_only=True, tag="poolwarden.request_rejected"):
    """
    A request was refused; the 1st, 2nd, 4th, 8th … repeat of the same token is told.

    Attributes:
        auth_time: When the user signed in, epoch seconds, only of a verified token.
        issued_at: When the token was issued, epoch seconds, only of a verified token.
        expires_at: When it expires, epoch seconds, only of a verified token.
        expired_for_s: How long it had been expired, seconds.
        session_age_s: How long ago the sign-in was, seconds.
        repeats: How many times this token has been refused, this one included.
        zombie: Whether the client keeps sending a token that is dead.
        missing: The scopes or groups that were missing, as configured.
    """

    auth_time: int | None = None
    issued_at: int | None = None
    expires_at: int | None = None
    expired_for_s: float | None = None
    session_age_s: float | None = None
    repeats: int | None = None
    zombie: bool | None = None
    missing: tuple[str, ...] | None = None


class CognitoRefused(Event, frozen=True, kw_only=True, tag="poolwarden.cognito_refused"):
    """
    A call to Cognito failed.

    Attributes:
        operation: The API operation, such as ``InitiateAuth``.
        error: The exception's name, such as ``NotAuthorizedException``.
        message: Cognito's message, bounded, control characters escaped, no personal datum.
        aws_request_id: Cognito's request id.
        burst: How many calls of one retry burst this event stands for.
    """

    operation: str | None = None
    error: str | None = None
    message: str | None = None
    aws_request_id: str | None = None
    burst: int | None = None


class KeysFetched(Event, frozen=True, kw_only=True, tag="poolwarden.keys_fetched"):
    """
    The key set of a pool was renewed and has changed.

    Attributes:
        added: How many keys are new.
        removed: How many keys are gone.
        duration_s: How long the fetch took, seconds.
    """

    added: int | None = None
    removed: int | None = None
    duration_s: float | None = None


class KeysFailed(Event, frozen=True, kw_only=True, tag="poolwarden.keys_failed"):
    """
    The key source of a pool began to fail, or failed beyond its stale keys.

    Attributes:
        error: ``timeout``, ``http_error``, ``invalid`` or ``blocked``.
        stale_for_s: How long ago the last good fetch was, seconds; none without one.
        retry_in_s: When the next try is due, seconds from now.
    """

    error: str | None = None
    stale_for_s: float | None = None
    retry_in_s: float | None = None


class SessionEnding(Event, frozen=True, kw_only=True, tag="poolwarden.session_ending"):
    """
    A session was seen within the last hours of its refresh validity.

    Attributes:
        auth_time: When the user signed in, epoch seconds.
        ends_at: When the refresh validity is reached, epoch seconds.
        remaining_s: How long that is from now, seconds.
    """

    auth_time: int | None = None
    ends_at: int | None = None
    remaining_s: float | None = None


class Started(Event, frozen=True, kw_only=True, tag="poolwarden.started"):
    """
    The guard was mounted.

    Attributes:
        version: poolwarden's version.
        pools: The configured pools' aliases.
        clients: The configured app clients as ``pool/client``.
        exempt: The exempt paths.
        refresh_validity_s: The configured refresh validity of each of ``clients``, seconds.
        cors_order_ok: Whether CORS sits outside the guard; none where it cannot be told.
    """

    version: str | None = None
    pools: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    exempt: tuple[str, ...] = ()
    refresh_validity_s: tuple[int | None, ...] = ()
    cors_order_ok: bool | None = None


AnyEvent = TokenSeen | RequestRejected | CognitoRefused | KeysFetched | KeysFailed | SessionEnding | Started
"""Each kind of event; the union that :func:`parse` returns."""

KINDS: Mapping[str, type[AnyEvent]] = {
    str(kind.__struct_config__.tag): kind
    for kind in (TokenSeen, RequestRejected, CognitoRefused, KeysFetched, KeysFailed, SessionEnding, Started)
}
"""The kinds by their event name, such as ``poolwarden.token_seen``."""

# The fields that hold several values, which JSON has as lists.
_LISTS: Mapping[type[AnyEvent], tuple[str, ...]] = {
    kind: tuple(field.name for field in msgspec.structs.fields(kind) if "tuple[" in str(field.type))
    for kind in KINDS.values()
}

_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


def name_of(event: AnyEvent) -> str:
    """Return the event's name, such as ``poolwarden.token_seen``."""
    return str(event.__struct_config__.tag)


def timestamp(now: float) -> str:
    """Return epoch seconds as RFC 3339 text in UTC with milliseconds."""
    seconds, microseconds = divmod(round(now * 1e6), 1_000_000)
    return f"{_second(seconds)}.{microseconds // 1000:03}Z"


@lru_cache(maxsize=64)
def _second(seconds: int) -> str:
    # Events come many to a second, and in the order of time.
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")[:-6]  # its offset is +00:00


def to_fields(event: AnyEvent) -> dict[str, Any]:
    """
    Return the event as the flat fields of a log record.

    Args:
        event: Any event.

    Returns:
        ``event``, ``schema``, ``timestamp`` and ``level`` first, then every
        field that is not at its default. Values are JSON's own types; tuples become lists.
    """
    fields: dict[str, Any] = {
        "event": name_of(event),
        "schema": event.schema,
        "timestamp": event.timestamp,
        "level": event.level,
    }
    fields.update(msgspec.to_builtins(event))  # leaves out what is at its default
    for name in _LISTS[type(event)]:
        if name in fields:
            fields[name] = list(fields[name])
    return fields


def from_fields(fields: Mapping[str, Any]) -> AnyEvent:
    """
    Return the event that a log record's fields stand for.

    Args:
        fields: A log record; fields that are not the event's are passed over.

    Raises:
        ValueError: The name is not an event's, or a field has the wrong type.
    """
    event: AnyEvent = msgspec.convert(fields, AnyEvent)
    return event


def render(event: AnyEvent) -> str:
    """Return the event as one line of JSON, without the line's end."""
    return msgspec.json.encode(to_fields(event)).decode()


def parse(line: str | bytes) -> AnyEvent:
    """
    Return the event that a line of JSON stands for.

    Args:
        line: One JSON object as :func:`render` writes it; fields that are not
            the event's are passed over.

    Raises:
        ValueError: The line is not JSON or nested too deep, its name is not an
            event's, or a field has the wrong type.
    """
    try:
        return _decoder.decode(line)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
