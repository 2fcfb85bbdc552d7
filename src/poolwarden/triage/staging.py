"""Read files that hold nothing but the guard's events in one go: grouped as they are read, no Python for each line."""

import gzip
import zlib
from collections.abc import Sequence
from pathlib import Path

from poolwarden.causes import Cause
from poolwarden.triage.formats.leaf import is_refresh
from poolwarden.triage.records import Tally, Warn
from poolwarden.triage.sources import STDIN, sources_of
from poolwarden.triage.store import Store

HEAD = 65536
"""How many bytes tell whether a file may be one."""

_BEGINNING = b'{"event":"poolwarden.'
_GZIP = b"\x1f\x8b"
_EVER = 2**62


def staged(store: Store, paths: Sequence[str], since: float | None, until: float | None) -> Tally | None:
    """
    Take files of the guard's events into the store, grouped.

    Args:
        store: An empty store.
        paths: What was asked for.
        since: Leave out what was earlier, epoch seconds.
        until: Leave out what was this late or later, epoch seconds.

    Returns:
        What was read, or None where one of them is no such file; then the store is as it was.

    Raises:
        ConfigurationError: An argument stands for no file, or there is none.
    """
    if STDIN in paths:
        return None
    sources = sources_of(paths)
    files = [source.name for source in sources]
    # A member of an archive, or a name that is no path, is the reader's.
    if not all(source.name == str(source.path) and is_guard_log(source.name) for source in sources):
        return None
    limits = {
        "since": -_EVER if since is None else int(since * 1000),
        "until": _EVER if until is None else int(until * 1000),
    }
    if not store.attempt("stage", {"files": files, **limits}):
        return None
    lines, broken, foreign = store.rows("staged_counts")[0]
    if foreign:
        return None
    refreshes = [(str(cause), is_refresh(cause, None)) for cause in Cause]
    store.table("refreshes", "cause VARCHAR, refresh BOOLEAN", refreshes)
    store.run("unstage")
    tally = Tally(files=files, bytes=sum(Path(path).stat().st_size for path in files), lines=lines)
    tally.records, tally.unread_lines = lines - broken, broken
    if broken:
        tally.warnings.append(
            Warn(files[0] if len(files) == 1 else "", 0, f"{broken} lines could not be read; the rest was.")
        )
    return tally


def is_guard_log(path: str) -> bool:
    """Say whether a file's beginning holds nothing but the guard's events, one JSON object a line."""
    if path == STDIN or not Path(path).is_file():
        return False
    try:
        with Path(path).open("rb") as file:
            head = file.read(HEAD)
        if head.startswith(_GZIP):
            if not path.endswith(".gz"):
                return False
            with gzip.open(path) as packed:
                head = packed.read(HEAD)
    except (OSError, EOFError, zlib.error):
        return False
    lines = head.split(b"\n")
    # The last line may be cut by us.
    whole = [line for line in (lines[:-1] or lines) if line.strip()]
    return bool(whole) and all(line.startswith(_BEGINNING) for line in whole)
