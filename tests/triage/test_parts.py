"""A file is cut into parts that tell, read apart, what the file tells as a whole."""

import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from poolwarden.triage import parts
from poolwarden.triage.parts import Part, parts_of
from poolwarden.triage.reader import Reading, ReadOptions, read
from poolwarden.triage.records import Record
from poolwarden.triage.sources import sources_of

BEGIN = 1772359200
SAID = "An error occurred (NotAuthorizedException) when calling the InitiateAuth operation: Refresh Token has expired"
STYLES: dict[str, str] = {
    "ISO with Z": "{0:%Y-%m-%dT%H:%M:%SZ} {1}",
    "ISO with Z and milliseconds": "{0:%Y-%m-%dT%H:%M:%S}.754Z {1}",
    "ISO with Z and a padded level": "{0:%Y-%m-%dT%H:%M:%S}.754Z  INFO 1 --- [main] c.e.App : {1}",
    "ISO with an offset": "{0:%Y-%m-%dT%H:%M:%S}+00:00 {1}",
    "space": "{0:%Y-%m-%d %H:%M:%S} {1}",
    "space and comma": "{0:%Y-%m-%d %H:%M:%S},754 INFO {1}",
    "brackets": "[{0:%Y-%m-%d %H:%M:%S}] {1}",
    "Go": "{0:%Y/%m/%d %H:%M:%S} {1}",
    "syslog": "{0:%b %e %H:%M:%S} host api[77]: {1}",
    "syslog with a priority": "<165>1 {0:%Y-%m-%dT%H:%M:%SZ} host api 12 ID47 - {1}",
    "klog": "I{0:%m%d %H:%M:%S}.123456       1 main.go:12] {1}",
    "JSON": '{{"time":"{0:%Y-%m-%dT%H:%M:%SZ}","level":"info","msg":"{1}"}}',
    "docker": '{{"log":"{1}\\n","stream":"stdout","time":"{0:%Y-%m-%dT%H:%M:%SZ}"}}',
    "containerd": "{0:%Y-%m-%dT%H:%M:%SZ} stderr F {1}",
    "compose": "api-1  | {1}",
    "Heroku": "{0:%Y-%m-%dT%H:%M:%S}.000000+00:00 app[web.1]: {1}",
    "Lambda": "{0:%Y-%m-%dT%H:%M:%S}.123Z\t8f5ec5d3-aaaa-4bbb-8ccc-0123456789ab\tINFO\t{1}",
    "aws logs tail": "{0:%Y-%m-%dT%H:%M:%S}.123000+00:00 ecs/api/0f1e2d3c4b5a {1}",
    "logcat": "{0:%m-%d %H:%M:%S}.123  1234  5678 I Tag     : {1}",
    "level first": "INFO:     {1}",
    "level and stamp": "INFO  {0:%Y-%m-%d %H:%M:%S} {1}",
    "CLF": '10.0.0.7 - - [{0:%d/%b/%Y:%H:%M:%S +0000}] "GET /a HTTP/1.1" 401 12 "{1}"',
    "logfmt": 'time={0:%Y-%m-%dT%H:%M:%SZ} level=info msg="{1}"',
    ".NET's console": "info: Shop.Api[0]\n      {1}",
    "no stamp": "{1}",
}
"""A line of each style, by its time and its text."""


def log(style: str, count: int = 900) -> str:
    """Return a log in a style, in which every ninth line concerns a session."""
    return "".join(
        f"{STYLES[style].format(datetime.fromtimestamp(BEGIN + n, UTC), SAID if n % 9 == 0 else 'all is well')}\n"
        for n in range(count)
    )


def cut(path: Path) -> list[Part]:
    """Return the parts of a file."""
    return list(parts_of(0, sources_of([str(path)])[0], 2026, None, None))


def told(path: Path) -> tuple[list[Record], Reading]:
    """Return what a file tells, and the reading with its tally."""
    reading = read([str(path)], ReadOptions(year=2026, processes=1))
    return [record for batch in reading for record in batch], reading


