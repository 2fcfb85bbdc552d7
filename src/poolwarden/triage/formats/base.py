"""
Say what a format is: one module each, one entry in the ordered tuple.

A value is the text of one log record, or the fields of one that was JSON. The
first format that knows the value takes it and answers with records, with inner
values that are read again from the start of the tuple, or with both. So
envelopes may be nested in any order.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec

from poolwarden.triage.records import Record
from poolwarden.triage.times import END_OF_1970

Value = str | Mapping[str, Any] | list[Any]
"""What a format is asked about: text, or what JSON text stands for."""


class Context(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """
    What the envelopes around a value told.

    Attributes:
        file: Index into ``Tally.files``.
        line: Line of the record's first byte, from 1.
        latest: The latest time that a stamp without a year may mean, epoch seconds.
        at: When, epoch seconds.
        request: The request's id.
        pool: The pool's alias or id.
        client: The app client's alias or id.
        user: The user's key, never the plain value.
        session: The session's reference or key.
        route: The route or path without its query.
        source: The innermost format so far.
        lines: Where each item of the value's list begins, where a document over many lines holds it.
    """

    file: int = 0
    line: int = 1
    latest: float = END_OF_1970
    at: float | None = None
    request: str | None = None
    pool: str | None = None
    client: str | None = None
    user: str | None = None
    session: str | None = None
    route: str | None = None
    source: str = ""
    lines: tuple[int, ...] = ()

    def but(self, **known: Any) -> "Context":
        """Return a copy that knows more; what is None stays as it was."""
        return msgspec.structs.replace(self, **{key: value for key, value in known.items() if value is not None})


class Inner(NamedTuple):
    """A value inside another, to be read in turn."""

    value: Value
    context: Context


class Sample(msgspec.Struct, frozen=True):
    """
    A piece of a log that a format must read.

    Attributes:
        text: As it stands in a file.
        told: What the records of it must tell, as pairs of a record's field and
            value, one mapping per record; empty where nothing is ours.
    """

    text: str
    told: tuple[Mapping[str, Any], ...] = ()


class Format(Protocol):
    """A format of logs."""

    name: str
    """What a record of it says as its source."""
    samples: Sequence[Sample]
    """What it reads; one test runs them all."""

    def read(self, value: Value, context: Context) -> Sequence[Record | Inner] | None:
        """
        Read a value.

        Returns:
            Records and inner values; nothing where the value holds nothing of
            ours; None where the value is not in this format.
        """
        ...


PARTIAL = "\x1e"
"""What the text of a line ends with that goes on in its stream's next line: runtimes cut lines at 16 KiB."""


class Line(NamedTuple):
    """
    What a line's envelope holds.

    Attributes:
        text: The inner text.
        context: What the envelope told.
        stream: What lines of the same writer share, so that a traceback over many lines is one record.
    """

    text: str
    context: Context
    stream: str


class Envelope(Protocol):
    """A format that puts each line of another log into a line of its own."""

    name: str
    """What the envelope is called."""
    samples: Sequence[Sample]
    """What it reads; one test runs them all."""

    def unwrap(self, text: str, context: Context) -> Line | None:
        """Return what is inside, or None where the text is not in this envelope."""
        ...
