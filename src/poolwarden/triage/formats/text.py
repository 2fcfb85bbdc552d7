"""Read what is in no other format: plain text, with the time stamp it may begin with."""

from collections.abc import Mapping, Sequence

import msgspec

from poolwarden.errors import UNDECODABLE
from poolwarden.triage.formats.base import Context, Inner, Sample, Value
from poolwarden.triage.formats.leaf import leaf
from poolwarden.triage.records import Kind, Record


class Json:
    """Text that is JSON, or has JSON at its end; it is read as what it stands for."""

    name = "json-text"
    samples: Sequence[Sample] = (
        Sample(
            '2026-03-01T10:00:00Z app {"event":"poolwarden.token_seen",'
            '"timestamp":"2026-03-01T10:00:00Z","client":"web"}',
            ({"kind": Kind.ISSUED, "client": "web"},),
        ),
    )

    def read(self, value: Value, context: Context) -> Sequence[Record | Inner] | None:
        """Decode the text."""
        if isinstance(value, list):
            return [Inner(item, context) for item in value if isinstance(item, Mapping | str | list)]
        if not isinstance(value, str):
            return None
        stripped = value.strip().lstrip("\ufeff\x1e\x00")
        start = 0 if stripped[:1] in ("{", "[") else stripped.find('{"') if _ends_in_event(stripped) else -1
        if start < 0:
            return None
        try:
            decoded = msgspec.json.decode(stripped[start:].rstrip(",\x00"))
        except UNDECODABLE:
            return None
        return [Inner(decoded, context)] if isinstance(decoded, Mapping | list) else None


def _ends_in_event(text: str) -> bool:
    return "poolwarden." in text and text.endswith("}")


class Text:
    """Any text: the last of the formats, which knows them all."""

    name = "text"
    samples: Sequence[Sample] = (
        Sample(
            "2026-11-20 23:23:48,746 ERROR [app.auth] Token refresh failed: An error occurred (NotAuthorizedException) "
            "when calling the InitiateAuth operation: Refresh Token has expired",
            (
                {
                    "kind": Kind.REFUSED,
                    "cause": "refresh_token_expired",
                    "operation": "InitiateAuth",
                    "at": 1795217028.746,
                },
            ),
        ),
        Sample(
            '{\n  "message" => "TokenExpiredError: Token expired at 2026-02-01T09:00:00Z",\n'
            '  "@timestamp" => 2026-03-01T10:00:00Z\n}',
            ({"cause": "token_expired", "at": 1772359200.0},),
        ),
        Sample("2026-11-20 23:23:48 INFO all is well", ()),
    )

    def read(self, value: Value, context: Context) -> Sequence[Record | Inner] | None:
        """Ask the rules about the text."""
        return leaf(value, context) if isinstance(value, str) else ()
