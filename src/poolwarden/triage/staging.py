"""Read files that hold the guard's events in one go: grouped as they are read, no Python for each line."""

import gzip
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from enum import Enum
from os import SEEK_END
from pathlib import Path

import msgspec

from poolwarden.causes import Cause
from poolwarden.triage.heads import BEGINNING, kind_of
from poolwarden.triage.patterns import later
from poolwarden.triage.records import Tally, Warn
from poolwarden.triage.refreshing import is_refresh
from poolwarden.triage.sources import Source
from poolwarden.triage.store import Store, pattern_of

HEAD = 65536
"""How many bytes tell whether a file may be one."""

WORTH_IT = 1 << 20
"""Bytes of a file below which the events among other lines are as quickly read one by one."""

_GZIP = b"\x1f\x8b"
_AS_GZIP = zlib.MAX_WBITS | 16
_BEGIN = 256
_PACKED = 4096  # bytes that unpack to more than that, and are soon read
_NO_PATH = later(r"^~|^file:|[\\?]")
_EVER = 2**62
_MANY = 0.2  # of a file's lines: fewer events are read one by one


class Holds(Enum):
    """What a file holds, as far as its beginning tells."""

    EVENTS = "nothing but the guard's events"
    SOME = "the guard's events among other lines"
    OTHER = "anything else"


class Staged(msgspec.Struct, frozen=True):
    """
    What the store was given without the reader.

    Attributes:
        files: The files with the guard's events.
        limits: The time asked for, epoch milliseconds, as parameters of the scripts.
        alone: Nothing else was read.
    """

    files: tuple[str, ...]
    limits: Mapping[str, int]
    alone: bool

    @property
    def patterns(self) -> list[str]:
        """The files as the database is given them."""
        return [pattern_of(name) for name in self.files]


class Staging:
    """
    Take the guard's events of files into the store, grouped.

    Args:
        sources: The inputs.
        since: Leave out what was earlier, epoch seconds.
        until: Leave out what was this late or later, epoch seconds.

    Attributes:
        holds: What each of the inputs holds, as far as it is known.
    """

    def __init__(self, sources: Sequence[Source], since: float | None, until: float | None) -> None:
        self._sources = sources
        self.holds = [holding(source) for source in sources]
        self._limits = {
            "since": -_EVER if since is None else int(since * 1000),
            "until": _EVER if until is None else int(until * 1000),
        }

    def by_lines(self) -> dict[int, bool]:
        """Return the inputs that the reader has to read, and whether it passes over the guard's events in them."""
        return {place: holds is Holds.SOME for place, holds in enumerate(self.holds) if holds is not Holds.EVENTS}

    @property
    def staged(self) -> Staged | None:
        """What the store is given; nothing where no file holds the guard's events."""
        files = tuple(self._named(Holds.EVENTS, Holds.SOME))
        return Staged(files, self._limits, alone=not self.by_lines()) if files else None

    def _named(self, *held: Holds) -> list[str]:
        return [source.name for source, holds in zip(self._sources, self.holds, strict=True) if holds in held]

    def group(self, store: Store) -> dict[int, bool] | None:
        """
        Group the events of all files that hold any.

        Args:
            store: Where to.

        Returns:
            The inputs that turned out to hold other lines too: the reader has to
            read them, as :meth:`by_lines` says. None where the database cannot
            read one of the files; then all are the reader's.
        """
        files = [pattern_of(name) for name in self._named(Holds.EVENTS, Holds.SOME)]
        given = {"files": files, "partly": self._named(Holds.SOME), **self._limits}
        if not store.attempt("stage", given):
            return None
        # One line that cannot be read is the last one of a log that is being written.
        foreign = {name for name, lines, told in store.rows("staged_foreign") if lines > 1 or told or not _is_cut(name)}
        found = {place: True for place, source in enumerate(self._sources) if source.name in foreign}
        for place in found:
            self.holds[place] = Holds.SOME
        if found:
            store.run("staged_other", {"files": sorted(foreign)})
        return found

    def count(self, store: Store, tally: Tally) -> None:
        """
        Add what was grouped to a tally; the reader has counted the events that it passed over.

        Args:
            store: Where the groups are.
            tally: The reader's, complete.
        """
        lines, broken, events = store.rows("staged_counts")[0]
        names = self._named(Holds.EVENTS)
        tally.bytes += sum(Path(name).stat().st_size for name in names)
        tally.lines += lines - tally.passed_over
        tally.records += events
        tally.unread_lines += broken
        if broken:
            file = names[0] if len(names) == 1 else ""
            what = "The last line" if len(names) == 1 else f"The last line of {broken} files"
            tally.warnings.append(Warn(file, 0, f"{what} could not be read: it is cut."))

    def unstage(
        self, store: Store, client: str | None, pool: str | None
    ) -> tuple[Counter[str | None], Counter[str | None]]:
        """
        Make records of the groups that the verdicts need one by one, or of all where there are other records.

        Args:
            store: Where the groups are.
            client: Only this app client, and what names none.
            pool: Only this user pool, and what names none.

        Returns:
            How often each app client and each user pool is named; nothing where none is asked for.
        """
        clients: Counter[str | None] = Counter()
        pools: Counter[str | None] = Counter()
        if client is not None or pool is not None:
            for one, other, lines in store.rows("staged_names"):
                clients[one] += lines
                pools[other] += lines
            store.run("staged_only", {"client": client, "pool": pool})
        refreshes = [(str(cause), is_refresh(cause, None)) for cause in Cause]
        store.table("refreshes", "cause VARCHAR, refresh BOOLEAN", refreshes)
        file = self.holds.index(Holds.EVENTS if Holds.EVENTS in self.holds else Holds.SOME)
        store.table("staged_file", "file INTEGER", [(file,)])
        store.run("unstage")
        if self.by_lines():
            store.run("unstage_seen")
        return clients, pools


def holding(source: Source) -> Holds:
    """Return what a file holds, by its beginning: lines of the guard's events, as JSON, plain or gzip."""
    path = source.name
    # Standard input, a member of an archive and what is no path to the database are the reader's.
    if source.path is None or path != str(source.path) or not Path(path).is_file() or _NO_PATH.search(path):
        return Holds.OTHER
    head = _head(path)
    lines = head.split(b"\n")
    # The last line may be cut by us.
    whole = [line for line in (lines[:-1] or lines) if line.strip()]
    events = sum(line.startswith(BEGINNING) for line in whole)
    if not events:
        return Holds.OTHER
    if events == len(whole):
        return Holds.EVENTS
    return Holds.SOME if events >= _MANY * len(whole) and source.weight >= WORTH_IT else Holds.OTHER


def _is_cut(path: str) -> bool:
    with Path(path).open("rb") as file:
        file.seek(0, SEEK_END)
        file.seek(max(file.tell() - 1, 0))
        return not path.endswith(".gz") and file.read(1) not in (b"\n", b"}")


def _head(path: str) -> bytes:
    try:
        with Path(path).open("rb", buffering=0) as file:
            head = file.read(_PACKED)
            if not head.startswith(_GZIP):
                return head + file.read(HEAD - _PACKED)
        # CloudTrail's files come by the thousand: their first bytes tell.
        if not path.endswith(".gz") or kind_of(zlib.decompressobj(_AS_GZIP).decompress(head, _BEGIN)) == "trail":
            return b""
        with gzip.open(path) as packed:
            return packed.read(HEAD)
    except (OSError, EOFError, zlib.error):
        return b""
