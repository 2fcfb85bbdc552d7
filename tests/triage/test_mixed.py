"""Files of the guard's events beside and among other logs are still read by the database, and say the same."""

import gzip
import json
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from poolwarden import events
from poolwarden.triage import run, staging
from poolwarden.triage.records import Kind, Record
from poolwarden.triage.report import Report
from poolwarden.triage.run import TriageOptions, triage
from poolwarden.triage.sources import sources_of
from poolwarden.triage.staging import Holds, Staging
from triage.build import NOW, guard_line
from triage.scenarios import HOUR, Incident, play

_MESSAGES = {
    "refresh_token_expired": "Refresh Token has expired",
    "refresh_token_revoked": "Refresh Token has been revoked",
}
NOISE = (
    "2026-03-01 10:00:01,000 INFO all is well",
    '{"level":"info","msg":"all is well"}',
    "",
    "  at nowhere (a.js:1)",
)


def trail_event(record: Record) -> dict[str, object]:
    """Return a played record as CloudTrail would have delivered it."""
    flow = "REFRESH_TOKEN_AUTH" if record.refresh else "USER_PASSWORD_AUTH"
    refused = {"errorCode": "NotAuthorizedException", "errorMessage": _MESSAGES.get(record.cause or "")}
    return {
        "eventVersion": "1.08",
        "eventTime": f"{datetime.fromtimestamp(int(record.at or 0), UTC):%Y-%m-%dT%H:%M:%SZ}",
        "eventSource": "cognito-idp.amazonaws.com",
        "eventName": record.operation,
        "requestParameters": {"authFlow": flow, **({"clientId": record.client} if record.client else {})},
        "additionalEventData": {"sub": record.user},
        **(refused if record.kind is Kind.REFUSED else {}),
    }


def logs(folder: Path, kind: str) -> tuple[list[str], dict[str, object]]:
    """Return the guard's lines and the trail of an incident."""
    records = sorted(
        play(Incident(name=kind, refresh_s=30 * HOUR, users=16, days=7, other=0.2, logs=kind)).records,
        key=lambda record: record.at or 0,
    )
    guard = [guard_line(record, request_id=f"r-{record.line}") for record in records if record.source == "poolwarden"]
    trail = [trail_event(record) for record in records if record.source == "cloudtrail"]
    at = events.timestamp(NOW + 5 * HOUR)
    guard += [
        events.render(events.Started(timestamp=at, clients=("main/web",), refresh_validity_s=(108000,))),
        events.render(events.KeysFailed(timestamp=at, pool="main", error="timeout")),
        *(
            events.render(events.RequestRejected(timestamp=at, cause="token_placeholder", client=client, pool="main"))
            for client in ("web", "mobile")
        ),
    ]
    folder.mkdir(exist_ok=True)
    return guard, {"Records": trail}


def told(report: Report) -> object:
    """Return what a report says, but for its evidence."""
    findings = [(f.verdict, f.client, f.sessions, f.confidence) for f in report.verdicts]
    counted = report.input.files, report.input.bytes, report.input.lines, report.input.unread_lines
    return report.window, report.sessions, report.validity, findings, report.causes, report.changes, counted


def by_lines(paths: list[str], options: TriageOptions, monkeypatch: pytest.MonkeyPatch) -> Report:
    """Return the report that reading every line makes."""
    with monkeypatch.context() as patched:
        patched.setattr(run, "_grouped", lambda *_: None)
        return triage(paths, options)


def beside(folder: Path, guard: list[str]) -> None:
    """Write the guard's events into two files of their own."""
    (folder / "guard-1.jsonl").write_text("\n".join(guard[::2]) + "\n")
    (folder / "guard-2.jsonl").write_text("\n".join(guard[1::2]) + "\n")


def among(folder: Path, guard: list[str]) -> None:
    """Write the guard's events among other lines."""
    draw = random.Random(3)
    lines = [part for line in guard for part in ([line, draw.choice(NOISE)] if draw.random() < 0.3 else [line])]
    (folder / "api.log").write_text("\n".join([NOISE[0], *lines]) + "\n")


def later(folder: Path, guard: list[str]) -> None:
    """Write other lines behind many of the guard's events: the beginning of the file does not tell."""
    (folder / "api.log").write_text("\n".join([*guard, NOISE[1], *guard[:5], NOISE[0]]) + "\n")
    (folder / "other.jsonl").write_text("\n".join(guard[:50]) + "\n")


