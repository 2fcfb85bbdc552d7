"""
Clean up prometheus_client's multi-process directory: hooks for gunicorn.

In ``gunicorn.conf.py``::

    from poolwarden.observe.multiprocess import child_exit, on_starting

Neither imports prometheus_client before it is called, because that library decides
when it is imported, by ``PROMETHEUS_MULTIPROC_DIR``, whether it counts for one
process or for several.
"""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
"""The environment variable that names the directory."""

# counter_17.db, histogram_17.db, gauge_livemax_17.db
_FILE = re.compile(r"(?P<kind>[a-z]+)(?:_(?P<mode>[a-z]+))?_(?P<pid>\d+)\.db", re.ASCII)


class ProcessFile(NamedTuple):
    """
    What one process keeps of one kind of metric.

    Attributes:
        path: Where it is.
        pid: The process.
        live: Whether it holds gauges that are to vanish with the process.
    """

    path: Path
    pid: int
    live: bool


def directory_in(environ: Mapping[str, str]) -> Path | None:
    """
    Return the multi-process directory, or None where each process has metrics of its own.

    Args:
        environ: The environment's variables.
    """
    name = environ.get(DIRECTORY, "")
    return Path(name) if name else None


def files_in(directory: Path) -> Iterator[ProcessFile]:
    """
    Yield prometheus_client's files in the directory, sorted by name.

    Args:
        directory: The directory; nothing is yielded where it is none.
    """
    for path in sorted(directory.glob("*.db")):
        found = _FILE.fullmatch(path.name)
        if found is not None:
            yield ProcessFile(path, int(found["pid"]), (found["mode"] or "").startswith("live"))


def lives(pid: int) -> bool:
    """
    Return whether a process runs, as far as this process can see: not one in another container.

    Args:
        pid: The process's id.
    """
    try:
        os.kill(pid, 0)  # POSIX kill(2): signal 0 is not sent, only checked
    except (ProcessLookupError, OverflowError):  # the second for a number that no process can have
        return False
    except OSError:
        return True  # a process of another user
    return True


def on_starting(server: Any) -> None:  # noqa: ARG001 (gunicorn's signature)
    """
    Make the directory, and remove the files that processes of an earlier start have left there.

    Files of running processes are kept, so that a server that replaces itself (USR2) loses nothing.

    Args:
        server: gunicorn's arbiter.

    Raises:
        OSError: The directory cannot be made, or a file cannot be removed.
    """
    directory = directory_in(os.environ)
    if directory is None:
        return
    directory.mkdir(parents=True, exist_ok=True)
    for file in files_in(directory):
        if not lives(file.pid):
            file.path.unlink(missing_ok=True)


def child_exit(server: Any, worker: Any) -> None:  # noqa: ARG001 (gunicorn's signature)
    """
    Remove the gauges of a worker that has ended; what it has counted stays, because counters never decrease.

    Args:
        server: gunicorn's arbiter.
        worker: The worker that has ended; its ``pid`` is read.
    """
    if directory_in(os.environ) is None:
        return
    from prometheus_client.multiprocess import mark_process_dead  # noqa: PLC0415 (see above)

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
