"""Whatever is wrong with what is packed or encoded: reading ends, keeps what came before, and says what it lost."""

import bz2
import gzip
import io
import lzma
import os
import random
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from poolwarden.triage import inflate
from poolwarden.triage.inflate import Inflated
from poolwarden.triage.reader import Reading, ReadOptions, read
from poolwarden.triage.records import Record
from poolwarden.triage.unpack import UNPACKERS, packing_of

LINE = b"2026-03-01 10:00:00,000 ERROR NotAuthorizedException: Refresh Token has expired\n"
LOG = b"".join(LINE.replace(b"expired", b"expired %d" % number) for number in range(5))


def zipped(method: int) -> Callable[[bytes], bytes]:
    """Return what packs bytes into an archive of one file."""

    def packed(data: bytes) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", method) as archive:
            archive.writestr(zipfile.ZipInfo("app.log"), data, method)
        return stream.getvalue()

    return packed


PACKINGS: dict[str, tuple[Callable[[bytes], bytes], int]] = {
    "gz": (lambda data: gzip.compress(data, mtime=0), 2),
    "bz2": (bz2.compress, 3),
    "xz": (lzma.compress, 6),
    "zst": (zstandard.compress, 4),
    "zip": (zipped(zipfile.ZIP_DEFLATED), 4),
    "zip of xz": (zipped(zipfile.ZIP_LZMA), 4),
    "zip of bz2": (zipped(zipfile.ZIP_BZIP2), 4),
    "zip as it is": (zipped(zipfile.ZIP_STORED), 4),
}
"""What packs bytes, and how many bytes show that it did."""


