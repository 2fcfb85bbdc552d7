"""Hold one place of a log that may concern a session."""

from typing import NamedTuple

import msgspec

from poolwarden.triage.formats.base import Context
from poolwarden.triage.likeness import Likeness


class Line(NamedTuple):
    """
    What is known of a line.

    Attributes:
        shape: Which of the shapes it repeats; negative for none.
        likeness: What it tells like the other lines of its template.
        start: Offset of its first byte.
        end: Offset behind its end; 0 where it has to be read. It tells nothing if it need not be, and is like none.
        text: Its text, in its envelopes.
        at: The stamp that it begins with, epoch seconds.
        tail: The bytes around its stamp, where it is to be remembered by these.
        template: Its template, where it is to be remembered by that.
    """

    shape: int = -1
    likeness: Likeness | None = None
    start: int = 0
    end: int = 0
    text: str = ""
    at: float | None = None
    tail: bytes = b""
    template: str | None = None


class Found(msgspec.Struct, frozen=True, gc=False):
    """
    One place that may concern a session.

    Attributes:
        number: Its first line, from 1.
        text: Its text, without the envelopes.
        context: What its envelopes told.
        stream: The stream that these name; nothing where it is in none.
        line: The line that it is, where it is one alone.
    """

    number: int
    text: str
    context: Context
    stream: str = ""
    line: Line | None = None
