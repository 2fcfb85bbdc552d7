"""What is wrong with an answer is told by tables: every deviation has its row, and a row fits what it says."""

import re
from dataclasses import replace

import pytest

from poolwarden.causes import CAUSES, Cause
from poolwarden.rehearse.answer import Answer
from poolwarden.rehearse.deviations import BY_ID, ROWS
from poolwarden.rehearse.headline import _ROWS
from poolwarden.rehearse.judge import findings_of, told_by
from poolwarden.rehearse.play import Played
from poolwarden.rehearse.reaction import reaction_to
from poolwarden.rehearse.renewal import Renewed
from poolwarden.rehearse.steps import Ending, Pass, Presents, Step

GOOD = Answer(200, (("content-type", "application/json"),), b"[17]")
EXPIRED = Step(
    id="x",
    moment="x",
    subject="a token",
    may_pass=Pass.MUST_NOT,
    causes=(Cause.TOKEN_EXPIRED,),
    pool=(Cause.REFRESH_TOKEN_EXPIRED,),
)
REFUSED = Answer(401, (("www-authenticate", 'Bearer error="invalid_token"'),))
OVER = Renewed("InitiateAuth", "NotAuthorizedException", "Refresh Token has expired")
GONE = Renewed("InitiateAuth", "NotAuthorizedException", "Refresh Token has been revoked")
NEW = Renewed("InitiateAuth", access_token="new")


def found(step: Step, answer: Answer | None, pool: Renewed | None = OVER) -> list[str]:
    """Return what is found."""
    return [finding.deviation.id for finding in findings_of(Played(step, answer, pool), GOOD)]


def test_rows() -> None:
    """Every id is told once, in words that need no facts but those that there are."""
    assert len(BY_ID) == len(ROWS)
    for row in ROWS:
        assert set(re.findall(r"{(\w+)}", row.sentence + row.mend)) <= {"subject", "status", "told", "next_step"}
        assert row.front_end.endswith(".")
    assert {name for needed, _ in _ROWS for name in needed} <= BY_ID.keys()


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (Answer(0, fault="Connection reset by peer"), "no_answer"),
        (Answer(204), "expiry_unchecked"),
        (Answer(307, (("location", "https://login.example.com/?token=secret"),)), "redirected"),
        (Answer(500), "crashed"),
        (Answer(502), "crashed"),
        (Answer(400), "other_status"),
        (Answer(401), "challenge_missing"),
        (Answer(401, (("www-authenticate", "DPoP"),)), "challenge_not_bearer"),
        (Answer(401, (("www-authenticate", "Bearer"),)), "cause_missing"),
    ],
    ids=["reset", "empty", "redirect", "500", "502", "400", "bare", "dpop", "mute"],
)
def test_refusals(answer: Answer, name: str) -> None:
    """A refusal that is none, or that a front end cannot use, is named."""
    assert found(EXPIRED, answer) == [name]
    assert found(EXPIRED, REFUSED) == []


def test_may_pass() -> None:
    """Where both is right, a good answer and a proper refusal pass, and an improper one does not."""
    step = replace(EXPIRED, may_pass=Pass.MAY, ending=Ending.REVOKED)
    assert found(step, GOOD) == found(step, REFUSED) == []
    assert found(step, Answer(500)) == ["crashed"]


def test_what_passed() -> None:
    """What passed and should not is named after what it was."""
    assert found(replace(EXPIRED, presents=Presents.CHANGED), GOOD) == ["signature_unchecked"]
    assert found(replace(EXPIRED, ending=Ending.SIGNED_OUT), GOOD) == ["revocation_unchecked"]
    assert found(EXPIRED, GOOD) == ["expiry_unchecked"]


def test_pool() -> None:
    """The pool's answer is held against the settings: renewed, refused, or refused for another reason."""
    assert found(EXPIRED, REFUSED, NEW) == ["pool_renews"]
    assert found(EXPIRED, REFUSED, GONE) == ["pool_other_cause"]
    assert found(replace(EXPIRED, pool=()), REFUSED, OVER) == ["pool_refuses"]
    assert found(EXPIRED, None, GONE) == ["pool_refuses"]
    (finding,) = findings_of(Played(EXPIRED, REFUSED, GONE), GOOD)
    assert finding.mend == CAUSES[Cause.REFRESH_TOKEN_REVOKED].next_step


def test_nothing_secret_is_told() -> None:
    """A location's query may hold a token, so it is left out; what is long is cut."""
    answer = Answer(302, (("location", "https://login.example.com/?token=secret"),))
    assert told_by(answer) == "to https://login.example.com/"
    assert len(told_by(Answer(302, (("location", "/x" * 500),)))) < 80


@pytest.mark.parametrize(
    ("answer", "pool", "reaction"),
    [
        (GOOD, NEW, ()),
        (GOOD, OVER, ("sign_in",)),
        (REFUSED, NEW, ("refresh",)),
        (REFUSED, OVER, ("refresh", "sign_in")),
        (Answer(401, (), b'{"cause": "token_revoked"}'), OVER, ("sign_in",)),
        (Answer(401, (), b'{"action": "contact_admin"}'), None, ("contact_admin",)),
        (Answer(302), OVER, ("cannot_act",)),
        (Answer(200, (("content-type", "text/html"),)), OVER, ("cannot_act",)),
        (None, OVER, ("sign_in",)),
    ],
    ids=["on", "later", "refresh", "in_vain", "by_cause", "by_action", "redirect", "page", "unasked"],
)
def test_reactions(answer: Answer | None, pool: Renewed | None, reaction: tuple[str, ...]) -> None:
    """What a front end does follows from the action, the cause or the challenge, and from what the pool says next."""
    assert reaction_to(Played(EXPIRED, answer, pool)) == reaction


def test_without_token() -> None:
    """Where nothing was sent, a bare challenge says it all."""
    step = replace(EXPIRED, presents=Presents.NOTHING, causes=(Cause.CREDENTIALS_MISSING,))
    bare = Answer(401, (("www-authenticate", "Bearer"),))
    assert found(step, bare, None) == []
    assert reaction_to(Played(step, bare, None)) == ("sign_in",)
