"""
Tell what a sentence of Cognito says.

A row's words are matched against text in lower case with ``_`` as a space, one
kind of quote and single spaces (:func:`plain`), so that neither a trailing dot
nor case, quotes or an added part of a sentence matters.
"""

import re
from enum import IntEnum
from functools import cache
from typing import NamedTuple

from poolwarden.causes import Cause
from poolwarden.refusals.unreached import unreached

# A hundred patterns cost 50 ms to compile; most are never needed, so each is compiled when its literal was met.
compiled = cache(re.compile)


class Sure(IntEnum):
    """How far words prove by themselves that Cognito, its SDKs or a JWT library said them."""

    NO = 0
    """Ordinary words: only beside a name or an operation of Cognito."""
    AS_WRITTEN = 1
    """Cognito's when capitalised as Cognito does."""
    YES = 2
    """Nobody else says so."""


class Sentence(NamedTuple):
    """
    One thing that is said, and its cause.

    Attributes:
        cause: What it means.
        literal: A part that is always there; looked for first because it is fast.
        words: The whole, as a pattern over :func:`plain` text; None where the
            literal is the whole.
        sure: What the words alone prove.
        written: Cognito's own capitals, where they tell it from others.
    """

    cause: Cause
    literal: str
    words: str | None
    sure: Sure
    written: str | None = None

    def holds(self, text: str) -> bool:
        """Tell whether :func:`plain` text says this."""
        return self.literal in text and (self.words is None or compiled(self.words).search(text) is not None)


# Curly quotes are what some loggers make of straight ones; a frame's sides stand where a long line was broken.
_PLAIN = str.maketrans(
    {"_": " ", '"': "'", "\u2019": "'", "\u2018": "'", "\u201c": "'", "\u201d": "'", "`": "'", "\\": " "}
    | dict.fromkeys("\u2502\u2503", " ")
)


def plain(text: str) -> str:
    """Return the text as the tables' patterns expect it."""
    return " ".join(text.lower().translate(_PLAIN).split())


def _row(cause: Cause, literal: str, words: str | None = None, *, sure: Sure = Sure.NO, written: str = "") -> Sentence:
    return Sentence(cause, literal, words, sure, written or None)


_OWN = Sure.YES
_WRITTEN = Sure.AS_WRITTEN
_TRIGGER = (
    r"\b(pre|post)\w* ?\w* (failed|invocation failed)|\b(define|create|verify) ?auth ?challenge\w* .{0,20}failed"
    r"|\b(custom (message|sms sender|email sender)|user ?migration|inbound federation) .{0,20}failed"
)

