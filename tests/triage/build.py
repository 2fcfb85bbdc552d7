"""Build records and reports of them with few words."""

from collections.abc import Iterable, Sequence
from typing import Any

from poolwarden import events
from poolwarden.triage.records import Kind, Record, Tally
from poolwarden.triage.report import Report
from poolwarden.triage.run import TriageOptions, conclude

NOW = 1_772_000_000
HOUR, DAY = 3600, 86400


def record(kind: Kind, at: float | None, **fields: Any) -> Record:
    """Return a record of the only file."""
    fields.setdefault("line", 1 if at is None else int(at - NOW) % 100_000 + 1)
    fields.setdefault("client", "web")
    fields.setdefault("text", f"{kind} {fields.get('cause') or fields.get('operation') or ''}".strip())
    return Record(kind=kind, file=fields.pop("file", 0), at=at, **fields)


def token(session: str, start: float, issued: float, *, access_s: int = HOUR, **fields: Any) -> Record:
    """Return the first sight of a token, as the guard tells it."""
    times = {"auth_time": int(start), "issued_at": int(issued), "expires_at": int(issued) + access_s}
    fields.setdefault("source", "poolwarden")
    return record(Kind.ISSUED, issued + 1, session=session, refresh=issued > start + 60, **times, **fields)


def rejected(session: str | None, start: float, issued: float, at: float, **fields: Any) -> Record:
    """Return a refusal of a verified token, as the guard tells it."""
    fields.setdefault("cause", "token_expired")
    times = {"auth_time": int(start), "issued_at": int(issued), "expires_at": int(issued) + HOUR}
    fields.setdefault("source", "poolwarden")
    return record(Kind.REJECTED, at, session=session, **times, **fields)


def signed_in(user: str, at: float, **fields: Any) -> Record:
    """Return a sign-in, as CloudTrail tells it."""
    fields.setdefault("source", "cloudtrail")
    return record(Kind.ISSUED, at, user=user, refresh=False, operation="InitiateAuth", **fields)


def refreshed(user: str, at: float, **fields: Any) -> Record:
    """Return a refresh, as CloudTrail tells it."""
    fields.setdefault("source", "cloudtrail")
    return record(Kind.ISSUED, at, user=user, refresh=True, operation="InitiateAuth", **fields)


def refused(user: str | None, at: float | None, cause: str, **fields: Any) -> Record:
    """Return a refused refresh, as CloudTrail tells it."""
    fields.setdefault("source", "cloudtrail")
    fields.setdefault("refresh", True)
    return record(Kind.REFUSED, at, user=user, cause=cause, operation="InitiateAuth", **fields)


def ended(operation: str, at: float, **fields: Any) -> Record:
    """Return a deliberate end of sessions, as CloudTrail tells it."""
    fields.setdefault("source", "cloudtrail")
    fields.setdefault("client", None)
    return record(Kind.ENDED, at, operation=operation, actor="alice", **fields)


def quiet(at: float) -> Record:
    """Return a record that only shows that the log goes on."""
    return record(Kind.KEYS, at, client=None, source="poolwarden")


def report(
    records: Iterable[Record], options: TriageOptions | None = None, files: Sequence[str] = ("app.log",)
) -> Report:
    """Return the report on records."""
    batch = list(records)
    return conclude([batch], lambda: Tally(files=list(files), records=len(batch), lines=len(batch)), options)


def shares(found: Report) -> dict[str, int]:
    """Return how many lost sessions each verdict has."""
    counts: dict[str, int] = {}
    for finding in found.verdicts:
        counts[finding.verdict] = counts.get(finding.verdict, 0) + finding.sessions
    return counts


def guard_line(one: Record, request_id: str | None = None) -> str:
    """Return a record of a played incident as the guard would have written it."""
    common = {
        "timestamp": events.timestamp(one.at or 0),
        "pool": one.pool,
        "client": one.client,
        "session_ref": one.session,
        "user_ref": one.user,
        "auth_time": one.auth_time,
        "issued_at": one.issued_at,
        "expires_at": one.expires_at,
        "request_id": request_id,
    }
    if one.kind is Kind.ISSUED:
        return events.render(events.TokenSeen(**common))
    told = {"cause": one.cause, "route": one.route, "repeats": one.count, "zombie": one.zombie or None}
    return events.render(events.RequestRejected(**common, **told))
