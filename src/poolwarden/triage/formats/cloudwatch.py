"""Open what CloudWatch Logs hands out: ``filter-log-events``, ``get-log-events``, subscriptions, Logs Insights."""

from collections.abc import Mapping, Sequence
from typing import Any

from poolwarden.triage.continuation import joined
from poolwarden.triage.formats.base import Context, Inner, Sample, Value
from poolwarden.triage.telling import may_tell
from poolwarden.triage.times import time_of

_EXPIRED = (
    "An error occurred (NotAuthorizedException) when calling the InitiateAuth operation: Refresh Token has expired"
)
_TOLD = {"cause": "refresh_token_expired", "operation": "InitiateAuth", "at": 1772359200.123}


def _held(value: Mapping[str, Any]) -> list[Any] | None:
    for name in ("events", "logEvents"):
        items = value.get(name)
        if isinstance(items, list) and (not items or (isinstance(items[0], Mapping) and "message" in items[0])):
            return items
    return None


class CloudWatchEvents:
    """An answer or a delivery with many log events."""

    name = "cloudwatch"
    samples: Sequence[Sample] = (
        Sample(
            '{"events":[{"logStreamName":"s","timestamp":1772359200123,"message":"'
            + _EXPIRED
            + '\\n","ingestionTime":1772359201000}]}',
            (_TOLD,),
        ),
        Sample(
            '{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g","logStream":"s",'
            '"subscriptionFilters":["f"],"logEvents":'
            '[{"id":"1","timestamp":1772359200123,"message":"'
            + _EXPIRED
            + '"},{"id":"2","timestamp":1772359200123,"message":"ok"}]}',
            (_TOLD,),
        ),
        Sample(
            '{"events":[{"logStreamName":"s","timestamp":1772359200123,"message":"Traceback (most recent call last):"},'
            '{"logStreamName":"s","timestamp":1772359200124,"message":"  File \\"a.py\\", line 1, in f"},'
            '{"logStreamName":"s","timestamp":1772359200125,"message":"botocore.errorfactory.NotAuthorizedException: '
            + _EXPIRED
            + '"}]}',
            (_TOLD,),
        ),
    )

    def read(self, value: Value, context: Context) -> Sequence[Inner] | None:
        """Open the list; the lines of one traceback, each an event of its own, are one record."""
        if not isinstance(value, Mapping):
            return None
        held = _held(value)
        if held is None:
            return None
        around = context.but(source=self.name, lines=())
        lines = context.lines if len(context.lines) == len(held) else (context.line,) * len(held)
        streams: dict[Any, list[tuple[Mapping[str, Any], int]]] = {}
        for item, line in zip(held, lines, strict=True):
            if isinstance(item, Mapping) and "message" in item:
                streams.setdefault(item.get("logStreamName"), []).append((item, line))
        return [
            Inner(text, around.but(at=time_of(items[first][0].get("timestamp"), context.latest), line=items[first][1]))
            for items in streams.values()
            for first, text in joined(str(item["message"]).rstrip("\r\n") for item, _ in items)
            if may_tell(text)
        ]


class InsightsResults:
    """Results of Logs Insights: each row a list of ``{"field", "value"}``."""

    name = "logs-insights"
    samples: Sequence[Sample] = (
        Sample(
            '{"status":"Complete","results":[[{"field":"@timestamp","value":"2026-03-01 '
            '10:00:00.123"},{"field":"@message","value":"' + _EXPIRED + '"}]]}',
            (_TOLD,),
        ),
    )

    def read(self, value: Value, context: Context) -> Sequence[Inner] | None:
        """Turn each row into fields."""
        if not isinstance(value, Mapping) or not isinstance(value.get("results"), list):
            return None
        rows = [row for row in value["results"] if isinstance(row, list)]
        named = [Inner(row, context) for row in value["results"] if isinstance(row, Mapping)]
        fields = [{str(c.get("field")): c.get("value") for c in row if isinstance(c, Mapping)} for row in rows]
        around = context.but(source=self.name)
        return [*named, *(Inner(row, around) for row in fields if row and may_tell(row))]
