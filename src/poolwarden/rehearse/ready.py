"""Wait until the application answers, and check that it accepts tokens of the local pool: else no step makes sense."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from poolwarden.causes import Cause
from poolwarden.errors import ConfigurationError
from poolwarden.rehearse.answer import Answer
from poolwarden.rehearse.judge import told_by
from poolwarden.rehearse.play import Ask
from poolwarden.rehearse.stage import Stage

PAUSE_S: Final = 0.5
"""How long to wait between two questions, seconds."""

_STARTING: Final = (HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT)
# It may have looked for the keys before the pool was there, or know those of an earlier rehearsal.
_PASSING: Final = (Cause.KEY_UNKNOWN, Cause.KEYS_UNAVAILABLE)


def await_application(
    stage: Stage,
    ask: Ask,
    address: str,
    *,
    patience_s: float,
    monotonic: Callable[[], float],
    pause: Callable[[float], object],
) -> Answer:
    """
    Return what the application answers to a good token, once it answers.

    Args:
        stage: The user pool.
        ask: Who is asked.
        address: The application's address, for errors.
        patience_s: How long to wait for it in all, seconds.
        monotonic: A clock for the patience, seconds.
        pause: Waits for so many seconds.

    Raises:
        ConfigurationError: It does not answer, or it refuses a token issued just now; it says why and what to do.
    """
    deadline = monotonic() + patience_s
    while True:
        stage.begin(0)
        answer = ask(stage.sign_in().access_token)
        if not _is_passing(answer):
            break
        if monotonic() >= deadline:
            break
        pause(PAUSE_S)
    problem = _problem(answer, stage, patience_s)
    if problem is not None:
        raise ConfigurationError(address, *problem)
    return answer


def _is_passing(answer: Answer) -> bool:
    return not answer.status or answer.status in _STARTING or answer.cause in _PASSING


_NOT_POINTED: Final = (
    "Start it with the environment that is printed above (or by --print-env), so that it takes its keys from the "
    "local pool and accepts its issuer and app client; poolwarden explain {cause} tells more."
)
_ROUTE: Final = "Give --app the address of a protected route, such as http://127.0.0.1:8000/orders."

# What may be wrong with the answer to a good token; the first that fits.
_PROBLEMS: Final[tuple[tuple[Callable[[Answer], bool], str, str], ...]] = (
    (
        lambda answer: not answer.status,
        "nothing answers ({told}) within {patience} s.",
        "Start the application with the environment that is printed above, or give it longer with --wait.",
    ),
    (
        lambda answer: answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED),
        "answers {status} to a good token: nothing is there for GET.",
        _ROUTE,
    ),
    (
        lambda answer: answer.status == HTTPStatus.FORBIDDEN,
        "answers 403 ({told}) to a good token, whose scopes are {scopes}.",
        "Give a route that needs no more, --group NAME, or settings whose AllowedOAuthScopes have the scope.",
    ),
    (
        lambda answer: answer.redirects,
        "redirects a good token ({status} {told}).",
        f"{_ROUTE} If it is one: {_NOT_POINTED}",
    ),
    (_is_passing, "still answers {status} ({told}) to a good token after {patience} s.", _NOT_POINTED),
    (
        lambda answer: answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR,
        "answers {status} to a good token.",
        "Its own log tells why.",
    ),
    (lambda answer: not answer.succeeds, "refuses a token issued just now ({status}, {told}).", _NOT_POINTED),
    (
        lambda answer: answer.says_error or answer.has_password_form,
        "answers {status} to a good token, and the body tells of an error or asks for a password.",
        _NOT_POINTED,
    ),
)


def _problem(answer: Answer, stage: Stage, patience_s: float) -> tuple[str, str] | None:
    """Return what is wrong with the answer to a good token, and what to do."""
    found = next(((problem, mend) for fits, problem, mend in _PROBLEMS if fits(answer)), None)
    if found is None:
        return None
    facts = {
        "told": told_by(answer),
        "status": answer.status,
        "patience": f"{patience_s:g}",
        "scopes": " ".join(stage.terms.scopes),
        "cause": answer.cause or Cause.ISSUER_MISMATCH,
    }
    problem, mend = found
    return problem.format(**facts), mend.format(**facts)
