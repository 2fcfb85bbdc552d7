"""Rules of the triage's benchmark: every peer is asked, who is missing is said, and the logs mean what they should."""

import json
from pathlib import Path

import pytest
from benchmarks.report import Table
from benchmarks.triage import KINDS, Run, Taken, measured, once, table
from benchmarks.triage_data import guard_log, text_log, trail_files
from benchmarks.triage_peers import OURS, PEERS, START, Peer, prepare

from poolwarden.triage.run import triage


def test_the_logs_mean_what_they_should(tmp_path: Path) -> None:
    """The triage finds sessions lost in each, and the same bytes come out each time."""
    text_log(tmp_path / "a.log", 6)
    guard_log(tmp_path / "g.jsonl", 1)
    trail_files(tmp_path / "t", 1)
    found = {name: triage([str(tmp_path / name)]) for name in ("a.log", "g.jsonl", "t")}
    assert all(report.sessions.lost for report in found.values())
    assert found["a.log"].input.lines == 60_000
    assert 200 < found["a.log"].input.records < 400
    assert found["g.jsonl"].validity[0].estimate_s == 30 * 3600
    again = tmp_path / "again.jsonl"
    guard_log(again, 1)
    assert again.read_bytes() == (tmp_path / "g.jsonl").read_bytes()


@pytest.mark.parametrize("kind", [kind for kind in PEERS if kind != "text"])  # the same peers as of the next
def test_every_peer_that_is_installed_answers(kind: str, tmp_path: Path) -> None:
    """Each command runs on a small log and prints something."""
    prepare(tmp_path / "here")
    log = tmp_path / KINDS[kind][1]
    KINDS[kind][2](log, 1)
    for peer in (START, OURS, *PEERS[kind]):
        ran = once(peer, tmp_path / "here", log)
        absent = "not found" in ran.failure
        assert absent or not ran.failure, (peer.name, ran.failure)
        assert ran.memory_mb > 0


def test_who_fails_or_is_missing_is_said() -> None:
    """A table shows what there is, and says why there is no more."""
    start, ours = Taken(START, {10: [Run(0.2, 0.2, 40)], 100: [Run(0.2, 0.2, 40)]}), Taken(OURS)
    ours.runs = {10: [Run(1.0, 1.5, 100), Run(0.5, 0.8, 90)], 100: [Run(2.0, 4.0, 200)]}
    gone = Taken(Peer("gone", "x", "x"), missing="x is not installed")
    broken = Taken(Peer("broken", "false"), {10: [Run(0.1, 0.1, 1, "ended with 1: no word")]})
    shown = table("t", "T", [start, ours, gone, broken], (10, 100))
    assert shown.rows[1] == ["poolwarden triage", "0.50", "0.80", "1.00", "2.00", "4.00", "1.00", "200", "5.0/10"]
    assert shown.rows[2][1:] == ["-"] * 8
    assert "gone: not measured, x is not installed" in shown.notes
    assert "broken at 10 MB: ended with 1: no word" in shown.notes
    assert any("0.30 s (0.60 CPU) at 10 MB" in note for note in shown.notes)
    assert json.loads(json.dumps(shown.data))["poolwarden triage"]["sizes"]["10"][1]["wall_s"] == 0.5


def test_the_logs_go_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is left behind, and every kind asked for has its table."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("benchmarks.triage.PEERS", {"text": ()})
    tables = measured((1,), rounds=1, kinds=("text",))
    assert [type(one) for one in tables] == [Table]
    assert [row[0] for row in tables[0].rows] == [START.name, OURS.name]
    assert list(tmp_path.iterdir()) == []
