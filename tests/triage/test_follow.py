"""Follow files that grow, are rotated and are cut."""

import gzip
import os
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from poolwarden.errors import ConfigurationError
from poolwarden.triage import follow
from poolwarden.triage.batches import Batch
from poolwarden.triage.follow import Following
from poolwarden.triage.reader import ReadOptions
from poolwarden.triage.records import Tally
from poolwarden.triage.run import EVERY_S, TriageOptions, watch
from poolwarden.triage.sources import Source, present, sources_of

LINE = "2026-03-01 10:00:00,000 ERROR NotAuthorizedException: Refresh Token has expired\n"
SAID = "2026-03-01T10:00:00Z NotAuthorizedException: Refresh Token has expired sub={:08}-1111-2222-3333-444455556666\n"
OTHER = "2026-03-01 10:00:01,000 INFO ok\n"


def followed(path: Path, *steps: Callable[[], object], options: ReadOptions | None = None) -> tuple[list[int], Tally]:
    """Follow a file while each step happens at a pause; return the records' lines."""
    waiting = iter(steps)
    quiet = [0]

    def wait(seconds: float) -> bool:
        quiet[0] += seconds > 0
        if not seconds or quiet[0] % 4:
            return True
        step = next(waiting, None)
        if step is None:
            return False
        step()
        return True

    following = Following(sources_of([str(path)]), options or ReadOptions(), wait, lambda: present([str(path)]))
    lines = [record.line for batch in following for record in batch]
    return lines, following.tally()


def adding(path: Path, text: str) -> Callable[[], object]:
    """Return a step that writes to the end of a file."""

    def step() -> None:
        with path.open("a") as stream:
            stream.write(text)

    return step


def test_what_is_written_later_is_read(tmp_path: Path) -> None:
    """What is in the file and what is added to it is read once, a line in two halves as one."""
    path = tmp_path / "a.log"
    path.write_text(LINE + OTHER)
    steps = (adding(path, text) for text in (LINE, LINE[:30], LINE[30:] + OTHER))
    lines, tally = followed(path, *steps)
    assert lines == [1, 3, 4]
    assert (tally.records, tally.lines, tally.bytes) == (3, 5, path.stat().st_size)


def test_a_renamed_file_is_read_to_its_end(tmp_path: Path) -> None:
    """After a rotation the rest of the old file and all of the new one are read."""
    path = tmp_path / "a.log"
    path.write_text(OTHER)

    def rotate() -> None:
        with path.open("a") as stream:
            stream.write(LINE)
        path.rename(tmp_path / "a.log.1")
        path.write_text(OTHER + LINE)

    lines, tally = followed(path, rotate)
    assert len(lines) == 2
    assert tally.records == 2


def test_a_cut_file_is_read_from_its_start(tmp_path: Path) -> None:
    """A file that was copied away and cut is read again from its first byte."""
    path = tmp_path / "a.log"
    path.write_text(OTHER * 5 + LINE)
    lines, _ = followed(path, lambda: path.write_text(LINE))
    assert len(lines) == 2


def test_a_missing_file_is_waited_for(tmp_path: Path) -> None:
    """Between a renaming and the new file nothing fails."""
    path = tmp_path / "a.log"
    path.write_text(LINE)
    lines, _ = followed(path, path.unlink, lambda: path.write_text(LINE))
    assert len(lines) == 2


def test_what_has_no_end_of_line_is_read_at_the_end(tmp_path: Path) -> None:
    """A last line that nobody finished is read once following ends."""
    path = tmp_path / "a.log"
    path.write_text(OTHER)
    lines, tally = followed(path, adding(path, LINE.rstrip()))
    assert (lines, tally.lines) == ([2], 2)


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    """It is no part of the first line."""
    path = tmp_path / "a.log"
    path.write_text(LINE, encoding="utf-8-sig")
    assert followed(path)[0] == [1]


def test_tokens_and_long_lines_are_told(tmp_path: Path) -> None:
    """Tokens in plain text are counted and named with their first line, over rotations."""
    path = tmp_path / "a.log"
    token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJlc2lnbmF0dXJl"
    path.write_text(f"{OTHER}got Bearer {token}\n")

    def rotate() -> None:
        path.rename(tmp_path / "a.log.1")
        path.write_text(f"{token} again\n" + LINE)

    _, tally = followed(path, rotate)
    assert (tally.raw_tokens, tally.lines) == (2, 4)
    assert [(warning.file, warning.line) for warning in tally.warnings] == [(str(path), 2)]


def test_times_are_bounded(tmp_path: Path) -> None:
    """What was earlier or later than asked for is left out."""
    path = tmp_path / "a.log"
    path.write_text(LINE)
    at = datetime(2026, 3, 1, 10, tzinfo=UTC).timestamp()
    assert followed(path, options=ReadOptions(since=at))[0] == [1]
    assert followed(path, options=ReadOptions(since=at + 1))[0] == []
    assert followed(path, options=ReadOptions(until=at))[0] == []


