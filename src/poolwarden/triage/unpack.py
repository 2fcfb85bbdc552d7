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
_LITTLE = 16 << 10  # bytes of zstd unpacked at once


def packing_of(head: bytes) -> str:
    """Return the compression that a file's first bytes name: ``gz``, ``zst``, ``bz2``, ``xz``, ``zip`` or nothing."""
    return next((kind for magic, kind in _MAGIC if head.startswith(magic)), "")


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
    """bzip2 and xz."""

    def step(self, packed: bytes) -> tuple[bytes, bool]:
        data: bytes = self._inner.decompress(packed, _MOST)
        return data, not self._inner.needs_input and not self._inner.eof


class _Zst:
    """zstd, whose steps cannot be bounded: it is fed a little at a time."""

    def __init__(self) -> None:
        try:
            import zstandard  # noqa: PLC0415 -- only who reads zstd needs it
        except ImportError as error:
            raise ConfigurationError(
                "FILES", "zstd needs a package.", "Run: pip install 'poolwarden[triage]'."
            ) from error
        self._inner: Any = zstandard.ZstdDecompressor().decompressobj()
        self._waiting = b""

    def step(self, packed: bytes) -> tuple[bytes, bool]:
        waiting = self._waiting + packed
        self._waiting = waiting[_LITTLE:]
        data: bytes = self._inner.decompress(waiting[:_LITTLE])
        return data, bool(self._waiting) and not self._inner.eof

    @property
    def eof(self) -> bool:
        return bool(self._inner.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._inner.unused_data) + self._waiting


def _gz_object() -> Any:
    try:
        from isal import isal_zlib  # noqa: PLC0415 -- optional
    except ImportError:
        return zlib.decompressobj(wbits=31)
    return isal_zlib.decompressobj(31)


def _bz2() -> _Blocks:
    return _Blocks(bz2.BZ2Decompressor())


def _xz() -> _Blocks:
    import lzma  # noqa: PLC0415 -- Python may be built without it

    return _Blocks(lzma.LZMADecompressor())


UNPACKERS: dict[str, Callable[[], Unpacker]] = {"gz": _Gz, "zst": _Zst, "bz2": _bz2, "xz": _xz}
