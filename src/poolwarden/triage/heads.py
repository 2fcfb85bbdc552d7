"""Tell by its beginning what a file is as a whole, and what a line that the guard wrote begins with."""

import re

from poolwarden.triage.patterns import later

BEGINNING = b'{"event":"poolwarden.'
"""What a line begins with that the guard wrote."""

_MANY = later(
    rb"\s*\{\s*\"(?:Records|records|events|Events|logEvents|messageType|results|searchedLogStreams|"
    rb"nextForwardToken)\"\s*:"
)
_SPREAD = later(rb"\s*(?:\{|\[)\s*\r?\n|\s*\[\s*[{\"]")
# Lambda is given lists of the same name by queues, topics and streams.
_TRAIL_FILE = later(rb"\s*\{\s*\"Records\"\s*:\s*\[(?!\s*\{\s*\"(?:messageId|EventSource|EventVersion|kinesis|cf)\")")
_CSV_NAMES = frozenset(
    (
        *(
            "@timestamp",
            "@message",
            "message",
            "eventtime",
            "eventname",
            "eventsource",
            "errorcode",
            "errormessage",
            "log",
        ),
        *("requestparameters", "eventdata", "timestamp", "line", "_raw", "_time", "host", "source", "date", "time"),
        *("content", "body", "textpayload", "log_s", "service", "id"),
    )
)
_FEWEST_NAMES = 2
# A column's name of one or two words, and what the last of them says it holds: when it was, and what was said.
_COLUMN = later(r"[A-Za-z_@][\w@.:\-]*(?: [\w\[\]()]+)?")
_WHEN = later(r"(?i)(?:time(?:stamp|generated)?(?:ms)?|date|_at)(?: [\[(]?utc[\])]?)?$")
_WHAT = later(r"(?i)(?:message|msg|raw|log|line|body|text|error|exception|content|payload)$")
_FEWEST_COLUMNS = 3
_LONG = 65536


def kind_of(head: bytes) -> str:
    """
    Return what a file that begins so is as a whole, or nothing for a log of lines.

    Returns:
        ``trail``, ``json``, ``csv``; ``one`` where it may be a single JSON value in one long line.
    """
    if _TRAIL_FILE.match(head):
        return "trail"
    if _MANY.match(head) or _SPREAD.match(head):
        return "json"
    if len(head) >= _LONG and head.startswith(b"{") and b"\n" not in head:
        return "one"
    first = head.split(b"\n", 1)[0][:2000].decode("utf-8", errors="replace")
    if "," in first:
        names = [name.strip().strip('"').lower() for name in first.split(",")]
        known = len(_CSV_NAMES.intersection(names)) >= _FEWEST_NAMES
        if known and all(re.fullmatch(r"[\w@.:\-\[\] ]*", name) for name in names):
            return "csv"
        if len(names) >= _FEWEST_COLUMNS and ", " not in first and all(map(_COLUMN.fullmatch, names)):
            return "csv" if any(map(is_when, names)) and any(map(_WHAT.search, names)) else ""
    return ""


def is_when(name: str) -> bool:
    """Tell whether a column's name says that it holds when something was."""
    return _WHEN.search(name) is not None
