"""
Say which cause a text tells, wherever the name, the operation and the sentence stand in it.

One ordered table of steps; the first that answers wins. What only the sentence
tells and others say as well is ``maybe``; what others say is nothing.
"""

import re
from collections.abc import Callable

import msgspec

from poolwarden.causes import CAUSES, Cause
from poolwarden.refusals import cause_of, name_of, operation_of
from poolwarden.refusals.decide import said
from poolwarden.refusals.jwt_names import GENERIC_NAMES, JWT_NAMES, LIBRARY_NAMES
from poolwarden.refusals.jwt_words import JWT_SENTENCES
from poolwarden.refusals.names import CHALLENGE, DECIDING, SDK, SHARED
from poolwarden.refusals.operations import SHARED_OPERATIONS
from poolwarden.refusals.sentences import SDK_SENTENCES, Sentence, Sure, compiled, plain
from poolwarden.triage.about import is_no_event, without_about
from poolwarden.triage.boto import said_by_boto
from poolwarden.triage.mentioned import is_mentioned
from poolwarden.triage.patterns import later
from poolwarden.triage.policies import NOT_AUTHORIZED, is_policy
from poolwarden.triage.said import is_said
from poolwarden.triage.sentence import AFTER, BEFORE, is_null, sentence_at
from poolwarden.triage.supposed import is_described, is_supposed
from poolwarden.triage.told import SAID, Text
from poolwarden.triage.unescape import unescaped
from poolwarden.triage.words import Name, stands_as_error

_LONGEST = 65536  # what tells the cause stands well before; a body of megabytes is not searched to its end
_MOST_NAMES = 16  # a record that repeats a name for ever is not searched for ever
_FAMILIES = frozenset((Cause.CLAIM_INVALID, Cause.TOKEN_MALFORMED))  # the sentence, if before the name, tells more
_ACCESS_LINE = later(
    r"\"[A-Z]{3,7} [^\"\s]{1,2000}(?: HTTP/[\d.]+)?\"\s+401\b|\"[A-Z]{3,7} [^\"\s]+ HTTP/[\d.]+\" - 401\b"
)
_ACCESS_FIELDS = later(
    r"[\"']?\b(?:status|status_?code|statusCode|http\.status_code|response_code|elb_status_code)"
    r"[\"']?\s*[:=]\s*[\"']?401\b",
    re.IGNORECASE,
)
_REQUEST_FIELDS = later(
    r"[\"']?\b(?:path|uri|url|route|routeKey|resourcePath|request_uri|requestURI|http\.target|"
    r"httpMethod|method)[\"']?\s*[:=]",
    re.IGNORECASE,
)
_COGNITO_PACKAGE = later(r"(?i:cognito(?:idp|identity)?)[\w.:$\\/]*$")
_COGNITO_SERVICE = later(r"\(Service: \w*Cognito")
_COGNITO_FRAME = later(
    r"\bat [^\n]{0,200}?(?:cognitoIdentityProvider|(?:client|amazon)-cognito-identity(?:-provider|-js)?)[\\/]"
)


class Match(msgspec.Struct, frozen=True):
    """
    What a text tells.

    Attributes:
        cause: The cause.
        operation: The API operation in the API's own spelling; None where the text names none.
        name: The exception's name; None where the text has none.
        maybe: The words alone cannot tell whether this is Cognito's or a JWT library's about its tokens.
        said: The part of the text that tells it, one line, not masked.
    """

    cause: Cause
    operation: str | None = None
    name: str | None = None
    maybe: bool = False
    said: str = ""


def _as_written(row: Sentence, text: Text) -> bool:
    """Tell whether the words prove by themselves that Cognito said them."""
    if row.sure is Sure.YES:
        return True
    return row.written is not None and compiled(row.written).search(text.raw) is not None


