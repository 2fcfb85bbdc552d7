"""Take off syslog: RFC 3164, RFC 5424, what journald and Heroku make of it."""

import json
import re
from collections.abc import Mapping, Sequence

import msgspec

from poolwarden.errors import UNDECODABLE
from poolwarden.triage.continuation import continues
from poolwarden.triage.formats.base import Context, Inner, Line, Sample, Value
from poolwarden.triage.patterns import later
from poolwarden.triage.records import Record
from poolwarden.triage.times import time_in, time_of
from poolwarden.triage.unescape import colourless

_EXPIRED = (
    "An error occurred (NotAuthorizedException) when calling the InitiateAuth operation: Refresh Token has expired"
)
_TOLD = {"cause": "refresh_token_expired", "operation": "InitiateAuth"}


class Rfc5424:
    """RFC 5424 section 6, with or without a frame's length (RFC 6587); Heroku's drains and logplex."""

    name = "syslog"
    samples: Sequence[Sample] = (
        Sample(
            f'<165>1 2026-03-01T10:00:00.003Z host app 1234 ID47 [x@32473 a="b\\]" c="d"] \ufeff{_EXPIRED}',
            ({**_TOLD, "at": 1772359200.003},),
        ),
        Sample(
            f"312 <190>1 2026-03-01T10:00:00+00:00 d.123 app web.1 - - {_EXPIRED}", ({**_TOLD, "at": 1772359200.0},)
        ),
    )
    _form = later(
        r"(?:\d{1,6} )?<\d{1,3}>\d{1,2} (\S+) (\S+) (\S+) (\S+) (\S+) (?:-|(?:\[(?:[^\]\\\"]|\\.|"
        r"\"(?:[^\"\\]|\\.)*\")*\])+)? ?(?:-\s)?\ufeff?"
    )

    def unwrap(self, text: str, context: Context) -> Line | None:
        """Split the header."""
        head = self._form.match(text)
        if head is None:
            return None
        at = time_in(head[1], context.latest)
        return Line(text[head.end() :], context.but(at=at, source=self.name), f"{head[2]}/{head[3]}/{head[4]}")


class Rfc3164:
    """RFC 3164 section 4, as rsyslog, syslog-ng and journalctl write it, with the old stamp or RFC 3339's."""

    name = "syslog"
    samples: Sequence[Sample] = (
        Sample(f"<35>Nov 20 23:23:48 vm auth-api: {_EXPIRED}", (_TOLD,)),
        Sample(f"Mar  1 10:00:00 host-1 api[2210]: {_EXPIRED}", ({**_TOLD, "at": 1772359200.0},)),
        Sample(f"2026-03-01T10:00:00.5+00:00 host-1 api[2210]: {_EXPIRED}", ({**_TOLD, "at": 1772359200.5},)),
        Sample(
            "2026-03-01T10:00:00.754Z java.lang.RuntimeException: renewal failed\n"
            "2026-03-01T10:00:00.754Z Caused by: acme.cognito.NotAuthorizedException: Refresh Token has expired",
            ({"cause": "refresh_token_expired", "line": 1},),
        ),
        Sample(
            "2026-03-01T10:00:00.5Z error UserNotConfirmedException: User is not confirmed.",
            ({"cause": "user_unconfirmed", "at": 1772359200.5},),
        ),
        Sample(
            "2026-03-01T10:00:00Z POST https://shop.auth.eu-west-1.amazoncognito.com/oauth2/token 400 "
            '{"error":"invalid_grant"}',
            ({"cause": "grant_refused", "maybe": False},),
        ),
    )
    # An exception's name behind a level is no program's name behind a host's, nor is what an address begins with.
    _form = later(
        r"(?:<\d{1,3}>)?([A-Z][a-z]{2} [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d+)?|\d{4}"
        r"-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)) "
        r"(?!(?i:trace|debug|info|notice|warn|warning|error|err|critical|crit|fatal|severe)\b)"
        r"([\w.:-]+(?<!:)) ([A-Za-z_/][\w./@-]{0,63}(?<!Exception)(?<!Error)(?:\(\w+\))?(?:\[[\w.-]+\])?):(?!//) ?"
    )

    def unwrap(self, text: str, context: Context) -> Line | None:
        """Split the header."""
        head = self._form.match(text)
        # "Caused by:" and "Exception name:" behind a time are no host and its program.
        if head is None or continues(text[head.start(2) :]):
            return None
        at = time_in(head[1], context.latest)
        return Line(text[head.end() :], context.but(at=at, source=self.name), f"{head[2]}/{head[3]}")


