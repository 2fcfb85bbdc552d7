"""Events in another schema's names say to the triage what they say in the guard's own."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from poolwarden import events
from poolwarden.observe.ecs import to_ecs
from poolwarden.observe.ocsf import to_ocsf
from poolwarden.observe.otel import to_attributes
from poolwarden.triage.reader import ReadOptions, read
from poolwarden.triage.records import Record

SESSION: dict[str, Any] = {
    "timestamp": "2026-03-01T10:00:00.000Z",
    "pool": "main",
    "client": "web",
    "session_ref": "AAAABBBBCCCCDDDD",
    "user_ref": "EEEEFFFFGGGGHHHH",
}
DATES = {"auth_time": 1772355600, "issued_at": 1772359200, "expires_at": 1772362800}
EVENTS: tuple[events.AnyEvent, ...] = (
    events.TokenSeen(**SESSION, **DATES, outcome="accepted", scope_count=2, token_ref="IIIIJJJJKKKKLLLL"),
    events.RequestRejected(
        **SESSION,
        **DATES,
        outcome="rejected",
        cause="token_expired",
        method="GET",
        route="/orders",
        request_id="r-1",
        trace_id="0af7651916cd43dd8448eb211c80319c",
        status=401,
        repeats=8,
        zombie=True,
        expired_for_s=3.5,
    ),
    events.RequestRejected(
        timestamp=SESSION["timestamp"],
        level="error",
        outcome="error",
        pool="unverified",
        client="unverified",
        cause="keys_unavailable",
        status=503,
    ),
    events.CognitoRefused(
        **SESSION,
        level="warning",
        cause="refresh_token_expired",
        operation="InitiateAuth",
        error="NotAuthorizedException",
        message="Refresh Token has expired",
        aws_request_id="a-1",
        burst=6,
    ),
    events.KeysFetched(timestamp=SESSION["timestamp"], pool="main", added=1, removed=1, duration_s=0.25),
    events.KeysFailed(
        timestamp=SESSION["timestamp"], level="error", pool="main", cause="keys_unavailable", error="timeout"
    ),
    events.Started(
        timestamp=SESSION["timestamp"], version="1", pools=("main",), clients=("main/web",), refresh_validity_s=(7,)
    ),
)


def records_of(lines: list[dict[str, Any]], path: Path) -> list[Record]:
    """Return the records of a log with these lines, but for what names the format."""
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return [record for batch in read([str(path)], ReadOptions(year=2026)) for record in batch]


@pytest.mark.parametrize("render", [to_ecs, to_ocsf, to_attributes])
def test_the_same(render: Callable[..., Any], tmp_path: Path) -> None:
    """Every kind of event, of every schema, becomes the record that the guard's own line becomes."""
    own = records_of([events.to_fields(event) for event in EVENTS], tmp_path / "own.log")
    rendered = records_of(
        [dict(render(None, event.level, events.to_fields(event))) for event in EVENTS], tmp_path / "rendered.log"
    )
    assert len(own) == len(EVENTS)
    assert rendered == own


@pytest.mark.parametrize("render", [to_ecs, to_attributes])
def test_flat_or_nested(render: Callable[..., Any], tmp_path: Path) -> None:
    """Dots may stand in names or for objects within objects: log stores turn the one into the other."""
    own = records_of([events.to_fields(event) for event in EVENTS], tmp_path / "own.log")
    lines = [flat(render(None, event.level, events.to_fields(event))) for event in EVENTS]
    assert records_of(lines, tmp_path / "flat.log") == own


def test_others(tmp_path: Path) -> None:
    """Documents of the same schemas that are not poolwarden's are none of its events."""
    lines = [
        {"event": {"action": "user-login", "kind": "event"}, "@timestamp": SESSION["timestamp"]},
        {"metadata": {"log_name": "sshd"}, "class_uid": 3002, "time": 1772359200000},
        {"event": {"action": "poolwarden.request_rejected"}, "poolwarden": {"auth_time": "yesterday"}},
    ]
    assert records_of(lines, tmp_path / "others.log") == []


def flat(value: Any, path: str = "") -> dict[str, Any]:
    """Return nested objects as one, with dots in the names."""
    flattened: dict[str, Any] = {}
    for name, held in value.items():
        flattened |= flat(held, f"{path}{name}.") if isinstance(held, dict) else {f"{path}{name}": held}
    return flattened
