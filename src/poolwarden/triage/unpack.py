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
_MOST = 8 << 20  # bytes unpacked at once
_LITTLE = 16 << 10  # bytes of zstd unpacked at once


def packing_of(head: bytes) -> str:
    """Return the compression that a file's first bytes name: ``gz``, ``zst``, ``bz2``, ``xz``, ``zip`` or nothing."""
    return next((kind for magic, kind in _MAGIC if head.startswith(magic)), "")


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
