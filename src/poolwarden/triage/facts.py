"""Find in a text which client, user, session and request it is about."""

import re
from typing import NamedTuple

from poolwarden.triage.mask import user_key
from poolwarden.triage.patterns import later


class Facts(NamedTuple):
    """
    What a text is about.

    Attributes:
        client: The app client's id.
        user: The user's key, never the plain value.
        session: The session's reference.
        request: The request's id.
        pool: The user pool's id.
    """

    client: str | None = None
    user: str | None = None
    session: str | None = None
    request: str | None = None
    pool: str | None = None


NO_FACTS = Facts()
"""What is known of a text that tells nothing."""

_QUOTE = r"(?:\\{0,31}[\"']\]?|\]|&quot;|&#3[49];)?"  # as often escaped as its object was put into another
_SIGN = r"\s*(?:=>|[:=])\s*"  # Ruby and PHP write arrows
_VALUE = rf"{_QUOTE}{_SIGN}{_QUOTE}"
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_CLIENT = later(
    rf"(?i)\b(?:client_?id|app_?client(?:_?id)?|user_?pool_?client_?id|cognito_?client_?id|aud){_VALUE}(?P<id>[0-9a-z]{{10,128}})\b"
    r"|\b(?:[Cc]lient|for the client:?|for client) (?P<other>(?=\w*\d)[0-9a-z]{10,128})\b"
)
_SUB = later(
    rf"(?i)\b_?(?:sub|user_?sub|cognito_?sub|subject|user[_.]?id|(?:usr|enduser)\.id|uid|cognito:username){_VALUE}(?P<id>{_UUID})"
)
_NAME = later(
    rf"(?i)\b(?:user_?name|cognito:username|user_?id|user|login|email){_VALUE}(?P<id>[^\s\"'\\,;&)}}\]]{{2,128}})"
)
_SESSION = later(rf"(?i)\b(?:session_ref){_VALUE}(?P<id>[A-Z2-7]{{16}})\b")
_ORIGIN = later(rf"(?i)\b(?:origin_?jti){_VALUE}(?P<id>{_UUID})")
_REQUEST = later(
    rf"(?i)\b(?:x-amzn-)?(?:request[ _-]?id|req_?id|aws[._]?request[._]?id){_VALUE}(?!Optional\b)"
    r"(?P<id>[\w.:=-]{6,80})"
)
# Swift, Haskell and Rust wrap what may be missing.
_WRAPPED = r"(?:Optional|Some|Just|(?:from)?RequestId|HeaderValue|_private|H0)\b[\s:=({]*"
# Where AWS's own id stands beside an application's, it is the one that CloudTrail has.
_AWS_REQUEST = later(
    rf"(?i)(?:\b(?:x-amzn-request-?id|aws[._]?request[._]?id){_QUOTE}(?:{_SIGN}|,\s?)(?:{_WRAPPED}){{0,4}}"
    rf"|\brequest_?id{_QUOTE}{_SIGN}(?:{_WRAPPED}){{1,4}}"
    rf"|metadata{_QUOTE}{_SIGN}\{{[^{{}}]{{0,200}}?\brequest_?id{_QUOTE}{_SIGN}"
    rf"|\bstatus ?code: \d{{3}}[,;][^\n]{{0,80}}? request ?id: ){_QUOTE}(?P<id>{_UUID})"
)
_POOL = later(r"\b(?P<id>(?:[a-z]{2,4}-){2,3}\d_[A-Za-z0-9]{9})\b")
_MARKS = (
    "client",
    "aud",
    "sub",
    "user",
    "uid",
    "usr.",
    "login",
    "mail",
    "origin",
    "session_ref",
    "req",
    "pool",
    "-1_",
    "-2_",
    "-3_",
)
# Most texts hold none of these, and no pattern need be asked.
_NO_NAME = frozenset(("none", "null", "undefined", "unknown", "anonymous", "true", "false", "-", "root"))


Span = tuple[int, int]
"""From where to where in a text."""


class Spans(NamedTuple):
    """
    Where in a text its facts stand.

    Attributes:
        client: The app client's id.
        user: The user's name or ``sub``.
        session: The session's reference.
        origin: Else the id of the session's first token.
        request: The request's id.
        pool: The user pool's id.
    """

    client: Span | None = None
    user: Span | None = None
    session: Span | None = None
    origin: Span | None = None
    request: Span | None = None
    pool: Span | None = None


NO_SPANS = Spans()
"""Where a text that tells nothing tells it."""


def _first(pattern: re.Pattern[str], text: str) -> Span | None:
    found = pattern.search(text)
    return None if found is None else found.span(found.lastgroup or 0)


def spans_in(text: str) -> Spans:
    """Return where a text tells what it is about; what it does not tell is None."""
    low = text.lower()
    named = [mark for mark in _MARKS if mark in low]
    if not named:
        return NO_SPANS
    user = None
    if "sub" in named or "user" in named or "uid" in named or "usr." in named or "login" in named or "mail" in named:
        user = _first(_SUB, text)
        if user is None:
            user = _first(_NAME, text)
            name = text[slice(*user)] if user is not None else ""
            user = None if name.lower() in _NO_NAME or name.endswith("Exception") else user
    return Spans(
        client=_first(_CLIENT, text) if "client" in named or "aud" in named else None,
        user=user,
        session=_first(_SESSION, text) if "session_ref" in named else None,
        origin=_first(_ORIGIN, text) if "origin" in named else None,
        request=_first(_AWS_REQUEST, text) or _first(_REQUEST, text) if "req" in named else None,
        pool=_first(_POOL, text) if "pool" in named or "-1_" in named or "-2_" in named or "-3_" in named else None,
    )


def facts_at(text: str, spans: Spans) -> Facts:
    """Return what a text is about, once it is known where it says so."""
    if spans is NO_SPANS:
        return NO_FACTS
    client, user, session, origin, request, pool = (span and text[span[0] : span[1]] for span in spans)
    return Facts(
        client,
        user_key(user) if user else None,
        session or (user_key(f"session|{origin}") if origin else None),
        request,
        pool,
    )


def facts_in(text: str) -> Facts:
    """Return what a text is about; what it does not tell is None."""
    return facts_at(text, spans_in(text))
