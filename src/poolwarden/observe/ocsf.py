"""
Render events in the Open Cybersecurity Schema Framework, as a structlog processor.

::

    structlog.configure(processors=[…, poolwarden.observe.ocsf.to_ocsf, structlog.processors.JSONRenderer()])

Source: OCSF 1.7.0 (schema.ocsf.io/1.7.0). A refused request and a refused call
to Cognito are API Activity, a token and a session are Authentication. What the
schema has no place for, and what the application has bound, goes to
``unmapped``. Events of the application pass untouched.
"""

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from poolwarden.observe.rendering import Fields, Place, Places, own_fields, put, put_all, sentence_of
from poolwarden.version import __version__

VERSION = "1.7.0"
"""The schema's version (``metadata.version``)."""

_OTHER = 99
_SEVERITIES = {"info": (1, "Informational"), "warning": (3, "Medium"), "error": (4, "High")}
_STATUS = {1: "Success", 2: "Failure"}
_CATEGORIES = {3: "Identity & Access Management", 6: "Application Activity"}
_CLASSES = {3002: "Authentication", 6002: "Application Lifecycle", 6003: "API Activity"}
# Create, read, update, delete: what a method does by RFC 9110.
_VERBS = {
    "GET": (2, "Read"),
    "HEAD": (2, "Read"),
    "POST": (1, "Create"),
    "PUT": (3, "Update"),
    "PATCH": (3, "Update"),
    "DELETE": (4, "Delete"),
}
_METHODS = frozenset((*_VERBS, "CONNECT", "OPTIONS", "TRACE"))


class _Row(NamedTuple):
    """
    What an event is in the schema.

    Attributes:
        class_uid: The class.
        activity: What was done, by its number and its name; None where the request's method tells.
        status: Whether it succeeded.
        places: Where the fields go.
        fixed: Values that it always has, by their paths; a field overrides them.
    """

    class_uid: int
    activity: tuple[int, str] | None
    status: int
    places: Places
    fixed: Mapping[str, object]


def _ms(seconds: float) -> int:
    # timestamp_t and duration: milliseconds
    return round(seconds * 1000)


def _known(method: str) -> str | None:
    return method if method in _METHODS else None


_EVERY: Places = {
    "event": "metadata.log_name",
    "level": "metadata.log_level",
    "schema": Place("metadata.log_version", str),
    "trace_id": "metadata.correlation_uid",
    "cause": "status_code",
}
_API: Places = {
    **_EVERY,
    "pool": "actor.idp.name",
    "client": ("actor.app_name", "src_endpoint.name"),
    "session_ref": "actor.session.uid",
    "user_ref": "actor.user.uid",
    "auth_time": Place("actor.session.created_time", _ms),
    "request_id": "http_request.uid",
    "method": (Place("http_request.http_method", _known), "api.operation"),
    "route": "http_request.url.path",
    "status": "http_response.code",
}
_COGNITO: Places = {
    **_API,
    "client": "actor.app_name",
    "method": Place("http_request.http_method", _known),
    "operation": "api.operation",
    "error": "api.response.error",
    "message": "api.response.error_message",
    "aws_request_id": "api.request.uid",
    "burst": "count",
}
_KEYS: Places = {
    **_EVERY,
    "pool": "actor.idp.name",
    "duration_s": Place("duration", _ms),
    "error": ("api.response.error", "status_code"),
}
_TOKEN: Places = {
    **_EVERY,
    "pool": "actor.idp.name",
    "client": "actor.app_name",
    "session_ref": "session.uid",
    "user_ref": "user.uid",
    "request_id": "http_request.uid",
    "method": Place("http_request.http_method", _known),
    "route": "http_request.url.path",
    "auth_time": Place("session.created_time", _ms),
    "issued_at": Place("authentication_token.created_time", _ms),
    "expires_at": Place("authentication_token.expiration_time", _ms),
    "ends_at": Place("session.expiration_time", _ms),
}
# We are who calls Cognito and fetches keys.
_WE = {"actor.app_name": "poolwarden", "src_endpoint.svc_name": "poolwarden", "api.service.name": "Amazon Cognito"}
# The schema wants a user; without a reference key nobody's name leaves the process.
_SIGNED_IN = {
    "user.name": "Unknown",
    "service.name": "poolwarden",
    "auth_protocol_id": 6,
    "auth_protocol": "OAUTH 2.0",
}
_ROWS: Mapping[str, _Row] = {
    "poolwarden.token_seen": _Row(3002, (_OTHER, "Token Seen"), 1, _TOKEN, _SIGNED_IN),
    "poolwarden.session_ending": _Row(3002, (_OTHER, "Session Ending"), 1, _TOKEN, _SIGNED_IN),
    "poolwarden.request_rejected": _Row(
        6003,
        None,
        2,
        _API,
        {"actor.app_name": "unverified", "src_endpoint.name": "unverified", "api.operation": "Unknown"},
    ),
    "poolwarden.cognito_refused": _Row(
        6003, (_OTHER, "Cognito Call"), 2, _COGNITO, {**_WE, "api.operation": "Unknown"}
    ),
    "poolwarden.keys_fetched": _Row(6003, (2, "Read"), 1, _KEYS, {**_WE, "api.operation": "jwks.json"}),
    "poolwarden.keys_failed": _Row(6003, (2, "Read"), 2, _KEYS, {**_WE, "api.operation": "jwks.json"}),
    "poolwarden.started": _Row(6002, (3, "Start"), 1, {**_EVERY, "version": "app.version"}, {"app.name": "poolwarden"}),
}


def to_ocsf(_logger: Any, method: str, fields: Fields) -> Fields:
    """
    Turn one of poolwarden's events into an event of the Open Cybersecurity Schema Framework.

    Args:
        _logger: Not used.
        method: The logger's method.
        fields: The event dict.
    """
    own = own_fields(method, fields)
    if own is None:
        return fields
    row = _ROWS[own["event"]]
    activity_id, activity = row.activity or _VERBS.get(own.get("method", ""), (_OTHER, "Other"))
    severity_id, severity = _SEVERITIES.get(own["level"], (0, "Unknown"))
    category = row.class_uid // 1000
    sentence = sentence_of(own)
    made: dict[str, Any] = {
        "time": _time_of(own.pop("timestamp", None)),
        "class_uid": row.class_uid,
        "class_name": _CLASSES[row.class_uid],
        "category_uid": category,
        "category_name": _CATEGORIES[category],
        "activity_id": activity_id,
        "activity_name": activity,
        "type_uid": row.class_uid * 100 + activity_id,
        "type_name": f"{_CLASSES[row.class_uid]}: {activity}",
        "severity_id": severity_id,
        "severity": severity,
        "status_id": row.status,
        "status": _STATUS[row.status],
        "message": sentence,
        "metadata": {"version": VERSION, "product": {"name": "poolwarden", "version": __version__}},
    }
    for path, value in row.fixed.items():
        put(made, path, value)
    if "cause" in own:
        made["status_detail"] = sentence
    put_all(made, own, row.places, rest="unmapped")
    if fields:
        made.setdefault("unmapped", {}).update(fields)
    return made


def _time_of(stamp: object) -> int:
    # A processor of the application may have put its own form of time there.
    try:
        seconds = stamp if isinstance(stamp, (int, float)) else datetime.fromisoformat(str(stamp)).timestamp()
    except ValueError:
        seconds = time.time()
    return _ms(seconds)
