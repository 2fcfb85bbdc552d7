"""Is prometheus_client's multi-process directory there, writable, and free of what the dead left behind?"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from poolwarden.commands.doctor_checks.result import Outcome, Patient, Result
from poolwarden.observe.multiprocess import DIRECTORY, directory_in, files_in, lives

_MANY = 100
_MAKE = "Make the directory, writable for the API's user, and empty it before each start."


def metrics(patient: Patient) -> Iterator[Result]:
    """Look at the directory and its files."""
    folder = directory_in(patient.environ)
    if folder is None:
        yield Result(Outcome.SKIPPED, f"{DIRECTORY} is not set: metrics are one process's")
    elif not folder.is_dir():
        yield Result(Outcome.PROBLEM, f"{DIRECTORY} {folder} is no directory", _MAKE)
    else:
        yield _writable(folder)
        yield from _left_behind(folder)


def _writable(folder: Path) -> Result:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return Result(Outcome.OK, f"{DIRECTORY} {folder} is writable")
    except OSError as error:
        return Result(Outcome.PROBLEM, f"{DIRECTORY} {folder} cannot be written to: {error.strerror}", _MAKE)


def _left_behind(folder: Path) -> Iterator[Result]:
    files = list(files_in(folder))
    everybody = {file.pid for file in files}
    dead = {pid for pid in everybody if not lives(pid)}
    gauges = {file.pid for file in files if file.live} & dead
    if dead and dead == everybody:
        yield Result(
            Outcome.HINT,
            "no process that has written there runs on this host",
            "Run the doctor where the API runs, and while it runs: from another container its processes look dead.",
        )
    elif gauges:
        yield Result(
            Outcome.PROBLEM,
            f"gauges of {_processes(gauges)} on this host are still shown",
            "Use the hook poolwarden.observe.multiprocess.child_exit in gunicorn.conf.py.",
        )
    elif dead:
        yield Result(
            Outcome.HINT,
            f"counts of {_processes(dead)} on this host are added up",
            "Right after a worker's restart; else an earlier start's: use the hook "
            "poolwarden.observe.multiprocess.on_starting, or empty the directory before each start.",
        )
    if len(files) > _MANY:
        yield Result(
            Outcome.HINT,
            f"{len(files)} files are read at each scrape",
            "Restart the API when it suits: the directory is then emptied. Workers that end often leave many.",
        )


def _processes(pids: set[int]) -> str:
    return "1 process that no longer runs" if len(pids) == 1 else f"{len(pids)} processes that no longer run"
