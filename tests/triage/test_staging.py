"""Files of the guard's events are grouped as they are read, and say what reading them line by line says."""

import gzip
import random
from datetime import datetime
from pathlib import Path

import pytest

from poolwarden import events
from poolwarden.triage import places
from poolwarden.triage.places import find_lines
from poolwarden.triage.report import Report
from poolwarden.triage.run import TriageOptions, triage
from poolwarden.triage.sources import Source
from poolwarden.triage.staging import Holds, holding
from poolwarden.triage.store import Store
from triage.build import NOW, guard_line
from triage.scenarios import HOUR, Incident, play


def is_guard_log(path: str) -> bool:
    """Say whether a file's beginning holds nothing but the guard's events."""
    return holding(Source(path, Path(path))) is Holds.EVENTS


def rare() -> list[str]:
    """Return events of every other kind, and refusals without a session."""
    at = events.timestamp(NOW + 5 * HOUR)
    return [
        events.render(events.Started(timestamp=at, clients=("main/web",), refresh_validity_s=(108000,))),
        events.render(events.KeysFailed(timestamp=at, pool="main", error="timeout")),
        events.render(events.KeysFetched(timestamp=at, pool="main", added=1)),
        events.render(events.SessionEnding(timestamp=at, pool="main")),
        events.render(events.CognitoRefused(
            timestamp=at, pool="main", client="web", operation="InitiateAuth", error="NotAuthorizedException",
            message="Refresh Token has expired", cause="refresh_token_expired", burst=6,
        )),
        *(
            events.render(events.RequestRejected(timestamp=at, cause="token_placeholder", repeats=n, client="other"))
            for n in (1, 2, 3, 4)
        ),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def lines() -> list[str]:
    """Play an incident and write down what the guard says."""
    incident = Incident(name="file", refresh_s=30 * HOUR, users=40, days=10, other=0.2)
    played = sorted(play(incident).records, key=lambda record: record.at or 0)
    return [*(guard_line(record) for record in played), *rare()]


def _told(report: Report) -> object:
    findings = [(f.verdict, f.client, f.sessions, f.confidence) for f in report.verdicts]
    return report.window, report.sessions, report.validity, findings, report.causes


def _write(path: Path, lines: list[str]) -> str:
    path.write_text("\n".join(lines) + "\n")
    return str(path)


def test_both_ways_say_the_same(tmp_path: Path, lines: list[str]) -> None:
    """Grouped or line by line, the report is the same."""
    path = _write(tmp_path / "guard.jsonl", lines)
    assert is_guard_log(path)
    slow = triage([path], TriageOptions(save=str(tmp_path / "kept.duckdb")))
    assert _told(triage([path])) == _told(slow)
    (tmp_path / "kept.duckdb").unlink()
    assert triage([str(tmp_path)]) == triage([path])


def test_evidence_is_found_again(tmp_path: Path, lines: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines that are shown are those of the files, in order of time or not, plain or packed."""
    monkeypatch.setattr(places, "BLOCK", 65536)
    monkeypatch.setattr(places, "WINDOW", 4096)
    shuffled = list(lines)
    random.Random(1).shuffle(shuffled)
    for name, written in (("sorted.jsonl", lines), ("shuffled.jsonl", shuffled)):
        path = _write(tmp_path / name, written)
        packed = tmp_path / f"{name}.gz"
        packed.write_bytes(gzip.compress(Path(path).read_bytes()))
        for one in (path, str(packed)):
            found = triage([one])
            shown = [place for finding in found.verdicts for place in finding.evidence]
            assert shown
            for place in shown:
                assert place.file == one
                assert place.text.split()[0] in written[place.line - 1]


def test_a_line_that_is_gone_has_no_number(tmp_path: Path, lines: list[str]) -> None:
    """What is not found again is not invented; a last line without an end is found."""
    path = tmp_path / "guard.jsonl"
    path.write_text("\n".join(lines[:50]))
    stamp = events.parse(lines[49]).timestamp
    at = round(events_time(stamp) * 1000)
    session = events.parse(lines[49]).session_ref
    event = events.name_of(events.parse(lines[49])).removeprefix("poolwarden.")
    found = find_lines([str(path), str(path)], [(session, at, event), ("NOBODY", 5, event), (None, at, event)])
    assert found[session, at, event] == (str(path), 50)
    assert ("NOBODY", 5, event) not in found


def events_time(stamp: str) -> float:
    """Return an event's time as epoch seconds."""
    return datetime.fromisoformat(stamp).timestamp()


def test_broken_lines_are_counted(tmp_path: Path, lines: list[str]) -> None:
    """A cut line is told, and loses nothing else."""
    path = _write(tmp_path / "guard.jsonl", [*lines[:200], lines[200][:60], "", *lines[201:], lines[0][:30]])
    found = triage([path])
    assert found.input.unread_lines == 2
    assert [(warning.line, warning.text) for warning in found.warnings] == [
        (201, "2 lines could not be read: cut, or no JSON.")
    ]
    two = triage([path, _write(tmp_path / "other.jsonl", [*lines[:500], lines[500][:40]])])
    assert two.input.unread_lines == 3


def test_a_log_that_is_being_written_ends_in_the_middle(
    tmp_path: Path, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its last line is counted and told, and the file is not read a second time for it."""
    path = tmp_path / "guard.jsonl"
    path.write_text("\n".join([*lines, lines[0][:100]]))
    monkeypatch.setattr("poolwarden.triage.reader.read_part", None)
    found = triage([str(path)])
    assert found.input.unread_lines == 1
    assert found.input.lines == len(lines) + 1
    assert [warning.text for warning in found.warnings] == ["The last line could not be read: it is cut."]


def test_what_the_database_cannot_read_goes_to_the_reader(
    tmp_path: Path, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where grouping fails, reading line by line still works."""
    path = _write(tmp_path / "guard.jsonl", lines)
    grouped = _told(triage([path]))
    with Store() as store:
        assert not store.attempt("staged_counts", {})
    monkeypatch.setattr(Store, "attempt", lambda *_: False)
    assert _told(triage([path])) == grouped


def test_since_and_until_bound_it(tmp_path: Path, lines: list[str]) -> None:
    """What was before or after is left out in the same way as line by line."""
    path = _write(tmp_path / "guard.jsonl", lines)
    bounds = {"since": NOW + 50 * HOUR, "until": NOW + 150 * HOUR}
    slow = triage([path], TriageOptions(save=str(tmp_path / "kept.duckdb"), **bounds))
    assert _told(triage([path], TriageOptions(**bounds))) == _told(slow)


def test_other_files_are_read_line_by_line(tmp_path: Path, lines: list[str]) -> None:
    """A line of another program anywhere sends all to the reader."""
    mixed = _write(tmp_path / "mixed.jsonl", [*lines[:900], '{"event":"other","level":"info"}', *lines[900:]])
    assert is_guard_log(mixed)
    clean = _write(tmp_path / "clean.jsonl", lines)
    long = _write(tmp_path / "long.jsonl", [*lines[:900], "{" + " " * 9_000_000 + "}", *lines[900:]])
    assert is_guard_log(long)
    assert _told(triage([long])) == _told(triage([clean]))
    assert _told(triage([mixed])) == _told(triage([clean]))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("text.log", b"hello\n"),
        ("empty.log", b""),
        ("cut.gz", gzip.compress(b"x" * 100, mtime=0)[:20]),
        ("packed.log", gzip.compress(b'{"event":"poolwarden.started"}\n', mtime=0)),
    ],
)
def test_no_other_file_is_taken_for_one(tmp_path: Path, name: str, content: bytes) -> None:
    """The beginning of a file tells; when in doubt the reader takes it."""
    (tmp_path / name).write_bytes(content)
    assert not is_guard_log(str(tmp_path / name))
    assert not is_guard_log(str(tmp_path))
    assert not is_guard_log("-")


@pytest.mark.parametrize(
    "name",
    ["app[12].jsonl", "app?.jsonl", "app*.jsonl", "a[!b]/**.jsonl", "a\\[1].jsonl", "~app1.jsonl", "file:a.jsonl"],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_files_name_is_no_pattern(
    tmp_path: Path, lines: list[str], name: str, packed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file is read by its name, whatever signs it has, and no other that its name might mean as a pattern."""
    monkeypatch.chdir(tmp_path)
    expected = triage([_write(tmp_path / "plain.jsonl", lines)])
    for other in ("app1.jsonl", "appx.jsonl", "a/x.jsonl", "a1.jsonl"):
        Path(other).parent.mkdir(exist_ok=True)
        _write(Path(other), lines[: len(lines) // 3])
    Path(name).parent.mkdir(exist_ok=True)
    path = _write(Path(name), lines)
    if packed:
        Path(f"{name}.gz").write_bytes(gzip.compress(Path(name).read_bytes()))
        path = f"{name}.gz"
    report = triage([path])
    assert _told(report) == _told(expected)
    assert report.input.lines == expected.input.lines


@pytest.mark.parametrize("folder", ["client=other", "session_ref=x/event=y", "[a]*"])
def test_a_folders_name_says_nothing(
    tmp_path: Path, lines: list[str], folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Folders whose names look like a partition's value or like a pattern change nothing of what their files tell."""
    (tmp_path / folder).mkdir(parents=True)
    expected = triage([_write(tmp_path / "plain.jsonl", lines)])
    path = _write(tmp_path / folder / "a.jsonl", lines)
    assert holding(Source(path, Path(path))) is Holds.EVENTS
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / folder))  # where the database's own files go, too
    other = tmp_path / folder / "other.log"
    other.write_text("2026-03-01 10:00:00,000 ERROR NotAuthorizedException: Refresh Token has expired\n")
    assert _told(triage([path])) == _told(expected)
    assert triage([path, str(other)]).input.records == expected.input.records + 1


def test_a_store_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its folder goes away, also after an error, and then nothing is saved."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def fail() -> None:
        with Store(str(tmp_path / "kept.duckdb")) as store:
            store.add([])
            store.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_cannot_be_closed_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its folder goes away whatever happens, and no database is opened for what is not kept."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    class Failing:
        def close(self) -> None:
            raise OSError(28, "No space left on device")

    def fill() -> None:
        with Store() as store:
            store.__dict__["_connection"] = Failing()

    def fail(store: Store) -> None:
        with store:
            raise ZeroDivisionError

    with pytest.raises(OSError, match="No space"):
        fill()
    unopened = Store(str(tmp_path / "kept.duckdb"))
    with pytest.raises(ZeroDivisionError):
        fail(unopened)
    assert "_connection" not in unopened.__dict__
    assert list(tmp_path.iterdir()) == []
    with Store(str(tmp_path / "kept.duckdb")):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["kept.duckdb"]


def test_other_lines_far_behind_the_beginning_are_read_too(tmp_path: Path, lines: list[str]) -> None:
    """A file that begins with nothing but the guard's events may go on otherwise: both are told, each once."""
    said = "2026-03-01 10:00:00,000 ERROR NotAuthorizedException: Refresh Token has been revoked (InitiateAuth)"
    path = _write(tmp_path / "a.log", [*lines, *lines, said])
    assert is_guard_log(path)
    found, alone = triage([path]), triage([_write(tmp_path / "b.log", [*lines, *lines])])
    assert found.input.records == alone.input.records + 1
    assert found.causes == {**alone.causes, "refresh_token_revoked": alone.causes.get("refresh_token_revoked", 0) + 1}
