"""Read inputs of any kind: packed, encoded, cut, binary, huge; in one process or several."""

import bz2
import gzip
import io
import json
import lzma
import os
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from poolwarden.errors import ConfigurationError
from poolwarden.triage import parts, sources, workers
from poolwarden.triage.formats.base import Context
from poolwarden.triage.prefilter import Prefilter
from poolwarden.triage.reader import Reading, ReadOptions, read
from poolwarden.triage.records import Record
from poolwarden.triage.scanning import Scan

LINE = b"2026-03-01 10:00:00,000 ERROR NotAuthorizedException: Refresh Token has expired\n"
OTHER = b"2026-03-01 10:00:01,000 INFO all is well\n"
TRACE = (
    b"2026-03-01 10:00:02,000 ERROR refresh failed\nTraceback (most recent call last):\n"
    b'  File "a.py", line 1, in f\nbotocore.errorfactory.NotAuthorizedException: An error occurred '
    b"(NotAuthorizedException) when calling the InitiateAuth operation: Refresh Token has been revoked\n"
)
LOG = (OTHER * 3 + LINE + TRACE + OTHER) * 3
TOKEN = b"eyJraWQiOiJhYmMiLCJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abcdefghijklmnopqrstuvwxyz"


def records_of(*paths: Path, options: ReadOptions | None = None) -> tuple[list[Record], Reading]:
    """Return the records of files, and the reading with its tally."""
    reading = read([str(path) for path in paths], options)
    return [record for batch in reading for record in batch], reading


