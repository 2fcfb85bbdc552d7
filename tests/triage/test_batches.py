"""Lines that repeat others reach the store as echoes, and mean what records of their own would mean."""

from pathlib import Path

import msgspec
import pytest

from poolwarden.triage.batches import Batch
from poolwarden.triage.formats.base import Context
from poolwarden.triage.found import Line
from poolwarden.triage.prefilter import Prefilter
from poolwarden.triage.reader import ReadOptions, read
from poolwarden.triage.records import Kind, Record
from poolwarden.triage.repeats import Repeats
from poolwarden.triage.scanning import Scan
from poolwarden.triage.store import Store

SHAPE = Record(kind=Kind.REFUSED, file=0, line=3, at=100.5, cause="refresh_token_expired", text="x", source="text")
SAID = "{} ERROR An error occurred (NotAuthorizedException) when calling the InitiateAuth operation: {} ({})\n"
ENDS = ("Refresh Token has expired", "Refresh Token has been revoked")


def test_an_echo_is_a_record_of_its_own_line_and_time() -> None:
    """Whoever walks over a batch sees records in the order of their lines, counted from the file's first."""
    other = msgspec.structs.replace(SHAPE, line=2, text="y")
    batch = Batch([other], [SHAPE], [(0, 5, 7.25), (0, 1, 6.0)], before=10)
    assert len(batch) == 3
    assert [(record.line, record.at, record.text) for record in batch] == [
        (11, 6.0, "x"),
        (12, 100.5, "y"),
        (15, 7.25, "x"),
    ]
    assert batch[0].line == 11
    assert [record.line for record in batch[1:]] == [12, 15]


def test_the_store_takes_echoes_for_records() -> None:
    """Echoes and records make the same rows."""
    echoes = [(0, 1, 6.0), (1, 5, 7.25), (0, 9, 8.0)]
    batch = Batch([SHAPE], [SHAPE, msgspec.structs.replace(SHAPE, cause="token_expired")], echoes, before=3)
    told = []
    for given in (batch, list(batch)):
        with Store() as store:
            store.add(given)
            store.flush()
            found = store._connection.execute("SELECT * FROM records ORDER BY line").fetchall()
            told.append(found)
    assert told[0] == told[1]
    assert len(told[0]) == 4


@pytest.mark.parametrize("before", [0, 7])
def test_records_stay_json_until_they_are_asked_for(before: int) -> None:
    """What another process read is the same as lines of JSON, whatever stands in its texts and before its part."""
    records = [
        msgspec.structs.replace(SHAPE, line=1, text='{"kind":"x"} "line":9'),
        msgspec.structs.replace(SHAPE, line=4, detail='{"kind":1}'),
    ]
    as_json = Batch(Batch(records).rows, before=before)
    told = []
    for given in (as_json, Batch(as_json.records)):
        assert len(given) == 2
        with Store() as store:
            store.add(given)
            store.flush()
            told.append(store._connection.execute("SELECT * FROM records ORDER BY line").fetchall())
    assert told[0] == told[1]
    assert [record.line for record in as_json] == [1 + before, 4 + before]
    assert [row[2] for row in told[0]] == [1 + before, 4 + before]


def lines(count: int) -> list[str]:
    """Return a log in which few lines are unlike all others."""
    stamps = [f"2026-03-{1 + n % 28:02} 10:{n % 60:02}:00,{n % 1000:03}" for n in range(count)]
    return [
        SAID.format(stamp, ENDS[n % 2], n if n % 50 == 0 else "main") if n % 3 == 0 else f"{stamp} INFO all is well\n"
        for n, stamp in enumerate(stamps)
    ]


@pytest.mark.parametrize("bounds", [{}, {"since": 1772700000.0, "until": 1773400000.0}], ids=["all", "some"])
def test_remembering_lines_changes_no_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bounds: dict[str, float]
) -> None:
    """With lines remembered by their bytes, and with every line read anew, the records are the same."""
    path = tmp_path / "a.log"
    path.write_text("".join(lines(3000)) + "  a line that continues the one before\n" + lines(3)[0].rstrip())
    monkeypatch.setattr("poolwarden.triage.scanning.BLOCK", 4096)
    told = []
    for quick in (True, False):
        if not quick:
            monkeypatch.setattr(Repeats, "line_at", lambda *_: Line())
        reading = read([str(path)], ReadOptions(processes=1, **bounds))
        batches = list(reading)
        assert any(batch.echoes for batch in batches) is quick
        told.append(([record for batch in batches for record in batch], reading.tally))
    assert told[0] == told[1]
    assert len(told[0][0]) > 200


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("GET /orders in 401 ms", 0),
        ("GET /orders took 401ms", 0),
        ("sent 401 kB", 0),
        ("order 4012 placed", 0),
        ('"GET /orders HTTP/1.1" 401 12', 1),
        ("GET /orders 401 12.3 ms - -", 1),
        ("GET /orders 401", 1),
    ],
)
def test_a_time_or_a_size_is_no_status(tmp_path: Path, text: str, found: int) -> None:
    """401 milliseconds or kilobytes are nobody's refusal, and are passed over without a look."""
    path = tmp_path / "a.log"
    path.write_text(f"2026-03-01 10:00:00,123 INFO {text}\n")
    with path.open("rb", buffering=0) as stream:
        scan = Scan(stream, Context(), Prefilter())  # type: ignore[arg-type]
        assert sum(len(places) for places in scan.blocks()) == found


def test_a_batch_of_echoes_alone_reaches_the_store() -> None:
    """Where every line repeats a known one, nothing else need be there."""
    with Store() as store:
        store.add(Batch([], [SHAPE], [(0, 1, 6.0), (0, 2, 7.0)]))
        store.flush()
        assert store._connection.execute("SELECT line, moment, cause FROM records ORDER BY line").fetchall() == [
            (1, 6.0, "refresh_token_expired"),
            (2, 7.0, "refresh_token_expired"),
        ]
