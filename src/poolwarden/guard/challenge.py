"""
Turn a refusal into an answer: status, challenge (RFC 6750 §3) and problem (RFC 9457).

The only place that makes HTTP of a cause. Every text comes from the cause's
row or from the configuration; nothing of a request is reflected.
"""

import json
import re
from dataclasses import dataclass
from functools import cache

from poolwarden.causes import CAUSES, Cause
from poolwarden.errors import BearerError, ConfigurationError

# RFC 6750 §3: what may stand between the quotes of error_description and scope.
_QUOTABLE = re.compile(r"[\x20-\x21\x23-\x5B\x5D-\x7E]*")


@dataclass(frozen=True, slots=True)
class Answer:
    """
    An HTTP answer to a refusal.

    Attributes:
        status: The HTTP status.
        headers: Names in lower case and values.
        body: The problem as JSON, UTF-8.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def answer_to(error: BearerError, resource_metadata: str | None = None) -> Answer:
    """
    Return the answer to a refusal.

    Args:
        error: The refusal.
        resource_metadata: The address of this resource's metadata (RFC 9728 §5.1), or None.
    """
    if error.cause in (Cause.SCOPE_MISSING, Cause.GROUP_MISSING) or error.retry_after_s is not None:
        # RFC 6750 §3: the scope that is necessary, of which a client gets a token anew; not only what this one lacks.
        return _answer(error.cause, error.needed or error.missing, error.retry_after_s, resource_metadata)
    return _fixed(error.cause, resource_metadata)


def problem_of(error: BearerError) -> dict[str, object]:
    """Return the problem's members: ``type, title, status, detail, cause, action`` (RFC 9457 §3.1)."""
    row = CAUSES[error.cause]
    return {
        "type": f"urn:poolwarden:cause:{row.cause}",
        "title": row.title,
        "status": row.status,
        "detail": row.sentence,
        "cause": str(row.cause),
        "action": str(row.action),
    }


def quoted(text: str) -> str:
    """
    Return a text as a challenge's quoted value.

    Raises:
        ConfigurationError: It has a character that may not stand there; only
            configured texts come here, so that shows at the first use in a test.
    """
    if not _QUOTABLE.fullmatch(text):
        raise ConfigurationError("challenge", "has a character that may not be quoted.", "Use ASCII without quotes.")
    return f'"{text}"'


@cache
def _fixed(cause: Cause, resource_metadata: str | None) -> Answer:
    # One answer for each cause and configured address: a closed set.
    return _answer(cause, (), None, resource_metadata)


def _answer(cause: Cause, needed: tuple[str, ...], retry_after_s: int | None, resource_metadata: str | None) -> Answer:
    row = CAUSES[cause]
    body = json.dumps(problem_of(BearerError(cause)), separators=(",", ":")).encode()
    headers = [("content-type", "application/problem+json"), ("cache-control", "no-store")]
    if row.is_unavailable:
        headers.append(("retry-after", str(max(1, retry_after_s or 1))))
    else:
        headers.append(("www-authenticate", _challenge(cause, needed, resource_metadata)))
    headers.append(("content-length", str(len(body))))
    return Answer(row.status, tuple(headers), body)


def _challenge(cause: Cause, needed: tuple[str, ...], resource_metadata: str | None) -> str:
    row = CAUSES[cause]
    parameters = []
    if row.error is not None:
        parameters.append(f"error={quoted(row.error)}")
        parameters.append(f"error_description={quoted(row.sentence)}")
    if cause is Cause.SCOPE_MISSING and needed:
        parameters.append(f"scope={quoted(' '.join(needed))}")
    if resource_metadata is not None:
        parameters.append(f"resource_metadata={quoted(resource_metadata)}")
    return " ".join(["Bearer", ", ".join(parameters)]).strip()
