"""Read delivered CloudTrail files: find the few events of Cognito in them, and decode nothing else."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from poolwarden.errors import UNDECODABLE
from poolwarden.triage.formats.base import Context
from poolwarden.triage.formats.cloudtrail import record_of
from poolwarden.triage.formats.cloudtrail_fields import Trail
from poolwarden.triage.records import Record

_BEGIN = b'{"eventVersion":'
_SOURCES = ("cognito-idp.amazonaws.com", "cognito-identity.amazonaws.com")


class _All(msgspec.Struct, frozen=True, gc=False):
    """The request parameters of an event, all of them."""

    requestParameters: Any = None  # noqa: N815 (CloudTrail's own name)


_trail = msgspec.json.Decoder(Trail, strict=False)
_all = msgspec.json.Decoder(_All)


def _events(data: bytes, marks: Iterable[int]) -> Iterator[tuple[int, bytes]]:
    """Yield each event that may be Cognito's, and where it begins."""
    end = 0
    for mark in marks:
        if mark < end:
            continue
        begin = data.rfind(_BEGIN, end, mark)
        if begin < 0:
            message = "not as CloudTrail delivers it"
            raise ValueError(message)
        following = data.find(_BEGIN, mark)
        end = data.rfind(b"}", mark, following) + 1 if following >= 0 else _end_of_last(data, mark)
        yield begin, data[begin:end]


def _end_of_last(data: bytes, mark: int) -> int:
    end = data.rfind(b"]", mark)
    return data.rfind(b"}", mark, end if end >= 0 else len(data)) + 1


def trail_records(data: bytes, marks: Iterable[int], context: Context) -> list[Record] | None:
    """
    Return the records of a delivered CloudTrail file, or None where it is not as delivered.

    Args:
        data: The whole file, unpacked.
        marks: Where events of Cognito may be.
        context: The file.
    """
    if not data.rstrip().endswith(b"}"):
        return None  # cut, or a log of lines that begins so
    records: list[Record] = []
    line, counted = 1, 0
    lined = b"\n" in data
    try:
        for begin, event in _events(data, marks):
            trail = _trail.decode(event)
            if trail.eventSource not in _SOURCES:
                continue
            if lined:
                line, counted = line + data.count(b"\n", counted, begin), begin
                context = context.but(line=line)
            record = record_of(trail, context, lambda event=event: _parameters(event))  # type: ignore[misc]
            if record is not None:
                records.append(record)
    except UNDECODABLE:  # other spaces, another order of fields, a cut file: read it as any JSON
        return None
    return records


def _parameters(event: bytes) -> Mapping[str, Any]:
    parameters = _all.decode(event).requestParameters
    return parameters if isinstance(parameters, Mapping) else {}
