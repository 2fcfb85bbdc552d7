"""Read one JSON object of an application's logger: structlog, pino, winston, bunyan, logback, loguru and their like."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from poolwarden.errors import UNDECODABLE
from poolwarden.triage.formats.base import Context, Inner, Sample, Value
from poolwarden.triage.formats.leaf import is_member, leaf
from poolwarden.triage.mask import user_key
from poolwarden.triage.patterns import later
from poolwarden.triage.records import Kind, Record
from poolwarden.triage.telling import may_tell
from poolwarden.triage.times import time_of

TIMES = (
    *("timestamp", "@timestamp", "time", "ts", "asctime", "datetime", "date", "eventTime", "Timestamp", "@t", "t"),
    *("TimeGenerated", "timeUnixNano", "observedTimeUnixNano", "_messagetime", "received_at"),
    *("created", "timeMillis", "epochSecond", "event_time", "logged_at", "Time", "start_time", "receiveTimestamp"),
    *(
        "__REALTIME_TIMESTAMP",
        "timestamp_ms",
        "timestampMs",
        "epoch_ms",
        "published",
        "_time",
        "DateTime",
        "eventTimestamp",
        "dateCreated",
        "startedDateTime",
        "event_timestamp",
        "requestTimeEpoch",
        "ISODATE",
    ),
)
_REQUESTS = (
    *("request_id", "requestId", "req_id", "reqId", "aws_request_id", "awsRequestId", "AWSRequestId", "x-request-id"),
    *("correlation_id", "correlationId", "RequestId", "function_request_id"),
)
_CLIENTS = ("client_id", "clientId", "cognito_client_id", "app_client_id", "appClientId", "ClientId")
_USERS = ("sub", "user_sub", "userSub", "cognito_sub", "user_id", "userId", "username", "userName", "cognito:username")
_ASKED = "answered_by"  # no name of a path: a body answers a call, and is no access line
_ADDRESSES = ("url", "uri", "endpoint", "request_url", "requestUrl", "token_endpoint", "tokenEndpoint", _ASKED)
_CARRIERS = (
    *(
        "log",
        "MESSAGE",
        "message",
        "msg",
        "Message",
        "line",
        "_raw",
        "@message",
        "textPayload",
        "body",
        "raw",
        "content",
    ),
    *(
        "jsonPayload",
        "_source",
        "fields",
        "data",
        "event",
        "log_processed",
        "@fields",
        "payload",
        "short_message",
        "full_message",
        "attributes",
        "resultDescription",
        "Log_s",
        "result",
    ),
)
_MESSAGES = frozenset(("message", "Message", "errorMessage", "error_message"))
_SUB = later(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DEEPEST = 8
# An access log's line of a request that was served, which carries no error: whatever was asked for, nobody was refused.
_SERVED = later(r"\"[A-Z]{3,7} (?![^\"\s]*error=)[^\"\s]{1,2000} HTTP/[\d.]+\" [23]\d\d\b")
_PARTS = 2  # of an attribute: key and value
_SENTENCE = 2  # blanks that a field's name does not have


def _leaves(value: Any, key: str = "", depth: int = _DEEPEST) -> Iterator[str]:
    """Yield ``key: value`` for each value, so that rules find names and sentences wherever they are."""
    if isinstance(value, Mapping) and depth:
        attribute = _attribute(value)
        for name, item in value.items() if attribute is None else (attribute,):
            yield from _leaves(item, str(name), depth - 1)
    elif isinstance(value, list) and depth:
        for item in value[:200]:
            yield from _leaves(item, key, depth - 1)
    elif value is not None and value != "":
        counted = isinstance(value, int | float) and key.count(" ") >= _SENTENCE  # how often something was said
        yield f"{key}: {value}" if key and not counted else str(value)
    elif key in _MESSAGES:
        yield f"{key}: null"  # an exception's message was lost; what the logger says beside it is none


def _without_served(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the fields without an access log's line of a request that was served."""
    served = [name for name in _CARRIERS if isinstance(line := fields.get(name), str) and _is_served(line)]
    return {name: item for name, item in fields.items() if name not in served} if served else fields


def _is_served(line: str) -> bool:
    return "\n" not in line.rstrip() and _SERVED.search(line) is not None


def _attribute(value: Mapping[str, Any]) -> tuple[str, Any] | None:
    """Return the name and the value of one of OpenTelemetry's attributes; None where it is no such."""
    name, typed = value.get("key"), value.get("value")
    if len(value) != _PARTS or not isinstance(name, str) or not isinstance(typed, Mapping) or len(typed) != 1:
        return None
    return name, next(iter(typed.values()))


