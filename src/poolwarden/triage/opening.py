"""Open a value until records are left: the loop over the formats."""

from poolwarden.triage.formats import FIELDS, TEXTS
from poolwarden.triage.formats.base import Context, Inner, Value
from poolwarden.triage.records import Record
from poolwarden.triage.telling import may_tell

_DEEPEST = 12  # docker around journald around structlog around a traceback is 5


def opened(value: Value, context: Context) -> list[Record]:
    """
    Return every record of a value, its envelopes opened in whatever order they are nested.

    Args:
        value: One log record's text, or what JSON text stands for.
        context: Where it stands and what is known of it.
    """
    records: list[Record] = []
    waiting = [(Inner(value, context), 0)]
    while waiting:
        (inner, around), depth = waiting.pop()
        # The scan has looked at what stands outermost.
        if depth > _DEEPEST or (depth and not may_tell(inner)):
            continue
        for form in TEXTS if isinstance(inner, str) else FIELDS:
            try:
                read = form.read(inner, around)
            except RecursionError:  # nested deeper than anything that says something: not of this form
                continue
            if read is not None:
                records.extend(part for part in read if isinstance(part, Record))
                waiting.extend((part, depth + 1) for part in reversed(read) if isinstance(part, Inner))
                break
    return records