@pytest.mark.parametrize("style", STYLES)
def test_a_log_of_every_style_is_cut(style: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However lines begin, a large file becomes many parts of about the same size, which tell the same as the whole."""
    path = tmp_path / "a.log"
    path.write_text(log(style))
    whole, one = told(path)
    monkeypatch.setattr(parts, "PART", 2000)
    found = cut(path)
    assert found[0].start == 0
    assert [part.end for part in found[:-1]] == [part.start for part in found[1:]]
    assert found[-1].end == path.stat().st_size
    assert max((part.end or 0) - part.start for part in found) < 3500
    records, reading = told(path)
    assert records == whole
    assert len(records) >= 100
    assert reading.tally == one.tally


def enveloped(head: str) -> Callable[[str], str]:
    """Return what puts a head before each line of a text."""
    return lambda text: "".join(f"{head}{line}\n" for line in text.splitlines())


TRACEBACK = (
    'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    g()\n'
    f"botocore.errorfactory.NotAuthorizedException: {SAID}"
)
PIECES = [
    "2026-03-01 10:00:00,123 INFO all is well",
    f"2026-03-01 10:00:00,123 ERROR {SAID}",
    f"2026-03-01 10:00:00,123 ERROR refresh failed\n{TRACEBACK}",
    f"{TRACEBACK}\n\nDuring handling of the above exception, another exception occurred:\n\n{TRACEBACK}",
    "2026-03-01T10:00:00.123Z NotAuthorizedException: Refresh Token has been revoked\n    at f (a.js:1) {\n  x: 'y'\n}",
    f"  {SAID}",
    SAID,
    f"{SAID[:34]}\n{SAID[34:]}",
    "fail: Shop.Api[0]\n      NotAuthorizedException: Invalid Refresh Token",
    "NotAuthorizedException: Refresh Token has been revoked",
    "refresh failed",
    "refresh failed\n  retried",
    "",
    '{"level":"error","msg":"NotAuthorizedException: Refresh Token has expired"}',
]
STAMP = "2026-03-01T10:00:07Z"
HEADS = [*[""] * 6, "api-1  | ", f"{STAMP} stderr F ", f"{STAMP} stdout P ", "Mar  1 10:00:07 h api[7]: "]
LINES = st.lists(st.tuples(st.sampled_from(HEADS), st.sampled_from(PIECES)), min_size=2, max_size=24)


@given(LINES, st.integers(1, 400))
@example([*[("", PIECES[0])] * 9, (f"{STAMP} stderr F ", "refresh failed"), ("", SAID)], 1)
@example([*[("", PIECES[0])] * 9, ("", SAID), ("", SAID)], 1)
@settings(max_examples=200)
def test_where_a_file_is_cut_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[tuple[str, str]], size: int
) -> None:
    """Whatever stands at a cut, the parts tell what the whole tells."""
    path = tmp_path_factory.mktemp("cut") / "a.log"
    path.write_text("".join(enveloped(head)(text or "\n") for head, text in pieces))
    whole, one = told(path)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(parts, "PART", size)
        records, reading = told(path)
    assert records == whole
    assert reading.tally == one.tally


def test_a_line_without_a_time_keeps_that_of_the_line_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No cut comes between a line and the one that says when it was."""
    path = tmp_path / "a.log"
    path.write_text(f"2026-03-01 10:00:00,123 INFO all is well\n{SAID}\n" * 20)
    monkeypatch.setattr(parts, "PART", 100)
    assert len(cut(path)) > 3
    assert [record.at for record in told(path)[0]] == [1772359200.123] * 20


def test_one_endless_record_keeps_no_more_together_than_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind lines at which nothing can be cut, the file is cut again."""
    path = tmp_path / "a.log"
    path.write_text(log("space") + "  continued\n" * 20_000 + log("space"))
    monkeypatch.setattr(parts, "PART", 1000)
    ends = [part.end or 0 for part in cut(path)]
    assert sum(end < 35_000 for end in ends) > 9
    assert sum(end > 275_000 for end in ends) > 9


def test_no_cut_comes_within_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What looks like a record's beginning behind a carriage return, or where a look into the file begins, is none."""
    path = tmp_path / "a.log"
    line = f"2026-03-01 10:00:00,123 INFO x\r2026-03-01 10:00:00,123 INFO y {SAID}\n".encode()
    path.write_bytes(line * 40)
    monkeypatch.setattr(parts, "PART", 333)
    assert {part.start % len(line) for part in cut(path)} == {0}


@pytest.mark.parametrize("alone", [False, True])
def test_a_packed_file_is_one_part(alone: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However large it is, nobody can begin in its middle; a large one is read as a stream."""
    monkeypatch.setattr(parts, "PART", 10)
    monkeypatch.setattr(parts, "SMALL_PACKED", 10 if alone else 1 << 20)
    path = tmp_path / "a.log.gz"
    path.write_bytes(gzip.compress(log("no stamp").encode()))
    assert cut(path) == [Part(0, 0, None, 2026, alone=alone)]
