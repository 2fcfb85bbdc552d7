"""
Keep what a log says in an embedded database that spills to disk.

The database lives in a folder of its own that goes away with the store, so a
log of any size needs a bounded amount of memory.
"""

import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from importlib import resources
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from poolwarden.errors import ConfigurationError
from poolwarden.triage.batches import Batch
from poolwarden.triage.columns import INSERT, INSERT_ECHOES, TABLE, reading
from poolwarden.triage.database import Connection, core, opened, spread
from poolwarden.triage.records import Record

MEMORY = "320MB"
"""What the database may hold in memory; the rest goes to disk."""

_MANY = 500  # rows of a small table

CHUNK = 32 << 20
"""Bytes of records that are handed to the database at once."""

FIRST, SHARE = 1 << 20, 4
"""Less at first, while others read on and little is left for the end: so many bytes, or that part of all so far."""


class Store:
    """
    Hold the records of one triage and answer SQL about them.

    Args:
        save: A file that keeps the database once the work is done, replaced if
            it exists; None to keep nothing.
        memory: How much memory the database may use, as DuckDB writes it.

    Used as a context manager: leaving it removes everything that was not saved.

    Attributes:
        passed_over: Scripts that are not run, and queries that are answered with no rows.

    Raises:
        ConfigurationError: The file to save cannot be written.
    """

    def __init__(self, save: str | None = None, *, memory: str = MEMORY) -> None:
        self._save = Path(save) if save else None
        near = self._save.parent if self._save else None
        if self._save is not None and (self._save.is_dir() or not self._save.parent.is_dir()):
            problem = f"{save} cannot be written: it is a folder, or its folder does not exist."
            raise ConfigurationError("save", problem, "Name a file in a folder that exists.")
        self._folder = Path(tempfile.mkdtemp(prefix="poolwarden-", dir=near)).absolute()
        self._encode = msgspec.json.Encoder().encode_lines
        self._memory = memory
        self._pending: dict[str, list[bytes]] = {"records": [], "shapes": [], "echoes": []}
        self._pending_bytes = 0
        self._flushed_bytes = 0
        self._shapes = 0
        self.passed_over: frozenset[str] = frozenset()

    @property
    def kept(self) -> bool:
        """Whether the database is kept."""
        return self._save is not None

    @cached_property
    def _connection(self) -> Connection:
        """The database; loaded and opened when it is first needed: worker processes are forked before, and read on."""
        connection = opened(self._folder, self._memory, self._folder / "triage.duckdb" if self._save else None)
        connection.execute(TABLE)
        return connection

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the database, keep it where that was asked for, remove the rest."""
        try:
            kept = self._save if kind is None else None
            if kept is not None:
                _ = self._connection  # one without records is kept, too
            if "_connection" in self.__dict__:
                self._connection.close()
            if kept is not None:
                (self._folder / "triage.duckdb").replace(kept)
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def add(self, records: Sequence[Record]) -> None:
        """Take a batch of records, in any order."""
        if not records:
            return
        _ = self._connection  # opened while worker processes go on reading
        batch = records if isinstance(records, Batch) else Batch(list(records))
        self._hold("records", batch.rows)
        if batch.echoes:
            self._hold_echoes(batch)
        if self._pending_bytes >= min(CHUNK, max(FIRST, self._flushed_bytes // SHARE)):
            self.flush()

    def _hold(self, kind: str, lines: bytes) -> None:
        self._pending[kind].append(lines)
        self._pending_bytes += len(lines)

    def _hold_echoes(self, batch: Batch) -> None:
        numbers = {shape: self._shapes + place for place, shape in enumerate({echo[0] for echo in batch.echoes})}
        self._shapes += len(numbers)
        lines = self._encode([batch.shapes[shape] for shape in numbers]).splitlines()
        named = (
            b'{"number":%d,%b\n' % (number, line[1:]) for number, line in zip(numbers.values(), lines, strict=True)
        )
        self._hold("shapes", b"".join(named))
        before = batch.before
        self._hold("echoes", self._encode([(numbers[which], line + before, at) for which, line, at in batch.echoes]))

    def flush(self) -> None:
        """Hand what was added to the database."""
        if not self._pending_bytes:
            return
        parts = {kind: self._folder / f"{kind}.jsonl" for kind in self._pending}
        for kind, lines in self._pending.items():
            with parts[kind].open("wb") as file:
                file.writelines(lines)
            lines.clear()
        self._flushed_bytes += self._pending_bytes
        self._pending_bytes = 0
        if parts["records"].stat().st_size:
            self._connection.execute(INSERT, [pattern_of(parts["records"])])
        if parts["echoes"].stat().st_size:
            self._connection.execute(INSERT_ECHOES, [pattern_of(parts[name]) for name in ("shapes", "echoes")])
        for part in parts.values():
            part.unlink()

    def settle(self) -> None:
        """Hand over what is left, and from here on use more threads where there is much."""
        self.flush()
        if self._flushed_bytes > CHUNK:
            spread(self._connection)

    def table(self, name: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
        """
        Make a small table of values; one that exists is replaced.

        Args:
            name: The table's name, of ours.
            columns: Its columns with their types, as SQL writes them.
            rows: Its rows.
        """
        self._connection.execute(f"CREATE OR REPLACE TABLE {name} ({columns})")
        values = [tuple(row) for row in rows]
        if len(values) > _MANY:  # values take their time, one by one
            self._fill(name, dict(column.split(" ", 1) for column in columns.split(", ")), values)
        elif values:
            each = ", ".join("unnest(?)" for _ in values[0])  # column by column: each row of VALUES is an expression
            self._connection.execute(
                f"INSERT INTO {name} SELECT {each}", [list(of) for of in zip(*values, strict=True)]
            )

    def _fill(self, name: str, types: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
        part = self._folder / f"{name}.jsonl"
        part.write_bytes(self._encode([dict(zip(types, row, strict=True)) for row in rows]))
        insert = f"INSERT INTO {name} SELECT {', '.join(types)} FROM {reading(types)}"  # noqa: S608 (names of ours)
        self._connection.execute(insert, [pattern_of(part)])
        part.unlink()

    def run(self, name: str, parameters: Mapping[str, Any] | None = None) -> None:
        """
        Run the statements of the package's file ``sql/{name}.sql``.

        Args:
            name: The file's name without its ending.
            parameters: Values of its ``$name`` parameters; only one statement may have such.
        """
        if name not in self.passed_over:
            self._connection.execute(script(name), parameters and dict(parameters))

    def attempt(self, name: str, parameters: Mapping[str, Any]) -> bool:
        """Run a script on files as :meth:`run` does, and say whether the database could: a line may be too long."""
        spread(self._connection)
        try:
            self.run(name, parameters)
        except core().Error:
            return False
        return True

    def rows(self, name: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """
        Return the rows that the query in ``sql/{name}.sql`` answers with.

        Args:
            name: The file's name without its ending.
            parameters: Values of the query's ``$name`` parameters.
        """
        if name in self.passed_over:
            return []
        found: list[tuple[Any, ...]] = self._connection.execute(script(name), dict(parameters or {})).fetchall()
        return found


def pattern_of(path: str | Path) -> str:
    """Return the pattern that means this one file alone: the database takes each name for a pattern."""
    return re.sub(r"[*?\[]", r"[\g<0>]", str(path))


def script(name: str) -> str:
    """Return the text of the package's file ``sql/{name}.sql``."""
    return resources.files("poolwarden.triage").joinpath("sql", f"{name}.sql").read_text("utf-8")
