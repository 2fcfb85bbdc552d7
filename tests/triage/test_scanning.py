"""Lines that repeat others are passed over quickly, and nothing is lost, miscounted or told twice by it."""

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poolwarden.triage import scanning, shapes
from poolwarden.triage.formats.base import Context
from poolwarden.triage.found import Found, Line
from poolwarden.triage.prefilter import Prefilter
from poolwarden.triage.reader import Reading, ReadOptions, read
from poolwarden.triage.records import Kind, Record, Tally
from poolwarden.triage.repeats import Repeats
from poolwarden.triage.scanning import Scan
from poolwarden.triage.shapes import Shapes
from poolwarden.triage.sources import sources_of

EXPIRED = "ERROR NotAuthorizedException: Refresh Token has expired (InitiateAuth)"
TOKEN = "eyJraWQiOiJhYmMiLCJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abcdefghijklmnopqrstuvwxyz"
LINES = [
    f"2026-03-01 10:00:00,123 {EXPIRED}",
    f"2026-03-01 10:00:07.123 {EXPIRED}",
    f"2026-03-01 10:00:60,123 {EXPIRED}",
    f"2026-02-30 10:00:00,123 {EXPIRED}",
    f"2026-03-01 10:00:00,1x3 {EXPIRED}",
    f"2026-03-01 10:00:00 {EXPIRED}",
    "2026-03-01 10:00:00,123 INFO issuer of order 17 is known",
    "2026-03-01 10:00:08,456 INFO issuer of order 17 is known",
    "2026-03-01 10:00:00,123 INFO issuer of order 4711 is known",
    "2026-03-01 10:00:00,123 INFO issuer of order 4712 is known",
    "INFO issuer of order 4713 is known",
    "  at issuer (a.js:1)",
    "Traceback (most recent call last):",
    '  File "a.py", line 1, in f',
    "",
    "2026-03-01 10:00:00,123 INFO all is well",
    f"2026-03-01 10:00:00,123 WARN {TOKEN}",
    "2026-03-01 10:00:00,123 ERROR Größe: jwt expired",
    *(f"2026-03-01 10:0{n}:00,123 request_id=0{n}1f22ac-17 user=u{n}000 {EXPIRED}" for n in range(3)),
    *(f"2026-03-01 10:00:00,123 +0{n}00 zone {EXPIRED}" for n in range(3)),
    *(f"2026-03-01 10:00:00,123 [error    ] jwt expired            [app] user=u{n}000" for n in range(3)),
    *(f'10.0.0.1 - - [01/Mar/2026:10:00:0{n} +0000] "GET /a/4{n} HTTP/1.1" 401 1{n} "-" "curl/8"' for n in range(3)),
    *(f'2026-03-01 10:00:00,123 {{"level":"error","message":"jwt expired","n":{n}}}' for n in range(3)),
    *(f"2026-03-01T10:0{n}:00.123Z ERROR sub=0000000{n}-1111-2222-3333-444455556666 {EXPIRED}" for n in range(4)),
    "2026-03-01T10:00:09.123Z     at refresh (a.js:1)",
    "2026-03-01T10:00:09.123Z INFO all is well",
    *(f'{{"time":"2026-03-01T10:0{n}:00Z","user_id":"u{n}000","error":"{EXPIRED}"}}' for n in range(4)),
    *(f"<134>1 2026-03-01T10:0{n}:00.5Z h app {n} - - {EXPIRED}" for n in range(4)),
    "<134>1 2026-03-01T10:00:09.5Z h app 3 - -   at refresh (a.js:1)",
    *(f'2026-03-01T10:0{n}:00.5Z stdout F {{"user_id":"u{n}000","error":"{EXPIRED}"}}' for n in range(4)),
    "2026-03-01T10:00:09.5Z stdout F response:",
    "2026-03-01T10:00:09.5Z stdout F }",
    *(f"api-{n}  | {EXPIRED} for user=u{n}000" for n in range(4)),
    *(f"ERROR sub=0000000{n}-1111-2222-3333-444455556666 {EXPIRED}" for n in range(3)),
]


def told(path: Path) -> tuple[list[Record], Tally]:
    """Return what a file tells, and the count of it."""
    reading = read([str(path)], ReadOptions(year=2026, processes=1))
    return [record for batch in reading for record in batch], reading.tally


