"""Turn an exception into one sentence that says what to do."""

import errno
from collections.abc import Mapping
from pathlib import Path
from traceback import walk_tb

from poolwarden.errors import PoolwardenError

EXTRAS = {
    "ahocorasick_rs": "triage",
    "duckdb": "triage",
    "isal": "triage",
    "pyspark": "spark",
    "rich": "triage",
    "zstandard": "triage",
    "uvicorn": "pool",
    "fastapi": "fastapi",
    "flask": "flask",
    "werkzeug": "flask",
}
"""The extra that brings each package which a command may miss."""

_HOME = Path(__file__).parents[1]

_MENDS: Mapping[int | None, str] = {
    errno.EBADF: "Open standard output, or name a file with -o.",
    errno.ENOENT: "Compare the path, its folders included.",
    errno.EACCES: "Run it as a user who may, or name another.",
    errno.EPERM: "Run it as a user who may, or name another.",
    errno.EISDIR: "Name a file.",
    errno.ENOTDIR: "Name a folder.",
    errno.EEXIST: "Name a folder.",
    errno.ENOSPC: "Make room, or name another place.",
    errno.EROFS: "Name another place.",
}


class UsageError(PoolwardenError):
    """What the user asked for cannot be done; the message says what to do instead."""


def explain_failure(error: BaseException) -> str:
    """
    Return what went wrong in one sentence.

    Args:
        error: What a command raised.
    """
    if isinstance(error, ModuleNotFoundError) and (error.name or "").partition(".")[0] in EXTRAS:
        package = (error.name or "").partition(".")[0]
        return f"the package {package} is not installed; get it with: pip install 'poolwarden[{EXTRAS[package]}]'"
    if isinstance(error, PoolwardenError):
        return _line(str(error))
    if isinstance(error, OSError) and error.strerror:
        what = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
        return _line(f"{what}. {_MENDS.get(error.errno, '')}")
    # Without the message, for that of a library may repeat a part of a log.
    return f"internal error ({type(error).__name__}{_where(error)}); POOLWARDEN_DEBUG=1 shows more, please report it"


def _where(error: BaseException) -> str:
    """Return the innermost place in poolwarden's own code that an exception came from; empty where there is none."""
    places = [(Path(frame.f_code.co_filename), line) for frame, line in walk_tb(error.__traceback__)]
    ours = [(path.relative_to(_HOME), line) for path, line in places if path.is_relative_to(_HOME)]
    return f" in {ours[-1][0].as_posix()}, line {ours[-1][1]}" if ours else ""


def _line(text: str) -> str:
    """Return a text on one line, without what would move a terminal's cursor: it may hold a file's name."""
    return "".join(one if one.isprintable() else "\ufffd" for one in " ".join(text.split()))