def _by_cognito_itself(text: Text, name: Name) -> bool:
    """Tell whether an SDK says beside a name that Cognito answered so."""
    before, after = text.raw[max(0, name.start - BEFORE) : name.start], text.raw[name.end : name.end + AFTER]
    if _COGNITO_PACKAGE.search(before) is not None or _COGNITO_SERVICE.search(f"{before}{after}") is not None:
        return True
    return _COGNITO_FRAME.search(after) is not None


def _by_cognito_name(text: Text) -> Match | None:
    if text.other_service:
        return None
    operation = text.operation
    lost = None
    null = any(is_null(text.raw, name) for name in text.cognito_names[:_MOST_NAMES])
    policy = any(is_policy(text.raw, name) for name in text.cognito_names[:_MOST_NAMES])
    for name in text.cognito_names[:_MOST_NAMES]:
        if name.name in SDK:
            continue
        window = text.raw[max(0, name.start - BEFORE) : name.end + AFTER]
        known = said(plain(text.raw[name.start : name.end + AFTER])) or said(plain(window)) or said(text.plain)
        if policy and known is None and name.name == NOT_AUTHORIZED:
            continue  # where it is named again, a field or a frame, its sentence is not lost
        sentence = sentence_at(text.raw, name, beside=not null)
        if known is not None:
            sentence = known.literal
        cause = cause_of(name.name, plain(window) if known is not None else sentence, operation)
        if known is not None and cause in (None, Cause.NOT_AUTHORIZED_OTHER):
            begin = max(0, text.plain.find(known.literal) - BEFORE)
            cause = cause_of(name.name, text.plain[begin : begin + 2 * AFTER], operation)
        if cause is None and name.name in SHARED and _by_cognito_itself(text, name):
            cause = SHARED[name.name]  # the package or the service beside it is Cognito's, and any call may fail so
        if cause is None:
            continue
        proven = (
            name.qualified
            or text.hinted
            or text.cognito
            or (operation is not None and operation not in SHARED_OPERATIONS)
            or (known is not None and (_as_written(known, text) or (known.cause is cause and name.name not in _OTHERS)))
        )
        shared = name.name in DECIDING or name.name in SHARED or name.name in CHALLENGE
        others = not proven and (
            (shared and name.name not in _OWN_NAMES)
            or text.foreign
            or cause is Cause.NOT_AUTHORIZED_OTHER
            or (known is not None and name.name in _OTHERS)
        )
        lone = cause is Cause.MESSAGE_LOST or (known is None and not sentence and not proven)
        match = Match(
            cause,
            operation,
            name.name,
            maybe=others
            or (lone and not stands_as_error(text.raw, name))
            or is_described(text.raw[name.end : name.end + AFTER], known.literal if known is not None else "")
            or (known is not None and not is_said(text.raw, known.literal))
            or is_mentioned(text.raw, name, known=known is not None),
            said=text.line_at(name.start),
        )
        if cause is not Cause.MESSAGE_LOST:
            return match
        lost = lost or match  # the sentence may stand beside the name's next place
    return lost


# Web frameworks call their own so, and write sentences of their own; all of AWS says the same by the others.
_OTHERS = frozenset(("UnauthorizedException", "ExpiredTokenException", "ExpiredToken"))
_OWN_NAMES = frozenset(
    (
        *("RefreshTokenReuseException", "UserLambdaValidationException", "UnexpectedLambdaException"),
        *("InvalidLambdaResponseException", "PasswordResetRequiredException"),
        *("UserNotConfirmedException",),
    )
)


def _by_jwt_name(text: Text) -> Match | None:
    for name in text.names:
        if name.name not in JWT_NAMES and name.name not in LIBRARY_NAMES:
            continue
        window = plain(text.raw[name.start : name.end + AFTER])
        spoken = next((row for row in JWT_SENTENCES if row.holds(window)), None)
        if (spoken.cause if spoken is not None else JWT_NAMES.get(name.name)) in _FAMILIES:
            spoken = next((row for row in JWT_SENTENCES if row.holds(text.plain)), spoken)
        if name.name in GENERIC_NAMES and not (spoken and spoken.sure) and not text.about_jwt:
            continue
        cause = spoken.cause if spoken is not None else JWT_NAMES.get(name.name)
        if cause is not None:
            maybe = text.foreign or is_mentioned(text.raw, name, known=spoken is not None)
            return Match(cause, None, name.name, maybe=maybe, said=text.line_at(name.start))
    return None


