"""Answer for a Cognito exception that leaves an application: 401 with its cause, 503 where it is transient, not 500."""

from collections.abc import Iterator

from poolwarden.errors import BearerError, bearer_error
from poolwarden.guard.bearer import Header
from poolwarden.guard.rejections import Facts
from poolwarden.guard.server import Guard
from poolwarden.guard.subject import identify
from poolwarden.observe.cognito import count, emit, is_told, refusal_of


def answerable(error: BaseException, server: Guard, facts: Facts, header: Header = None) -> BearerError | None:
    """
    Return what to answer for an exception of an application, or None where it is none of Cognito's.

    Also emits the event ``poolwarden.cognito_refused`` and counts it, unless a
    watched client (:mod:`poolwarden.observe.boto`) has done so already. A group of
    exceptions is answered where all in it have the same cause, as when concurrent
    calls of one request meet the same expired token.

    Args:
        error: The exception.
        server: The server that emits the events and counts.
        facts: Returns what events tell about the request.
        header: The request's Authorization header. A refresh may fail in a request with an expired token, which still
            tells whose session it is.
    """
    leaves = tuple(_leaves(error))
    answers = [_answer_to(leaf) for leaf in leaves]
    first = answers[0]
    if first is None or any(answer is None or answer.cause is not first.cause for answer in answers):
        return None
    for leaf in leaves:
        refusal = refusal_of(leaf)
        if refusal is not None and not is_told(leaf):
            count(refusal, server.meter)
            subject = identify(header, server.rules)
            emit(refusal, server.events, server.rules.now(), facts=facts(), subject=subject)
    return first


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error


def _answer_to(error: BaseException) -> BearerError | None:
    if isinstance(error, BearerError):
        return error
    refusal = refusal_of(error)
    return None if refusal is None else bearer_error(refusal.cause)
