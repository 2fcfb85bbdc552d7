"""Undo compression and encoding of a stream, and keep what can be read of a broken one."""

import codecs
import io
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from poolwarden.triage.unpack import UNPACKERS, Unpacker, other_packing_of, packing_of

if TYPE_CHECKING:
    from zipfile import ZipFile

_LARGE = 24 << 20
_PACKED = 1 << 20  # bytes taken at once of a packed stream
_PIECE = 1 << 12
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32-le",  # begins as the next but one does
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_FEWEST = 8  # bytes that tell packing and encoding
_ODD_ENOUGH = 0.8  # Latin text in UTF-16 has a NUL in nearly every other byte


def _encoding_of(head: bytes) -> str | None:
    marked = next((name for mark, name in _MARKS.items() if head.startswith(mark)), None)
    if marked is not None:
        return marked
    sample = head[:4096]
    if len(sample) >= _FEWEST:
        half = len(sample) // 2
        if sample[1::2].count(0) > half * _ODD_ENOUGH and sample[::2].count(0) < half * 0.1:
            return "utf-16-le"
        if sample[::2].count(0) > half * _ODD_ENOUGH and sample[1::2].count(0) < half * 0.1:
            return "utf-16-be"
    return None


def is_plain(head: bytes) -> bool:
    """Tell whether a file that begins so is neither packed nor in UTF-16 or UTF-32."""
    return not packing_of(head) and not other_packing_of(head) and _encoding_of(head) is None


def keep_memory() -> None:
    """
    Keep what is freed for what is needed next.

    The C library gives a large block back at once, and takes the next one anew from the kernel, page by page: half of
    the time of unpacking small files. One larger block that comes and goes teaches it otherwise (glibc raises its
    threshold for such blocks to the largest one freed, up to 32 MB); elsewhere this changes nothing. It is never
    written to, and so costs no memory.
    """
    bytes(_LARGE)


def _salvaged(unpacker: Unpacker, packed: bytes) -> bytes:
    """Return what comes before the damage in a member's first step, taken in small pieces."""
    found: list[bytes] = []
    with suppress(Exception):
        for begin in range(0, len(packed), _PIECE):
            data, more = unpacker.step(packed[begin : begin + _PIECE])
            found.append(data)
            while more:
                data, more = unpacker.step(b"")
                found.append(data)
    return b"".join(found)


class _Again(io.RawIOBase):
    """What a stream unpacks to, where that is packed again."""

    def __init__(self, first: bytes, more: Callable[[int], bytes]) -> None:
        super().__init__()
        self._first = first
        self._more = more

    def read(self, size: int = -1, /) -> bytes:
        data, self._first = self._first or self._more(size), b""
        return data


