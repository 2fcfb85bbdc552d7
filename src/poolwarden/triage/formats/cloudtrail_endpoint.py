"""
Read what CloudTrail tells of requests to a pool's domain: parameters and status stand in ``additionalEventData``.

D/understanding-amazon-cognito-entries.html: each parameter is a list, a page
that was shown has an empty error, and a refused grant a status and no words.
"""

from collections.abc import Mapping
from typing import Any

from poolwarden.causes import Cause
from poolwarden.refusals.operations import ENDPOINT_OPERATIONS
from poolwarden.triage.formats.cloudtrail_fields import Additional, Parameters

MACHINE = "client_credentials"
"""The grant of a machine, which has no session."""

_BAD_REQUEST, _TOO_MANY, _FAILED = 400, 429, 500


def first(value: Any) -> Any:
    """Return a parameter's only value."""
    return value[0] if isinstance(value, list) and value else value


def asked_of(extra: Additional) -> Parameters | None:
    """Return what a request to a pool's domain asked for, or None where the event is of another sort."""
    asked = extra.requestParameters
    if not isinstance(asked, Mapping):
        return None
    return Parameters(client_id=first(asked.get("client_id")), grant_type=first(asked.get("grant_type")))


def status_of(name: str, code: str | None, extra: Additional) -> int | None:
    """Return how a request to a pool's domain was answered; None for any other event."""
    if name not in ENDPOINT_OPERATIONS:
        return None
    answered = extra.responseParameters
    told = answered.get("status") if isinstance(answered, Mapping) else code
    try:
        return int(float(told)) if told else None
    except (TypeError, ValueError, OverflowError):
        return None


def refused_by(name: str, status: int) -> Cause | None:
    """Return why a request was refused of which only the status is known."""
    if status >= _FAILED:
        return Cause.SERVICE_ERROR
    if status == _TOO_MANY:
        return Cause.THROTTLED
    return Cause.GRANT_REFUSED if name == "Token_POST" and status == _BAD_REQUEST else None
