"""Make a record of a text that tells a cause."""

from collections.abc import Sequence

from poolwarden.causes import CAUSES, Cause, Seen
from poolwarden.triage.formats.base import Context
from poolwarden.triage.known import told_by
from poolwarden.triage.mask import masked
from poolwarden.triage.patterns import later
from poolwarden.triage.records import Kind, Record
from poolwarden.triage.refreshing import is_refresh
from poolwarden.triage.telling import may_tell
from poolwarden.triage.times import stated_time, time_in
from poolwarden.triage.told import SAID

_OF_A_REQUEST = frozenset((Cause.UNATTRIBUTED_401,))


_KINDS = {
    cause: Kind.REJECTED if row.seen_by is Seen.GUARD or cause in _OF_A_REQUEST else Kind.REFUSED
    for cause, row in CAUSES.items()
}


_UNSAID = frozenset((Cause.MESSAGE_LOST, Cause.NOT_AUTHORIZED_OTHER))
_MEMBER = later(
    r"(?:^|\s|[\"'>|}]\s)\s[\"']?\w{1,40}[\"']?: [\"']\w{1,80}(?:Exception|Error)[\"'],?(?:\\n)?\s*(?:$|[\"'<{])"
)


def kind_of(cause: Cause) -> Kind:
    """Return whether a cause refuses a request (a resource server) or a call (Cognito)."""
    return _KINDS[cause]


def is_member(text: str) -> bool:
    """Tell whether a line is one member of an object printed over many, and names but an exception."""
    return len(text) <= SAID and "\n" not in text.rstrip() and _MEMBER.search(text) is not None


def leaf(text: str, context: Context, source: str = "text") -> Sequence[Record]:
    """
    Return the record that a text stands for, or nothing.

    Args:
        text: One log record, its envelopes taken off.
        context: What the envelopes told.
        source: The format, where no envelope named one.
    """
    if not may_tell(text):
        return ()
    told = told_by(text)
    if told is None or (told[0].cause in _UNSAID and is_member(text)):
        return ()  # the member that has the sentence, or the line above, makes the record
    match, said, facts = told
    return (
        Record(
            kind=_KINDS[match.cause],
            file=context.file,
            line=context.line,
            at=context.at if context.at is not None else _time_of(text, context.latest),
            cause=match.cause._value_,
            maybe=match.maybe,
            operation=match.operation,
            pool=context.pool or facts.pool,
            client=context.client or facts.client,
            session=context.session or facts.session,
            user=context.user or facts.user,
            request=context.request or facts.request,
            refresh=is_refresh(match.cause, match.operation, text),
            route=context.route,
            text=masked(said),
            source=context.source or source,
        ),
    )


def _time_of(text: str, latest: float) -> float | None:
    """Return when a text says that it was; in an object that is a field, for the first time may be of what it says."""
    ways = (stated_time, time_in) if text[:1] in ("{", "<") else (time_in, stated_time)
    return next((at for way in ways if (at := way(text, latest)) is not None), None)
