"""Read inputs of any kind as records: the one entrance of the triage's reading half."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from poolwarden.triage.batches import Batch
from poolwarden.triage.inflate import keep_memory
from poolwarden.triage.parts import Counts, Part, parts_of, read_part, understood
from poolwarden.triage.prefilter import Prefilter
from poolwarden.triage.records import Tally, Warn
from poolwarden.triage.sources import Source, sources_of
from poolwarden.triage.times import end_of
from poolwarden.triage.workers import answers, processes_for

Progress = Callable[[int, int], None]
"""Called with the bytes done and the bytes in all (0 where that cannot be known)."""


class ReadOptions(msgspec.Struct, frozen=True, kw_only=True):
    """
    What to read.

    Attributes:
        since: Leave out records before this time, epoch seconds; records without a time are kept.
        until: Leave out records from this time on, epoch seconds.
        year: The year of stamps that name none; by default each has the latest that its file's last change allows.
        processes: How many processes read; by default as many as are worth it.
        spark: Whether Spark's tasks read instead.
    """

    since: float | None = None
    until: float | None = None
    year: int | None = None
    processes: int | None = None
    spark: bool = False


class Reading:
    """
    Records in batches, and the count of what was read.

    Args:
        sources: The inputs.
        options: What to leave out.
        progress: Called now and then.
        chosen: Which of the inputs to read, and whether the guard's events in them are passed over; all by default.
        tally: Added to; one of its own by default.

    Attributes:
        tally: Complete once the iteration has ended.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        options: ReadOptions,
        progress: Progress | None,
        chosen: Mapping[int, bool] | None = None,
        tally: Tally | None = None,
    ) -> None:
        self._chosen = dict.fromkeys(range(len(sources)), False) if chosen is None else chosen
        self._sources = sources
        self._options = options
        self._progress = progress
        self._total = sum(sources[index].size for index in self._chosen)
        self._done = 0
        self._lines_before: dict[int, int] = {}
        self.tally = tally or Tally(files=[source.name for source in sources])

    def __iter__(self) -> Iterator[Batch]:
        """Yield the records of each part of each input, in order."""
        if not self._chosen:
            return
        here: Prefilter | None = None
        for part, data in self._answers():
            if data is None:
                here = here if here is not None else Prefilter()
                yield from self._stream(part, here)
                continue
            told, counts = understood(data, self._lines_before.get(part.index, 0))
            self._done += counts.taken
            self._count(part, counts)
            self._report()
            self.tally.records += len(told)
            if told:
                yield told

    def _answers(self) -> Iterator[tuple[Part, bytes | None]]:
        """Yield each part with its answer; None where it is to be read here."""
        if self._options.spark:
            from poolwarden.triage.spark import answers as spark_answers  # noqa: PLC0415 (few have it)

            yield from spark_answers(self._parts(), self._sources)
            return
        keep_memory()  # before processes are forked: they inherit it
        processes = self._options.processes or processes_for(sum(self._sources[i].weight for i in self._chosen))
        if processes == 1:
            for part in self._parts():
                yield part, None
        else:
            yield from answers(self._parts(), self._sources, processes)

    def _parts(self) -> Iterator[Part]:
        options = self._options
        for index, elsewhere in self._chosen.items():
            source = self._sources[index]
            latest = end_of(options.year) if options.year else source.latest
            yield from parts_of(index, source, latest, options.since, options.until, elsewhere=elsewhere)

    def _stream(self, part: Part, prefilter: Prefilter) -> Iterator[Batch]:
        """Read a part here; its records are handed out as they are found."""
        counts = Counts()
        before = self._lines_before.get(part.index, 0)
        done = self._done
        for read in read_part(part, self._sources[part.index], prefilter, counts):
            batch = Batch(read.records, read.shapes, read.echoes, before) if before else read
            self._done = done + counts.taken
            self._report()
            self.tally.records += len(batch)
            if batch:
                yield batch
        self._done = done + counts.taken
        self._count(part, counts)
        self._report()

    def _report(self) -> None:
        if self._progress is not None:
            self._progress(min(self._done, self._total) if self._total else self._done, self._total)

    def _count(self, part: Part, counts: Counts) -> None:
        before = self._lines_before.get(part.index, 0)
        self._lines_before[part.index] = before + counts.lines
        add_counts(self.tally, self._sources[part.index].name, before, counts)


def add_counts(tally: Tally, name: str, before: int, counts: Counts) -> None:
    """
    Add to a tally what was counted in a part of a file.

    Args:
        tally: Added to; its records are not counted here.
        name: The file.
        before: How many of its lines were counted before.
        counts: What was counted.
    """
    tally.bytes += counts.bytes
    tally.lines += counts.lines
    tally.raw_tokens += counts.tokens
    tally.passed_over += counts.passed
    warn = tally.warnings.append
    if counts.tokens:
        some, what = ("token stands here", "it") if counts.tokens == 1 else ("tokens stand from here on", "them")
        mend = f"delete {what}, end the session{'s' * (counts.tokens > 1)}, mask tokens in the logger."
        warn(Warn(name, before + counts.token_line, f"{counts.tokens} {some} in plain text: {mend}"))
    if counts.unread:
        tally.unread_lines += counts.unread
        lines = _lines(counts.unread)
        warn(Warn(name, before + counts.unread_at, f"{lines} could not be read: {counts.trouble}."))
    if counts.broken:
        tally.unread_lines += 1
        mend = "" if counts.broken.endswith(".") else "; what comes after was not read. Fetch the file again."
        warn(Warn(name, before + counts.lines, f"{counts.broken}{mend}"))
    if counts.long_lines:
        tally.unread_lines += counts.long_lines
        what = "too long to be read whole; only what stands around the words looked for was read."
        warn(Warn(name, 0, f"{_lines(counts.long_lines)}: {what}"))


def _lines(count: int) -> str:
    return f"{count:,} line{'' if count == 1 else 's'}"


def read(paths: Sequence[str], options: ReadOptions | None = None, progress: Progress | None = None) -> Reading:
    """
    Read inputs.

    Args:
        paths: Files, folders, patterns, or ``-`` for standard input.
        options: What to leave out.
        progress: Called now and then with the bytes done and the bytes in all.

    Returns:
        An iterable of batches of records; its ``tally`` is complete after the loop.

    Raises:
        ConfigurationError: An argument stands for no file.
    """
    return Reading(sources_of(paths), options or ReadOptions(), progress)
