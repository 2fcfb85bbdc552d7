"""Recognise Cognito's refusals in exceptions of botocore, without importing it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from poolwarden.causes import Cause
from poolwarden.events import CognitoRefused, timestamp
from poolwarden.observe.called import call_behind
from poolwarden.observe.tracing import mark_call
from poolwarden.refusals import OPERATIONS, cause_of
from poolwarden.telling import EventSink, RequestFacts, Subject

TOLD = "PoolwardenTold"
"""What a watched client (:mod:`poolwarden.observe.boto`) adds to what it has told about, so that it is told once."""

_MAX_MESSAGE = 200
_MAX_READ = 1000
_MAX_NAME = 64
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# What a message may carry beside its sentence.
_PERSONAL = re.compile(
    r"""
      [^\s@]+ @ [^\s@]+               # an e-mail address
    | \+? \d [\d\x20()-]{7,} \d       # a phone number
    | (?: [\w-]+ : )?                 # an identity's region, and its id or a user's
      [0-9a-fA-F]{8} (?: -[0-9a-fA-F]{4} ){3} -[0-9a-fA-F]{12}
    | [\w/+=.-]{40,}                  # a token or another long secret
    """,
    re.VERBOSE,
)
# Behind these words stands what a Lambda trigger of the pool's owner says, which may be anything.
_TRIGGER = re.compile(r"(failed with error).*", re.DOTALL)
# An exception's name.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,63}")
# Base classes of botocore's exceptions for connections that fail, and for answers that it cannot read.
_UNANSWERED = frozenset(("ConnectionError", "HTTPClientError"))
# An answer without the name of an exception, such as a load balancer's page, is an error named by its status.
_BY_STATUS = {"429": Cause.THROTTLED, **dict.fromkeys(("500", "502", "503", "504"), Cause.SERVICE_ERROR)}
_SERVICES = frozenset(("cognito-idp", "cognito-identity"))
_HOSTS = frozenset(("cognito-idp", "cognito-idp-fips", "cognito-identity", "cognito-identity-fips"))


class Counts(Protocol):
    """Where counts go; a part of :class:`poolwarden.Meter`."""

    def cognito_refused(self, operation: str, cause: str) -> None:
        """Count a call to Cognito that failed."""
        ...


@dataclass(frozen=True, slots=True)
class Refusal:
    """
    A call to Cognito that failed.

    Attributes:
        cause: Why.
        operation: The API operation, or ``other`` where it is not one of Cognito's.
        error: The exception's name.
        message: Cognito's sentence, bounded and without personal data.
        aws_request_id: Cognito's request id.
        calls: How many calls botocore made before it gave up: the first and its own retries.
    """

    cause: Cause
    operation: str
    error: str
    message: str
    aws_request_id: str | None
    calls: int = 1


def refusal_of(error: BaseException) -> Refusal | None:
    """
    Return what Cognito refused or did not answer, or None where the exception is none of Cognito's.

    Args:
        error: Any exception; botocore's carry ``response`` and ``operation_name``, and those of connections ``kwargs``
            with the endpoint.
    """
    known = getattr(error, TOLD, None)
    if isinstance(known, Refusal):
        return known
    call = call_behind(error)
    if call is not None and call.service not in _SERVICES:
        return None  # other services have operations of the same name: IAM has ListUsers, too
    response = getattr(error, "response", None)
    if isinstance(response, Mapping):
        return refusal_in(response, getattr(error, "operation_name", None))
    if call is not None:
        return unanswered(error, call.operation)
    # An exception that came from another process has no traceback.
    return unanswered(error) if _is_cognitos(getattr(error, "kwargs", None)) else None


def is_told(error: BaseException) -> bool:
    """
    Return whether a watched client has told about an exception already.

    Args:
        error: Any exception.
    """
    response = getattr(error, "response", None)
    return hasattr(error, TOLD) or (isinstance(response, Mapping) and bool(response.get(TOLD)))


def unanswered(error: BaseException, operation: str | None = None) -> Refusal | None:
    """
    Return what to tell of a call to Cognito that got no answer, or None where that is not what happened.

    Args:
        error: What the call raised.
        operation: The API operation's name; botocore's errors of connections do not have it.
    """
    kinds = {kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "botocore.exceptions"}
    if not kinds & _UNANSWERED:
        return None
    return Refusal(
        cause=Cause.SERVICE_ERROR,
        operation=operation if operation in OPERATIONS else "other",
        error=type(error).__name__,
        message=sanitised(str(error)),
        aws_request_id=None,
    )


def _is_cognitos(arguments: object) -> bool:
    """Return whether the arguments of an error of botocore name an endpoint of Cognito's."""
    url = arguments.get("endpoint_url") if isinstance(arguments, Mapping) else None
    try:
        host = urlsplit(url).hostname if isinstance(url, str) else None
    except ValueError:
        return False
    return not _HOSTS.isdisjoint((host or "").split("."))


