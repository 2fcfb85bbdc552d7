"""
Say why a session was lost: an ordered table, the first row that fits wins.

A pure function over what the logs show of one session. No row rests on the
absence of a record, save ``front_end_gave_up``, which asks for logs that would
show the attempt.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum

import msgspec

from poolwarden.triage.lifetime import Confidence
from poolwarden.triage.signs import Sign


class Verdict(StrEnum):
    """Why a session was lost; public API like the causes."""

    REFRESH_VALIDITY_REACHED = "refresh_validity_reached"
    SIGNED_OUT = "signed_out"
    REVOKED_BY_OPERATOR = "revoked_by_operator"
    USER_DISABLED = "user_disabled"
    USER_DELETED = "user_deleted"
    ROTATION_RACE = "rotation_race"
    CLIENT_REPLACED = "client_replaced"
    POOL_CHANGED = "pool_changed"
    KEYS_UNAVAILABLE = "keys_unavailable"
    CLOCK_SKEW = "clock_skew"
    WRONG_TOKEN = "wrong_token"
    FRONT_END_GAVE_UP = "front_end_gave_up"
    UNEXPLAINED = "unexplained"


NOTHING_SAID = Sign(0)
"""No sign at all."""


class AtWall(StrEnum):
    """Where a session failed, seen from its app client's refresh validity."""

    REACHED = "reached"
    """At it, or later without having been used in between."""
    AROUND = "around"
    """At an age that no session outlives, and that cannot be named as a validity, or not surely."""
    IDLE = "idle"
    """At it or later, after so long without use that another cause may well have come first."""
    BEFORE = "before"
    """Before it."""
    BEYOND = "beyond"
    """It got a token after it, so the validity is not what ended it."""
    UNKNOWN = "unknown"
    """The validity, or the session's age, is not known."""


class Loss(msgspec.Struct, frozen=True, kw_only=True):
    """
    What the verdict on a lost session depends on.

    Attributes:
        signs: What was said after its last good token.
        ended_by: The operation that ended it on purpose, where the logs show one.
        wall: Where it failed, seen from the refresh validity.
        refused: It was refused; else only its user's new sign-in shows that it was over.
        visible: The logs show its user's refreshes, so an attempt would be seen.
        event: The mass event it was lost in: the verdict that fits it, where there is one.
    """

    signs: Sign = NOTHING_SAID
    ended_by: str | None = None
    wall: AtWall = AtWall.UNKNOWN
    refused: bool = True
    visible: bool = False
    event: Verdict | None = None


class Row(msgspec.Struct, frozen=True):
    """
    One row of the table.

    Attributes:
        verdict: The verdict.
        confidence: How sure it is.
        fits: Whether a loss is of this kind.
    """

    verdict: Verdict
    confidence: Confidence
    fits: Callable[[Loss], bool]


PURPOSES: Mapping[str, Verdict] = {
    "GlobalSignOut": Verdict.SIGNED_OUT,
    "RevokeToken": Verdict.SIGNED_OUT,
    "Revoke_POST": Verdict.SIGNED_OUT,
    "Logout_GET": Verdict.SIGNED_OUT,
    "ForgetDevice": Verdict.SIGNED_OUT,
    "DeleteUser": Verdict.USER_DELETED,
    "AdminDeleteUser": Verdict.USER_DELETED,
    "AdminDisableUser": Verdict.USER_DISABLED,
    "AdminUserGlobalSignOut": Verdict.REVOKED_BY_OPERATOR,
    "AdminResetUserPassword": Verdict.REVOKED_BY_OPERATOR,
    "AdminForgetDevice": Verdict.REVOKED_BY_OPERATOR,
}
"""The verdict on sessions that an operation ended; of those not listed, Admin… is an operator's, the rest a user's."""


def purpose(operation: str) -> Verdict:
    """Return the verdict on a session that the operation ended on purpose."""
    default = Verdict.REVOKED_BY_OPERATOR if operation.startswith("Admin") else Verdict.SIGNED_OUT
    return PURPOSES.get(operation, default)


def _ended(verdict: Verdict) -> Callable[[Loss], bool]:
    return lambda loss: loss.ended_by is not None and purpose(loss.ended_by) is verdict


def _said(sign: Sign) -> Callable[[Loss], bool]:
    return lambda loss: bool(loss.signs & sign)


def _in_event(verdict: Verdict) -> Callable[[Loss], bool]:
    return lambda loss: loss.event is verdict


_HIGH, _MEDIUM, _LOW = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW

