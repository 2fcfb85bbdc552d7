"""Turn what was asked for into streams of bytes: files, folders, globs, stdin, archives, any compression."""

import glob
import io
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from poolwarden.errors import ConfigurationError
from poolwarden.triage.inflate import Inflated, members_of
from poolwarden.triage.unpack import packing_of

STDIN = "-"
_HEAD = 65536
_PACKED_BY = 10  # logs pack to a tenth


@dataclass(frozen=True, slots=True)
class Source:
    """
    One input.

    Attributes:
        packed: Whether it is compressed.
        name: As given, archive members as ``archive.zip!member``.
        path: Where it lies; None for stdin.
        size: Bytes on disk; 0 where it cannot be known.
        year: The year of its last change, for stamps that name none.
        member: The archive's member.
    """

    name: str
    path: Path | None
    size: int = 0
    year: int = 1970
    member: str | None = None
    packed: bool = False

    @property
    def weight(self) -> int:
        """About how many bytes there are to read once it is unpacked."""
        return self.size * _PACKED_BY if self.packed else self.size


def _files_of(given: str) -> list[Path]:
    path = Path(given)
    if path.is_dir():
        found = sorted(item for item in path.rglob("*") if item.is_file() and not item.name.startswith("."))
    elif path.exists():
        found = [path]
    else:
        found = sorted(item for item in map(Path, glob.glob(given, recursive=True)) if item.is_file())  # noqa: PTH207
    if not found:
        what = "is an empty folder" if path.is_dir() else "does not exist"
        raise ConfigurationError("FILES", f"{given} {what}.", "Give files, folders, patterns, or - for standard input.")
    return found


def sources_of(paths: Sequence[str]) -> list[Source]:
    """
    Return the inputs that the arguments stand for, each file once.

    Args:
        paths: Files, folders (read to their depths), patterns such as
            ``logs/**/*.gz``, or ``-`` for standard input.

    Raises:
        ConfigurationError: An argument stands for no file, or there is none.
    """
    if not paths:
        raise ConfigurationError("FILES", "nothing to read.", "Give files, folders, patterns, or - for standard input.")
    found: dict[str, Source] = {}
    for given in paths:
        if given == STDIN:
            found.setdefault(STDIN, Source(STDIN, None))
            continue
        for path in _files_of(given):
            for source in _sources_in(path):
                found.setdefault(f"{path.resolve()}!{source.member or ''}", source)
    return list(found.values())


def _sources_in(path: Path) -> Iterator[Source]:
    from datetime import UTC, datetime  # noqa: PLC0415

    try:
        told = path.stat()
    except OSError as error:
        raise ConfigurationError(
            "FILES", f"{path}: {error.strerror}.", "Check the path and its permissions."
        ) from error
    year = datetime.fromtimestamp(told.st_mtime, UTC).year
    members = members_of(path)
    if members is None:
        with path.open("rb") as stream:
            packed = packing_of(stream.read(8)) != ""
        yield Source(str(path), path, told.st_size, year, packed=packed)
        return
    for member, size in members:
        yield Source(f"{path}!{member}", path, size, year, member, packed=True)


def open_source(source: Source) -> Inflated:
    """
    Open an input for reading, its compression and its encoding undone.

    Raises:
        ConfigurationError: The file cannot be opened.
    """
    if source.path is None:
        return Inflated(sys.stdin.buffer)
    try:
        stream: BinaryIO = source.path.open("rb", buffering=0)
    except OSError as error:
        what = f"{source.name}: {error.strerror}."
        raise ConfigurationError("FILES", what, "Check the path and its permissions.") from error
    return Inflated(stream, member=source.member)


def sniff(path: str) -> str:
    """
    Return what kind of file it is, from its first bytes.

    Returns:
        ``events`` where every whole line of the head is one of the guard's JSON
        events (plain or gz: what DuckDB reads by itself), ``cloudtrail`` for a
        delivered CloudTrail file, else ``mixed``.
    """
    try:
        with Path(path).open("rb") as stream:
            packing = packing_of(stream.read(8))
        if packing not in ("", "gz"):
            return "mixed"
        with open_source(Source(path, Path(path))) as opened:
            head = opened.read(_HEAD)
    except (OSError, ConfigurationError):
        return "mixed"
    if head.lstrip()[:30].replace(b" ", b"").startswith(b'{"Records":[') and b"eventSource" in head:
        return "cloudtrail"
    lines = head.split(b"\n")
    whole = lines[:-1] if len(lines) > 1 else lines
    told = [line.startswith(b"{") and b'"event":' in line and b'"poolwarden.' in line for line in whole if line.strip()]
    return "events" if told and all(told) else "mixed"


__all__ = ["STDIN", "Source", "io", "open_source", "sniff", "sources_of"]
