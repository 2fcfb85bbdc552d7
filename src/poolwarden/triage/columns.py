"""Say what the table of records holds, and how lines of JSON become its rows."""

from collections.abc import Mapping

GUARD = "poolwarden"
"""The format whose rejections carry a running total, told at its 1st, 2nd, 4th, 8th … time."""

_COLUMNS: Mapping[str, str] = {
    "kind": "VARCHAR",
    "file": "INTEGER",
    "line": "BIGINT",
    "at": "DOUBLE",
    "cause": "VARCHAR",
    "maybe": "BOOLEAN",
    "operation": "VARCHAR",
    "pool": "VARCHAR",
    "client": "VARCHAR",
    "session": "VARCHAR",
    "user": "VARCHAR",
    "actor": "VARCHAR",
    "request": "VARCHAR",
    "auth_time": "BIGINT",
    "issued_at": "BIGINT",
    "expires_at": "BIGINT",
    "count": "BIGINT",
    "zombie": "BOOLEAN",
    "refresh": "BOOLEAN",
    "route": "VARCHAR",
    "detail": "VARCHAR",
    "text": "VARCHAR",
    "source": "VARCHAR",
}
_RENAMED: Mapping[str, str] = {"user": "user_ref", "count": "times", "at": "moment"}  # words of SQL

# What is not said is what it is by default: most fields of most records.
_DEFAULTS: Mapping[str, str] = {"maybe": "FALSE", "count": "1", "zombie": "FALSE", "text": "''", "source": "''"}
_VALUES: Mapping[str, str] = {
    name: f'coalesce("{name}", {_DEFAULTS[name]})' if name in _DEFAULTS else f'"{name}"' for name in _COLUMNS
}

TABLE = "CREATE TABLE records ({}, told BIGINT)".format(
    ", ".join(f"{_RENAMED.get(n, n)} {t}" for n, t in _COLUMNS.items())
)
"""Makes the table."""

# What each told repeat adds to the running total: 1, 1, 2, 4 …; one told out of turn adds nothing of its own.
_TOLD = f"""CASE
    WHEN source IS DISTINCT FROM '{GUARD}' OR kind <> 'rejected' THEN coalesce("count", 1)
    WHEN "count" IS NULL THEN 1
    WHEN "count" & ("count" - 1) = 0 THEN "count" - "count" // 2
    ELSE 0
END"""
_FILE = "?, format = 'newline_delimited', hive_partitioning = FALSE"


def reading(columns: Mapping[str, str]) -> str:
    """Return what reads a file of JSON lines with these columns; the file is its parameter."""
    told = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
    return f"read_json({_FILE}, columns = {{{told}}})"


def _filling(values: Mapping[str, str], source: str) -> str:
    told = ", ".join({**_VALUES, **values}.values())
    return f"INSERT INTO records SELECT {told}, {_TOLD} FROM {source}"  # noqa: S608 (names of ours)


INSERT = _filling({"line": '"line" + coalesce("before", 0)'}, reading({"before": "BIGINT", **_COLUMNS}))
"""Takes records; a line counts from where its part of the file begins."""

# Each is an array of the record's number, the line and the time.
_ECHOES = f"read_json({_FILE}, records = 'false', columns = {{'echo': 'DOUBLE[]'}})"
INSERT_ECHOES = _filling(
    {"line": "e.echo[2]", "at": "e.echo[3]"},
    f"{reading({'number': 'BIGINT', **_COLUMNS})} r JOIN {_ECHOES} e ON e.echo[1] = r.number",
)
"""Takes lines that repeat others: numbered records, and which of them each line repeats."""