@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=60), st.integers(1, 700), st.sampled_from([1, 3, 8192]))
@settings(max_examples=150)
def test_what_is_passed_over_would_have_told_the_same(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], block: int, most: int
) -> None:
    """With lines known by their bytes or their templates, and with every line read, records and counts are the same."""
    path = tmp_path_factory.mktemp("lines") / "a.log"
    path.write_text("\n".join(lines * 2))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(scanning, "BLOCK", block)
        patched.setattr(shapes, "MOST", most)
        quick = told(path)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Repeats, "line_at", lambda *_: Line())
        assert quick == told(path)


def elsewhere(path: Path, text: str) -> tuple[list[Record], Tally]:
    """Return what a file tells whose events of the guard somebody else reads."""
    path.write_text(text)
    reading = Reading(sources_of([str(path)]), ReadOptions(year=2026, processes=1), None, {0: True})
    return [record for batch in reading for record in batch], reading.tally


EVENT = '{"event":"poolwarden.token_seen","timestamp":"2026-03-01T10:00:00Z","client":"web"}'


def test_the_guards_events_are_passed_over_where_others_read_them(tmp_path: Path) -> None:
    """Each is counted and none told; whatever else is on the lines around them is told, as ever."""
    lines = [
        EVENT,
        f"  {EVENT}",
        EVENT.replace(":", ": "),
        f"2026-03-01 10:00:00,123 {EXPIRED}",
        '{"event":"other","about":"poolwarden.token_seen","error":"jwt expired","time":"2026-03-01T10:00:00Z"}',
        '{"about": "poolwarden.token_seen", "error": "jwt expired" and no JSON at all',
        f"2026-03-01 10:00:00,123 said {EVENT} and then jwt expired",
    ]
    records, tally = elsewhere(tmp_path / "a.log", "\n".join([*lines, EVENT]))
    assert tally.passed_over == 4
    assert tally.lines == 8
    assert tally.unread_lines == 0
    assert {4, 5, 6} <= {record.line for record in records} <= {4, 5, 6, 7}


def test_events_that_are_cut_are_told_with_their_first_line(tmp_path: Path) -> None:
    """What begins as an event of the guard and is none is counted, and the first place named."""
    _, tally = elsewhere(tmp_path / "a.log", "\n".join([EVENT, "", EVENT[:-5], EVENT, EVENT[:50], EVENT]))
    assert (tally.passed_over, tally.unread_lines) == (3, 2)
    (warning,) = tally.warnings
    assert warning.line == 3
    assert "2 lines could not be read" in warning.text


@pytest.mark.parametrize(
    ("text", "count", "line"),
    [
        (f"a\nb {TOKEN}\nc {TOKEN} {TOKEN}\n", 3, 2),
        (f"a\nx{TOKEN}\n", 0, 0),
        ("a\neyJraWQ\neyJhbGc.eyJ\n", 0, 0),
        (f"{TOKEN}", 1, 1),
    ],
)
def test_tokens_are_counted_where_they_are_whole_words(text: str, count: int, line: int) -> None:
    """Only what looks like a token from its beginning to its end is one; the first is told with its line."""
    scan = Scan(io.BytesIO(text.encode()), Context(), Prefilter())
    list(scan.blocks())
    assert (scan.tokens, scan.token_line) == (count, line)


def test_a_tail_is_learned_when_it_comes_again() -> None:
    """A tail that comes twice is remembered: as nothing, or as its one record where that has the line's time."""
    known = Shapes()
    record = Record(kind=Kind.REFUSED, file=0, line=1, at=5.0)
    for tail, records in ((b" nothing", []), (b" one", [record]), (b" two", [record, record])):
        for _ in range(3):
            known.learn(Found(1, "", Context(), line=Line(at=5.0, tail=tail)), records)
    known.learn(Found(1, "", Context(), line=Line(at=6.0, tail=b" later")), [record])
    known.learn(Found(1, "", Context(), line=Line(at=6.0, tail=b" later")), [record])
    assert known.known == {b" nothing": -1, b" one": 0}
    assert known.records == [record]


def test_lines_with_escapes_that_tell_nothing_are_passed_over_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They have no template, and are known by their bytes."""
    monkeypatch.setattr(scanning, "BLOCK", 64)
    path = tmp_path / "a.log"
    nothing = "2026-03-01 10:00:0{},000 INFO issuer of C:\\temp is known\n"
    path.write_text("".join(nothing.format(n) for n in range(5)) + f"{LINES[0]}\n")
    records = [record for batch in read([str(path)], ReadOptions(processes=1)) for record in batch]
    assert [record.line for record in records] == [6]