def zipped(data: bytes) -> bytes:
    """Return a zip archive with the data in it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("logs/app.log", data)
    return stream.getvalue()


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gz": gzip.compress,
    "gz of two": lambda data: gzip.compress(data[:200]) + gzip.compress(data[200:]),
    "gz padded": lambda data: gzip.compress(data) + bytes(512),
    "bz2": bz2.compress,
    "bz2 of two": lambda data: bz2.compress(data[:200]) + bz2.compress(data[200:]),
    "xz": lzma.compress,
    "zstd": zstandard.compress,
    "zstd of two": lambda data: zstandard.compress(data[:200]) + zstandard.compress(data[200:]),
    "zip": zipped,
    "utf-16": lambda data: data.decode().encode("utf-16"),
    "utf-16-le without mark": lambda data: data.decode().encode("utf-16-le"),
    "utf-16-be without mark": lambda data: data.decode().encode("utf-16-be"),
    "utf-8 mark": lambda data: b"\xef\xbb\xbf" + data,
    "crlf": lambda data: data.replace(b"\n", b"\r\n"),
    "latin-1": lambda data: "2026-03-01 09:00:00,000 INFO Größe\n".encode("latin-1") + data,
    "nuls in front": lambda data: bytes(3000) + b"\n" + data,
}


@pytest.mark.parametrize("packed", PACKED)
def test_every_packing_and_encoding_is_read(packed: str, tmp_path: Path) -> None:
    """However the bytes are packed, the records are the same."""
    path = tmp_path / "a.log"
    path.write_bytes(PACKED[packed](LOG))
    records, reading = records_of(path)
    assert [record.cause for record in records] == ["refresh_token_expired", "refresh_token_revoked"] * 3
    assert [record.at for record in records] == [1772359200.0, 1772359202.0] * 3
    assert reading.tally.unread_lines == 0
    assert reading.tally.warnings == []


@pytest.mark.parametrize(
    ("data", "warned"),
    [
        (gzip.compress(LOG * 50, mtime=0)[:-20], "ends in the middle"),
        (gzip.compress(LOG, mtime=0)[:30], "ends in the middle"),
        (b"\x1f\x8b" + b"nothing like it" * 20, "damaged"),
        (gzip.compress(LOG, mtime=0) + b"junk", "foreign bytes"),
        (b"PK\x03\x04 no archive", "zip archive that cannot be opened"),
        (bytes(range(256)) * 200 + b"\n" + LINE, "no text"),
        (b"", ""),
        (b"\n\n\n", ""),
        (LINE[:-1], ""),
    ],
    ids=["cut", "cut early", "damaged", "foreign", "no archive", "binary", "empty", "blank", "no end"],
)
def test_what_is_broken_is_counted_and_told(data: bytes, warned: str, tmp_path: Path) -> None:
    """Whatever a file holds, reading ends, and says what it could not read."""
    path = tmp_path / "a.log"
    path.write_bytes(data)
    _, reading = records_of(path)
    assert [warning.file for warning in reading.tally.warnings] == [str(path)] * bool(warned)
    assert reading.tally.unread_lines == bool(warned)
    assert all(warned in warning.text for warning in reading.tally.warnings)


def test_a_line_of_many_megabytes_is_read_around_what_counts(tmp_path: Path) -> None:
    """A line that fits no buffer is searched all the same, in bounded memory."""
    path = tmp_path / "a.log"
    path.write_bytes(OTHER + b"x" * 9_000_000 + b" " + LINE[24:-1] + b" " + b"y" * 9_000_000 + b"\n" + LINE)
    records, reading = records_of(path)
    assert [record.cause for record in records] == ["refresh_token_expired"] * 2
    assert [record.line for record in records] == [2, 3]
    assert reading.tally.unread_lines == 1
    assert reading.tally.lines == 3


def test_a_line_without_end_takes_no_more_memory_than_its_neighbours(tmp_path: Path) -> None:
    """What is kept of a line is bounded, wherever what counts stands in it."""
    path = tmp_path / "a.log"
    path.write_bytes(b"x" * 20_000_000 + b" " + LINE[24:-1] + b"y" * 20_000_000)
    with path.open("rb", buffering=0) as stream:
        scan = Scan(stream, Context(), Prefilter())  # type: ignore[arg-type]
        found, largest = [], 0
        for places in scan.blocks():
            found += places
            largest = max(largest, len(scan._data))
    assert [place.number for place in found] == [1]
    assert "Refresh Token has expired" in found[0].text
    assert largest < 10_000_000
    assert scan.lines == 1


@given(st.binary(max_size=400), st.integers(0, 2))
@settings(max_examples=60)
def test_any_bytes_are_read(tmp_path_factory: pytest.TempPathFactory, data: bytes, times: int) -> None:
    """No bytes make reading fail, wherever they stand, and within a text they hide no other line."""
    path = tmp_path_factory.mktemp("soup") / "a.log"
    path.write_bytes(data * times + b"\n" + OTHER + LINE)
    records_of(path)
    path.write_bytes(OTHER + data * times + b"\n" + OTHER + LINE)
    records, _ = records_of(path)
    assert "refresh_token_expired" in {record.cause for record in records}


@given(st.permutations([LINE, TRACE, OTHER, OTHER]), st.integers(0, 3))
@settings(max_examples=40)
def test_records_do_not_depend_on_their_neighbours(
    tmp_path_factory: pytest.TempPathFactory, order: list[bytes], cut: int
) -> None:
    """The order of lines, and which file they are in, change no record."""
    folder = tmp_path_factory.mktemp("order")
    (folder / "a.log").write_bytes(b"".join(order[:cut]))
    (folder / "b.log").write_bytes(b"".join(order[cut:]))
    records, reading = records_of(folder)
    assert sorted(str(record.cause) for record in records) == ["refresh_token_expired", "refresh_token_revoked"]
    assert reading.tally.lines == 7


@pytest.mark.parametrize("forked", [True, False])
def test_several_processes_read_the_same(forked: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts read by workers, forked or started, make the same records, lines and counts as one process."""
    monkeypatch.setattr(parts, "PART", 5_000)
    monkeypatch.setattr(parts, "SMALL_PACKED", 300)
    monkeypatch.setattr(workers, "_one_thread", lambda: forked)
    plain, packed, large = tmp_path / "a.log", tmp_path / "b.log.gz", tmp_path / "c.log.gz"
    plain.write_bytes(LOG * 20 + b"token " + TOKEN + b"\n")
    packed.write_bytes(gzip.compress(LOG))
    large.write_bytes(gzip.compress(LOG * 3, 0))
    alone, one = records_of(plain, packed, large, options=ReadOptions(processes=1))
    seen: list[tuple[int, int]] = []
    reading = read(
        [str(plain), str(packed), str(large)], ReadOptions(processes=2), lambda done, of: seen.append((done, of))
    )
    together = [record for batch in reading for record in batch]
    assert together == alone
    assert reading.tally == one.tally
    assert reading.tally.raw_tokens == 1
    assert reading.tally.warnings[0].line == 20 * 27 + 1
    assert seen[-1][0] == seen[-1][1] == sum(path.stat().st_size for path in (plain, packed, large))
    assert seen == sorted(seen)


