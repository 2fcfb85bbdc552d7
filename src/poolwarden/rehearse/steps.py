"""
The steps of a rehearsal, as a table: what has happened by now, what is sent, and what has to come of it.

An application has its own clock, which nobody moves. So each step is a session
of its own whose history ends now: the pool's clock is set back, the user signs
in, time passes up to the present. Seen from the application's real clock, the
boundary is then just ahead or just past.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final

from poolwarden.causes import CAUSES, Action, Cause
from poolwarden.rehearse.terms import Terms, Way

BEFORE_S: Final = 60
"""How far ahead the boundary is in a step before it, seconds: the application has to answer within that."""

AFTER_S: Final = 120
"""How long ago the boundary was in a step after it, seconds: more than a leeway of a minute, as some libraries have."""

_YOUNG_S: Final = 60


class Presents(Enum):
    """What the application is sent."""

    ACCESS = "the newest access token"
    RENEWED = "the access token that the user pool has just renewed"
    NOTHING = "nothing"
    IDENTITY = "the ID token"
    CHANGED = "an access token whose content was changed"
    FOREIGN = "an access token of another app client"


class Ending(StrEnum):
    """How the session was ended before its time."""

    NONE = "none"
    REVOKED = "revoked"
    SIGNED_OUT = "signed_out"


class Pass(Enum):
    """Whether the application has to let the request pass."""

    MUST = "must"
    MAY = "may"
    MUST_NOT = "must_not"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """
    One step.

    Attributes:
        id: Its name, public and stable.
        moment: What the table calls it.
        subject: What the application is sent, in a sentence's words.
        age_s: How long ago the user signed in, seconds.
        renewed_ago_s: When the session was renewed since, seconds ago, the earliest first.
        ending: How it was ended just now.
        presents: What the application is sent.
        may_pass: Whether the application has to let it pass.
        causes: The causes that a refusal may name.
        asks_pool: Whether the pool is asked to renew the session.
        reuses: Whether that is asked with the session's first refresh token, which was rotated.
        pool: The causes that the pool may refuse with; none where it has to renew the session.
    """

    id: str
    moment: str
    subject: str
    age_s: int = 0
    renewed_ago_s: tuple[int, ...] = ()
    ending: Ending = Ending.NONE
    presents: Presents = Presents.ACCESS
    may_pass: Pass = Pass.MUST
    causes: tuple[Cause, ...] = ()
    asks_pool: bool = True
    reuses: bool = False
    pool: tuple[Cause, ...] = ()

    @property
    def actions(self) -> tuple[Action, ...]:
        """What the front end has to do, in order; nothing where it just goes on."""
        refused = self.may_pass is Pass.MUST_NOT
        first = (CAUSES[self.causes[0]].action,) if refused and self.causes else ()
        if self.pool and (not refused or Action.REFRESH in first):
            return (*first, CAUSES[self.pool[0]].action)
        return first


def steps_of(terms: Terms, *, any_client: bool = False, revoked_at_once: bool = False) -> tuple[Step, ...]:
    """
    Return the steps of a rehearsal.

    Args:
        terms: What is played.
        any_client: Whether the application takes tokens of every app client, on purpose.
        revoked_at_once: Whether it has to refuse a revoked token before that expires.
    """
    return (
        *_wrong_tokens(terms, any_client=any_client),
        *_access(terms),
        *_refresh(terms),
        *(() if terms.grace_s is None else _rotation(terms, terms.grace_s)),
        *_endings(terms, Pass.MUST_NOT if revoked_at_once else Pass.MAY),
    )


def _wrong_tokens(terms: Terms, *, any_client: bool) -> Iterator[Step]:
    yield Step(id="signed_in", moment="signed in", subject="a token issued just now")
    yield _refused("no_token", "no token", "no token", Presents.NOTHING, Cause.CREDENTIALS_MISSING)
    if terms.way is Way.SDK or "openid" in terms.scopes:
        yield _refused(
            "id_token", "ID token as access token", "an ID token", Presents.IDENTITY, Cause.TOKEN_USE_MISMATCH
        )
    if not any_client:
        yield _refused(
            "other_client",
            "another app client's token",
            "an access token of another app client",
            Presents.FOREIGN,
            Cause.CLIENT_MISMATCH,
        )
    yield _refused(
        "changed",
        "token with changed content",
        "an access token whose content was changed",
        Presents.CHANGED,
        Cause.SIGNATURE_INVALID,
    )


def _refused(name: str, moment: str, subject: str, presents: Presents, cause: Cause) -> Step:
    return Step(
        id=name,
        moment=moment,
        subject=subject,
        presents=presents,
        may_pass=Pass.MUST_NOT,
        causes=(cause,),
        asks_pool=False,
    )


def _access(terms: Terms) -> Iterator[Step]:
    access_s, age_s = terms.access.seconds, terms.access.seconds + AFTER_S
    yield Step(
        id="access_before",
        moment="access expires in 1 min",
        subject="an access token with one minute left",
        age_s=access_s - BEFORE_S,
    )
    expired = _expired(terms) if age_s >= terms.refresh.seconds else ()
    yield Step(
        id="access_after",
        moment="access expired 2 min ago",
        subject="an access token that had expired two minutes before",
        age_s=age_s,
        may_pass=Pass.MUST_NOT,
        causes=(Cause.TOKEN_EXPIRED,),
        pool=expired,
    )
    if not expired:
        yield Step(
            id="renewed",
            moment="  then renewed",
            subject="an access token renewed just now",
            age_s=age_s,
            presents=Presents.RENEWED,
        )


def _refresh(terms: Terms) -> Iterator[Step]:
    refresh_s, access_s = terms.refresh.seconds, terms.access.seconds
    yield Step(
        id="refresh_before",
        moment="refresh expires in 1 min",
        subject="an access token renewed one minute before the refresh token's end",
        age_s=refresh_s - BEFORE_S,
        presents=Presents.RENEWED,
    )
    yield Step(
        id="refresh_after",
        moment="refresh expired 2 min ago",
        # It lives on to its own exp; an application that bounds the session's age refuses it, as well it may.
        subject="the session's last access token, which outlives the refresh token",
        age_s=refresh_s + AFTER_S,
        renewed_ago_s=(AFTER_S + BEFORE_S,),
        may_pass=Pass.MAY,
        causes=(Cause.SESSION_TOO_OLD,),
        pool=_expired(terms),
    )
    last_s = AFTER_S + access_s
    yield Step(
        id="session_over",
        moment="refresh and access expired",
        subject="the session's last access token, two minutes after its end",
        age_s=refresh_s - BEFORE_S + last_s,
        renewed_ago_s=(last_s,),
        may_pass=Pass.MUST_NOT,
        causes=(Cause.TOKEN_EXPIRED, Cause.SESSION_TOO_OLD),
        pool=_expired(terms),
    )


def _rotation(terms: Terms, grace_s: int) -> Iterator[Step]:
    if grace_s > 0:
        # The pool's clock stands still, so a second is margin enough.
        ago_s = grace_s - 1
        yield Step(
            id="grace_before",
            moment="rotated token, in grace",
            subject="an access token renewed with a rotated refresh token, within the grace period",
            age_s=ago_s + _YOUNG_S,
            renewed_ago_s=(ago_s,),
            reuses=True,
            presents=Presents.RENEWED,
        )
    ago_s = grace_s + BEFORE_S
    yield Step(
        id="grace_after",
        moment="rotated token, grace over",
        subject="the newest access token of a session whose rotated refresh token was used again",
        age_s=ago_s + _YOUNG_S,
        renewed_ago_s=(ago_s,),
        reuses=True,
        pool=_ambiguous(terms) or (Cause.REFRESH_TOKEN_REUSED,),
    )


def _endings(terms: Terms, refused_at_once: Pass) -> Iterator[Step]:
    subject = "an access token whose session had just been {}"
    revoked = _ambiguous(terms) or (Cause.REFRESH_TOKEN_REVOKED,)
    yield Step(
        id="revoked",
        moment="after RevokeToken" if terms.revocable else "RevokeToken, switched off",
        subject=subject.format("revoked"),
        age_s=_YOUNG_S,
        renewed_ago_s=(0,),
        ending=Ending.REVOKED,
        may_pass=refused_at_once if terms.revocable else Pass.MUST,
        causes=(Cause.TOKEN_REVOKED,),
        pool=revoked if terms.revocable else (),
    )
    yield Step(
        id="signed_out",
        moment="after GlobalSignOut" if terms.calls_operations else "after a global sign-out",
        subject=subject.format("ended by a sign-out on all devices"),
        age_s=_YOUNG_S,
        renewed_ago_s=(0,),
        ending=Ending.SIGNED_OUT,
        may_pass=refused_at_once,
        causes=(Cause.TOKEN_REVOKED,),
        pool=revoked,
    )


def _expired(terms: Terms) -> tuple[Cause, ...]:
    return _ambiguous(terms) or (Cause.REFRESH_TOKEN_EXPIRED,)


def _ambiguous(terms: Terms) -> tuple[Cause, ...]:
    """Return what the token endpoint says, whatever is the matter (RFC 6749 §5.2); nothing where operations tell."""
    return (Cause.GRANT_REFUSED,) if terms.way is Way.PAGE else ()
