"""Turn what was asked for into streams of bytes: files, folders, globs, stdin, archives, any compression."""

import glob
import os
import select
import stat
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import msgspec

from poolwarden.errors import ConfigurationError
from poolwarden.triage.inflate import Inflated
from poolwarden.triage.times import END_OF_1970
from poolwarden.triage.unpack import packing_of

STDIN = "-"
"""The name of standard input."""

PATIENCE_S = 1
"""How long a pipe may be silent before a person is told what is waited for, seconds."""

SLACK_S = 86400
"""How much later than a file's last change its stamps may seem to be, seconds: zones and clocks differ."""

_PACKED_BY = 10  # logs pack to a tenth


class Source(msgspec.Struct, frozen=True):
    """
    One input.

    Attributes:
        packed: Whether it is compressed.
        name: As given, archive members as ``archive.zip!member``; what is no UTF-8 in it is shown as a replacement.
        path: Where it lies; None for what can be read but once: stdin, a pipe.
        size: Bytes on disk; 0 where it cannot be known.
        latest: The latest time that a stamp without a year may mean, epoch seconds: a day after its last change.
        member: The archive's member.
    """

    name: str
    path: Path | None
    size: int = 0
    latest: float = END_OF_1970
    member: str | None = None
    packed: bool = False

    @property
    def weight(self) -> int:
        """About how many bytes there are to read once it is unpacked."""
        return self.size * _PACKED_BY if self.packed else self.size


def files_of(given: str) -> list[Path]:
    """Return the files that an argument stands for now: a file, those of a folder, or those of a pattern."""
    path = Path(given)
    if path.is_dir():
        return sorted(item for item in path.rglob("*") if item.is_file() and not item.name.startswith("."))
    if path.exists():
        return [path]
    return sorted(item for item in map(Path, glob.glob(given, recursive=True)) if item.is_file())  # noqa: PTH207


def _files_of(given: str) -> list[Path]:
    path, found = Path(given), files_of(given)
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
            found.setdefault(STDIN, Source(STDIN, None, latest=time.time() + SLACK_S))
            continue
        for path in _files_of(given):
            for source in _sources_in(path):
                found.setdefault(f"{path.resolve()}!{source.member or ''}", source)
    return list(found.values())


def present(paths: Sequence[str]) -> list[Source]:
    """Return the inputs that there are by now; what is gone, or was never there, is left out."""
    found: dict[str, Source] = {}
    for path in (path for given in paths if given != STDIN for path in files_of(given)):
        with suppress(ConfigurationError, OSError):  # it went away in between
            found |= {source.name: source for source in _sources_in(path)}
    return list(found.values())


def _sources_in(path: Path) -> Iterator[Source]:
    try:
        told = path.stat()
    except OSError as error:
        raise ConfigurationError(
            "FILES", f"{path}: {error.strerror}.", "Check the path and its permissions."
        ) from error
    latest = told.st_mtime + SLACK_S
    if not stat.S_ISREG(told.st_mode):
        yield Source(_shown(path), None, latest=time.time() + SLACK_S)
        return
    with path.open("rb", buffering=0) as stream:
        packing = packing_of(stream.read(8))
    members = None
    if packing == "zip":
        from poolwarden.triage.archives import members_of  # noqa: PLC0415 (most logs are in none)

        members = members_of(path)
    if members is None:
        yield Source(_shown(path), path, told.st_size, latest, packed=packing != "")
        return
    for member, size, changed in members:
        own = latest if changed is None else changed + SLACK_S
        yield Source(f"{_shown(path)}!{member}", path, size, own, member, packed=True)


def _shown(path: Path) -> str:
    """Return a file's name as text: on Unix it may be any bytes, which no report and no database takes."""
    return os.fsencode(path).decode("utf-8", "replace")


def open_source(source: Source) -> Inflated:
    """
    Open an input for reading, its compression and its encoding undone.

    Raises:
        ConfigurationError: The file cannot be opened.
    """
    if source.name == STDIN:
        return Inflated(sys.stdin.buffer)
    try:
        stream: BinaryIO = _pipe(source.name) if source.path is None else source.path.open("rb", buffering=0)
    except OSError as error:
        what = f"{source.name}: {error.strerror}."
        raise ConfigurationError("FILES", what, "Check the path and its permissions.") from error
    return Inflated(stream, member=source.member)


def _pipe(name: str) -> BinaryIO:
    """Open a pipe; where nobody writes to it yet, say so and wait."""
    descriptor = os.open(name, os.O_RDONLY | os.O_NONBLOCK)
    writers = select.poll()
    writers.register(descriptor, select.POLLIN | select.POLLHUP)
    if not writers.poll(PATIENCE_S * 1000):
        sys.stderr.write(f"poolwarden: {name} is a pipe; waiting until somebody writes to it (Ctrl-C ends)\n")
        writers.poll()
    os.set_blocking(descriptor, True)
    return os.fdopen(descriptor, "rb", buffering=0)


__all__ = ["STDIN", "Source", "files_of", "open_source", "present", "sources_of"]