def refusal_in(response: Mapping[str, Any], operation: object) -> Refusal | None:
    """
    Return what Cognito refused in a parsed response of botocore, or None.

    Args:
        response: The response, with ``Error`` and ``ResponseMetadata``.
        operation: The API operation's name.
    """
    problem = response.get("Error")
    if not isinstance(problem, Mapping):
        return None
    name, message = str(problem.get("Code", "")), str(problem.get("Message", ""))
    called = operation if isinstance(operation, str) else None
    cause = cause_of(name, message, called) or (_BY_STATUS.get(name) if called in OPERATIONS else None)
    if cause is None:
        return None
    found = response.get("ResponseMetadata")
    metadata = found if isinstance(found, Mapping) else {}
    request_id, retries = metadata.get("RequestId"), metadata.get("RetryAttempts")
    return Refusal(
        cause=cause,
        operation=called if called in OPERATIONS else "other",
        error=name if _NAME.fullmatch(name) else "other",
        message=sanitised(message),
        aws_request_id=_CONTROL.sub(" ", str(request_id))[:_MAX_NAME] if request_id else None,
        calls=1 + retries if isinstance(retries, int) else 1,
    )


def sanitised(message: str) -> str:
    """
    Return a message fit for logs: one bounded line, without personal data and without a trigger's own words.

    Args:
        message: Cognito's message.
    """
    fixed = _TRIGGER.sub(r"\1 …", message)
    # Cut before the search, too: a message may repeat a parameter of any length, and the pattern is slow on long texts.
    return _PERSONAL.sub("…", _CONTROL.sub(" ", fixed[:_MAX_READ]))[:_MAX_MESSAGE]


def count(refusal: Refusal, counts: Counts) -> None:
    """
    Count a refusal, and mark the active span with it.

    Args:
        refusal: What was refused.
        counts: Where the count goes.
    """
    counts.cognito_refused(refusal.operation, str(refusal.cause))
    mark_call(refusal.operation, str(refusal.cause))


def emit(
    refusal: Refusal,
    events: EventSink,
    at: float,
    *,
    facts: RequestFacts | None = None,
    subject: Subject | None = None,
    burst: int | None = None,
) -> None:
    """
    Send the event of a refusal.

    Args:
        refusal: What was refused.
        events: Where the event goes.
        at: When it was refused, epoch seconds.
        facts: The request in which it happened, where there is one.
        subject: Whose token that request carried, where its signature held.
        burst: How many calls of one retry burst the event stands for; by default those that botocore made.
    """
    calls = refusal.calls if burst is None else burst
    about = {**(facts._asdict() if facts else {}), **(subject._asdict() if subject else {})}
    if events.enabled("warning"):
        events.emit(
            CognitoRefused(
                timestamp=timestamp(at),
                level="warning",
                outcome="observed",
                cause=str(refusal.cause),
                operation=refusal.operation,
                error=refusal.error,
                message=refusal.message,
                aws_request_id=refusal.aws_request_id,
                burst=calls if calls > 1 else None,  # a single call is no burst
                **about,
            )
        )