class Inflated:
    """
    A stream of plain UTF-8 (or whatever 8-bit) bytes over any stream.

    Args:
        stream: What to read.
        member: The member to read of a zip archive.

    Attributes:
        taken: Bytes taken from the stream so far.
        broken: What is wrong with the stream, in a few words; with a full stop where they say what to do. Empty while
            nothing is.
    """

    def __init__(self, stream: BinaryIO | io.RawIOBase, member: str | None = None) -> None:
        self._raw = stream
        self._archive: ZipFile | None = None
        self._stream: Any = stream
        self._unpacker: Unpacker | None = None
        self._more = False
        self._begun = False  # a step of this unpacker was taken: it cannot be gone back
        self._kind: str | None = None
        self._pending = b""
        self._over = memoryview(b"")
        self._decoder: codecs.IncrementalDecoder | None = None
        self._started = False
        self._within: Inflated | None = None
        self._ended = False
        self.taken = 0
        self.broken = ""
        if member is not None:
            self._stream = self._tried(self._member, member) or stream
            self._ended = bool(self.broken)

    def _member(self, name: str) -> Any:
        from poolwarden.triage.archives import opened  # noqa: PLC0415 (most logs are in none)

        self._archive, member, head = opened(self._raw, name)
        if head is not None:
            self._kind, self._unpacker = "lzma", UNPACKERS["lzma"]()
            self._pending = head + member.read(_PACKED)
        return member

    def _tried(self, read: Callable[[Any], Any], what: Any) -> Any:
        """Return what reading answers, None where it fails."""
        try:
            return read(what)
        except Exception as error:  # noqa: BLE001 (devices and zip archives fail in many ways; all mean that the rest is lost)
            if "encrypted" in str(error):  # the class is RuntimeError, as of others
                self.broken = "is encrypted. Unpack it with its password first."
            else:
                self.broken = f"cannot be read further: {error}"
            return None

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the streams."""
        self.close()

    def close(self) -> None:
        """Close the streams."""
        if self._stream is not self._raw:
            self._stream.close()
        if self._archive is not None:
            self._archive.close()
        self._raw.close()

    @property
    def packed(self) -> bool:
        """Whether the stream is compressed; known once something was read."""
        return bool(self._kind) or self._archive is not None

    @property
    def plain(self) -> bool:
        """Whether the bytes are handed out as they stand; known once something was read."""
        return self._started and not self.packed and self._decoder is None

    def read(self, size: int) -> bytes:
        """Return about ``size`` bytes, more where they unpack so; nothing at the end."""
        while self._within is None and (data := self._some(size)):
            if not self._started:
                self._started = True
                while len(data) < _FEWEST and (more := self._some(size)):
                    data += more
                # As Firehose packs what CloudWatch has packed. No deeper: there are files that unpack to themselves.
                if self._unpacker is not None and packing_of(data) and not isinstance(self._raw, _Again):
                    self._within = Inflated(_Again(data, self._some))
                    break
                encoding = _encoding_of(data)
                if encoding is not None:
                    self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
                data = data.removeprefix(codecs.BOM_UTF8)
            if self._decoder is not None:
                data = self._decoder.decode(data).lstrip("\ufeff").encode("utf-8", errors="replace")
            if data:
                return data
        if self._within is None:
            return b""
        data = self._within.read(size)
        self.broken = self.broken or self._within.broken
        return data

    def _some(self, size: int) -> bytes:
        """Return the next bytes unpacked; nothing at the end."""
        data = b""
        while not data and not self._ended:
            data = self._unpacked(size)
        return data

    def readinto(self, buffer: memoryview) -> int:
        """Fill the buffer as far as one step goes; 0 at the end."""
        if self._started and self._unpacker is None and self._decoder is None and not self._over and not self._ended:
            got: int = self._tried(self._stream.readinto, buffer) or 0
            self.taken += got
            self._ended = not got
            return got
        if not self._over:
            self._over = memoryview(self.read(len(buffer)))
        got = min(len(self._over), len(buffer))
        buffer[:got] = self._over[:got]
        self._over = self._over[got:]
        return got

    def _take(self, size: int) -> bytes:
        data: bytes = self._tried(self._stream.read, size) or b""
        self.taken += len(data)
        return data

    def _unpacked(self, size: int) -> bytes:
        if self._kind is None:
            self._pending = self._take(size)
            while 0 < len(self._pending) < _FEWEST and (more := self._take(_FEWEST)):  # a pipe gives what there is
                self._pending += more
            self._kind = packing_of(self._pending)
            self.broken = other_packing_of(self._pending)
            if self.broken:
                self._ended = True
                return b""
            if self._kind and size < _PACKED:  # a small file in one go: what unpacks to one block is not copied again
                self._pending += self._take(_PACKED - size)
            if self._kind == "zip":  # one that has its directory was opened by its members
                self.broken = "is a zip archive that cannot be opened: it is cut, or not given as a file"
                self._ended = True
                return b""
            if self._kind in UNPACKERS:
                self._unpacker = UNPACKERS[self._kind]()
        if self._unpacker is None:
            data, self._pending = self._pending or self._take(size), b""
            self._ended = not data
            return data
        return self._inflate(self._unpacker)

    def _inflate(self, unpacker: Unpacker) -> bytes:
        packed = b""
        if not self._more:
            packed, self._pending = self._pending or self._take(_PACKED), b""
            if not packed:
                self._ended = True
                if not unpacker.eof:
                    self.broken = self.broken or "ends in the middle"
                return b""
            if unpacker.eof:  # a further member
                self._unpacker = unpacker = UNPACKERS[self._kind or ""]()
        try:
            data, self._more = unpacker.step(packed)
        except Exception as error:  # noqa: BLE001 (each library has its own; all mean that the rest is lost)
            self.broken, self._ended = f"is damaged: {error}", True
            return b"" if self._begun else _salvaged(UNPACKERS[self._kind or ""](), packed)
        self._begun = not unpacker.eof
        if unpacker.eof:
            self._more = False
            rest = unpacker.unused_data.lstrip(b"\0")
            while len(rest) < _FEWEST and (more := self._take(_PACKED)):  # what was taken at once may end anywhere
                rest = (rest + more).lstrip(b"\0")
            if rest and packing_of(rest) != self._kind:
                self.broken, self._ended = "has foreign bytes behind its end", True
            self._pending = rest
        return data