class Heroku:
    """A line of ``heroku logs``: ``time app[dyno]: text``."""

    name = "heroku"
    samples: Sequence[Sample] = (
        Sample(f"2026-03-01T10:00:00.000000+00:00 app[web.1]: {_EXPIRED}", ({**_TOLD, "at": 1772359200.0},)),
        Sample(
            '2026-03-01T10:00:00.000000+00:00 heroku[router]: at=info method=GET path="/orders?x=1" '
            "host=h request_id=r-1234567 "
            'fwd="1.2.3.4" dyno=web.1 connect=0ms service=2ms status=401 bytes=9 protocol=https',
            ({"cause": "unattributed_401", "route": "/orders"},),
        ),
    )
    _form = later(r"(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)) (\w+\[[\w.-]+\]): ?")

    def unwrap(self, text: str, context: Context) -> Line | None:
        """Split the header."""
        head = self._form.match(text)
        if head is None:
            return None
        return Line(text[head.end() :], context.but(at=time_in(head[1]), source=self.name), head[2])


class _Journal(msgspec.Struct, frozen=True, gc=False):
    MESSAGE: str | list[int | str]
    realtime: str | int | None = msgspec.field(default=None, name="__REALTIME_TIMESTAMP")
    source: str | int | None = msgspec.field(default=None, name="_SOURCE_REALTIME_TIMESTAMP")
    unit: str | None = msgspec.field(default=None, name="_SYSTEMD_UNIT")
    pid: str | None = msgspec.field(default=None, name="_PID")


_journal = msgspec.json.Decoder(_Journal)
_NUMBERS = later(r"\"MESSAGE\"\s?:\s?\[([\d, ]{1,60000})")
_AT = later(r"_REALTIME_TIMESTAMP\"\s?:\s?\"?(\d{1,20})")
_BYTE = 256


def message_of(value: str | list[int | str]) -> str:
    """
    Return a journal's message as text.

    Args:
        value: The text; its bytes where it holds colours or other bytes that do not print; several texts where an
            entry has several.

    Raises:
        ValueError: The value is none of these.
    """
    if isinstance(value, str):
        return value
    if all(isinstance(part, str) for part in value):
        return "\n".join(map(str, value))
    return colourless(bytes(map(int, value)).decode(errors="replace"))


def _in_numbers(text: str) -> str:
    numbers = ",".join(map(str, text.encode()))
    return f'{{"__REALTIME_TIMESTAMP":"1772359200123456","_PID":"7","MESSAGE":[{numbers}]}}'


class Journald:
    """A line of ``journalctl -o json``; a message with odd bytes is an array of numbers."""

    name = "journald"
    samples: Sequence[Sample] = (
        Sample(
            '{"__REALTIME_TIMESTAMP":"1772359200123456","_PID":"7","_SYSTEMD_UNIT":"api.service","MESSAGE":"'
            + _EXPIRED
            + '"}',
            ({**_TOLD, "at": 1772359200.123456},),
        ),
        Sample(_in_numbers(f"\x1b[31m{_EXPIRED}\x1b[0m"), ({**_TOLD, "at": 1772359200.123456},)),
        Sample(_in_numbers("\x1b[32mall is well\x1b[0m"), ()),
        Sample(_in_numbers(f"{_EXPIRED} for a user")[:-22], ({**_TOLD, "at": 1772359200.123456},)),
    )

    def unwrap(self, text: str, context: Context) -> Line | None:
        """Decode the line."""
        if not text.startswith("{") or '"MESSAGE"' not in text:
            return None
        try:
            line = _journal.decode(text)
            message = message_of(line.MESSAGE)
        except UNDECODABLE:
            return _cut(text, context)
        at = time_of(line.source or line.realtime, context.latest)
        return Line(message.rstrip("\n"), context.but(at=at, source=self.name), f"{line.unit}/{line.pid}")


def _cut(text: str, context: Context) -> Line | None:
    """Return as much as there is of a message in numbers whose line was cut; other lines that are cut are text."""
    numbers, at = _NUMBERS.search(text), _AT.search(text)
    if numbers is None or text.rstrip().endswith("}"):
        return None
    data = bytes(int(number) for number in re.findall(r"(?<!\d)\d{1,3}(?!\d)", numbers[1]) if int(number) < _BYTE)
    message = colourless(data.decode(errors="replace"))
    return Line(message, context.but(at=time_of(at[1], context.latest) if at else None, source=Journald.name), "")


class JournalEntry:
    """An entry of a journal inside something else, its message an array of numbers."""

    name = "journald"
    samples: Sequence[Sample] = (
        Sample(
            f'{{"timestamp":"2026-03-01T10:00:00Z","@message":{json.dumps(_in_numbers(_EXPIRED))}}}',
            ({**_TOLD, "at": 1772359200.123456},),
        ),
        Sample('{"__REALTIME_TIMESTAMP":"1772359200123456","xpired":1,"MESSAGE":[300]}', ()),
    )

    def read(self, value: Value, context: Context) -> Sequence[Record | Inner] | None:
        """Make text of the message."""
        if not isinstance(value, Mapping) or not isinstance(value.get("MESSAGE"), list):
            return None
        try:
            message = message_of(value["MESSAGE"])
        except (TypeError, ValueError):
            return None
        at = time_of(value.get("_SOURCE_REALTIME_TIMESTAMP") or value.get("__REALTIME_TIMESTAMP"), context.latest)
        return [Inner(message, context.but(at=at, source=self.name))]