USER_POOL_SENTENCES: tuple[Sentence, ...] = (
    # Who was asked about the user comes before tokens: "failed with error refresh token expired" is the trigger's.
    _row(Cause.TRIGGER_DENIED, "failed with error", rf"({_TRIGGER}) with error", sure=_OWN),
    _row(Cause.TRIGGER_DENIED, "failed due to error", rf"({_TRIGGER}) due to error", sure=_OWN),
    _row(Cause.TRIGGER_DENIED, "unrecognizable lambda output", sure=_OWN),
    _row(
        Cause.LOGIN_TOKEN_EXPIRED,
        "invalid login token",
        r"invalid login token\W+(the )?token (is |has )?expired",
        sure=_OWN,
    ),
    _row(Cause.LOGIN_ISSUER_MISMATCH, "match provider", r"issuer does ?n[o']t match provider ?name", sure=_OWN),
    _row(Cause.LOGIN_PROVIDER_UNSUPPORTED, "incorrect token audience", sure=_OWN),
    _row(Cause.LOGIN_PROVIDER_UNSUPPORTED, "not from a supported provider", sure=_OWN),
    _row(Cause.LOGIN_TOKEN_MALFORMED, "not a valid openid connect identity token", sure=_OWN),
    _row(
        Cause.LOGIN_TOKEN_MALFORMED,
        "invalid login token",
        r"invalid login token\W+(could ?n|can ?n?[o']t|missing|not a|unable|no )",
        sure=_OWN,
    ),
    _row(Cause.LOGIN_TOKEN_MALFORMED, "invalid login token"),
    _row(Cause.IDENTITY_LOGINS_MISMATCH, "logins do", r"logins do(n't| not) match", sure=_OWN),
    _row(Cause.IDENTITY_UNAUTHENTICATED, "unauthenticated access is not supported", sure=_OWN),
    _row(Cause.IDENTITY_FORBIDDEN, "access to identity", r"access to identity .{0,90}is forbidden", sure=_OWN),
    _row(
        Cause.REFRESH_TOKEN_REUSED,
        "refresh token",
        r"refresh token (has |was |is )?(been |already |previously ){0,2}(re-?used|rotated|used|consumed)\b"
        r"|refresh token reuse|reuse of (a |the )?refresh token",
        sure=_WRITTEN,
        written=r"Refresh Token (has|was|re)",
    ),
    _row(
        Cause.REFRESH_TOKEN_REVOKED,
        "refresh token",
        r"refresh token (has |was |is )?(been )?revoked|revoked refresh token",
        sure=_WRITTEN,
        written=r"Refresh Token (has been|is|was) revoked",  # without these it was done on purpose
    ),
    _row(
        Cause.REFRESH_TOKEN_EXPIRED,
        "refresh token",
        r"refresh token (has |was |is )?(been |already )?expired|expired refresh token",
        sure=_WRITTEN,
        written=r"Refresh Token (has |is |was )?(been )?expired",
    ),
    _row(
        Cause.REFRESH_TOKEN_INVALID,
        "refresh token",
        r"(invalid|malformed) refresh token|refresh token (is |was )?(invalid|not valid|malformed|not found)"
        r"|refresh token has (a )?different client",  # said since January 2022 (aws-sdk-js#4016)
        sure=_WRITTEN,
        # Others go on behind a colon: "Invalid Refresh Token: Already Used".
        written=r"(Invalid|Malformed) Refresh Token(?!: [A-Z])"
        r"|Refresh Token (is |was )?(invalid|not valid|has different)",
    ),
    _row(
        Cause.ACCESS_TOKEN_SCOPE_MISSING,
        "access token does not",
        r"access token does not (have|contain) (the )?required scopes?",
        sure=_WRITTEN,
        written=r"Access Token does not",
    ),
    _row(
        Cause.ACCESS_TOKEN_REVOKED,
        "access token",
        r"access token (has |was |is )?(been )?revoked|revoked access token",
        sure=_WRITTEN,
        written=r"Access Token (has been|is|was) revoked",
    ),
    _row(
        Cause.ACCESS_TOKEN_EXPIRED,
        "access token",
        r"access token (has |was |is )?(been |already )?expired|expired access token",
        sure=_WRITTEN,
        written=r"Access Token (has |is |was )?expired",
    ),
    _row(
        Cause.ACCESS_TOKEN_INVALID,
        "access token",
        r"(invalid|malformed) access token|verify signature for access token"
        r"|access token (is |was )?(invalid|not valid|malformed)",
        sure=_WRITTEN,
        written=r"(Invalid|Malformed|for) Access Token|Access Token (is |was )?(invalid|not valid)",
    ),
    _row(Cause.USER_DISABLED, "disabled", r"user (account )?(is|was|has been) disabled"),
    _row(Cause.USER_MISSING, "client id combination not found", sure=_OWN),
    _row(Cause.USER_MISSING, "user does not exist"),
    _row(Cause.USER_UNCONFIRMED, "not confirmed", r"user (is )?not confirmed"),
    _row(Cause.PASSWORD_RESET_REQUIRED, "password reset required", r"password reset required( for the user)?"),
    _row(Cause.PASSWORD_RESET_REQUIRED, "must be reset by an administrator", sure=_OWN),
    _row(Cause.CREDENTIALS_WRONG, "incorrect user", r"incorrect user ?name or password"),
    _row(Cause.ATTEMPTS_EXCEEDED, "password attempts exceeded", sure=_OWN),
    _row(Cause.ATTEMPTS_EXCEEDED, "attempt limit exceeded"),
    _row(Cause.CHALLENGE_REUSED, "session can only be used once", sure=_OWN),
    _row(Cause.CHALLENGE_EXPIRED, "invalid session for the user", sure=_OWN),
    _row(Cause.SECRET_HASH_MISSING, "was not received", r"secret( ?hash)? was not received", sure=_OWN),
    _row(Cause.SECRET_HASH_MISSING, "hash is", r"secret ?hash is (missing|required)", sure=_OWN),
    _row(Cause.SECRET_HASH_MISMATCH, "verify secret", r"verify secret ?hash", sure=_OWN),
    _row(
        Cause.SECRET_HASH_MISMATCH,
        "hash",
        r"secret ?hash (does not|doesn't|did not) match|invalid secret ?hash",
        sure=_OWN,
    ),
    _row(
        Cause.CLIENT_MISSING,
        "pool",
        r"user ?pool ?(client:? \S+ |client |\S*\d\S* (\S{9} )?|'[^']{1,80}' )?(does not exist|(was |is )?not found)",
        sure=_OWN,
    ),
    _row(
        Cause.FLOW_DISABLED, "not enabled", r"(flow|\bauth) (is )?not enabled for (this|the) (app )?client", sure=_OWN
    ),
    _row(
        Cause.FLOW_DISABLED,
        "not supported",
        r"initiate ?auth method not supported|auth flow (is )?not supported",
        sure=_OWN,
    ),
    _row(Cause.DEVICE_MISSING, "device does not exist"),
    _row(
        Cause.DEVICE_KEY_INVALID, "device", r"invalid device key|device (is |was )?not confirmed|device key is invalid"
    ),
    _row(Cause.WAF_BLOCKED, "due to waf", sure=_OWN),
    _row(Cause.WAF_BLOCKED, "waf", r"waf block|blocked by (aws )?waf"),
    _row(Cause.REPLICA_REFUSED, "replica", r"(not (enabled|allowed|supported)|cannot be) .{0,40}replica"),
    _row(Cause.AWS_CREDENTIALS_EXPIRED, "security token included in the request is expired"),  # every service says so
    _row(Cause.THROTTLED, "rate exceeded"),
    _row(
        Cause.SERVICE_ERROR,
        ".amazonaws.com",
        unreached(r"\bcognito-(?:idp|identity)[\w.-]{0,40}\.amazonaws\.com(?!.{0,120}?/jwks\.json)"),
        sure=_OWN,
    ),
    _row(Cause.GRANT_REFUSED, "invalid grant"),
)
"""What user pools and identity pools say, the more telling first."""

