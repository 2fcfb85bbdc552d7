"""Play a step: the session's history up to now, the application's answer, the user pool's answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from poolwarden.errors import PoolwardenError
from poolwarden.localpool import Tokens
from poolwarden.rehearse.answer import Answer
from poolwarden.rehearse.exchange import Address, send
from poolwarden.rehearse.renewal import PoolCalls, Renewed
from poolwarden.rehearse.stage import Stage, changed
from poolwarden.rehearse.steps import BEFORE_S, Ending, Presents, Step

Ask = Callable[[str | None], Answer]
"""Ask the application with an access token, or without."""

_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Played:
    """
    A step that was played.

    Attributes:
        step: The step.
        answer: What the application answered; None where there was no token to ask it with, as the pool gave none.
        pool: What the user pool answered; None where it was not asked.
        repeated: Whether the application's answer repeats the token that it was sent.
    """

    step: Step
    answer: Answer | None = field(repr=False)
    pool: Renewed | None
    repeated: bool = False


class SlowError(PoolwardenError):
    """A step took so long that its boundary passed before it was over."""


def asking(address: Address, headers: Mapping[str, str]) -> Ask:
    """
    Return a function that sends a request to an application and returns its answer.

    Args:
        address: Where it is.
        headers: What to send besides the token.
    """

    def ask(token: str | None) -> Answer:
        credentials = {} if token is None else {"Authorization": f"Bearer {token}"}
        return send(address, headers={**headers, **credentials})

    return ask


def play(step: Step, stage: Stage, calls: PoolCalls, ask: Ask) -> Played:
    """
    Play a step, and repeat it where this machine was so slow that the boundary passed in between.

    Args:
        step: The step.
        stage: The user pool.
        calls: The calls at it.
        ask: Who is asked.

    Raises:
        SlowError: Each of several tries took longer than the boundary was away.
    """
    for _ in range(_TRIES):
        began = stage.now()
        played = _played(step, stage, calls, ask)
        if stage.now() - began < BEFORE_S:
            return played
    message = f"{step.id}: took more than {BEFORE_S} s {_TRIES} times. Try again when this machine has less to do."
    raise SlowError(message)


def _played(step: Step, stage: Stage, calls: PoolCalls, ask: Ask) -> Played:
    end = stage.begin(step.age_s)
    first = stage.sign_in()
    access, refresh = first.access_token, str(first.refresh_token)
    for ago_s in step.renewed_ago_s:
        stage.move_to(end - ago_s)
        renewed = calls.renew(refresh)
        if renewed.access_token is None:
            stage.move_to(end)
            return Played(step, None, renewed)
        access, refresh = renewed.access_token, renewed.refresh_token or refresh
    stage.move_to(end)
    if step.ending is Ending.REVOKED:
        calls.revoke(refresh)
    elif step.ending is Ending.SIGNED_OUT:
        calls.sign_out(access)
    pool = calls.renew(str(first.refresh_token) if step.reuses else refresh) if step.asks_pool else None
    if step.presents is Presents.RENEWED and (pool is None or pool.access_token is None):
        return Played(step, None, pool)
    token = _presented(step.presents, stage, first, access, pool)
    answer = ask(token)
    return Played(step, answer, pool, token is not None and token.encode() in answer.body)


def _presented(presents: Presents, stage: Stage, first: Tokens, access: str, pool: Renewed | None) -> str | None:
    if presents is Presents.RENEWED:
        return None if pool is None else pool.access_token
    if presents is Presents.NOTHING:
        return None
    if presents is Presents.IDENTITY:
        return first.id_token
    if presents is Presents.CHANGED:
        return changed(access)
    return stage.sign_in(elsewhere=True).access_token if presents is Presents.FOREIGN else access