def test_a_log_without_years_is_followed_into_the_next(tmp_path: Path) -> None:
    """What is written after the turn of the year is of the new one, though the file was opened in the old."""
    path = tmp_path / "a.log"

    def write(day: datetime) -> None:
        with path.open("a") as stream:
            stream.write(f"{day:%b %d %H:%M:%S} web app[1]: NotAuthorizedException: Refresh Token has expired\n")
        os.utime(path, (day.timestamp(),) * 2)

    days = [datetime(2025, 12, 20, tzinfo=UTC), datetime(2026, 1, 3, tzinfo=UTC)]
    write(days[0])
    later, turns = iter(days[1:]), iter(range(20))

    def wait(seconds: float) -> bool:
        if seconds and (day := next(later, None)) is not None:
            write(day)
        return not seconds or next(turns, None) is not None

    times = [record.at for batch in Following(sources_of([str(path)]), ReadOptions(), wait) for record in batch]
    assert times == [day.timestamp() for day in days]


def test_what_cannot_grow_is_read_once(tmp_path: Path) -> None:
    """Packed files and documents are read, then the logs of lines are followed."""
    (tmp_path / "a.log.1.gz").write_bytes(gzip.compress((LINE + OTHER).encode()))
    (tmp_path / "b.csv").write_text(f'@timestamp,@message\n2026-03-01 10:00:00.000,"{LINE[24:-1]}"\n')
    log = tmp_path / "c.log"
    log.write_text(LINE)
    lines, tally = followed(tmp_path, adding(log, LINE))
    assert sorted(lines) == [1, 1, 2, 2]
    assert [Path(name).name for name in tally.files] == ["a.log.1.gz", "b.csv", "c.log"]
    assert (tally.records, tally.lines) == (4, 6)


def test_stopping_early_ends_the_reading(tmp_path: Path) -> None:
    """Whoever stops while there is still more to read gets what was read by then."""
    (tmp_path / "a.gz").write_bytes(gzip.compress(LINE.encode()))
    (tmp_path / "b.log").write_text(LINE)
    for turns, found in ((0, 1), (1, 1), (2, 2)):
        left = iter([True] * turns)
        following = Following(sources_of([str(tmp_path)]), ReadOptions(), lambda _, left=left: next(left, False))
        assert sum(len(batch) for batch in following) == found


def test_standard_input_cannot_be_followed() -> None:
    """It ends by itself."""
    with pytest.raises(ConfigurationError, match="standard input cannot be followed"):
        Following(sources_of(["-"]), ReadOptions(), lambda _: False)


def test_a_report_is_told_whenever_something_is_new(tmp_path: Path) -> None:
    """After the first reading, and later no more often than is worth it; the last report has it all."""
    path = tmp_path / "a.log"
    path.write_text(SAID.format(1))
    told: list[tuple[int, float]] = []
    pauses = iter(range(1, 20))
    now = [0.0]

    def wait(seconds: float) -> bool:
        now[0] += seconds
        if not seconds:
            return True
        pause = next(pauses)
        if pause in (4, 6):
            adding(path, SAID.format(pause))()
        return pause < 14

    saved = tmp_path / "kept.duckdb"
    found = watch(
        [str(path)],
        TriageOptions(save=str(saved)),
        wait=wait,
        clock=lambda: now[0],
        tell=lambda report: told.append((report.sessions.lost, now[0])),
    )
    assert [lost for lost, _ in told] == [1, 2, 3]
    assert told[0][1] == 0
    assert all(later - earlier >= EVERY_S for (_, earlier), (_, later) in pairwise(told))
    assert found.sessions.lost == 3
    assert saved.exists()


@pytest.mark.parametrize("pattern", ["", "*.log*"])
def test_files_that_appear_in_a_folder_are_followed(tmp_path: Path, pattern: str) -> None:
    """A new file of a followed folder or pattern is read from its start, packed ones once they are whole."""
    (tmp_path / "a.log").write_text(LINE)
    new, packed = tmp_path / "b.log", tmp_path / "c.log.gz"
    steps = (
        new.touch,
        adding(new, LINE),
        adding(new, OTHER + LINE),
        lambda: packed.write_bytes(gzip.compress(OTHER.encode() + LINE.encode())),
    )
    lines, tally = followed(tmp_path / pattern, *steps, lambda: None)
    assert lines == [1, 1, 3, 2]
    assert [Path(name).name for name in tally.files] == ["a.log", "b.log", "c.log.gz"]
    assert (tally.records, tally.lines) == (4, 6)


def test_a_renamed_file_of_a_followed_folder_is_not_read_twice(tmp_path: Path) -> None:
    """What a rotation put aside was read under its old name."""
    path = tmp_path / "a.log"
    path.write_text(LINE)

    def rotate() -> None:
        path.rename(tmp_path / "a.log.1")
        path.write_text(OTHER + LINE)

    lines, tally = followed(tmp_path, rotate, lambda: None)
    assert lines == [1, 2]
    assert [Path(name).name for name in tally.files] == ["a.log"]


