"""Follow growing files, through rotation, until somebody stops it."""

import codecs
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from poolwarden.errors import ConfigurationError
from poolwarden.triage.contents import records_at
from poolwarden.triage.formats.base import Context
from poolwarden.triage.found import Found
from poolwarden.triage.heads import kind_of
from poolwarden.triage.inflate import is_plain
from poolwarden.triage.parts import Counts
from poolwarden.triage.prefilter import Prefilter
from poolwarden.triage.reader import Reading, ReadOptions, add_counts
from poolwarden.triage.records import Record, Tally, Warn
from poolwarden.triage.scanning import Scan
from poolwarden.triage.sources import SLACK_S, Source
from poolwarden.triage.times import end_of

PAUSE_S = 0.5
"""How long to wait where nothing is new, seconds."""

_QUIET_TURNS = 2  # a record that waits for its next line is handed out after so many turns without one
_HEAD = 65536


class _Grown:
    """What a file has grown by."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream

    def readinto(self, buffer: memoryview) -> int:
        got: int = self.stream.readinto(buffer)  # type: ignore[attr-defined]
        return got


class Followed:
    """
    One file that grows.

    A file that was renamed away is read to its end before the new one of the
    same name is opened; one that was cut (``copytruncate``) is read from its
    start again. Lines are counted from the beginning of the file of now.

    Args:
        source: The file, a plain log of lines.
        index: Its index in the tally.
        year: The year of stamps that name none; by default that of their time.
        prefilter: What to look for.
    """

    def __init__(self, source: Source, index: int, year: int | None, prefilter: Prefilter) -> None:
        self.name = source.name
        self._path = source.path or Path(source.name)
        self.inodes: set[tuple[int, int]] = set()  # of every file that had the name
        self._context = Context(file=index, latest=end_of(year) if year else source.latest)
        self._year = year
        self._prefilter = prefilter
        self._quiet = 0
        self._patience = 0  # what is there at first is not about to grow
        self._before = Counts()
        self._open(self._path.open("rb", buffering=0))

    def _open(self, stream: BinaryIO) -> None:
        with suppress(AttributeError):  # the first time there is none
            self._stream.close()
        self._stream: BinaryIO = stream
        told = os.fstat(self._stream.fileno())
        self._inode = told.st_ino
        self.inodes.add((told.st_dev, told.st_ino))
        if self._stream.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
            self._stream.seek(0)
        self._scan = Scan(_Grown(self._stream), self._context, self._prefilter)

    def counts(self) -> Counts:
        """Return what was counted so far, rotated files included."""
        before, scan = self._before, self._scan
        return Counts(
            bytes=before.bytes + scan.bytes,
            lines=before.lines + scan.lines,
            tokens=before.tokens + scan.tokens,
            token_line=before.token_line or scan.token_line,
            long_lines=before.long_lines + scan.long_lines,
        )

    def turn(self) -> Iterator[list[Record]]:
        """Yield the records of what is new, a batch for each block that was read."""
        grown = False
        if self._year is None:  # the log is written to over the turn of the year
            self._scan.up_to(os.fstat(self._stream.fileno()).st_mtime + SLACK_S)
        while (places := self._scan.step()) is not None:
            grown = True
            yield self._opened(places)
        self._quiet = 0 if grown else self._quiet + 1
        new = self._new()
        if new is not None:
            yield self.rest()
            self._before = self.counts()
            self._open(new)
            yield from self.turn()
        elif self._quiet == self._patience:
            yield self._opened(self._scan.pause())
        self._patience = _QUIET_TURNS

    def rest(self) -> list[Record]:
        """Return the records of what still waits for its end."""
        return self._opened(self._scan.rest())

    def _new(self) -> BinaryIO | None:
        """Return the file that has the name by now, where that is another one, or begins anew."""
        try:
            told = self._path.stat()
            if told.st_ino == self._inode and told.st_size >= self._stream.tell():
                return None
            return self._path.open("rb", buffering=0)
        except OSError:  # between the renaming and the new file
            return None

    def _opened(self, found: list[Found]) -> list[Record]:
        return [record for place in found for record in records_at(place)]

    def close(self) -> None:
        """Close the file."""
        self._stream.close()


class Following:
    """
    Records in batches: of what is in the files, and of what is written to them from then on.

    Packed files and documents do not grow: they are read once, first. Files that
    appear later are taken up as they come. An empty batch says that nothing is
    new for now.

    Args:
        sources: The files.
        options: What to leave out.
        wait: Called with the seconds to wait, 0 while there is more to read; returns whether to go on.
        find: Returns the files that there are by now; called now and then.

    Raises:
        ConfigurationError: An input is standard input, or a file cannot be opened.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        options: ReadOptions,
        wait: Callable[[float], bool],
        find: Callable[[], Sequence[Source]] = tuple,
    ) -> None:
        if any(source.path is None for source in sources):
            raise ConfigurationError(
                "FILES", "standard input cannot be followed.", "Name files, or leave out --follow."
            )
        growing = [source for source in sources if _grows(source)]
        whole = [source for source in sources if source not in growing]
        self._sources = [*whole, *growing]  # by the index that records name
        self._readings = [Reading(whole, options, None)]
        self._options = options
        self._wait = wait
        self._find = find
        self._records = 0
        self._prefilter = Prefilter()
        self._sizes: dict[str, int] = {}
        self.files = [self._followed(source, index) for index, source in enumerate(growing, len(whole))]

    def _followed(self, source: Source, index: int) -> Followed:
        return Followed(source, index, self._options.year, self._prefilter)

    def tally(self) -> Tally:
        """Return what was read by now."""
        tally = Tally([source.name for source in self._sources], records=self._records)
        for once in (reading.tally for reading in self._readings):
            tally.bytes += once.bytes
            tally.lines += once.lines
            tally.records += once.records
            tally.unread_lines += once.unread_lines
            tally.raw_tokens += once.raw_tokens
            tally.warnings.extend(once.warnings)
        for file in self.files:
            add_counts(tally, file.name, 0, file.counts())
        return tally

    def __iter__(self) -> Iterator[Sequence[Record]]:
        """Yield batches until waiting ends; then what still waited for its end."""
        try:
            for batch in self._readings[0]:
                yield batch
                if not self._wait(0):
                    break
            yield from self._grown()
            for file in self.files:
                yield self._wanted(file.rest())
        finally:
            for file in self.files:
                file.close()

    def _grown(self) -> Iterator[Sequence[Record]]:
        going = self._wait(0)
        while going:
            for file in self.files:
                for batch in file.turn():
                    if batch:
                        yield self._wanted(batch)
                    if not self._wait(0):
                        return
            yield from self._arrived()
            yield []
            going = self._wait(PAUSE_S)

    def _arrived(self) -> Iterator[Sequence[Record]]:
        """Take up the files that are new; yield the records of those that do not grow."""
        known = {source.name for source in self._sources}
        inodes = {inode for file in self.files for inode in file.inodes}
        for source in self._find():
            size, self._sizes[source.name] = self._sizes.get(source.name), source.size
            if source.name in known or not source.size:
                continue
            try:
                # One that was renamed is still read under its old name; one that is being written is not yet whole.
                if _inode(source) in inodes:
                    continue
                grows = _grows(source)
                if grows:
                    self.files.append(self._followed(source, len(self._sources)))
            except OSError:  # it went away meanwhile; where it comes again, the next turn takes it up
                continue
            if grows or size == source.size:
                self._sources.append(source)
            if not grows and size == source.size:
                yield from self._arrived_whole()

    def _arrived_whole(self) -> Iterator[Sequence[Record]]:
        """Yield the records of the last of the files, which does not grow."""
        reading = Reading(self._sources, self._options, None, {len(self._sources) - 1: False})
        begun = False
        try:
            for batch in reading:
                begun = True  # its records name it by its index
                yield batch
        except (ConfigurationError, OSError) as error:
            gone = isinstance(error, OSError) or isinstance(error.__cause__, OSError)
            if gone and not begun:  # as above
                self._sources.pop()
                return
            # Whoever follows goes on with the other files: what is known by now shall not be lost over this one.
            why = f"{error.problem} {error.mend}" if isinstance(error, ConfigurationError) else error
            reading.tally.warnings.append(Warn(self._sources[-1].name, 0, f"cannot be read further: {why}"))
        self._readings.append(reading)

    def _wanted(self, batch: list[Record]) -> list[Record]:
        since, until = self._options.since, self._options.until
        wanted = [
            record
            for record in batch
            if record.at is None or ((since is None or record.at >= since) and (until is None or record.at < until))
        ]
        self._records += len(wanted)
        return wanted


def _inode(source: Source) -> tuple[int, int]:
    told = os.stat(source.path or "")  # noqa: PTH116 (as above)
    return told.st_dev, told.st_ino


def _grows(source: Source) -> bool:
    """Tell whether a file is a plain log of lines: what grows at its end."""
    if source.packed:
        return False
    with (source.path or Path(source.name)).open("rb") as stream:
        head = stream.read(_HEAD)
    return is_plain(head) and not kind_of(head)
