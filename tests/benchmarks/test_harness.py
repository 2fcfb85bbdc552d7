"""Rules of the benchmarks' harness: its arithmetic, its turns, and that it measures what is at hand."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks.harness import Contender, ContenderError, Result, Worker, interleave, ratio, turned
from benchmarks.material import Material, material
from benchmarks.report import Table, machine, timed_table

from benchmarks import observing, verify

ROOT = Path(__file__).parents[2]
HERE = Path(sys.executable)


@pytest.fixture(scope="module")
def pool() -> Iterator[Material]:
    """Found one pool for all."""
    with material() as made:
        yield made


def result(*samples: float, bare: tuple[float, ...] = (), limit: bool = False) -> Result:
    """Return a result with these samples."""
    return Result(Contender("a", "ours", "verify", limit=limit), list(samples), list(bare))


def test_best_and_median() -> None:
    """The best is the fastest chunk, the median the middle one."""
    assert (result(30, 10, 20).best, result(30, 10, 20).median) == (10, 20)


def test_added() -> None:
    """Where something bare lies beneath, only what is added counts."""
    assert (result(30, 10, 20, bare=(5, 4)).best, result(30, 10, 20, bare=(6, 4)).median) == (6, 15)


def test_ratio() -> None:
    """A ratio says how many times the limit a value is; without a limit there is none."""
    assert ratio(30, 20) == 1.5
    assert ratio(30, 0) != ratio(30, 0)


def test_turns() -> None:
    """Everybody is first in turn, and nobody is left out."""
    assert [turned("abc", number) for number in range(4)] == [
        ["a", "b", "c"],
        ["b", "c", "a"],
        ["c", "a", "b"],
        list("abc"),
    ]
    assert turned([], 3) == []


def test_table() -> None:
    """A table has limits above, the fastest first, and says who could not take part."""
    limit, slow, fast = result(1000, limit=True), result(3000), result(1500)
    lost = Result(Contender("lost", "none", "verify"), failure="is not installed")
    table = timed_table("t", "A title", [slow, lost, fast, limit], limit=limit)
    assert [row[3] for row in table.rows] == ["1.00", "1.50", "3.00"]
    assert table.notes == ["lost: not measured, is not installed"]
    assert table.data["lost"]["min_us"] is None
    assert all(len(line) <= 100 for line in table.text().splitlines())
    assert json.dumps(machine())


def test_columns_line_up() -> None:
    """Figures stand at the right of their column."""
    text = Table("t", "T", ["", "one"], [["a", "1"], ["bcd", "22.5"]]).text()
    assert text.splitlines()[2:] == ["      one", "---  ----", "a       1", "bcd  22.5"]


def test_own_contenders(pool: Material) -> None:
    """The limit and the guard in each of its ways accept a good token, refuse a bad one, and are timed."""
    results = interleave(
        [verify.SIGNATURE, *verify.OURS],
        pool.path,
        lambda _: pool.headers(4),
        rounds=2,
        chunk=2,
        samples_of=(pool.header(), pool.tampered()),
        python=HERE,
    )
    assert {one.failure for one in results} == {None}
    assert {len(one.samples) for one in results} == {3}  # the first chunk of all is left out


def test_observing(pool: Material) -> None:
    """The guard accepts and refuses with observers as without, and both are timed."""
    for table in observing.run(pool, quick=True):
        assert table.rows
        for one in table.data.values():
            assert one["failure"] is None
            assert one["chunks"] > 1


def test_missing_contender(pool: Material) -> None:
    """A contender that is not there is told, and does not end the run."""
    (lost,) = interleave(
        [Contender("lost", "no_such_module", "verify")],
        pool.path,
        lambda _: pool.headers(1),
        rounds=1,
        chunk=1,
        samples_of=(pool.header(), pool.tampered()),
        python=HERE,
    )
    assert lost.failure is not None
    assert "no_such_module" in lost.failure


def test_worker_that_ends(pool: Material) -> None:
    """A worker that ends says its last words."""
    worker = Worker("nothing.mjs", "", pool.path)
    with pytest.raises(ContenderError):
        worker.ask(subject="verify", good="", bad="")
    worker.close()


def test_unknown_name() -> None:
    """A benchmark that there is not ends with 2."""
    said = subprocess.run(
        [HERE, "-m", "benchmarks", "none"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=30
    )
    assert (said.returncode, "no benchmark none" in said.stderr) == (2, True)
