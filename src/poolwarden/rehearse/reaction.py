"""Say what a front end can do with what it was answered: it goes by the action, the cause, or the challenge."""

from typing import Final

from poolwarden.causes import CAUSES, Action
from poolwarden.rehearse.answer import Answer
from poolwarden.rehearse.play import Played
from poolwarden.rehearse.steps import Presents

CANNOT_ACT: Final = "cannot_act"
"""What becomes of a front end with an answer that tells it nothing, or the wrong thing."""

_UNAUTHORIZED: Final = 401


def reaction_to(played: Played) -> tuple[str, ...]:
    """
    Return what a front end does at a step, in order; nothing where it just goes on.

    Args:
        played: The step that was played.
    """
    refusal = None if played.pool is None else played.pool.cause
    at_pool = () if refusal is None else (str(CAUSES[refusal].action),)
    if played.answer is None or _passed(played.answer):
        # That the refresh token is dead shows at the next refresh.
        return at_pool
    action = _told(played.answer, played.step.presents)
    if action is None:
        return (CANNOT_ACT,)
    return (str(action), *(at_pool if action is Action.REFRESH else ()))


def _passed(answer: Answer) -> bool:
    return answer.succeeds and not answer.is_html and not answer.says_error


def _told(answer: Answer, presents: Presents) -> Action | None:
    if answer.status != _UNAUTHORIZED:
        return None
    if answer.action is not None:
        return answer.action
    if answer.cause is not None:
        return CAUSES[answer.cause].action
    if presents is Presents.NOTHING:
        return Action.SIGN_IN if answer.bearer is not None else None
    # RFC 6750 §3.1: on invalid_token it may ask for a new access token and try again.
    return Action.REFRESH if answer.error == "invalid_token" or answer.code else None