def test_a_file_that_vanishes_before_it_is_opened_is_taken_up_when_it_comes_again(tmp_path: Path) -> None:
    """What was found and is gone, or cannot be opened, when its turn comes ends nothing and is tried again."""
    first, new, packed = tmp_path / "a.log", tmp_path / "b.log", tmp_path / "c.log.gz"
    first.write_text(LINE)
    new.write_text(LINE)
    packed.write_bytes(gzip.compress(LINE.encode()))
    found = sources_of([str(tmp_path)])
    contents = {path: path.read_bytes() for path in (new, packed)}
    for path in contents:
        path.unlink()

    def come_again() -> None:
        for path, data in contents.items():
            path.write_bytes(data)

    def rotate() -> None:
        first.rename(tmp_path / "a.log.1")
        first.mkdir()

    def write() -> None:
        first.rmdir()
        first.write_text(OTHER + LINE)

    steps, turns = iter([lambda: None, come_again, rotate, write]), [0]

    def wait(seconds: float) -> bool:
        turns[0] += seconds > 0
        if seconds and turns[0] % 4 == 0 and (step := next(steps, None)) is not None:
            step()
        return turns[0] < 24

    following = Following(found[:1], ReadOptions(), wait, lambda: found)
    lines = [record.line for batch in following for record in batch]
    assert lines == [1, 1, 1, 2]
    tally = following.tally()
    assert ([Path(name).name for name in tally.files], tally.lines) == (["a.log", "b.log", "c.log.gz"], 5)


def test_a_packed_file_that_vanishes_before_it_is_read_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that goes away when it was already looked at is not among those that were read."""
    (tmp_path / "a.log").write_text(LINE)
    packed = tmp_path / "c.log.gz"
    packed.write_bytes(gzip.compress(LINE.encode()))
    found = sources_of([str(tmp_path)])
    left = iter(range(12))
    following = Following(found[:1], ReadOptions(), lambda _: next(left, None) is not None)

    def looked_at(source: Source) -> bool:
        if following._sizes[source.name] == source.size and source.path == packed:
            packed.unlink(missing_ok=True)
        return False

    following._find = lambda: found
    monkeypatch.setattr(follow, "_grows", looked_at)
    assert [record.line for batch in following for record in batch] == [1]
    assert [Path(name).name for name in following.tally().files] == ["a.log"]


def test_a_packed_file_that_needs_what_is_missing_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that arrives and cannot be unpacked here is tried once and warned of; the others are followed on."""
    monkeypatch.setitem(sys.modules, "zstandard", None)
    path, packed = tmp_path / "a.log", tmp_path / "b.log.zst"
    path.write_text(LINE)
    tried: list[object] = []
    reading = follow.Reading
    monkeypatch.setattr(follow, "Reading", lambda *given: (tried.append(given), reading(*given))[1])
    come = lambda: packed.write_bytes(b"\x28\xb5\x2f\xfd" + bytes(20))  # noqa: E731 (a step)
    lines, tally = followed(tmp_path, come, lambda: None, adding(path, LINE))
    assert (lines, len(tried)) == ([1, 2], 2)  # what was there at first, and the one that came
    assert [Path(name).name for name in tally.files] == ["a.log", "b.log.zst"]
    assert [(warning.file, "pip install" in warning.text) for warning in tally.warnings] == [(str(packed), True)]


def test_a_packed_file_that_fails_in_its_middle_keeps_its_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Records name a file by its index: one of which some were handed out stays, is warned of and not read again."""
    path, packed = tmp_path / "a.log", tmp_path / "b.log.gz"
    path.write_text(LINE)
    reading = follow.Reading

    class Failing(reading):
        def __iter__(self) -> Iterator[Batch]:
            yield from super().__iter__()
            if packed.exists():
                raise ConfigurationError("FILES", "it is gone.", "Wait.") from FileNotFoundError()

    monkeypatch.setattr(follow, "Reading", Failing)
    come = lambda: packed.write_bytes(gzip.compress(LINE.encode()))  # noqa: E731 (a step)
    lines, tally = followed(tmp_path, come, lambda: None, lambda: None)
    assert (lines, tally.records) == ([1, 1], 2)
    assert [Path(name).name for name in tally.files] == ["a.log", "b.log.gz"]
    assert [warning.file for warning in tally.warnings] == [str(packed)]


@pytest.mark.skipif(sys.platform != "linux", reason="names are text there")
def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    """A file whose name is not UTF-8 is followed as any other, through rotation too."""
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.log"))
    path.write_text(LINE)

    def rotate() -> None:
        path.rename(tmp_path / "old")
        path.write_text(OTHER + LINE)

    lines, tally = followed(path, rotate)
    assert (len(lines), tally.lines) == (2, 3)
