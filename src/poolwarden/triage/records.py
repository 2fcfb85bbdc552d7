"""
Carry what one place of a log says: the value between reading and reasoning.

Whatever the format, a place that concerns a session becomes one record. The
readers make them, the session store takes them, and nothing else of a log is
kept.
"""

from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """What a record tells."""

    ISSUED = "issued"
    """A token was issued or seen for the first time: a sign-in or a refresh."""
    REJECTED = "rejected"
    """A resource server, a JWT library or a proxy refused a request."""
    REFUSED = "refused"
    """Cognito refused a call."""
    ENDED = "ended"
    """Somebody ended sessions on purpose: a sign-out, a revocation, a disabled or deleted user."""
    CHANGED = "changed"
    """The settings of an app client or a user pool were changed, or one was deleted."""
    KEYS = "keys"
    """The key source failed or renewed."""
    STARTED = "started"
    """A guard was mounted; tells the configured validities."""


class Record(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """
    What one place of a log says.

    Attributes:
        kind: What it tells.
        file: Index into :attr:`Tally.files`.
        line: Line of its first byte, from 1.
        at: When, epoch seconds in UTC; None where the log has no time.
        cause: A cause as text (see :class:`poolwarden.Cause`), or None.
        maybe: The words alone cannot tell whether this is Cognito's; counts as no lost session.
        operation: The API operation, such as ``InitiateAuth`` or ``Token_POST``.
        pool: The pool's alias or id.
        client: The app client's alias or id.
        session: The session's reference, or another key that all lines of one session share.
        user: The user's reference or a hash of ``sub`` or user name; never the plain value.
        actor: Who did it, for ``ended`` and ``changed`` (an IAM principal's name).
        request: The request's id.
        auth_time: When the user signed in, epoch seconds.
        issued_at: When the token was issued, epoch seconds.
        expires_at: When it expires, epoch seconds.
        count: How many requests or calls it stands for (repeats, bursts).
        zombie: The client keeps sending a dead token.
        refresh: Whether the call was a refresh (True), a sign-in (False) or cannot be told (None).
        route: The route or path without its query.
        detail: What a change set, as JSON text (request parameters, bounded); of ``started``, the validities.
        text: The evidence: the line's relevant part, at most 300 characters, tokens and personal data masked.
        source: The format that read it, such as ``cloudtrail``.
    """

    kind: Kind
    file: int
    line: int
    at: float | None = None
    cause: str | None = None
    maybe: bool = False
    operation: str | None = None
    pool: str | None = None
    client: str | None = None
    session: str | None = None
    user: str | None = None
    actor: str | None = None
    request: str | None = None
    auth_time: int | None = None
    issued_at: int | None = None
    expires_at: int | None = None
    count: int = 1
    zombie: bool = False
    refresh: bool | None = None
    route: str | None = None
    detail: str | None = None
    text: str = ""
    source: str = ""


class Warn(msgspec.Struct, frozen=True):
    """
    Something that a reader must know about the input.

    Attributes:
        file: The file's name as given.
        line: The line, from 1; 0 where it concerns the file.
        text: What it is and what to do.
    """

    file: str
    line: int
    text: str


class Tally(msgspec.Struct):
    """
    Count what was read; owned by the reader, complete once reading has ended.

    Attributes:
        files: The names of the files as given, archive members as ``archive.zip!member``.
        bytes: Bytes read, unpacked.
        lines: Lines seen.
        records: Records made.
        unread_lines: Lines that should have been readable and were not.
        raw_tokens: Tokens found in plain text.
        passed_over: The guard's events that the reader left to the database.
        warnings: What a reader must know.
    """

    files: list[str] = msgspec.field(default_factory=list)
    bytes: int = 0
    lines: int = 0
    records: int = 0
    unread_lines: int = 0
    raw_tokens: int = 0
    passed_over: int = 0
    warnings: list[Warn] = msgspec.field(default_factory=list)
