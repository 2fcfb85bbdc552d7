"""Undo compression in bounded steps, whichever library does it."""

import bz2
import zlib
from collections.abc import Callable
from typing import Any, Protocol

from poolwarden.errors import ConfigurationError

_MAGIC = (
    (b"\x1f\x8b", "gz"),
    (b"\x28\xb5\x2f\xfd", "zst"),
    (b"BZh", "bz2"),
    (b"PK\x03\x04", "zip"),
    (b"\xfd7zXZ\x00", "xz"),
)
# What is packed in a way that is not read, and may pass for a log: what LZ4 and Snappy make of text is text in part.
_OTHERS = (
    (b"\x04\x22\x4d\x18", "LZ4"),
    (b"\xff\x06\x00\x00sNaPpY", "Snappy"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"LZIP\x01", "lzip"),
    (b"\x1f\x9d", "compress (.Z)"),
    (b"PAR1\x15", "Parquet"),
    (b"Obj\x01", "Avro"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"LPKSHHRH", "a journal of systemd"),
    (b"ElfFile\x00", "an event log of Windows"),
)
_MENDS = {
    "Parquet": "Export it as JSON or CSV.",
    "Avro": "Export it as JSON or CSV.",
    "a SQLite database": "Export it as JSON or CSV.",
    "a journal of systemd": "Export it: journalctl --file FILE -o json.",
    "an event log of Windows": "Export it as CSV.",
}
_MOST = 8 << 20  # bytes unpacked at once
_LITTLE = 16 << 10  # bytes of zstd taken at once: what comes with the damage in them is lost
_SKIPPED = tuple(bytes((first, 0x2A, 0x4D, 0x18)) for first in range(0x50, 0x60))  # begin what zstd passes over
_SKIPPED_HEAD = 8  # bytes before what is passed over: how many that are stands in the last four
_ZST_DESCRIPTOR = 4  # where a frame's descriptor stands
_ZST_MOST, _ZST_BLOCK, _ZST_SUM = 128 << 10, 3, 4  # bytes of a block of zstd at most, of its header, of a checksum


def packing_of(head: bytes) -> str:
    """Return the compression that a file's first bytes name: ``gz``, ``zst``, ``bz2``, ``xz``, ``zip`` or nothing."""
    return next((kind for magic, kind in _MAGIC if head.startswith(magic)), "zst" if head.startswith(_SKIPPED) else "")


def other_packing_of(head: bytes) -> str:
    """Return in a sentence what a file is by its first bytes, where that is not read and not text; else nothing."""
    name = next((name for magic, name in _OTHERS if head.startswith(magic)), "")
    return f"is {name}, which is not read. {_MENDS.get(name, 'Unpack it first.')}" if name else ""


class Unpacker(Protocol):
    """What undoes one compression, in bounded steps."""

    @property
    def eof(self) -> bool:
        """Whether the compressed stream has ended."""
        ...

    @property
    def unused_data(self) -> bytes:
        """What came behind its end."""
        ...

    def step(self, packed: bytes) -> tuple[bytes, bool]:
        """Unpack; return the bytes, and whether there is more to get without further input."""
        ...