@pytest.mark.parametrize("written", [beside, among, later])
@pytest.mark.parametrize("kind", ["apart", "both", "guard"])
@pytest.mark.parametrize(
    "options",
    [TriageOptions(), TriageOptions(since=NOW + 50 * HOUR, until=NOW + 120 * HOUR), TriageOptions(client="web")],
    ids=["all", "some time", "one client"],
)
def test_a_folder_of_many_logs_says_what_its_lines_say(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    written: Callable[[Path, list[str]], None],
    kind: str,
    options: TriageOptions,
) -> None:
    """Grouped beside other logs, or read line by line, the guard's events make the same report."""
    monkeypatch.setattr(staging, "WORTH_IT", 0)
    guard, trail = logs(tmp_path / "logs", kind)
    written(tmp_path / "logs", guard)
    (tmp_path / "logs" / "trail.json").write_text(json.dumps(trail))
    (tmp_path / "logs" / "app.log").write_text("2026-03-01 10:00:00,000 ERROR jwt expired\n" * 3)
    paths = [str(tmp_path / "logs")]
    read: list[int] = []
    grouped = triage(paths, options, lambda done, _: read.append(done))
    assert told(grouped) == told(by_lines(paths, options, monkeypatch))
    assert grouped.sessions.lost > 3
    assert grouped == triage(paths, options)
    for finding in grouped.verdicts:
        for place in finding.evidence:
            assert place.line > 0
            assert Path(place.file).is_file()


def test_what_a_file_holds_is_told_by_its_beginning(tmp_path: Path) -> None:
    """Small files, and files with few events, are the reader's; packed ones are the database's where it can."""
    event = b'{"event":"poolwarden.started"}\n'
    held = {
        "events.jsonl": event * 3,
        "events.jsonl.gz": gzip.compress(event * 3, mtime=0),
        "small.log": event * 30 + b"hello\n",
        "large.log": (event * 30 + b"hello\n") * 2000,
        "few.log": (event + b"hello\n" * 30) * 10000,
        "trail.json": b'{"Records":[]}',
    }
    for name, content in held.items():
        (tmp_path / name).write_bytes(content)
    planned = Staging(sources_of([str(tmp_path)]), None, None)
    names = sorted(held)
    assert dict(zip(names, planned.holds, strict=True)) == {
        "events.jsonl": Holds.EVENTS,
        "events.jsonl.gz": Holds.EVENTS,
        "few.log": Holds.OTHER,
        "large.log": Holds.SOME,
        "small.log": Holds.OTHER,
        "trail.json": Holds.OTHER,
    }
    assert planned.by_lines() == {2: False, 3: True, 4: False, 5: False}
    assert planned.staged is not None
    assert not planned.staged.alone


@pytest.mark.parametrize("broken", ["cut", "foreign"])
def test_a_packed_file_that_the_database_refuses_is_the_readers(
    broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the database cannot unpack a file, the report is that of reading every line, and tells what is lost."""
    guard, _ = logs(tmp_path, "guard")
    path = tmp_path / "guard.log.gz"
    data = gzip.compress("".join(f"{line}\n" for line in guard).encode(), mtime=0)
    path.write_bytes(data[:-300] if broken == "cut" else data + b"foreign bytes")
    found = triage([str(path)])
    assert found == by_lines([str(path)], TriageOptions(), monkeypatch)
    assert found.sessions.seen > 0
    assert found.input.unread_lines > 0
    assert found.warnings


@pytest.mark.parametrize("where", [-6, -150, -5000])
def test_a_damaged_file_of_events_is_reported_without_an_error(where: int, tmp_path: Path) -> None:
    """What the database makes of a damaged file is told, though its lines cannot all be found again."""
    guard, _ = logs(tmp_path, "guard")
    path = tmp_path / "guard.log.gz"
    data = bytearray(gzip.compress("".join(f"{line}\n" for line in guard).encode(), mtime=0))
    data[where] ^= 0xFF
    path.write_bytes(bytes(data))
    found = triage([str(path)])
    assert found.sessions.seen > 0 or found.input.unread_lines > 0
