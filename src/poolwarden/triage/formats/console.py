"""Read ``key=value`` logs: logfmt, and structlog's console."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from poolwarden.triage.formats.app_json import known_of
from poolwarden.triage.formats.base import Context, Inner, Sample, Value
from poolwarden.triage.formats.leaf import leaf
from poolwarden.triage.patterns import later
from poolwarden.triage.records import Kind, Record
from poolwarden.triage.times import time_in

_PAIR = later(r"(?:^|[\s,{])([A-Za-z_@][\w.@-]*)=(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|\[[^\]]*\]|[^\s,}]*)")
_COLOUR = later(r"\x1b\[[\d;]*m")
_EVENT = later(r"\b(poolwarden\.[a-z_]+)\b")
_FEWEST = 3
_WHOLE = later(r"-?\d{1,18}")
_DECIMAL = later(r"-?\d+\.\d+(?:e[+-]?\d+)?", re.IGNORECASE)
_WORDS: dict[str, Any] = {"True": True, "true": True, "False": False, "false": False, "None": None, "null": None}
_TEXTS = frozenset(
    ("session_ref", "user_ref", "token_ref", "request_id", "trace_id", "message", "version", "pool", "client")
)


def _value(name: str, text: str) -> Any:
    if text[:1] in ("'", '"'):
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    if name in _TEXTS:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if text.startswith("["):
        return [_value(name, item.strip()) for item in text[1:-1].split(",") if item.strip()]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def pairs_in(text: str) -> dict[str, Any]:
    """Return the ``key=value`` pairs of a line, numbers and truths as such."""
    return {name: _value(name, value) for name, value in _PAIR.findall(text)}


class Console:
    """One line of ``key=value`` pairs."""

    name = "logfmt"
    samples: Sequence[Sample] = (
        Sample(
            "2026-03-01T10:00:00.000000Z [info     ] poolwarden.token_seen          "
            "auth_time=1772355600 client=web issued_at=1772359200 "
            "pool=main session_ref=AAAABBBBCCCCDDDD",
            (
                {
                    "kind": Kind.ISSUED,
                    "client": "web",
                    "session": "AAAABBBBCCCCDDDD",
                    "issued_at": 1772359200,
                    "at": 1772359200.0,
                },
            ),
        ),
        Sample(
            "\x1b[2m2026-03-01T10:00:00Z\x1b[0m [\x1b[32minfo\x1b[0m] "
            "\x1b[1mpoolwarden.request_rejected\x1b[0m \x1b[36mcause\x1b[0m="
            "\x1b[35mtoken_expired\x1b[0m \x1b[36mrepeats\x1b[0m=\x1b[35m4\x1b[0m "
            "\x1b[36mzombie\x1b[0m=\x1b[35mTrue\x1b[0m",
            ({"kind": Kind.REJECTED, "cause": "token_expired", "count": 4, "zombie": True},),
        ),
        Sample(
            'time=2026-03-01T10:00:00Z level=error msg="refresh failed" client_id=1example23456789 '
            'error="operation error Cognito Identity '
            "Provider: InitiateAuth, https response error StatusCode: 400, NotAuthorizedException: "
            'Refresh Token has expired"',
            ({"cause": "refresh_token_expired", "client": "1example23456789", "at": 1772359200.0},),
        ),
    )

    def read(self, value: Value, context: Context) -> Sequence[Record | Inner] | None:
        """Read the pairs; the guard's events as such, all else as text with what the pairs tell."""
        if not isinstance(value, str) or "=" not in value:
            return None
        plain = _COLOUR.sub("", value) if "\x1b" in value else value
        event = _EVENT.search(plain)
        if event is not None:
            fields: Mapping[str, Any] = {
                "timestamp": time_in(plain, context.latest),
                **pairs_in(plain),
                "event": event[1],
            }
            return [Inner(fields, context)]
        if "\n" in plain or not _PAIR.match(plain):
            return None
        fields = pairs_in(plain)
        if len(fields) < _FEWEST:
            return None
        if "path" in fields and "status" in fields:
            return [Inner(fields, context)]
        known = known_of(fields, context)
        return leaf(plain, known, self.name)