class _Wrapped:
    """What a library's object tells of itself."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    @property
    def eof(self) -> bool:
        return bool(self._inner.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._inner.unused_data)


class _Gz(_Wrapped):
    """gzip; with isal where it is installed, which is three times as quick as zlib."""

    def __init__(self) -> None:
        super().__init__(_gz_object())
        self._tail = b""

    def step(self, packed: bytes) -> tuple[bytes, bool]:
        data: bytes = self._inner.decompress(self._tail + packed, _MOST)
        self._tail = self._inner.unconsumed_tail
        return data, bool(self._tail)


class _Blocks(_Wrapped):
    """bzip2, xz and LZMA."""

    def step(self, packed: bytes) -> tuple[bytes, bool]:
        data: bytes = self._inner.decompress(packed, _MOST)
        return data, not self._inner.needs_input and not self._inner.eof


class _Zst:
    """
    One frame of zstd, whose library does not bound what it unpacks at once; or all skippable frames in a row.

    A few bytes may stand for a block of 128 KiB, which is the most that a block holds. So it is given so many blocks at
    a time, by their headers (RFC 8878, sections 3.1.1.1 and 3.1.1.2). Skippable frames (section 3.1.2) tell where the
    frames begin, as pzstd and the seekable format write them.
    """

    def __init__(self) -> None:
        try:
            import zstandard  # noqa: PLC0415 (only who reads zstd needs it)
        except ImportError as error:
            raise ConfigurationError(
                "FILES", "zstd needs a package.", "Run: pip install 'poolwarden[triage]'."
            ) from error
        self._inner: Any = zstandard.ZstdDecompressor().decompressobj()
        self._waiting = memoryview(b"")
        self._next = -1  # where the next block begins in what waits, or behind it
        self._left = -1  # bytes still to be skipped, where this is a skippable frame

    def step(self, packed: bytes) -> tuple[bytes, bool]:
        self._waiting = memoryview(bytes(self._waiting) + packed) if packed else self._waiting
        if self._next < 0:
            if self._skip() or len(self._waiting) <= _ZST_DESCRIPTOR:
                return b"", False
            self._next = _zst_header(self._waiting)
        size = self._fitting()
        data: bytes = self._inner.decompress(self._waiting[:size])
        self._waiting, self._next = self._waiting[size:], self._next - size
        more = len(self._waiting) >= _ZST_BLOCK or (len(self._waiting) > 0 and self._next > 0)
        return data, more and not self._inner.eof

    def _skip(self) -> bool:
        """Drop what waits of skippable frames; tell whether this is one."""
        while True:
            if self._left > 0:
                dropped = min(self._left, len(self._waiting))
                self._waiting, self._left = self._waiting[dropped:], self._left - dropped
            head = bytes(self._waiting[:_SKIPPED_HEAD])
            if self._left > 0 or not head.startswith(_SKIPPED):
                return self._left >= 0
            if len(head) < _SKIPPED_HEAD:  # the rest of it may come
                return True
            self._waiting = self._waiting[_SKIPPED_HEAD:]
            self._left = int.from_bytes(head[4:], "little")

    def _fitting(self) -> int:
        """Return how many of the bytes that wait are unpacked in one go."""
        waiting, at, blocks = self._waiting, self._next, 0
        while at + _ZST_BLOCK <= min(len(waiting), _LITTLE) and blocks < _MOST // _ZST_MOST:
            header = int.from_bytes(waiting[at : at + _ZST_BLOCK], "little")
            at += _ZST_BLOCK + (1 if header >> 1 & 3 == 1 else header >> 3)  # one byte that is repeated, or so many
            blocks += 1
            if header & 1:  # the last one; a checksum may follow
                at += _ZST_SUM
                break
        self._next = at
        return min(at, len(waiting), _LITTLE)

    @property
    def eof(self) -> bool:
        return self._left == 0 or bool(self._inner.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._inner.unused_data) + bytes(self._waiting)


def _zst_header(frame: memoryview) -> int:
    """Return the length of a frame's header: its size tells a descriptor behind the magic number."""
    descriptor = frame[_ZST_DESCRIPTOR]
    single = descriptor >> 5 & 1
    return _ZST_DESCRIPTOR + 1 + (not single) + (0, 1, 2, 4)[descriptor & 3] + (single, 2, 4, 8)[descriptor >> 6]


def _gz_object() -> Any:
    try:
        from isal import isal_zlib  # noqa: PLC0415 (optional)
    except ImportError:
        return zlib.decompressobj(wbits=31)
    return isal_zlib.decompressobj(31)


def _bz2() -> _Blocks:
    return _Blocks(bz2.BZ2Decompressor())


def _xz() -> _Blocks:
    import lzma  # noqa: PLC0415 (Python may be built without it)

    return _Blocks(lzma.LZMADecompressor())


def _lzma() -> _Blocks:
    import lzma  # noqa: PLC0415 (as above)

    return _Blocks(lzma.LZMADecompressor(lzma.FORMAT_ALONE))


UNPACKERS: dict[str, Callable[[], Unpacker]] = {"gz": _Gz, "zst": _Zst, "bz2": _bz2, "xz": _xz, "lzma": _lzma}
