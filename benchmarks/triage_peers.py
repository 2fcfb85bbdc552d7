"""Say what else could be asked about a log, and how each tool is asked: one command each."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.triage_data import REFUSALS

_CONFIG = {"preserve_insertion_order": False}
_QUIET = "c.execute('SET enable_progress_bar = FALSE'); "
_DUCKDB = f"import sys, duckdb; c = duckdb.connect(config={_CONFIG!r}); {_QUIET}"
_PLAIN = """SELECT session_ref, event, any_value(client), min(auth_time), max(issued_at), max(expires_at),
min("timestamp"), max("timestamp"), bool_or(zombie), max(repeats), count(*)
FROM read_json(?, format = 'newline_delimited', columns = {event: 'VARCHAR',
"timestamp": 'TIMESTAMP', client: 'VARCHAR', session_ref: 'VARCHAR', auth_time: 'BIGINT',
issued_at: 'BIGINT', expires_at: 'BIGINT', cause: 'VARCHAR', zombie: 'BOOLEAN', repeats: 'BIGINT'}) GROUP BY ALL"""
_UNNEST = """SELECT r.eventName, r.errorMessage, count(*) FROM (SELECT unnest(Records) AS r FROM read_json(?,
maximum_object_size = 67108864, columns = {Records: 'STRUCT(eventSource VARCHAR, eventName VARCHAR,
eventTime VARCHAR, errorMessage VARCHAR, additionalEventData STRUCT(sub VARCHAR))[]'}))
WHERE r.eventSource LIKE 'cognito-i%' GROUP BY ALL"""
_SAID = """SELECT regexp_extract(line, ?) AS said, count(*) FROM read_csv(?, columns = {line: 'VARCHAR'},
delim = chr(1), quote = '', escape = '', header = FALSE, auto_detect = FALSE) WHERE said <> '' GROUP BY 1"""

_LOOP_TEXT = f"""import collections, re, sys
found, search = collections.Counter(), re.compile({"|".join(REFUSALS).encode()!r}).search
for line in open(sys.argv[1], 'rb'):
    hit = search(line)
    if hit: found[hit[0]] += 1
print(found)"""
_LOOP_EVENTS = """import json, sys
sessions = {}
for line in open(sys.argv[1], 'rb'):
    event = json.loads(line)
    known = sessions.setdefault((event.get('session_ref'), event['event']), [event.get('auth_time'), 0, 0])
    known[1] = max(known[1], event.get('issued_at') or 0); known[2] += 1
print(len(sessions))"""
_LOOP_TRAILS = """import collections, glob, gzip, json, sys
found = collections.Counter()
for path in glob.glob(sys.argv[1] + '/*'):
    for event in json.load(gzip.open(path))['Records']:
        if event['eventSource'].startswith('cognito-i'): found[event['eventName'], event.get('errorMessage')] += 1
print(found)"""

_LNAV = {
    "poolwarden_bench": {
        "title": "bench",
        "description": "The guard's events",
        "json": True,
        "file-pattern": r".*\.jsonl",
        "timestamp-field": "timestamp",
        "level-field": "level",
        "body-field": "event",
        "line-format": [{"field": "__timestamp__"}, " ", {"field": "event"}],
        "value": {
            **{name: {"kind": "string"} for name in ("event", "session_ref", "client", "cause")},
            **{name: {"kind": "integer"} for name in ("auth_time", "issued_at", "expires_at")},
        },
    }
}


@dataclass(frozen=True, slots=True)
class Peer:
    """
    One way to ask.

    Attributes:
        name: What the table calls it.
        command: What the shell runs; ``$LOG`` is the log, ``$HERE`` a folder with what it needs.
        needs: The program it needs.
        most: Megabytes that it is asked about at most: beyond, minutes would tell nothing new.
    """

    name: str
    command: str
    needs: str = "sh"
    most: int = 1_000_000


def _python(code: str) -> str:
    return f"'{sys.executable}' -c {_quoted(code)} \"$LOG\""


def _quoted(text: str) -> str:
    return "'{}'".format(text.replace("'", "'\"'\"'"))


def _sql(query: str, given: str) -> str:
    return _python(f"{_DUCKDB}print(len(c.execute({query!r}, {given}).fetchmany(9)))")


OURS = Peer("poolwarden triage", f"'{sys.executable}' -m poolwarden triage \"$LOG\" --format json --exit-zero")
START = Peer(
    "Python's start and imports alone",
    _python("from poolwarden.triage import database, judging, reader; print(len(database.core().__name__))"),
)

_ANY = "|".join(REFUSALS)
_EACH = " ".join(f"-e '{word}'" for word in REFUSALS)
_MOST_SLOW = 100
_GROUPED = "awk '{if ($3 > last[$1]) last[$1] = $3} END {for (one in last) n++; print n}'"

_OF_TEXT = (
    Peer("ripgrep, lines with any of the words", f'rg -c -F {_EACH} "$LOG"', "rg"),
    Peer("grep -oE | sort | uniq -c", f"grep -oE '{_ANY}' \"$LOG\" | sort | uniq -c", "grep"),
    Peer("DuckDB, read_csv and regexp_extract", _sql(_SAID, f"[{_ANY!r}, sys.argv[1]]")),
    Peer("Python loop with re", _python(_LOOP_TEXT)),
    Peer(
        "lnav, SQL",
        'lnav -n -c ";SELECT count(*) FROM all_logs WHERE log_body LIKE \'%NotAuth%\'" "$LOG" < /dev/null',
        "lnav",
    ),
    Peer("jq -R, test()", f'jq -R \'select(test("{_ANY}"))\' "$LOG" | sort | uniq -c', "jq", _MOST_SLOW),
)

PEERS: Mapping[str, tuple[Peer, ...]] = {
    "text": _OF_TEXT,
    "named": _OF_TEXT,
    "events": (
        Peer("ripgrep, lines of refusals only", 'rg -c -F \'"poolwarden.request_rejected"\' "$LOG"', "rg"),
        Peer(
            "grep -oE | sort | uniq -c, causes only", 'grep -oE \'"cause":"[a-z_]+"\' "$LOG" | sort | uniq -c', "grep"
        ),
        Peer("DuckDB, read_json and GROUP BY", _sql(_PLAIN, "[sys.argv[1]]")),
        Peer("Python loop with json", _python(_LOOP_EVENTS)),
        Peer(
            "lnav, SQL",
            'lnav -n -I "$HERE" -c ";SELECT count(*) FROM (SELECT session_ref, log_body, max(issued_at) '
            'FROM poolwarden_bench GROUP BY 1, 2)" "$LOG" < /dev/null',
            "lnav",
        ),
        Peer(
            "jq and awk",
            f"jq -r 'select(.session_ref) | [.session_ref, .auth_time, .issued_at] | @tsv' \"$LOG\" | {_GROUPED}",
            "jq",
        ),
    ),
    "trails": (
        Peer("ripgrep -z, lines with the word", 'rg -z -c -F NotAuthorizedException "$LOG" | wc -l', "rg"),
        Peer(  # a file is one line: it looks through it anew for each word
            "gzip and grep -oE | sort | uniq -c",
            f"gzip -dc \"$LOG\"/* | grep -oE '{_ANY}' | sort | uniq -c",
            "grep",
            _MOST_SLOW,
        ),
        Peer("DuckDB, unnest", _sql(_UNNEST, "[sys.argv[1] + '/*.json.gz']")),
        Peer("Python loop with gzip and json", _python(_LOOP_TRAILS)),
        Peer(
            "gzip and jq",
            'gzip -dc "$LOG"/* | jq -r \'.Records[] | select(.eventSource | startswith("cognito-i")) | '
            "[.eventName, .errorMessage] | @tsv' | sort | uniq -c",
            "jq",
        ),
    ),
}
"""By kind of log: who is asked what the triage answers, or the nearest to it that it can."""


def prepare(folder: Path) -> None:
    """Write down what lnav has to know of the events, once."""
    formats = folder / "formats" / "poolwarden"
    formats.mkdir(parents=True)
    (formats / "format.json").write_text(json.dumps(_LNAV))
