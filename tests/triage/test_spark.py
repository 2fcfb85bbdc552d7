"""Spark's tasks read what processes here read. Needs the extra ``spark`` and Java; ``make spark`` runs it."""

import gzip
import json
import zipfile
from pathlib import Path

import pytest

from poolwarden import cli
from poolwarden.triage import parts
from poolwarden.triage.run import TriageOptions, triage

pytest.importorskip("pyspark")

REFUSED = "2026-03-0{day} 10:00:{second:02},000 ERROR user=u-{user} NotAuthorizedException: Refresh Token has expired\n"


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Write logs of several kinds and packings into a folder."""
    folder = tmp_path / "logs"
    folder.mkdir()
    text = "".join(REFUSED.format(day=1 + n % 3, second=n % 60, user=n % 90) for n in range(3000))
    (folder / "a.log").write_text(text)
    (folder / "b.log.gz").write_bytes(gzip.compress(text.replace("u-", "v-").encode()))
    with zipfile.ZipFile(folder / "c.zip", "w") as archive:
        archive.writestr("one.log", text[:5000])
        archive.writestr(
            "two.log", "token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
        )
    event = {"event": "poolwarden.token_seen", "schema": 1, "timestamp": "2026-03-01T10:00:00.000Z", "level": "info"}
    event |= {"pool": "main", "client": "web", "outcome": "accepted", "session_ref": "AAAABBBBCCCCDDDD"}
    event |= {"auth_time": 1772359200, "issued_at": 1772359200, "expires_at": 1772362800, "scope_count": 1}
    (folder / "events.jsonl").write_text(json.dumps(event) + "\n{cut\n")
    return folder


def test_the_report_is_the_same(logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads, the report is one: counts, evidence with its lines, warnings."""
    monkeypatch.setattr(parts, "PART", 10_000)  # cut here, read there
    here = triage([str(logs)])
    assert here.sessions.lost == 180
    assert triage([str(logs)], TriageOptions(spark=True)) == here


def test_a_node_that_sees_no_file(
    logs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a node cannot read ends in a sentence that names the mend, and tells nothing of a log."""
    monkeypatch.setattr("poolwarden.triage.spark.task_of", lambda *_: b"none")
    assert cli.main(["triage", str(logs), "--engine", "spark"]) == cli.WRONG
    told = capsys.readouterr().err.splitlines()[-1]
    assert told.startswith("poolwarden: Spark failed: ")
    assert told.endswith(
        "Each node needs poolwarden[triage] for the Python that PYSPARK_PYTHON names, and these paths."
    )


def test_following() -> None:
    """Spark reads what is there, and follows nothing."""
    assert cli.main(["triage", "a.log", "--follow", "--engine", "spark"]) == cli.WRONG
