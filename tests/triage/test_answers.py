"""What log services answer a search with is read record by record."""

import json
from pathlib import Path
from typing import Any

import pytest

from poolwarden.triage.reader import ReadOptions, read
from poolwarden.triage.records import Record

START, COUNT = 1772359200, 4
SUB = "0a1b2c3d-1111-4222-8333-44445555000{}"
SAID = [f"ERROR sub={SUB.format(number)} NotAuthorizedException: Refresh Token has expired" for number in range(COUNT)]
STAMPS = [f"2026-03-01T10:00:0{number}.000Z" for number in range(COUNT)]
NANOSECONDS = [str((START + number) * 10**9) for number in range(COUNT)]
ROWS = list(zip(STAMPS, SAID, strict=True))
SOURCES = [
    {"_id": str(number), "_source": {"@timestamp": at, "message": said}} for number, (at, said) in enumerate(ROWS)
]
ANSWERS: dict[str, Any] = {
    "elasticsearch": {"took": 3, "hits": {"total": {"value": COUNT}, "hits": SOURCES}},
    "kibana": {"rawResponse": {"hits": {"hits": SOURCES}}},
    "loki": {
        "status": "success",
        "data": {
            "resultType": "streams",
            "result": [
                {"stream": {"app": "api"}, "values": [list(row) for row in zip(NANOSECONDS, SAID, strict=True)]}
            ],
        },
    },
    "datadog": {"data": [{"type": "log", "attributes": {"timestamp": at, "message": said}} for at, said in ROWS]},
    "datadog, first version": {"logs": [{"content": {"timestamp": at, "message": said}} for at, said in ROWS]},
    "google": {"entries": [{"insertId": said[-9:], "timestamp": at, "textPayload": said} for at, said in ROWS]},
    "google, a list": [{"timestamp": at, "textPayload": said} for at, said in ROWS],
    "azure": {
        "tables": [
            {"name": "PrimaryResult", "columns": [{"name": "TimeGenerated"}, {"name": "LogEntry"}], "rows": ROWS}
        ]
    },
    "splunk": {"preview": False, "results": [{"_time": at, "_raw": said} for at, said in ROWS]},
    "new relic": {"data": {"actor": {"nrql": {"results": [{"timestamp": at, "message": said} for at, said in ROWS]}}}},
    "sumo logic": {"messages": [{"map": {"_raw": said, "_messagetime": at}} for at, said in ROWS]},
    "opentelemetry": {
        "resourceLogs": [
            {
                "scopeLogs": [
                    {
                        "logRecords": [
                            {"timeUnixNano": at, "body": {"stringValue": said}}
                            for at, said in zip(NANOSECONDS, SAID, strict=True)
                        ]
                    }
                ]
            }
        ]
    },
}


def records_of(text: str, path: Path) -> list[Record]:
    """Return the records of a file with this content."""
    path.write_text(text)
    return [record for batch in read([str(path)], ReadOptions(year=2026)) for record in batch]


@pytest.mark.parametrize("service", ANSWERS)
def test_each_record_of_an_answer_is_read(service: str, tmp_path: Path) -> None:
    """An answer in one line, as APIs send it, has each record with its time and its user."""
    records = records_of(json.dumps(ANSWERS[service]), tmp_path / "answer.json")
    assert [record.at for record in records] == [START + number for number in range(COUNT)]
    assert {record.cause for record in records} == {"refresh_token_expired"}
    assert len({record.user for record in records}) == COUNT


@pytest.mark.parametrize("service", ANSWERS)
def test_a_pretty_answer_tells_the_lines(service: str, tmp_path: Path) -> None:
    """An answer over many lines is evidence by the very line."""
    text = json.dumps(ANSWERS[service], indent=2)
    lines = text.split("\n")
    records = records_of(text, tmp_path / "answer.json")
    assert [SAID[number] in lines[record.line - 1] for number, record in enumerate(records)] == [True] * COUNT


def test_an_answer_of_megabytes_in_one_line_is_read_whole(tmp_path: Path) -> None:
    """A line that is too long for a log is a document."""
    quiet = [{"_source": {"@timestamp": STAMPS[0], "message": f"order {number} placed"}} for number in range(30_000)]
    answer = {"took": 3, "hits": {"hits": [*quiet, *SOURCES]}}
    assert len(records_of(json.dumps(answer), tmp_path / "answer.json")) == COUNT


def test_a_long_line_that_is_no_document_is_read_as_a_line(tmp_path: Path) -> None:
    """A log whose first line is long loses nothing."""
    long = json.dumps({"time": STAMPS[0], "msg": "x" * 100_000})
    told = json.dumps({"time": STAMPS[1], "msg": SAID[1]})
    assert [record.line for record in records_of(f"{long}\n{told}\n", tmp_path / "app.log")] == [2]


def test_a_record_with_a_list_in_it_stays_one_record(tmp_path: Path) -> None:
    """What tells something itself, or has a time of its own, is no answer."""
    retries = [{"timestamp": at, "message": "again"} for at in STAMPS]
    told = {"error": SAID[0], "retries": retries}
    timed = {"time": STAMPS[0], "errors": [{"timestamp": at, "message": said} for at, said in ROWS]}
    assert len(records_of(json.dumps(told), tmp_path / "told.json")) == 1
    assert len(records_of(json.dumps(timed), tmp_path / "timed.json")) == 1
