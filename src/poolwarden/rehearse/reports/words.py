"""Say answers and expectations in a few words."""

from http import HTTPStatus
from typing import Final

from poolwarden.rehearse.answer import Answer
from poolwarden.rehearse.judge import told_by
from poolwarden.rehearse.play import Played
from poolwarden.rehearse.reaction import CANNOT_ACT, reaction_to
from poolwarden.rehearse.steps import Pass, Step
from poolwarden.rehearse.terms import Terms

_UNAUTHORIZED: Final = 401
_GOES_ON: Final = "goes on"
_PREFIX: Final = "refresh_token_"


def of_answer(answer: Answer | None) -> str:
    """Return what an application answered: the status and the one word that tells most."""
    if answer is None:
        return "not asked"
    if not answer.status:
        return "no answer"
    if answer.succeeds:
        what = "an HTML page" if answer.is_html else "an error body" if answer.says_error else ""
        return f"{answer.status} with {what}" if what else str(answer.status)
    if answer.status == _UNAUTHORIZED and not answer.cause and answer.bearer is None:
        return "401 without challenge" if not answer.challenge else f"401 {told_by(answer)} challenge"
    told = answer.cause or answer.error or (told_by(answer) if answer.redirects else "")
    return f"{answer.status} {told or _phrase(answer.status)}".strip()


def of_pool(played: Played) -> str:
    """Return what the user pool answered to a renewal."""
    if played.pool is None:
        return "-"
    if not played.pool.error:
        return "new tokens"
    cause = played.pool.cause
    # The column's head says that it is about the refresh token.
    return played.pool.error if cause is None else str(cause).removeprefix(_PREFIX)


def of_front_end(played: Played) -> str:
    """Return what a front end comes to do in the end."""
    reaction = reaction_to(played)
    return "cannot act" if CANNOT_ACT in reaction else reaction[-1] if reaction else _GOES_ON


def should_of(step: Step) -> str:
    """Return what the application, the user pool and the front end should do."""
    refusal = f"401, Bearer challenge, {' or '.join(step.causes)}"
    application = {Pass.MUST: "200", Pass.MAY: f"200, or {refusal}", Pass.MUST_NOT: refusal}[step.may_pass]
    pool = f"; user pool: {' or '.join(step.pool) or 'new tokens'}" if step.asks_pool else ""
    return f"{application}{pool}; front end: {', then '.join(step.actions) or _GOES_ON}"


def of_terms(terms: Terms) -> str:
    """Return what was played."""
    rotation = "no rotation" if terms.grace_s is None else f"rotation with {terms.grace_s} s of grace"
    revocation = "revocation on" if terms.revocable else "revocation off"
    way = "sign-in page" if terms.way == "page" else "sign-in by the SDK"
    return f"refresh {terms.refresh.plain}, access {terms.access.plain}, {rotation}, {revocation}, {way}"


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase.lower()
    except ValueError:
        return ""
