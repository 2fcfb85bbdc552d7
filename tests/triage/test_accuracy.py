"""Hold the rules against renderings of real SDKs and loggers."""

import json
from collections import Counter
from pathlib import Path

import pytest

from poolwarden.triage.reader import read
from poolwarden.triage.rules import find

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpus" / "records.jsonl"

pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason=f"the corpus of real renderings is not at {CORPUS}")


def records() -> list[dict[str, str]]:
    """Return the corpus' records."""
    return [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]


def test_every_cause_and_operation_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    """Each record tells its cause, and its operation where the text names one: only the table's diagonal is filled."""
    confusion: Counter[tuple[str, str]] = Counter()
    operations: Counter[tuple[str, str]] = Counter()
    for record in records():
        match = find(record["text"])
        told = "nothing" if match is None else f"{match.cause} (maybe)" if match.maybe else str(match.cause)
        confusion[record["cause"], told] += 1
        named = record["operation"] if record["operation"] and record["operation"] in record["text"] else ""
        operations[named, (match.operation or "") if match is not None else ""] += 1
    with capsys.disabled():
        print(f"\n{'cause':28} {'found':28} records")  # noqa: T201 (the table is what this test is for)
        for (cause, told), count in sorted(confusion.items()):
            print(f"{cause:28} {told:28} {count:7}{'' if cause == told else '  <-- wrong'}")  # noqa: T201
    assert {pair for pair in confusion if pair[0] != pair[1]} == set()
    assert {pair for pair in operations if pair[0] != pair[1]} == set()


def test_the_readers_find_the_same_in_files(tmp_path: Path) -> None:
    """Each record alone in a file becomes exactly one record with the same cause."""
    wrong = []
    for number, record in enumerate(records()):
        path = tmp_path / f"{number}.log"
        path.write_text(f"{record['text']}\n", encoding="utf-8")
        told = [found.cause for batch in read([str(path)]) for found in batch]
        if told != [record["cause"]]:
            wrong.append((record["id"], record["format"], record["cause"], told))
    assert wrong == []
