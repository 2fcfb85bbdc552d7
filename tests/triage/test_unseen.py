"""Hold rules and readers against logs that no rule was written from: many systems, many loggers, many look-alikes."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from poolwarden.triage.explain_text import explain_lines
from poolwarden.triage.reader import read

ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in Path(__file__).with_name("unseen.jsonl").read_text(encoding="utf-8").splitlines()
]
IDS = [f"{number:03d}" for number in range(len(ROWS))]


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_a_record_is_explained(row: dict[str, Any]) -> None:
    """A record tells its cause and its operation wherever they stand; a look-alike tells none."""
    (line,) = explain_lines([msgspec.json.encode({"id": row["id"], "text": row["text"]})])
    answer = msgspec.json.decode(line)
    assert (answer["cause"], answer["operation"]) == (row["cause"], row["operation"])


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_a_record_in_a_file_counts_once(row: dict[str, Any], tmp_path: Path) -> None:
    """Alone in a file, a record counts once with its cause, however many lines it has; a look-alike does not count."""
    path = tmp_path / "one.log"
    path.write_text(f"{row['text']}\n", encoding="utf-8")
    told = [record.cause for batch in read([str(path)]) for record in batch if record.cause and not record.maybe]
    assert told == ([row["cause"]] if row["cause"] else [])
