"""Open what a log service answers a search with: a list of records somewhere in one JSON value."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from poolwarden.triage.formats.app_json import TIMES
from poolwarden.triage.formats.base import Context, Inner, Sample, Value
from poolwarden.triage.telling import may_tell
from poolwarden.triage.times import time_of

_DEEPEST = 8
_LOOKED_AT = 20  # items of a list that tell whether all are records
_SAID = "NotAuthorizedException: Refresh Token has expired"
_TOLD = {"cause": "refresh_token_expired", "at": 1772359200.0}


_Listed = tuple[Mapping[str, Any], Any]


class Answers:
    """
    An answer of Elasticsearch, Kibana, Loki, Datadog, Google, Azure, New Relic, Sumo Logic or OpenTelemetry.

    None of them is asked for by name: a value without a time and a message of
    its own that holds a list of values with times is an answer.
    """

    name = "answer"
    samples: Sequence[Sample] = (
        Sample(
            '{"took":3,"hits":{"total":{"value":1},"hits":[{"_index":"a","_source":{"@timestamp":'
            f'"2026-03-01T10:00:00Z","message":"{_SAID}"}}}}]}}}}',
            (_TOLD,),
        ),
        Sample(
            '{"data":[{"id":"1","type":"log","attributes":{"timestamp":"2026-03-01T10:00:00Z",'
            f'"message":"{_SAID}"}}}},{{"id":"2","attributes":{{"timestamp":"2026-03-01T10:00:00Z",'
            f'"message":"{_SAID}"}}}}]}}',
            (_TOLD, _TOLD),
        ),
        Sample(
            '{"status":"success","data":{"resultType":"streams","result":[{"stream":{"app":"api"},"values":'
            f'[["1772359200000000000","{_SAID}"],["1772359200000000000","all is well"]]}}]}}}}',
            (_TOLD,),
        ),
        Sample(
            '{"tables":[{"name":"PrimaryResult","columns":[{"name":"TimeGenerated"},{"name":"LogEntry"}],'
            f'"rows":[["2026-03-01T10:00:00Z","{_SAID}"]]}}]}}',
            (_TOLD,),
        ),
        Sample(
            '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1772359200000000000",'
            f'"body":{{"stringValue":"{_SAID}"}}}}]}}]}}]}}',
            (_TOLD,),
        ),
        Sample(
            f'{{"error":"{_SAID}","retries":[{{"at":"x","timestamp":"2026-03-01T10:00:00Z"}}]}}',
            ({"cause": "refresh_token_expired"},),
        ),
    )

    def read(self, value: Value, context: Context) -> Sequence[Inner] | None:
        """Open the lists; a value that tells something itself is a record, whatever lists it holds."""
        items = listed(value)
        within = context.but(source=self.name)
        return [Inner(item, within) for item, _ in items] if items else None


def listed(value: object) -> Sequence[_Listed]:
    """Return the records that an answer lists, each with its part of the value; nothing where it is no answer."""
    if not isinstance(value, dict) or _has_time(value):
        return ()
    found: list[_Listed] = []
    around: list[str] = []
    _walk(value, found, around, _DEEPEST)
    return () if may_tell("\n".join(around)) else found


def _walk(value: Mapping[str, Any], found: list[_Listed], around: list[str], depth: int) -> None:
    """Collect the lists of records in a value, and all other text."""
    items = _columns(value) or _streams(value)
    if items:
        found.extend(items)
        return
    for item in value.values():
        if isinstance(item, list) and _are_records(item):
            found.extend((one, one) for one in item if isinstance(one, dict))
        elif isinstance(item, (dict, list)) and depth:
            for inner in [item] if isinstance(item, dict) else item:
                if isinstance(inner, dict):
                    _walk(inner, found, around, depth - 1)
                else:
                    around.append(str(inner))
        else:
            around.append(str(item))


def _columns(value: Mapping[str, Any]) -> Sequence[_Listed]:
    """Return the rows of a table as fields (Azure's Log Analytics)."""
    columns, rows = value.get("columns"), value.get("rows")
    if not isinstance(columns, list) or not isinstance(rows, list):
        return ()
    names = [str(column.get("name")) if isinstance(column, dict) else str(column) for column in columns]
    return [(dict(zip(names, row, strict=False)), row) for row in rows if isinstance(row, list)]


def _streams(value: Mapping[str, Any]) -> Sequence[_Listed]:
    """Return the lines of a stream as fields (Loki)."""
    labels, lines = value.get("stream"), value.get("values")
    if not isinstance(labels, dict) or not isinstance(lines, list):
        return ()
    return [({"time": line[0], "message": line[1]}, line) for line in lines if isinstance(line, list) and len(line) > 1]


def _are_records(items: Sequence[Any]) -> bool:
    looked_at = [item for item in items[:_LOOKED_AT] if isinstance(item, dict)]
    return bool(looked_at) and all(_has_time(item) or any(map(_has_time, _inner(item))) for item in looked_at)


def _inner(item: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (inner for inner in item.values() if isinstance(inner, dict))


def _has_time(fields: Mapping[str, Any]) -> bool:
    return any(name in fields and time_of(fields[name]) is not None for name in TIMES)
