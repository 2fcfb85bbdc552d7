"""A line that is told by its likes tells what it would if it were read."""

import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolwarden.triage import contents, scanning
from poolwarden.triage.formats.base import Context
from poolwarden.triage.found import Line
from poolwarden.triage.likeness import NEEDED
from poolwarden.triage.mask import user_key
from poolwarden.triage.reader import ReadOptions, read
from poolwarden.triage.records import Record
from poolwarden.triage.repeats import Repeats
from poolwarden.triage.template import template_of
from poolwarden.triage.times import stamps_in
from triage.test_template import SAID, TEXTS, variant

STAMPED = [
    "{time} {{}}",
    "[{time}] {{}}",
    "<134>1 {time} web-1 api 812 - - {{}}",
    "{time} stdout F {{}}",
    "api-1  | {time} {{}}",
    "1{number:09} {{}}",
    "{{}} (17 ms)",
    '{{{{"ts":"{time}","level":"error","msg":"{{}}"}}}}',
    '{{{{"level":50,"created":17723592{number:02},"err":"{{}}","again":"{time}"}}}}',
]
"""What stands around a text, and when."""


def told(path: Path) -> list[Record]:
    """Return what a file tells."""
    return [record for batch in read([str(path)], ReadOptions(year=2026, processes=1)) for record in batch]


def timely(line: str, other: str) -> str:
    """Return the other line of the same template as one can be: no clock shows 71 minutes, no number of JSON is 07."""
    for start, end in stamps_in(line):
        other = other[:start] + line[start:end] + other[end:]
    return re.sub(r"(?<=[:\[,])0(?=\d)", "1", other)


@given(
    st.sampled_from(TEXTS),
    st.sampled_from([*SAID[2:], f"user=u7000 req_id=9f0c77d1aaaa {SAID[2]}", "{}"]),
    st.sampled_from(STAMPED),
    st.randoms(use_true_random=False),
)
def test_what_is_told_by_likeness_is_what_would_be_read(
    tmp_path_factory: pytest.TempPathFactory, text: str, around: str, stamped: str, draw: random.Random
) -> None:
    """Lines of one template give the same records whether they are read or told by those before them."""
    lines = []
    for number in range(NEEDED + 4):
        form = stamped.format(time=f"2026-03-01T10:00:{10 + number}.{number}00Z", number=number)
        lines.append(form.format(around.format(text)))
        if template_of(lines[0]) is not None and draw.random() < 0.8:
            lines[-1] = timely(lines[-1], variant(lines[0], draw))
        lines.append(form.format("INFO all is well"))
    path = tmp_path_factory.mktemp("lines") / "a.log"
    path.write_text("\n".join(lines) + "\n")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(scanning, "BLOCK", len(lines[0]) + 20)  # what is learned counts from the next block on
        quick = told(path)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Repeats, "line_at", lambda *_: Line())
        assert quick == told(path)


SAYS = "NotAuthorizedException: Refresh Token has expired (InitiateAuth)"


def written(path: Path, form: str, count: int) -> list[Record]:
    """Write lines of one form with ids of their own, count how many were read, and return what they tell."""
    lines = [
        form.format(SAYS, number=number, id=f"{number:08x}-1111-4222-8333-4444{number:08x}") for number in range(count)
    ]
    path.write_text("\n".join([*lines, "2026-03-01 10:00:00,000 INFO all is well\n"]))
    return told(path)


@pytest.mark.parametrize(
    "form",
    [
        "2026-03-01 10:00:{number:02},123 ERROR sub={id} request_id={id} {}",
        "2026-03-01T10:00:{number:02}.123Z ERROR sub={id} request_id={id} {}",
        "01/Mar/2026:10:00:{number:02} +0000 sub={id} request_id={id} {}",
        'level=error time=2026-03-01T10:00:{number:02}Z sub={id} request_id={id} msg="{}"',
        '{{"time":"2026-03-01T10:00:{number:02}Z","sub":"{id}","request_id":"{id}","error":"{}"}}',
        '{{"level":50,"time":17723592{number:02}123,"sub":"{id}","request_id":"{id}","error":"{}"}}',
        "<134>1 2026-03-01T10:00:{number:02}Z h api 7 - - ERROR sub={id} request_id={id} {}",
        "2026-03-01T10:00:{number:02}.123456789Z stderr F ERROR sub={id} request_id={id} {}",
        '2026-03-01T10:00:{number:02}.123456789Z stderr F {{"sub":"{id}","request_id":"{id}","error":"{}"}}',
    ],
)
def test_most_lines_of_a_template_are_not_read(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the form of a line, only the first of its template are read, and each keeps its own time and ids."""
    asked: list[str] = []
    opened = contents.opened

    def counted(text: str, context: Context) -> list[Record]:
        asked.append(text)
        return opened(text, context)

    monkeypatch.setattr(contents, "opened", counted)
    monkeypatch.setattr(scanning, "BLOCK", 200)
    records = written(tmp_path / "a.log", form, 40)
    ids = [f"{number:08x}-1111-4222-8333-4444{number:08x}" for number in range(40)]
    assert [record.request for record in records] == ids
    assert [record.user for record in records] == [user_key(each) for each in ids]
    assert [int(record.at or 0) for record in records] == [1772359200 + number for number in range(40)]
    assert len(asked) <= 12  # two templates at most, as numbers change their length, and the last line


def test_a_value_that_stands_in_an_id_by_chance_is_found_elsewhere(tmp_path: Path) -> None:
    """What the first line seems to say is guessed anew where the next ones refute it."""
    lines = [
        f'{{"time":"2026-03-01T10:00:{number}Z","id":"{number % 10}7abcdef{number}","clientId":"ab7","error":"{SAYS}"}}'
        for number in range(10, 30)
    ]
    path = tmp_path / "a.log"
    path.write_text("\n".join(lines) + "\n")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(scanning, "BLOCK", 200)
        assert {record.client for record in told(path)} == {"ab7"}