def told(path: Path, data: bytes) -> tuple[list[Record], Reading]:
    """Return what a file with these bytes tells."""
    path.write_bytes(data)
    reading = read([str(path)], ReadOptions(processes=1))
    return [record for batch in reading for record in batch], reading


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_packed_file_cut_anywhere_is_told(packing: str, tmp_path: Path) -> None:
    """Wherever a packed file is cut, what came before is kept, and that something is lost is counted and told."""
    packed, magic = PACKINGS[packing]
    data = packed(LOG)
    whole, _ = told(tmp_path / "a", data)
    assert len(whole) == 5
    for size in {*range(16), *range(0, len(data), 1 + len(data) // 100), *range(len(data) - 25, len(data))}:
        records, reading = told(tmp_path / "a", data[:size])
        assert records[:-1] == whole[: len(records)][:-1]  # the last line may be cut, too
        if size >= magic:
            assert reading.tally.unread_lines == len(reading.tally.warnings) == 1, size


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_packed_file_damaged_anywhere_is_read_to_an_end(packing: str, tmp_path: Path) -> None:
    """Whichever byte is wrong, reading ends without an error, and every loss but of whole entries is told."""
    data = PACKINGS[packing][0](LOG)
    draw = random.Random(packing)
    for place in range(0, len(data), 1 + len(data) // 60):
        damaged = bytearray(data)
        damaged[place] ^= draw.randrange(1, 256)
        records, reading = told(tmp_path / "a", bytes(damaged))
        assert len(records) <= 5
        assert (reading.tally.unread_lines > 0) is (len(reading.tally.warnings) > 0)


@pytest.mark.parametrize("packing", ["gz", "zst"])
def test_what_comes_before_the_damage_is_kept(packing: str, tmp_path: Path) -> None:
    """A wrong byte in the middle of a small file costs what comes behind it, and no more than a little before."""
    draw = random.Random(packing)
    lines = [LINE.replace(b"expired", b"expired %032x" % draw.getrandbits(128)) for _ in range(6000)]
    data = bytearray(PACKINGS[packing][0](b"".join(lines)))
    data[len(data) * 3 // 4] ^= 0xFF
    records, reading = told(tmp_path / "a", bytes(data))
    assert len(lines) // 4 < len(records) < len(lines)
    assert "damaged" in reading.tally.warnings[0].text


def test_a_wrong_checksum_costs_nothing_but_its_last_piece(tmp_path: Path) -> None:
    """A gzip file whose checksum alone is wrong is told, and nearly all of it is read."""
    draw = random.Random(1)
    lines = [LINE.replace(b"expired", b"expired %032x" % draw.getrandbits(128)) for _ in range(6000)]
    data = bytearray(gzip.compress(b"".join(lines), mtime=0))
    data[-5] ^= 0xFF
    records, reading = told(tmp_path / "a", bytes(data))
    assert len(records) > len(lines) * 0.9
    assert reading.tally.unread_lines == 1


@pytest.mark.parametrize(
    ("flag", "method", "why"), [(1, 8, "encrypted"), (0, 97, "compression method")], ids=["password", "method"]
)
def test_an_archive_that_needs_more_than_there_is_is_told(flag: int, method: int, why: str, tmp_path: Path) -> None:
    """A member with a password, or packed in an unknown way, is told with its reason; no other file suffers."""
    data = bytearray(zipped(zipfile.ZIP_DEFLATED)(LOG))
    for header, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(header) + at
        data[start : start + 4] = bytes((flag, 0, method, 0))
    (tmp_path / "b.log").write_bytes(LINE)
    (tmp_path / "a.zip").write_bytes(bytes(data))
    reading = read([str(tmp_path)], ReadOptions(processes=1))
    assert sum(len(batch) for batch in reading) == 1
    (warning,) = reading.tally.warnings
    assert warning.file == f"{tmp_path / 'a.zip'}!app.log"
    assert why in warning.text


class Trickling(io.RawIOBase):
    """A stream that gives a few bytes at a time, as a pipe may."""

    def __init__(self, data: bytes, most: int) -> None:
        self._inner = io.BytesIO(data)
        self._most = most

    def readable(self) -> bool:
        """Be readable."""
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        """Fill a little of the buffer."""
        return self._inner.readinto(memoryview(buffer)[: self._most])


def all_of(stream: Inflated, size: int, times: int) -> bytes:
    """Return all that a stream gives: its head read some times, the rest taken into a buffer."""
    found = b"".join(stream.read(size) for _ in range(times))
    buffer = bytearray(size)
    while got := stream.readinto(memoryview(buffer)):
        found += buffer[:got]
    return found


def note(first: int, size: int) -> bytes:
    """Return a skippable frame of zstd."""
    return bytes((first, 0x2A, 0x4D, 0x18)) + size.to_bytes(4, "little") + bytes(size)


NOTE = note(0x50, 4)


ENCODED: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "utf-16": lambda data: data.decode().encode("utf-16"),
    "utf-16-le": lambda data: data.decode().encode("utf-16-le"),
    "utf-16-be": lambda data: data.decode().encode("utf-16-be"),
    "utf-8 with a mark": lambda data: b"\xef\xbb\xbf" + data,
    **{name: PACKINGS[name][0] for name in ("gz", "bz2", "xz", "zst")},
    "gz of two": lambda data: gzip.compress(data[:100], mtime=0) + gzip.compress(data[100:], mtime=0),
    "gz padded": lambda data: gzip.compress(data, mtime=0) + bytes(70),
    "zst of two": lambda data: zstandard.compress(data[:100]) + zstandard.compress(data[100:]),
    "zst with notes": lambda data: b"".join(
        [
            NOTE,
            note(0x5F, 0),
            note(0x52, 3000),
            zstandard.compress(data[:100]),
            NOTE,
            zstandard.compress(data[100:]),
            NOTE,
        ]
    ),
    "gz of utf-16": lambda data: gzip.compress(data.decode().encode("utf-16"), mtime=0),
}


@given(st.sampled_from(sorted(ENCODED)), st.integers(1, 60), st.integers(1, 600), st.integers(0, 3))
@settings(max_examples=150)
def test_what_comes_in_small_pieces_is_read_whole(encoded: str, most: int, size: int, times: int) -> None:
    """Packing and encoding are recognised and undone however few bytes come at once."""
    stream = Inflated(Trickling(ENCODED[encoded](LOG), most))
    with stream:
        assert all_of(stream, size, times) == LOG
        assert stream.broken == ""
        assert stream.taken == len(ENCODED[encoded](LOG))
        assert stream.packed is encoded.startswith(("gz", "bz2", "xz", "zst"))


def test_a_packed_pipe_that_begins_slowly_is_read(tmp_path: Path) -> None:
    """A pipe whose writer sends a byte first is recognised by the bytes that follow."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    data = gzip.compress(LOG, mtime=0)

    def write() -> None:
        with path.open("wb", buffering=0) as sink:
            sink.write(data[:1])
            sink.write(data[1:])

    writer = threading.Thread(target=write)
    writer.start()
    records = [record for batch in read([str(path)]) for record in batch]
    writer.join()
    assert len(records) == 5


MIXED = [
    LINE,
    "2026-03-01 10:00:00,000 ERROR Größe NotAuthorizedException: Refresh Token has expired\n".encode("latin-1"),
    b"\xff\xfe\x00",
    bytes(50),
    b"\r",
    b"x" * 5000,
    bytes(range(256)),
    "2026-03-01 10:00:00 \u2028 \U0001f600 ".encode(),
    LINE.decode().encode("utf-16-le"),
    b'{"log":"',
    b"[",
    b"timestamp,message\n",
    b'{"event":"poolwarden.',
]


@given(st.lists(st.sampled_from(MIXED) | st.binary(max_size=40), max_size=20))
@settings(max_examples=200)
def test_any_mix_of_encodings_is_read_to_an_end(tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes]) -> None:
    """NULs, lone carriage returns, long lines and mixed encodings raise nothing, and every byte counts."""
    data = b"".join(pieces)
    _, reading = told(tmp_path_factory.mktemp("mix") / "a.log", data)
    plain = not packing_of(data) and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"))
    if plain and data[1:4096:2].count(0) <= len(data[1:4096:2]) / 10 >= data[:4096:2].count(0):
        assert reading.tally.bytes == len(data)


def test_lone_carriage_returns_make_one_line(tmp_path: Path) -> None:
    """A file of carriage returns alone is one line, which is searched as such."""
    records, reading = told(tmp_path / "a.log", LOG.replace(b"\n", b"\r"))
    assert len(records) == reading.tally.lines == 1


@given(st.integers(1, 4000), st.sampled_from([0, 1, 9]))
@settings(max_examples=60)
def test_members_may_end_anywhere_in_what_is_read_at_once(packed: int, nuls: int) -> None:
    """Members behind each other, padded or not, are all read wherever one ends within a step."""
    data = b"".join(gzip.compress(LINE, mtime=0) + bytes(nuls) for _ in range(30))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(inflate, "_PACKED", packed)
        stream = Inflated(io.BytesIO(data))
        assert all_of(stream, 50, 1) == LINE * 30
    assert stream.broken == ""


@pytest.mark.parametrize("packing", ["gz", "bz2", "xz", "zst"])
def test_what_unpacks_to_many_steps_is_read_whole(packing: str, tmp_path: Path) -> None:
    """A file that unpacks to more than is held at once, or packs to more than is fed at once, loses nothing."""
    draw = random.Random(1)
    lines = b"".join(b"2026-03-01 10:00:00,000 INFO %d\n" % draw.getrandbits(200) for _ in range(3000))
    path = tmp_path / "a"
    path.write_bytes(PACKINGS[packing][0](lines + b"\n" * (9 << 20) + LINE))
    records, reading = told(path, path.read_bytes())
    assert [record.line for record in records] == [3001 + (9 << 20)]
    assert (reading.tally.lines, reading.tally.warnings) == (3001 + (9 << 20), [])


@pytest.mark.parametrize("packing", PACKINGS)
def test_few_bytes_that_unpack_to_many_are_unpacked_in_steps(packing: str, tmp_path: Path) -> None:
    """However much a packed file makes of a few bytes, no more than some megabytes of it are held at once."""
    path = tmp_path / "a"
    path.write_bytes(PACKINGS[packing][0](b"\n" * (24 << 20) + LINE))
    size, last = 0, b""
    with Inflated(path.open("rb"), member="app.log" if packing.startswith("zip") else None) as stream:
        while data := stream.read(1 << 16):
            assert len(data) <= 8 << 20
            size, last = size + len(data), (last + data)[-len(LINE) :]
        assert (size, last, stream.broken) == ((24 << 20) + len(LINE), LINE, "")


@pytest.mark.parametrize("flushed", [0, 7, 3000, 1 << 20])
@pytest.mark.parametrize("options", [{}, {"write_checksum": True}, {"write_content_size": False, "level": 19}])
@pytest.mark.parametrize("piece", [8, 11, 4096, 1 << 20])
def test_blocks_of_zstd_may_end_anywhere(flushed: int, options: dict[str, Any], piece: int) -> None:
    """Whatever blocks a frame has, and wherever it is cut in pieces, it is unpacked whole, and what follows is left."""
    draw = random.Random(flushed)
    data = b"".join(b"%d\n" % draw.getrandbits(200) for _ in range(3000)) + bytes(400_000)
    compressor = zstandard.ZstdCompressor(**options).compressobj()
    first = compressor.compress(data[:flushed]) + compressor.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    packed = first + compressor.compress(data[flushed:]) + compressor.flush()
    unpacker, found = UNPACKERS["zst"](), []
    pieces = (packed[begin : begin + piece] for begin in range(0, len(packed), piece))
    for taken in pieces:
        more = True
        while more and not unpacker.eof:
            told, more = unpacker.step(taken)
            found.append(told)
            taken = b""  # noqa: PLW2901 (what waits is unpacked without more of it)
    assert (b"".join(found), unpacker.eof, unpacker.unused_data) == (data, True, b"")
    unpacker = UNPACKERS["zst"]()
    unpacker.step(zstandard.compress(LINE) + b"behind it")
    assert (unpacker.eof, unpacker.unused_data) == (True, b"behind it")


@pytest.mark.parametrize("first", [b"", zstandard.compress(LOG)])
def test_a_skippable_frame_that_is_cut_is_told(first: bytes, tmp_path: Path) -> None:
    """Behind a frame or before the first one: what it lacks is told, but for less than its magic number."""
    data = first + note(0x5A, 20)
    for size in range(4, 29):
        records, reading = told(tmp_path / "a", data[: len(first) + size])
        assert len(records) == (5 if first else 0)
        assert [warning.text.partition(";")[0] for warning in reading.tally.warnings] == (
            ["ends in the middle"] if size < 28 else []
        ), size


def test_what_is_skipped_of_zstd_is_not_kept(tmp_path: Path) -> None:
    """A skippable frame may be of any size, and there may be many: neither memory nor time is spent on them."""
    unpacker = UNPACKERS["zst"]()
    unpacker.step(note(0x50, 0)[:4] + (0xFFFF_FFFF).to_bytes(4, "little"))
    for _ in range(50):
        assert unpacker.step(bytes(1 << 20)) == (b"", False)
    assert (unpacker.eof, unpacker.unused_data) == (False, b"")
    unpacker = UNPACKERS["zst"]()
    assert unpacker.step(note(0x50, 0) * 100_000 + LINE) == (b"", False)
    assert (unpacker.eof, unpacker.unused_data) == (True, LINE)
    assert told(tmp_path / "a", NOTE + LINE)[1].tally.warnings[0].text.startswith("has foreign bytes")


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
@pytest.mark.parametrize("data", [b"", b"x", LOG, gzip.compress(LOG)])
def test_members_of_any_method_are_read_whole(method: int, data: bytes, tmp_path: Path) -> None:
    """What an archive packs by LZMA or bzip2 is unpacked to its last byte, and what is packed in it as well."""
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(method)(data))
    with Inflated(path.open("rb"), member="app.log") as stream:
        assert (all_of(stream, 100, 1), stream.broken) == (LOG if data[:1] == b"\x1f" else data, "")


@pytest.mark.parametrize("packing", ["gz", "bz2", "xz", "zst"])
def test_of_what_is_whole_nothing_is_lost_by_taking_it_in_pieces(packing: str) -> None:
    """What comes before a damage is unpacked piece by piece: of a whole file that is all."""
    draw = random.Random(2)
    lines = b"".join(b"%d\n" % draw.getrandbits(200) for _ in range(500))
    assert inflate._salvaged(UNPACKERS[packing](), PACKINGS[packing][0](lines)) == lines


@pytest.mark.parametrize("inner", ["gz", "bz2", "xz", "zst"])
def test_what_is_packed_twice_is_unpacked_twice(inner: str, tmp_path: Path) -> None:
    """Firehose packs what CloudWatch has packed; a cut of the inner one is told as that of the outer one is."""
    packed = PACKINGS[inner][0]
    records, reading = told(tmp_path / "twice.gz", gzip.compress(packed(LOG)))
    assert ([record.line for record in records], reading.tally.warnings) == ([1, 2, 3, 4, 5], [])
    members = gzip.compress(packed(LOG)) + gzip.compress(packed(LOG))
    records, reading = told(tmp_path / "members.gz", members)
    assert (len(records), reading.tally.warnings) == (10, [])
    _, reading = told(tmp_path / "cut.gz", gzip.compress(packed(LOG)[:-10]))
    assert [warning.text for warning in reading.tally.warnings] != []


def test_no_more_than_two_packings_are_undone(tmp_path: Path) -> None:
    """There are files that unpack to themselves for ever."""
    records, reading = told(tmp_path / "thrice.gz", gzip.compress(gzip.compress(gzip.compress(LOG * 50))))
    assert (records, reading.tally.unread_lines) == ([], 1)


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"\x04\x22\x4d\x18\x64\x40\xa7", "is LZ4, which is not read. Unpack it first."),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "is a 7z archive, which is not read. Unpack it first."),
        (b"PAR1\x15\x04\x15\x80", "is Parquet, which is not read. Export it as JSON or CSV."),
        (
            b"LPKSHHRH\x00\x00",
            "is a journal of systemd, which is not read. Export it: journalctl --file FILE -o json.",
        ),
    ],
)
def test_what_is_not_read_is_called_by_its_name(head: bytes, said: str, tmp_path: Path) -> None:
    """A file of a known kind that is not read tells nothing, though words of a log stand in it, and says what to do."""
    records, reading = told(tmp_path / "other.log", head + LOG)
    assert (records, [warning.text for warning in reading.tally.warnings]) == ([], [said])


@pytest.mark.parametrize("encoding", ["utf-32", "utf-16"])
def test_text_in_wide_letters_is_read(encoding: str, tmp_path: Path) -> None:
    """What begins with the mark of an encoding is read in it."""
    records, reading = told(tmp_path / "wide.log", LOG.decode().encode(encoding))
    assert ([record.line for record in records], reading.tally.warnings) == ([1, 2, 3, 4, 5], [])