def _first(fields: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next(
        (fields[name] for name in names if name in fields and isinstance(fields[name], str | int | float)), None
    )


def _nested_time(fields: Mapping[str, Any], latest: float) -> float | None:
    record = fields.get("record")  # loguru's serialize=True
    told = record.get("time") if isinstance(record, Mapping) else None
    instant = fields.get("instant")  # log4j2's JsonLayout
    if isinstance(instant, Mapping):
        told = instant.get("epochSecond")
    return time_of(told.get("timestamp") if isinstance(told, Mapping) else told, latest)


def _nested_user(fields: Mapping[str, Any]) -> str | None:
    """Return the user's id as Sentry, ECS, Datadog and Airbrake put it: a member with a ``sub``'s form."""
    for within in (fields, fields.get("attributes"), fields.get("context")):
        if not isinstance(within, Mapping):
            continue
        for name in ("user", "usr"):
            user = within.get(name)
            named = user.get("id") if isinstance(user, Mapping) else None
            if isinstance(named, str) and _SUB.fullmatch(named):
                return named
    return None


def known_of(fields: Mapping[str, Any], context: Context) -> Context:
    """Return the context with what the fields of a logger tell."""
    at = next(
        (found for name in TIMES if name in fields and (found := time_of(fields[name], context.latest)) is not None),
        None,
    )
    user, client, request = _first(fields, _USERS), _first(fields, _CLIENTS), _first(fields, _REQUESTS)
    user = user if user is not None else _nested_user(fields)
    return context.but(
        at=at if at is not None else _nested_time(fields, context.latest),
        request=str(request) if request is not None else None,
        client=str(client) if client is not None else None,
        user=user_key(str(user)) if user is not None else None,
    )


class AppJson:
    """One object of any JSON logger."""

    name = "json"
    samples: Sequence[Sample] = (
        Sample(
            '{"level":50,"time":1795216915797,"msg":"token refresh failed","err":{"type":"NotAuthorizedException",'
            '"message":"Invalid Refresh Token.","stack":"NotAuthorizedException: Invalid Refresh Token.\\n    at x"}}',
            ({"kind": Kind.REFUSED, "cause": "refresh_token_invalid", "at": 1795216915.797},),
        ),
        Sample(
            '{"text":"x","record":{"time":{"repr":"2026-03-01 10:00:00+00:00",'
            '"timestamp":1772359200.5},"message":"refresh failed: '
            "An error occurred (NotAuthorizedException) when calling the InitiateAuth operation: "
            'Refresh Token has expired"}}',
            ({"cause": "refresh_token_expired", "operation": "InitiateAuth", "at": 1772359200.5},),
        ),
        Sample('{"level":"info","message":"nothing to see"}', ()),
        Sample(
            '{"message":"[]","error":"NotAuthorizedException: Invalid Refresh Token"}',
            ({"cause": "refresh_token_invalid"},),
        ),
        Sample(
            '{"level":"error","url":"https://x/refresh","body":"{\\"status\\":\\"fail\\",\\"message\\":'
            '\\"NotAuthorizedException: Refresh Token has been revoked\\"}"}',
            ({"cause": "refresh_token_revoked"},),
        ),
        Sample(
            '{"app":"proxy","timestamp":"2026-03-01T10:00:00Z","line":"10.0.0.1 - - [01/Mar/2026:10:00:00 +0000] '
            '\\"GET /search?q=NotAuthorizedException+Refresh+Token+has+expired HTTP/1.1\\" 200 51 \\"-\\""}'
        ),
        Sample(
            '{"timestamp":"2026-03-01T10:00:00Z","user":{"id":"6f1c3f0a-0000-4000-8000-000000000001"},"exception":'
            '{"values":[{"type":"NotAuthorizedException","value":"Refresh Token has been revoked"}]}}',
            ({"cause": "refresh_token_revoked", "user": user_key("6f1c3f0a-0000-4000-8000-000000000001")},),
        ),
        Sample(
            '{"timeUnixNano":"1772359200000000000","attributes":[{"key":"exception.type","value":{"stringValue":'
            '"NotAuthorizedException"}},{"key":"exception.message","value":{"stringValue":"User is disabled."}},'
            '{"key":"enduser.id","value":{"stringValue":"6f1c3f0a-0000-4000-8000-000000000001"}}]}',
            ({"cause": "user_disabled", "user": user_key("6f1c3f0a-0000-4000-8000-000000000001")},),
        ),
        Sample(
            '{"message":"payment failed","url":"https://pay.example.org/charge",'
            '"body":"{\\"status\\":401,\\"message\\":\\"Unauthorized\\"}"}'
        ),
    )

    def read(self, value: Value, context: Context) -> Sequence[Record | Inner] | None:
        """Read the fields; a message that is itself a log line is read as one."""
        if not isinstance(value, Mapping):
            return None
        value = _without_served(value)
        text = "\n".join(_leaves(value))
        if not may_tell(text):
            return ()
        known = known_of(value, context)
        for name in _CARRIERS:
            carried = value.get(name)
            if isinstance(carried, str) and carried.lstrip()[:1] in ("{", "["):
                try:
                    decoded = msgspec.json.decode(carried)
                except UNDECODABLE:
                    continue
                address = _first(value, _ADDRESSES)
                if isinstance(decoded, Mapping) and address is not None:
                    decoded = {_ASKED: address, **decoded}  # of whose answer it is the body
                if isinstance(decoded, Mapping | list) and decoded:
                    return [Inner(decoded, known)]
            elif isinstance(carried, str) and is_member(carried):
                return ()
            elif (
                isinstance(carried, Mapping)
                and ("event" in carried or "message" in carried or "msg" in carried or "_raw" in carried)
                and name != "event"
            ):
                return [Inner({**{k: v for k, v in value.items() if k != name}, **carried}, known)]
        return leaf(text, known, self.name)
