"""
Open the embedded database: the one door to DuckDB.

Its core does all that is needed. The Python package around it, of which nothing
is used, takes twice as long to load, a fifth of the time that a small log takes.
"""

from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

THREADS = 2
"""How many threads the database uses at most; more only cost memory at these sizes."""


class Connection(Protocol):
    """What is needed of a database."""

    def execute(self, query: str, parameters: object = None, /) -> Any:
        """Run statements; return what hands out the rows."""
        ...

    def close(self) -> None:
        """End it."""
        ...


def core() -> ModuleType:
    """Return DuckDB itself."""
    try:
        import _duckdb  # noqa: PLC0415 (loaded when it is first needed)
    except ImportError:
        import duckdb  # noqa: PLC0415 (says what is missing, and has all of it wherever the core may be)

        return duckdb
    return _duckdb


def opened(folder: Path, memory: str, file: Path | None) -> Connection:
    """
    Return a new database.

    Args:
        folder: Where what does not fit in memory goes.
        memory: How much memory it may use, as DuckDB writes it.
        file: Where it lives, if it is kept.
    """
    connection: Connection = core().connect(
        # A file costs a write-ahead log; tables in memory spill to the folder just as well.
        str(file) if file else ":memory:",
        config={
            "memory_limit": memory,
            "threads": 1,  # others read on, and of few rows two threads make a third more work
            "temp_directory": str(folder / "spill"),
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            # Nothing is gained by checkpoints of what is not kept, and they rewrite every table.
            **({} if file else {"checkpoint_threshold": "1TB"}),
        },
    )
    # A long query would draw its progress on standard output, which is the report's.
    connection.execute("SET enable_progress_bar = FALSE")
    return connection


def spread(connection: Connection) -> None:
    """Let a database work with all its threads, which takes a few tens of thousands of rows to be worth it."""
    connection.execute(f"SET threads = {THREADS}")