TABLE: tuple[Row, ...] = (
    # What Cognito said of the refresh token itself leaves no doubt.
    Row(Verdict.REFRESH_VALIDITY_REACHED, _HIGH, _said(Sign.SAID_EXPIRED)),
    # Somebody ended it, and the log says who.
    Row(Verdict.USER_DELETED, _HIGH, _ended(Verdict.USER_DELETED)),
    Row(Verdict.USER_DISABLED, _HIGH, _ended(Verdict.USER_DISABLED)),
    Row(Verdict.REVOKED_BY_OPERATOR, _HIGH, _ended(Verdict.REVOKED_BY_OPERATOR)),
    Row(Verdict.SIGNED_OUT, _HIGH, _ended(Verdict.SIGNED_OUT)),
    # Cognito said why, and nobody is seen to have done it.
    Row(Verdict.USER_DISABLED, _HIGH, _said(Sign.SAID_DISABLED)),
    Row(Verdict.USER_DELETED, _MEDIUM, _said(Sign.SAID_MISSING)),
    Row(Verdict.ROTATION_RACE, _HIGH, _said(Sign.SAID_REUSED)),
    Row(Verdict.REVOKED_BY_OPERATOR, _MEDIUM, _said(Sign.RESET)),
    Row(Verdict.REVOKED_BY_OPERATOR, _MEDIUM, _in_event(Verdict.REVOKED_BY_OPERATOR)),
    # What was deleted took its sessions with it.
    Row(Verdict.CLIENT_REPLACED, _HIGH, _in_event(Verdict.CLIENT_REPLACED)),
    Row(Verdict.POOL_CHANGED, _HIGH, _in_event(Verdict.POOL_CHANGED)),
    Row(Verdict.POOL_CHANGED, _HIGH, _said(Sign.POOL_GONE)),
    Row(Verdict.CLIENT_REPLACED, _HIGH, _said(Sign.CLIENT_GONE)),
    # Revoked: mostly by the user's own sign-out, and the word is the same where an operator did it.
    Row(Verdict.SIGNED_OUT, _LOW, _said(Sign.SAID_REVOKED)),
    # The age at which it failed says why.
    Row(
        Verdict.REFRESH_VALIDITY_REACHED,
        _HIGH,
        lambda loss: loss.wall is AtWall.REACHED and not loss.signs & ~(Sign.TOKEN_EXPIRED | Sign.NO_TOKEN),
    ),
    Row(
        Verdict.REFRESH_VALIDITY_REACHED,
        _MEDIUM,
        lambda loss: (
            (loss.wall is AtWall.REACHED and bool(loss.signs & (Sign.SAID_AMBIGUOUS | Sign.TOKEN_EXPIRED)))
            or (loss.wall is AtWall.AROUND and not loss.signs & ~(Sign.TOKEN_EXPIRED | Sign.NO_TOKEN))
        ),
    ),
    # Many at once.
    Row(Verdict.KEYS_UNAVAILABLE, _MEDIUM, _in_event(Verdict.KEYS_UNAVAILABLE)),
    # What the resource server saw.
    Row(Verdict.POOL_CHANGED, _MEDIUM, _said(Sign.POOL_OTHER)),
    Row(Verdict.CLIENT_REPLACED, _MEDIUM, _said(Sign.CLIENT_OTHER)),
    Row(Verdict.KEYS_UNAVAILABLE, _MEDIUM, _said(Sign.KEYS_DOWN)),
    Row(Verdict.CLOCK_SKEW, _HIGH, _said(Sign.CLOCK_OFF)),
    Row(Verdict.WRONG_TOKEN, _HIGH, _said(Sign.WRONG_TOKEN)),
    Row(Verdict.REVOKED_BY_OPERATOR, _LOW, _said(Sign.LIMIT_REACHED)),
    Row(
        Verdict.FRONT_END_GAVE_UP,
        _MEDIUM,
        lambda loss: (
            loss.wall is AtWall.BEFORE
            and loss.refused
            and loss.visible
            and not loss.signs & ~(Sign.TOKEN_EXPIRED | Sign.NO_TOKEN)
        ),
    ),
    Row(
        Verdict.FRONT_END_GAVE_UP,
        _LOW,
        lambda loss: (
            loss.wall is AtWall.UNKNOWN
            and loss.refused
            and loss.visible
            and not loss.signs & ~(Sign.TOKEN_EXPIRED | Sign.NO_TOKEN)
        ),
    ),
    Row(Verdict.UNEXPLAINED, _LOW, lambda _: True),
)
"""The rows in the order they are asked."""


def judge(loss: Loss) -> Row:
    """Return the first row of the table that fits the loss."""
    return next(row for row in TABLE if row.fits(loss))
