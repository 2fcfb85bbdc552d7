"""
Write a format for lnav (lnav.org), the log viewer in the terminal, and views that answer the usual questions in SQL.

The format knows every field of every event, from the classes themselves. It
reads what :mod:`poolwarden.observe.lines` and structlog's JSON renderer write;
tried with lnav 0.11.
"""

import argparse
import json
from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

from poolwarden.events import KINDS

_MORE = """
example:
  poolwarden export lnav lnav
  lnav -i lnav/*                  # install it for this user
  lnav api.log
  lnav -n -c ';SELECT * FROM poolwarden_causes' api.log
"""

# References group lines: lnav gives each its own colour.
_IDENTIFIERS = frozenset({"event", "cause", "client", "pool", "session_ref", "user_ref", "token_ref", "trace_id"})
_KINDS: Mapping[object, str] = {str: "string", int: "integer", float: "float", bool: "boolean", tuple: "json"}
_LINE: tuple[str | dict[str, object], ...] = (
    {"field": "__timestamp__", "timestamp-format": "%Y-%m-%dT%H:%M:%S.%L"},
    " ",
    {"field": "__level__", "text-transform": "uppercase", "min-width": 7},
    " ",
    {"field": "event", "min-width": 27},
    " ",
    {"field": "cause", "default-value": "-", "min-width": 22},
    " ",
    {"field": "client", "default-value": "-", "min-width": 10},
    " ",
    {"field": "route", "default-value": ""},
)


class View(NamedTuple):
    """
    A question that an operator asks, as a view.

    Attributes:
        name: The view's name.
        says: What its rows are.
        query: The SQL, in SQLite's dialect.
    """

    name: str
    says: str
    query: str


VIEWS = (
    View(
        "poolwarden_refusals",
        "refusals, one row for each token and cause; only every 1st, 2nd, 4th … is an event, so requests are at least "
        "so many",
        """
        SELECT client, cause, session_ref, coalesce(token_ref, method || ' ' || route) AS counted_by, route,
               max(repeats) AS requests, max(coalesce(zombie, 0)) AS zombie,
               min(log_time) AS first, max(log_time) AS last
        FROM poolwarden_log
        WHERE event = 'poolwarden.request_rejected'
        GROUP BY client, cause, session_ref, counted_by
        """,
    ),
    View(
        "poolwarden_causes",
        "why requests were refused",
        """
        SELECT cause, client, sum(requests) AS requests, count(DISTINCT session_ref) AS sessions,
               min(first) AS first, max(last) AS last
        FROM poolwarden_refusals
        GROUP BY cause, client
        ORDER BY requests DESC, cause
        """,
    ),
    View(
        "poolwarden_ages",
        "how old sessions were when they got their last token: none is beyond the refresh validity, and those in use "
        "pile up just under it",
        """
        SELECT client, age_s / 3600 AS hours, count(*) AS sessions
        FROM (SELECT client, session_ref, max(issued_at - auth_time) AS age_s
              FROM poolwarden_log
              WHERE session_ref IS NOT NULL AND issued_at IS NOT NULL
              GROUP BY client, session_ref)
        GROUP BY client, hours
        ORDER BY client, hours DESC
        """,
    ),
    View(
        "poolwarden_zombies",
        "where clients keep sending dead tokens",
        """
        SELECT client, route, cause, count(DISTINCT session_ref) AS sessions, sum(requests) AS requests
        FROM poolwarden_refusals
        WHERE zombie
        GROUP BY client, route, cause
        ORDER BY requests DESC
        """,
    ),
    View(
        "poolwarden_sessions",
        "sessions, the last seen first",
        """
        SELECT session_ref, max(client) AS client, datetime(max(auth_time), 'unixepoch') AS signed_in,
               min(log_time) AS first, max(log_time) AS last,
               count(DISTINCT CASE WHEN event = 'poolwarden.token_seen' THEN token_ref END) AS tokens,
               count(CASE WHEN event = 'poolwarden.request_rejected' THEN 1 END) AS refused,
               max(coalesce(zombie, 0)) AS zombie
        FROM poolwarden_log
        WHERE session_ref IS NOT NULL
        GROUP BY session_ref
        ORDER BY last DESC
        """,
    ),
    View(
        "poolwarden_cognito",
        "what Cognito refused",
        """
        SELECT operation, cause, error, client, sum(coalesce(burst, 1)) AS calls,
               min(log_time) AS first, max(log_time) AS last
        FROM poolwarden_log
        WHERE event = 'poolwarden.cognito_refused'
        GROUP BY operation, cause, error, client
        ORDER BY calls DESC
        """,
    ),
    View(
        "poolwarden_keys",
        "when keys changed or could not be fetched",
        """
        SELECT log_time AS time, pool, event, error, added, removed, stale_for_s, retry_in_s
        FROM poolwarden_log
        WHERE event IN ('poolwarden.keys_fetched', 'poolwarden.keys_failed')
        ORDER BY log_time
        """,
    ),
)
"""Every view; a later one may ask an earlier one."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing but an example: there is nothing to choose."""
    parser.epilog = _MORE


def files(_options: argparse.Namespace) -> Mapping[str, str]:
    """Return the format and the views by their file names, as ``lnav -i`` takes them."""
    return {
        "poolwarden_log.json": json.dumps(log_format(), indent=2) + "\n",
        "poolwarden.sql": "\n".join(map(_statement, VIEWS)),
    }


def log_format() -> dict[str, Any]:
    """Return the format (lnav.org/schemas/format-v1.schema.json)."""
    return {
        "$schema": "https://lnav.org/schemas/format-v1.schema.json",
        "poolwarden_log": {
            "title": "poolwarden",
            "description": "Events of poolwarden's guard, one JSON object a line.",
            "url": "https://pypi.org/project/poolwarden/",
            "json": True,
            "hide-extra": False,
            "timestamp-field": "timestamp",
            "level-field": "level",
            "level": {level: level for level in ("error", "warning", "info")},
            "opid-field": "session_ref",
            "value": {name: _value(name, kind) for name, kind in _fields().items()},
            "line-format": list(_LINE),
        },
    }


def _fields() -> dict[str, str]:
    """Return lnav's kind of every field of every event, in the order of the events."""
    found = {"event": "string"}
    for event in KINDS.values():
        for name, hint in get_type_hints(event).items():
            if name in event.__struct_fields__ and name not in ("timestamp", "level"):
                found[name] = _kind(hint)
    return found


def _kind(hint: Any) -> str:
    if isinstance(hint, UnionType):
        (hint,) = (part for part in get_args(hint) if part is not NoneType)
    return _KINDS[get_origin(hint) or hint]


def _value(name: str, kind: str) -> dict[str, object]:
    return {"kind": kind, **({"identifier": True} if name in _IDENTIFIERS else {})}


def _statement(view: View) -> str:
    lines = "\n".join(line.removeprefix("        ") for line in view.query.strip("\n").rstrip().splitlines())
    return f"-- {view.name}: {view.says}.\nCREATE VIEW IF NOT EXISTS {view.name} AS\n{lines};\n"
