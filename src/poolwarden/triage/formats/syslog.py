"""Take off syslog: RFC 3164, RFC 5424, what journald and Heroku make of it."""

import re
from collections.abc import Sequence

import msgspec

from poolwarden.errors import UNDECODABLE
from poolwarden.triage.formats.base import Context, Line, Sample
from poolwarden.triage.times import time_in, time_of

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
    _form = re.compile(
        r"(?:\d{1,6} )?<\d{1,3}>\d{1,2} (\S+) (\S+) (\S+) (\S+) (\S+) (?:-|(?:\[(?:[^\]\\\"]|\\.|"
        r"\"(?:[^\"\\]|\\.)*\")*\])+)? ?(?:-\s)?\ufeff?"
    )

    def unwrap(self, text: str, context: Context) -> Line | None:
        """Split the header."""
        head = self._form.match(text)
        if head is None:
            return None
        at = time_in(head[1], context.year)
        return Line(text[head.end() :], context.but(at=at, source=self.name), f"{head[2]}/{head[3]}/{head[4]}")


class Rfc3164:
    """RFC 3164 section 4, as rsyslog, syslog-ng and journalctl write it, with the old stamp or RFC 3339's."""

    name = "syslog"
    samples: Sequence[Sample] = (
        Sample(f"<35>Nov 20 23:23:48 vm auth-api: {_EXPIRED}", (_TOLD,)),
        Sample(f"Mar  1 10:00:00 host-1 api[2210]: {_EXPIRED}", ({**_TOLD, "at": 1772359200.0},)),
        Sample(f"2026-03-01T10:00:00.5+00:00 host-1 api[2210]: {_EXPIRED}", ({**_TOLD, "at": 1772359200.5},)),
        Sample(
            "2026-03-01T10:00:00.5Z error UserNotConfirmedException: User is not confirmed.",
            ({"cause": "user_unconfirmed", "at": 1772359200.5},),
        ),
    )
    # An exception's name behind a level is no program's name behind a host's.
    _form = re.compile(
        r"(?:<\d{1,3}>)?([A-Z][a-z]{2} [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d+)?|\d{4}"
        r"-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)) "
        r"(?!(?i:trace|debug|info|notice|warn|warning|error|err|critical|crit|fatal|severe)\b)"
        r"([\w.:-]+) ([A-Za-z_/][\w./@-]{0,63}(?<!Exception)(?<!Error)(?:\(\w+\))?(?:\[[\w.-]+\])?): ?"
    )

    def unwrap(self, text: str, context: Context) -> Line | None:
        """Split the header."""
        head = self._form.match(text)
        if head is None:
            return None
        at = time_in(head[1], context.year)
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
    _form = re.compile(r"(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)) (\w+\[[\w.-]+\]): ?")

    def unwrap(self, text: str, context: Context) -> Line | None:
        """Split the header."""
        head = self._form.match(text)
        if head is None:
            return None
        return Line(text[head.end() :], context.but(at=time_in(head[1]), source=self.name), head[2])


class _Journal(msgspec.Struct, frozen=True, gc=False):
    MESSAGE: str | list[int]
    realtime: str | int | None = msgspec.field(default=None, name="__REALTIME_TIMESTAMP")
    source: str | int | None = msgspec.field(default=None, name="_SOURCE_REALTIME_TIMESTAMP")
    unit: str | None = msgspec.field(default=None, name="_SYSTEMD_UNIT")
    pid: str | None = msgspec.field(default=None, name="_PID")


_journal = msgspec.json.Decoder(_Journal)


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
    )

    def unwrap(self, text: str, context: Context) -> Line | None:
        """Decode the line."""
        if not text.startswith("{") or '"MESSAGE"' not in text:
            return None
        try:
            line = _journal.decode(text)
            message = line.MESSAGE if isinstance(line.MESSAGE, str) else bytes(line.MESSAGE).decode(errors="replace")
        except UNDECODABLE:
            return None
        at = time_of(line.source or line.realtime, context.year)
        return Line(message.rstrip("\n"), context.but(at=at, source=self.name), f"{line.unit}/{line.pid}")