_WHOLE: tuple[tuple[str, Cause], ...] = (
    ("refresh token has expired", Cause.REFRESH_TOKEN_EXPIRED),
    ("refresh token has been revoked", Cause.REFRESH_TOKEN_REVOKED),
    ("invalid refresh token", Cause.REFRESH_TOKEN_INVALID),
    ("access token has expired", Cause.ACCESS_TOKEN_EXPIRED),
    ("access token has been revoked", Cause.ACCESS_TOKEN_REVOKED),
    ("access token does not have required scopes", Cause.ACCESS_TOKEN_SCOPE_MISSING),
    ("invalid access token", Cause.ACCESS_TOKEN_INVALID),
    ("incorrect username or password", Cause.CREDENTIALS_WRONG),
    ("password attempts exceeded", Cause.ATTEMPTS_EXCEEDED),
    ("invalid session for the user", Cause.CHALLENGE_EXPIRED),
    ("unable to verify secret hash", Cause.SECRET_HASH_MISMATCH),
    ("unauthenticated access is not supported", Cause.IDENTITY_UNAUTHENTICATED),
)
_BEHIND = re.compile(r"['<\[\]{}()|]")  # what closes a quotation or an element
_FEWEST = 12  # characters that are left of a sentence


def cut_short(text: str) -> Cause | None:
    """
    Return the cause of a sentence whose end was cut off, where what is left begins the sentences of one cause alone.

    Args:
        text: Text as :func:`plain` returns it, its end where the sentence was cut.
    """
    left = _BEHIND.split(text.lstrip(" '"), maxsplit=1)[0].rstrip(" .\u2026,")
    begun = {
        cause for whole, cause in _WHOLE if any(left.endswith(whole[:length]) for length in range(_FEWEST, len(whole)))
    }
    return begun.pop() if len(begun) == 1 else None


SDK_SENTENCES: tuple[Sentence, ...] = (
    _row(Cause.SESSION_MISSING, "no current user", sure=_WRITTEN, written=r"No current user(?! (?!at |thrown)[a-z])"),
    _row(Cause.SESSION_MISSING, "no user is currently signed in", sure=_OWN),
    _row(Cause.SESSION_MISSING, "user needs to be authenticated to call this api", sure=_OWN),
    _row(
        Cause.SESSION_MISSING,
        "the user is not authenticated",
        sure=_WRITTEN,
        written="The user is not authenticated(?! (?!at |thrown)[a-z])",
    ),
    _row(Cause.SESSION_MISSING, "cannot retrieve a new session. please authenticate", sure=_OWN),
    _row(
        Cause.SESSION_MISSING,
        "local storage is missing an",
        r"local storage is missing an? (id|access|refresh) token",
        sure=_OWN,
    ),
    _row(Cause.SESSION_MISSING, "signed out", r"you are currently signed out|there is no user signed in", sure=_OWN),
    _row(
        Cause.SESSION_MISSING,
        "no user signed in",
        r"there is no user signed in|no user signed in to retrieve",
        sure=_OWN,
    ),
    _row(Cause.SESSION_EXPIRED_SDK, "no valid tokens on device", sure=_OWN),
    _row(Cause.SESSION_EXPIRED_SDK, "your session has expired", r"your session has expired", sure=Sure.NO),
    _row(Cause.SESSION_EXPIRED_SDK, "session expired", r"session expired could not fetch", sure=_OWN),
    _row(
        Cause.SESSION_EXPIRED_SDK, "sessionexpired", r"(autherror|cognito\w*|amplify\w*)[ .:]+sessionexpired", sure=_OWN
    ),
    _row(
        Cause.SESSION_EXPIRED_SDK,
        "session expired",
        r"auth session state .{0,20}session expired|autherror[ .]session expired",
    ),
)
"""What a front end's SDK says by itself."""

NOT_OURS: tuple[str, ...] = (
    r"sign ?up is not permitted",
    r"(write|read|modify|update|change).{0,30}attribute",
    r"attributes? .{0,60}(not allowed|unauthori[sz]ed|permit|mutable)",
    r"cannot modify an already provided",
    r"current status is",
    r"password cannot be reset in the current state",
    r"not permitted for this user pool",
    r"(domain|e-?mail) .{0,40}not (allowed|permitted)",
)
"""What a NotAuthorizedException about an account says: policies of sign-up and attributes, no session."""
