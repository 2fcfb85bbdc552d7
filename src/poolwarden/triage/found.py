"""Hold one place of a log that may concern a session."""

import msgspec

from poolwarden.triage.formats.base import Context


class Found(msgspec.Struct, frozen=True, gc=False):
    """
    One place that may concern a session.

    Attributes:
        line: Its first line, from 1.
        text: Its text.
        context: What its envelopes told.
        tail: The bytes behind its stamp, where it is one line that differs from its likes in nothing else.
        template: The line's template, where it is a record of its own and so is each of its likes.
        alike: Whether a line of this template was read before as nothing but text.
    """

    line: int
    text: str
    context: Context
    tail: bytes = b""
    template: str | None = None
    alike: bool = False
