"""Triage logs: read, group, infer, judge, report. The one call that the command makes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from poolwarden.errors import ConfigurationError
from poolwarden.triage.records import Record, Tally
from poolwarden.triage.sources import Source, present, sources_of
from poolwarden.triage.staging import Staging
from poolwarden.triage.store import Store
from poolwarden.triage.wanted import TriageOptions, Wanted

if TYPE_CHECKING:
    from poolwarden.triage.report import Report

__all__ = ["EVERY_S", "TriageOptions", "conclude", "triage", "watch"]

EVERY_S = 2.0
"""How often at most a followed log is judged, seconds."""

_REST = 10  # times as long as judging took
_MAGIC = slice(8, 12)  # where a DuckDB file says that it is one


def triage(
    paths: Sequence[str], options: TriageOptions | None = None, progress: Callable[..., None] | None = None
) -> "Report":
    """
    Return why sessions vanished, from whatever logs there are.

    Args:
        paths: Files, folders, globs, or ``-`` for standard input.
        options: What to triage; everything without.
        progress: Called by the reader as it goes; see :mod:`poolwarden.triage.reader`.

    Raises:
        ConfigurationError: A file does not exist.
    """
    options = options or TriageOptions()
    sources = sources_of(paths)
    report = None if options.save or options.spark else _grouped(sources, options, progress)
    if report is not None:
        return report
    tally = Tally(files=[source.name for source in sources])
    reading = _reading(sources, options, progress, dict.fromkeys(range(len(sources)), False), tally)
    return conclude(reading, lambda: tally, options)


def _grouped(
    sources: Sequence[Source], options: TriageOptions, progress: Callable[..., None] | None
) -> "Report | None":
    """Return the report where files hold the guard's events by the many, which the database reads; else None."""
    staging = Staging(sources, options.since, options.until)
    if staging.staged is None:
        return None
    wanted = Wanted(options)
    tally = Tally(files=[source.name for source in sources])
    with Store() as store:
        _take(_reading(sources, options, progress, staging.by_lines(), tally), wanted, store)
        mixed = staging.group(store)
        if mixed is None:
            return None
        _take(_reading(sources, options, progress, mixed, tally), wanted, store)
        store.flush()
        staging.count(store, tally)
        wanted.note(*staging.unstage(store, options.client, options.pool))
        return _judging()(store, tally, options.declared, wanted, staged=staging.staged)


def _reading(
    sources: Sequence[Source],
    options: TriageOptions,
    progress: Callable[..., None] | None,
    chosen: Mapping[int, bool],
    tally: Tally,
) -> Iterable[Sequence[Record]]:
    """Return the records of some inputs; what reads lines is loaded where there is something to read by lines."""
    if not chosen:
        return ()
    from poolwarden.triage.reader import Reading, ReadOptions  # noqa: PLC0415

    what = ReadOptions(since=options.since, until=options.until, spark=options.spark)
    return Reading(sources, what, progress, chosen, tally)


def conclude(
    batches: Iterable[Sequence[Record]],
    tally: Callable[[], Tally],
    options: TriageOptions | None = None,
) -> "Report":
    """
    Return the report on records that somebody reads.

    Args:
        batches: The records, in any order and any batches.
        tally: Asked for the reader's tally once the batches have ended.
        options: What to triage; everything without.
    """
    options = options or TriageOptions()
    wanted = Wanted(options)
    with _store(options.save) as store:
        _take(batches, wanted, store)
        return _judging()(store, tally(), options.declared, wanted, keep=options.save is not None)


def _judging() -> "Callable[..., Report]":
    """Return what judges. It is loaded once there is something to judge: worker processes read on meanwhile."""
    from poolwarden.triage.judging import judged  # noqa: PLC0415

    return judged


def _take(batches: Iterable[Sequence[Record]], wanted: Wanted, store: Store) -> None:
    for batch in batches:
        _judging()
        store.add(wanted.of(batch))


def _store(save: str | None) -> Store:
    """Return a store, unless it would replace what is no database."""
    path = Path(save) if save else None
    if path is not None and path.exists() and not path.is_dir() and not _may_be_replaced(path):
        problem = f"{save} exists and is no DuckDB file."
        raise ConfigurationError("save", problem, "Name another file: only a saved incident is replaced.")
    return Store(save)


def _may_be_replaced(path: Path) -> bool:
    if not path.is_file():  # a device or a pipe
        return False
    with path.open("rb") as stream:
        head = stream.read(_MAGIC.stop)
    return not head or head[_MAGIC] == b"DUCK"


def watch(
    paths: Sequence[str],
    options: TriageOptions,
    *,
    wait: Callable[[float], bool],
    clock: Callable[[], float],
    tell: "Callable[[Report], None]",
) -> "Report":
    """
    Follow logs that grow, tell what they show now and then, and return the report in the end.

    Args:
        paths: Files, folders, globs.
        options: What to triage.
        wait: Called with the seconds to wait, 0 while there is more to read; returns whether to go on.
        clock: Seconds on any clock.
        tell: Called with a report once all that was there is read, and later where something is new.

    Raises:
        ConfigurationError: A file does not exist, or cannot be followed.
    """
    from poolwarden.triage.follow import Following  # noqa: PLC0415 (few follow)
    from poolwarden.triage.reader import ReadOptions  # noqa: PLC0415

    chosen = ReadOptions(since=options.since, until=options.until)
    following = Following(sources_of(paths), chosen, wait, lambda: present(paths))
    due: float | None = None
    new = True
    wanted = Wanted(options)
    with _store(options.save) as store:
        for batch in following:
            store.add(wanted.of(batch))
            new = new or bool(batch)
            now = clock()
            if new and (not batch if due is None else now >= due):
                tell(_judging()(store, following.tally(), options.declared, wanted))
                # A large log takes long to judge: most of the time is for reading.
                due, new = clock() + max(EVERY_S, _REST * (clock() - now)), False
        return _judging()(store, following.tally(), options.declared, wanted, keep=options.save is not None)