def test_a_worker_that_dies_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a worker ends early, its parts are read here."""

    def die(*_: object) -> bytes:
        raise BrokenPipeError

    monkeypatch.setattr(parts, "PART", 5_000)
    monkeypatch.setattr(workers, "answer", die)
    path = tmp_path / "a.log"
    path.write_bytes(LOG * 20)
    records, _ = records_of(path, options=ReadOptions(processes=2))
    assert len(records) == 120


def test_a_reading_may_be_left_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who stops in the middle leaves no process behind."""
    monkeypatch.setattr(parts, "PART", 5_000)
    path = tmp_path / "a.log"
    path.write_bytes(LOG * 40)
    batches = iter(read([str(path)], ReadOptions(processes=2)))
    assert next(batches)
    batches.close()  # type: ignore[attr-defined]


def test_times_outside_are_left_out(tmp_path: Path) -> None:
    """``since`` is included, ``until`` is not; a record without a time is kept."""
    path = tmp_path / "a.log"
    path.write_bytes(LINE + TRACE + b"NotAuthorizedException: Invalid Refresh Token\n")
    records, _ = records_of(path, options=ReadOptions(since=1772359200.0, until=1772359202.0))
    assert [record.cause for record in records] == ["refresh_token_expired", "refresh_token_invalid"]
    records, _ = records_of(path, options=ReadOptions(since=1772359201.0))
    assert [record.cause for record in records] == ["refresh_token_revoked", "refresh_token_invalid"]


YEARLESS = {
    "syslog": "{:%b %d %H:%M:%S} web-1 app[1]: NotAuthorizedException: Refresh Token has expired",
    "klog": "E{:%m%d %H:%M:%S}.000000 1 a.go:1] NotAuthorizedException: Refresh Token has expired",
    "logcat": "{:%m-%d %H:%M:%S}.000 20011 20144 W auth: NotAuthorizedException: Refresh Token has expired",
}
"""Forms of lines whose stamps name no year."""


def _over_new_year(form: str) -> tuple[bytes, list[float]]:
    """Return a log of December and January, with its times."""
    days = [datetime(2025, 12, 1, 12, tzinfo=UTC) + timedelta(days=n) for n in range(50)]
    return "".join(f"{form.format(day)}\n" for day in days).encode(), [day.timestamp() for day in days]