def _by_cognito_sentence(text: Text) -> Match | None:
    row = said(text.plain)
    if row is None or text.other_service:
        return None
    told = text.line_with(row.literal)
    unsaid = is_supposed(text.plain, row) or not is_said(text.raw, row.literal)
    if _as_written(row, text):
        return Match(row.cause, text.operation, maybe=text.foreign or unsaid, said=told)
    if text.cognito:
        return Match(row.cause, text.operation, maybe=text.elsewhere or unsaid, said=told)
    return None if text.foreign else Match(row.cause, text.operation, maybe=True, said=told)


def _by_jwt_sentence(text: Text) -> Match | None:
    row = next((row for row in JWT_SENTENCES if row.holds(text.plain)), None)
    if row is None or text.foreign or (text.other_service and not row.sure):
        return None
    proven = (row.sure and row.as_written(text.raw)) or text.about_jwt or (text.cognito and not text.elsewhere)
    unsaid = is_supposed(text.plain, row) or not is_said(text.raw, row.literal) or text.told_elsewhere(row.literal)
    return Match(row.cause, maybe=not proven or unsaid, said=text.line_with(row.literal))


def _by_sdk(text: Text) -> Match | None:
    row = said(text.plain, SDK_SENTENCES)
    name = next((name.name for name in text.cognito_names if name.name in SDK), None)
    if row is None and name is None:
        return None
    cause = row.cause if row is not None else SDK[name or ""]
    proven = name == "UserUnAuthenticatedException" or text.cognito or (row is not None and _as_written(row, text))
    words = row.literal if row is not None else name or ""
    return Match(cause, None, name, maybe=not proven or text.told_elsewhere(words), said=text.line_with(words))


def _by_access_line(text: Text) -> Match | None:
    told = _ACCESS_LINE.search(text.raw) or (
        # fields may be those of a call to another system
        _ACCESS_FIELDS.search(text.raw) and _REQUEST_FIELDS.search(text.raw) and not text.foreign
    )
    return Match(Cause.UNATTRIBUTED_401, said=text.raw[:SAID]) if told else None


_GUARD_CAUSE = later(r"\bcause[\"']?\s*[=:]\s*[\"']?([a-z_0-9]+)")


def _by_guard_event(text: Text) -> Match | None:
    """The guard's own events name the cause."""
    told = _GUARD_CAUSE.search(text.raw) if "poolwarden." in text.raw else None
    if told is None or told[1] not in CAUSES:
        return None
    return Match(Cause(told[1]), text.operation, said=text.raw[:SAID])


_STEPS: tuple[Callable[[Text], Match | None], ...] = (
    _by_guard_event,
    _by_cognito_name,
    _by_jwt_name,
    _by_sdk,
    _by_cognito_sentence,
    _by_jwt_sentence,
    _by_access_line,
)


def find(text: str) -> Match | None:
    """
    Return what a text tells, or None where it tells nothing of ours.

    Args:
        text: One log record in any form: a line, a traceback, JSON, JSON in
            JSON, an SDK's rendering in any language.
    """
    if is_no_event(text):
        return None
    raw = unescaped(text[:_LONGEST])
    match = _find(raw)
    if match is None or match.maybe:
        return match
    rest = without_about(raw)
    return match if rest is raw else _find(rest) or msgspec.structs.replace(match, maybe=True)


def _find(raw: str) -> Match | None:
    told = said_by_boto(raw)
    if told is not None:
        return Match(told.cause, operation_of(told.operation), name_of(told.name), said=told.said)
    known = Text(raw)
    return next((match for step in _STEPS if (match := step(known)) is not None), None)
