"""Compare answers with what they should be: in ordered tables, whose first row that fits says what is wrong."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from poolwarden.causes import CAUSES
from poolwarden.rehearse.answer import Answer
from poolwarden.rehearse.deviations import BY_ID, Deviation
from poolwarden.rehearse.play import Played
from poolwarden.rehearse.steps import Pass, Presents, Step

_SERVER_ERROR: Final = 500
# What it is called where something passes that should not; every other token should have expired or been revoked.
_PASSED: Final = {
    Presents.NOTHING: "open",
    Presents.IDENTITY: "id_token_accepted",
    Presents.FOREIGN: "client_unchecked",
    Presents.CHANGED: "signature_unchecked",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """
    Something that is not as it should be.

    Attributes:
        deviation: What it is.
        step: The step's id.
        sentence: What happened.
        mend: What to do.
    """

    deviation: Deviation
    step: str
    sentence: str
    mend: str


@dataclass(frozen=True, slots=True)
class _View:
    step: Step
    answer: Answer
    usual: Answer


_Table = tuple[tuple[str, Callable[[_View], bool]], ...]


def _is_page(view: _View) -> bool:
    # Where good answers are pages, too, only a password field shows that one is a login page.
    answer = view.answer
    return answer.succeeds and answer.is_html and (not view.usual.is_html or answer.has_password_form)


def _is_other_cause(view: _View) -> bool:
    cause = view.answer.cause
    return cause is not None and cause not in view.step.causes


def _is_other_action(view: _View) -> bool:
    action, cause = view.answer.action, view.answer.cause or view.step.causes[0]
    return action is not None and action is not CAUSES[cause].action


def _tells_nothing(view: _View) -> bool:
    # Without a token sent, a bare challenge says it all (RFC 6750 §3.1).
    answer = view.answer
    return view.step.presents is not Presents.NOTHING and not (answer.error or answer.cause or answer.code)


_UNUSABLE: Final[_Table] = (
    ("no_answer", lambda view: not view.answer.status),
    ("login_page", _is_page),
    ("error_in_success", lambda view: view.answer.succeeds and view.answer.says_error),
    ("redirected", lambda view: view.answer.redirects),
)
_REFUSAL: Final[_Table] = (
    *_UNUSABLE,
    ("unavailable", lambda view: view.answer.status == HTTPStatus.SERVICE_UNAVAILABLE),
    ("crashed", lambda view: view.answer.status >= _SERVER_ERROR),
    ("forbidden", lambda view: view.answer.status == HTTPStatus.FORBIDDEN),
    ("other_status", lambda view: view.answer.status != HTTPStatus.UNAUTHORIZED),
    ("challenge_missing", lambda view: not view.answer.challenge),
    ("challenge_not_bearer", lambda view: view.answer.bearer is None),
    ("cause_missing", _tells_nothing),
    ("other_cause", _is_other_cause),
    ("other_action", _is_other_action),
)
_SUCCESS: Final[_Table] = (
    *_UNUSABLE,
    ("crashed", lambda view: view.answer.status >= _SERVER_ERROR),
    ("refused_too_soon", lambda view: not view.answer.succeeds),
)
# Beside what is wrong with the answer itself. Servers answer their failures outside every middleware: of a 500 the
# status is what is wrong.
_BESIDES: Final[_Table] = (
    (
        "hidden_by_cors",
        lambda view: view.answer.refuses and _origin(view.usual) != "" and _origin(view.answer) == "",
    ),
)


def findings_of(played: Played, usual: Answer) -> tuple[Finding, ...]:
    """
    Return what is not as it should be at a step.

    Args:
        played: The step that was played.
        usual: What the application answers to a good token.
    """
    return (*_of_application(played, usual), *_of_pool(played))


def _of_application(played: Played, usual: Answer) -> Iterator[Finding]:
    if played.answer is None:
        return
    view = _View(played.step, played.answer, usual)
    name = _wrong(view)
    if name is not None:
        yield _found(name, played, told_by(played.answer))
    for other, fits in _BESIDES:
        if fits(view):
            yield _found(other, played, "")
    if played.repeated:
        yield _found("token_repeated", played, "")


def _wrong(view: _View) -> str | None:
    if view.step.may_pass is Pass.MUST:
        return _first(_SUCCESS, view)
    name = _first(_UNUSABLE, view)
    if name is None and view.answer.succeeds:
        return _passed(view.step) if view.step.may_pass is Pass.MUST_NOT else None
    return name or _first(_REFUSAL, view)


def _passed(step: Step) -> str:
    return _PASSED.get(step.presents) or ("expiry_unchecked" if step.ending == "none" else "revocation_unchecked")


def _of_pool(played: Played) -> Iterator[Finding]:
    if played.pool is None:
        return
    due, cause = played.step.pool, played.pool.cause
    next_step = CAUSES[cause].next_step if cause is not None else "Read what it says, and compare the settings."
    if played.answer is None or not due:
        if played.pool.error:
            yield _found("pool_refuses", played, played.pool.words, next_step)
    elif not played.pool.error:
        yield _found("pool_renews", played, "")
    elif cause not in due:
        yield _found("pool_other_cause", played, played.pool.words, next_step)


def _first(table: _Table, view: _View) -> str | None:
    return next((name for name, fits in table if fits(view)), None)


def _found(name: str, played: Played, told: str, next_step: str = "") -> Finding:
    row, answer = BY_ID[name], played.answer
    facts = {
        "subject": played.step.subject,
        "status": 0 if answer is None else answer.status,
        "told": told,
        "next_step": next_step,
    }
    return Finding(row, played.step.id, row.sentence.format(**facts), row.mend.format(**facts))


def _origin(answer: Answer) -> str:
    return answer.header("access-control-allow-origin")


def told_by(answer: Answer) -> str:
    """
    Return what an answer says of itself, in a few words; nothing of it that might be long or secret.

    Args:
        answer: The answer.
    """
    if not answer.status:
        return answer.fault
    if answer.redirects:
        # A location's query may hold anything.
        return f"to {_short(answer.header('location').partition('?')[0] or 'nowhere')}"
    if answer.cause is not None:
        return f"{answer.cause}, {answer.action}" if answer.action else str(answer.cause)
    if answer.challenge and answer.bearer is None:
        return _short(answer.challenge.partition(" ")[0])
    return answer.error or _short(answer.code or "") or f"status {answer.status}"


def _short(text: str) -> str:
    most = 60
    printable = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return printable if len(printable) <= most else f"{printable[:most]}…"