@pytest.mark.parametrize("form", YEARLESS)
@pytest.mark.parametrize("processes", [1, 2])
def test_a_stamp_without_a_year_is_not_after_the_files_last_change(
    form: str, processes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A log over the turn of the year is one of weeks, in whatever parts it is read; its writer's zone is not known."""
    monkeypatch.setattr(parts, "PART", 1500)
    data, times = _over_new_year(YEARLESS[form])
    (tmp_path / "a").write_bytes(data)
    for late in (3600, -20 * 3600):
        os.utime(tmp_path / "a", (times[-1] + late,) * 2)
        records, _ = records_of(tmp_path / "a", options=ReadOptions(processes=processes))
        assert [record.at for record in records] == times
    since, until = times[20], times[40]
    records, _ = records_of(tmp_path / "a", options=ReadOptions(processes=processes, since=since, until=until))
    assert [record.at for record in records] == times[20:40]


def test_a_member_of_an_archive_has_its_own_last_change(tmp_path: Path) -> None:
    """What was packed years ago is that old; a member without a date is as old as its archive."""
    data, times = _over_new_year(YEARLESS["syslog"])
    for date, years in (((2026, 1, 20, 0, 0, 0), 0), ((2024, 1, 20, 0, 0, 0), 731), ((1980, 1, 1, 0, 0, 0), 365)):
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            archive.writestr(zipfile.ZipInfo("a.log", date), data)
        os.utime(tmp_path / "a.zip", (times[-1] - 365 * 86400,) * 2)
        records, _ = records_of(tmp_path / "a.zip")
        assert [record.at for record in records] == [at - years * 86400 for at in times]


def test_the_29th_of_february_is_in_a_year_that_has_one(tmp_path: Path) -> None:
    """A stamp of a leap day is of the last leap year, where that is this one or the one before."""
    (tmp_path / "a").write_text(YEARLESS["syslog"].format(datetime(2024, 2, 29, tzinfo=UTC)))
    os.utime(tmp_path / "a", (datetime(2025, 1, 2, tzinfo=UTC).timestamp(),) * 2)
    records, _ = records_of(tmp_path / "a")
    assert [record.at for record in records] == [datetime(2024, 2, 29, tzinfo=UTC).timestamp()]


def test_a_stamp_without_a_year_on_standard_input_is_of_the_last_twelve_months(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What comes through a pipe was written by now."""
    data, _ = _over_new_year(YEARLESS["syslog"])
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    times = [record.at or 0 for batch in read(["-"]) for record in batch]
    assert len(times) == 50
    assert time.time() - 366 * 86400 < min(times)
    assert max(times) < time.time() + 86400


def test_tokens_are_counted_and_never_shown(tmp_path: Path) -> None:
    """A token in the log is warned of with its line, and is in no evidence."""
    path = tmp_path / "a.log"
    path.write_bytes(OTHER + b"2026-03-01 10:00:00,000 NotAuthorizedException: Invalid Access Token " + TOKEN + b"\n")
    records, reading = records_of(path)
    assert TOKEN[:40].decode() not in records[0].text
    assert reading.tally.raw_tokens == 1
    (warning,) = reading.tally.warnings
    assert (warning.file, warning.line) == (str(path), 2)
    assert warning.text.startswith("1 token stands here in plain text: ")


def test_several_tokens_stand_from_the_first_one_on(tmp_path: Path) -> None:
    """The line that is named holds the first of them, and not all."""
    path = tmp_path / "a.log"
    path.write_bytes(OTHER + (b"got " + TOKEN + b"\n" + OTHER) * 3)
    _, reading = records_of(path)
    (warning,) = reading.tally.warnings
    assert (warning.file, warning.line) == (str(path), 2)
    assert warning.text.startswith("3 tokens stand from here on in plain text: ")


def test_folders_patterns_and_files_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is named in three ways is read once; hidden files of a folder are passed over."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.log").write_bytes(LINE)
    (tmp_path / ".hidden").write_bytes(LINE)
    monkeypatch.chdir(tmp_path)
    reading = read([".", "**/*.log", "deep/a.log"])
    assert sum(len(batch) for batch in reading) == 1
    assert reading.tally.files == ["deep/a.log"]


def test_stdin_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """``-`` stands for standard input, packed or not."""

    class Stdin:
        buffer = io.BytesIO(gzip.compress(LINE))

    monkeypatch.setattr("sys.stdin", Stdin())
    reading = read(["-"], ReadOptions(year=2026))
    assert sum(len(batch) for batch in reading) == 1


@pytest.mark.parametrize("paths", [[], ["nowhere.log"], ["nothing/*.log"], ["empty"]])
def test_what_does_not_exist_is_told(paths: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An argument that stands for nothing is an error that names it."""
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError, match=paths[0].replace("*", ".") if paths else "nothing to read"):
        read(paths)


EVENT = b'{"event":"poolwarden.token_seen","timestamp":"2026-03-01T10:00:00Z","client":"web"}\n'


def trail(number: int, **fields: object) -> dict[str, object]:
    """Return a CloudTrail event."""
    return {
        "eventVersion": "1.08",
        "eventTime": f"2026-03-01T10:00:{number:02}Z",
        "eventSource": "cognito-idp.amazonaws.com",
        "eventName": "InitiateAuth",
        "requestParameters": {"authFlow": "REFRESH_TOKEN_AUTH", "clientId": "1example23456789"},
        **fields,
    }


TRAILS = [
    trail(1),
    trail(2, eventSource="s3.amazonaws.com", eventName="GetObject", requestParameters={"bucketName": "cognito-idp.x"}),
    trail(3, errorCode="NotAuthorizedException", errorMessage="Refresh Token has expired"),
    trail(4, eventName="UpdateUserPoolClient", requestParameters={"clientId": "c", "refreshTokenValidity": 30}),
]


@pytest.mark.parametrize(
    "written",
    [
        json.dumps({"Records": TRAILS}, separators=(",", ":")),
        json.dumps({"Records": TRAILS}),
        json.dumps({"Records": TRAILS}, indent=2),
        json.dumps(TRAILS, indent=4),
        "\n".join(map(json.dumps, TRAILS)),
        "".join(json.dumps({"Records": [event]}) for event in TRAILS),
        "\n".join(json.dumps({"Records": [event]}, separators=(",", ":")) for event in TRAILS),
        json.dumps({"Events": [{"CloudTrailEvent": json.dumps(event)} for event in TRAILS]}, indent=1),
        "eventtime,eventsource,eventname,errorcode,errormessage,requestparameters\n"
        + "\n".join(
            ",".join(
                '"' + (item if isinstance(item, str) else json.dumps(item)).replace('"', '""') + '"'
                for item in (
                    event["eventTime"],
                    event["eventSource"],
                    event["eventName"],
                    event.get("errorCode", ""),
                    event.get("errorMessage", ""),
                    event["requestParameters"],
                )
            )
            for event in TRAILS
        ),
    ],
    ids=["delivered", "spaced", "pretty", "array", "lines", "joined", "files in lines", "lookup", "csv"],
)
def test_a_trail_is_read_in_every_shape(written: str, tmp_path: Path) -> None:
    """The same events are found however the file is laid out."""
    path = tmp_path / "trail.json"
    path.write_text(written)
    records, _ = records_of(path)
    assert [(record.kind.value, record.cause, record.refresh) for record in records] == [
        ("issued", None, True),
        ("refused", "refresh_token_expired", True),
        ("changed", None, None),
    ]
    assert records[0].client == "1example23456789"
    assert json.loads(records[2].detail or "")["refreshTokenValidity"] in (30, "30")


@pytest.mark.parametrize("indent", [None, 2])
def test_a_cut_trail_is_read_as_far_as_it_goes(indent: int | None, tmp_path: Path) -> None:
    """Of a cut document the whole events are read, and the cut is told."""
    path = tmp_path / "trail.json"
    path.write_text(json.dumps({"Records": TRAILS}, indent=indent)[:-30])
    records, reading = records_of(path)
    assert [record.kind.value for record in records] == ["issued", "refused"]
    assert reading.tally.unread_lines == 1
    assert "cut" in reading.tally.warnings[0].text


def test_a_pipe_is_read_once_and_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A named pipe gives all that is written to it; who waits for its writer is told so."""
    monkeypatch.setattr(sources, "PATIENCE_S", 0)
    path = tmp_path / "pipe"
    os.mkfifo(path)
    told: list[Record] = []
    reader = threading.Thread(target=lambda: told.extend(record for batch in read([str(path)]) for record in batch))
    reader.start()
    waited, until = "", time.monotonic() + 60
    while "waiting until somebody writes" not in waited and time.monotonic() < until:
        waited += capfd.readouterr().err
    path.write_bytes(LINE * 3)
    reader.join(60)
    assert f"{path} is a pipe; waiting until somebody writes to it" in waited
    assert [record.line for record in told] == [1, 2, 3]


def test_what_a_shell_substitutes_is_read_whole(tmp_path: Path) -> None:
    """The first bytes of a pipe are read once: a substituted process (``<(zcat …)``) loses none of them."""
    source, sink = os.pipe()
    os.write(sink, LINE * 2)
    os.close(sink)
    told = [record.line for batch in read([f"/dev/fd/{source}"]) for record in batch]
    os.close(source)
    assert told == [1, 2]


def test_a_file_that_goes_away_in_between_is_told(tmp_path: Path) -> None:
    """A log may be rotated away between the listing and the look at it."""
    with pytest.raises(ConfigurationError, match=r"Check the path"):
        list(sources._sources_in(tmp_path / "gone"))


@pytest.mark.parametrize(
    "head",
    [
        "2026-03-01T10:00:00.000Z INFO request done\npanic: ",
        "Mar 1, 2026 10:00:00 AM com.shop.auth.Renewal renew\nSEVERE: ",
        "F, [2026-03-01T10:00:00.000000 #91] FATAL -- : [8e2d4c1a-5a52]   \n[8e2d4c1a-5a52] ",
        (
            "[2026-03-01T10:00:00+00:00] app.ERROR: Error; resulted in a `400 Bad Request` response:\n"
            '{"__type":"NotAuthorizedException","message":"Refresh Token has expired"}\n '
        ),
    ],
)
def test_a_line_without_a_time_has_that_of_the_line_before(head: str, tmp_path: Path) -> None:
    """Where the time stands on the line before what was said, the record has it."""
    path = tmp_path / "app.log"
    path.write_text(f"{head}NotAuthorizedException: Refresh Token has expired\n")
    records, _ = records_of(path)
    assert [(record.cause, record.at) for record in records] == [("refresh_token_expired", 1772359200.0)]


@pytest.mark.skipif(sys.platform != "linux", reason="names are text there")
@pytest.mark.parametrize("processes", [1, 2])
def test_names_that_are_no_text(tmp_path: Path, processes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file whose name is not UTF-8 is read as any other, in parts, too; its name is shown as far as it is text."""
    monkeypatch.setattr(parts, "PART", 2048)
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.log"))
    path.write_bytes(LOG * 20)
    records, reading = records_of(path, options=ReadOptions(processes=processes))
    assert (len(records), reading.tally.lines) == (120, LOG.count(b"\n") * 20)
    assert reading.tally.files == [f"{tmp_path}/caf\N{REPLACEMENT CHARACTER}.log"]
