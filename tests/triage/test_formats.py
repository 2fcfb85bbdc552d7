"""Run the samples that the formats carry, and nest envelopes in any order."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolwarden.triage.formats import ENVELOPES, FORMATS, Context, Format, Sample
from poolwarden.triage.reader import ReadOptions, read
from poolwarden.triage.records import Record

SAMPLES = [
    pytest.param(sample, id=f"{form.name}-{number}")
    for form in (*FORMATS, *ENVELOPES)
    for number, sample in enumerate(form.samples)
]


def records_of(text: str | bytes, path: Path) -> list[Record]:
    """Return the records of a file with this content."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return [record for batch in read([str(path)], ReadOptions(year=2026)) for record in batch]


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_format_reads_its_samples(sample: Sample, tmp_path: Path) -> None:
    """Each sample becomes the records that it says, in a file of its own."""
    records = records_of(sample.text + "\n", tmp_path / "sample.log")
    assert len(records) == len(sample.told)
    for record, told in zip(records, sample.told, strict=True):
        assert {name: getattr(record, name) for name in told} == dict(told)


@pytest.mark.parametrize("sample", SAMPLES)
def test_samples_stand_among_other_lines(sample: Sample, tmp_path: Path) -> None:
    """A sample between lines of an ordinary log is found all the same, and nothing else is."""
    around = "2026-03-01T09:00:00Z INFO started\n"
    records = records_of(f"{around}{sample.text}\n{around}", tmp_path / "sample.log")
    assert [record.cause for record in records] == [
        dict(told).get("cause", record.cause) for told, record in zip(sample.told, records, strict=True)
    ]


EXPIRED = (
    "An error occurred (NotAuthorizedException) when calling the InitiateAuth operation: Refresh Token has expired"
)
WRAPS: tuple[Callable[[str], str], ...] = (
    lambda text: json.dumps({"log": text + "\n", "stream": "stderr", "time": "2026-03-01T10:00:00.5Z"}),
    lambda text: f"2026-03-01T10:00:00.500000000Z stderr F {text}",
    lambda text: f"<35>Mar  1 10:00:00 host api[7]: {text}",
    lambda text: f"<165>1 2026-03-01T10:00:00.5Z host api 7 - - {text}",
    lambda text: json.dumps({"__REALTIME_TIMESTAMP": "1772359200500000", "MESSAGE": text}),
    lambda text: json.dumps({"message": text, "level": "error", "timestamp": "2026-03-01T10:00:00.5Z"}),
    lambda text: json.dumps({"event": "refresh_failed", "error": text, "timestamp": "2026-03-01T10:00:00.5Z"}),
    lambda text: json.dumps({"level": 50, "time": 1772359200500, "err": {"message": text}}),
    lambda text: f"2026-03-01T10:00:00.500Z\t79b4f56e-95b1-4643-9700-2807f4e68189\tERROR\t{text}",
    lambda text: f"api-1  | {text}",
)


@given(st.lists(st.sampled_from(range(len(WRAPS))), max_size=4))
def test_envelopes_nest_in_any_order(tmp_path_factory: pytest.TempPathFactory, order: list[int]) -> None:
    """Whatever is around it, the sentence is found once, with its operation and near its time."""
    text = EXPIRED
    for number in order:
        text = WRAPS[number](text)
    (record,) = records_of(text + "\n", tmp_path_factory.mktemp("nest") / "a.log")
    assert (record.cause, record.operation, record.maybe) == ("refresh_token_expired", "InitiateAuth", False)
    if any(number != len(WRAPS) - 1 for number in order):
        assert record.at is not None
        assert int(record.at) == 1772359200


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_a_format_passes_on_what_it_does_not_know(form: Format) -> None:
    """Neither a list of numbers, nor an empty object or text, makes a record in any format."""
    for value in ([1, 2], {}, ""):
        assert not [one for one in form.read(value, Context()) or () if isinstance(one, Record)]
