"""Answer for a Cognito exception that leaves an application: 401 with its cause, 503 where it is transient, not 500."""

from collections.abc import Callable

from poolwarden.errors import BearerError, bearer_error
from poolwarden.guard.bearer import Header
from poolwarden.guard.rejections import RequestFacts
from poolwarden.guard.server import Guard
from poolwarden.guard.subject import identify
from poolwarden.observe.cognito import TOLD, refusal_of, tell

_UNAVAILABLE = 503


def answerable(
    error: BaseException, server: Guard, facts: Callable[[], RequestFacts], header: Header = None
) -> BearerError | None:
    """
    Return what to answer for an exception of an application, or None where it is none of Cognito's.

    Tells about it: an event ``poolwarden.cognito_refused`` and a count, unless
    a watched client (:mod:`poolwarden.observe.boto`) has told already. A group
    of exceptions with a single one in it stands for that one.

    Args:
        error: What left the application.
        server: Whose events and counts are used.
        facts: Returns what events tell about the request.
        header: Its Authorization header: a refresh that fails carries an expired token, which tells whose it is.
    """
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    if isinstance(error, BearerError):
        return error
    refusal = refusal_of(error)
    if refusal is None:
        return None
    if not getattr(error, "response", {}).get(TOLD):
        tell(
            refusal,
            server.events,
            server.meter,
            server.rules.now(),
            facts=facts(),
            subject=identify(header, server.rules),
        )
    answer = bearer_error(refusal.cause)
    if answer.row.status == _UNAVAILABLE:
        answer.retry_after_s = 1
    return answer
