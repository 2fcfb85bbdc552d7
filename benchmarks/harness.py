"""
Measure contenders and limits side by side: one run, round by round, each in a process of its own.

Cores are shared with whatever else runs on the machine, so nothing is measured
after the other: in each round every contender gets the same items, in an order
that turns. A round is cut into short chunks, and a contender's figure is its
fastest chunk, which is the one that nothing else disturbed; the median stands
beside it.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent
PEERS = ROOT / ".venv-bench-peers" / "bin" / "python"
WORLD_VARIABLE = "POOLWARDEN_BENCH_WORLD"


class ContenderError(RuntimeError):
    """A contender cannot take part; the message says why."""


@dataclass(frozen=True, slots=True)
class Contender:
    """
    What is measured.

    Attributes:
        name: What the table calls it.
        module: The module under ``benchmarks.contenders`` that knows it, or a script for node.
        subject: Which of the module's subjects is measured.
        variant: What the module is told to set up.
        limit: Whether it is a limit that the others are held against, not a contender.
        bare: The subject of the same process that its cost comes on top of, where only the addition counts.
    """

    name: str
    module: str
    subject: str
    variant: str = ""
    limit: bool = False
    bare: str | None = None


@dataclass(slots=True)
class Result:
    """
    What was measured of one contender.

    Attributes:
        contender: Which.
        samples: Nanoseconds for each item, one figure for each chunk.
        bare: Likewise for what its cost comes on top of.
        failure: Why it could not take part, or None.
        versions: The versions of the packages behind it.
    """

    contender: Contender
    samples: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    failure: str | None = None
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def best(self) -> float:
        """The fastest chunk, nanoseconds for each item; what was added where something bare lies beneath."""
        return min(self.samples) - (min(self.bare) if self.bare else 0.0)

    @property
    def median(self) -> float:
        """The median chunk, nanoseconds for each item; what was added likewise."""
        return statistics.median(self.samples) - (statistics.median(self.bare) if self.bare else 0.0)


def ratio(value: float, limit: float) -> float:
    """Return how many times the limit a value is."""
    return value / limit if limit else float("nan")


def turned(items: Sequence[Any], by: int) -> list[Any]:
    """Return the items in an order that begins elsewhere each round, so that nobody is always first."""
    start = by % len(items) if items else 0
    return [*items[start:], *items[:start]]


class Worker:
    """
    A contender's process, asked over pipes.

    Args:
        module: The module under ``benchmarks.contenders``, or a script for node.
        variant: What it is told to set up.
        world: Where the description of the pool is.
        python: The interpreter; by default the peers' environment where there is one.
    """

    def __init__(self, module: str, variant: str, world: Path, python: Path | None = None) -> None:
        interpreter = python or (PEERS if PEERS.exists() else Path(sys.executable))
        if module.endswith(".mjs"):
            command = ["node", str(HERE / "contenders" / module)]
        else:
            command = [str(interpreter), "-W", "ignore", "-m", "benchmarks.worker", module, variant]
        environment = {**os.environ, WORLD_VARIABLE: str(world), "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the worker)
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, cwd=ROOT, env=environment
            )
        except OSError as error:
            self._errors.close()
            raise ContenderError(f"{command[0]} cannot be started ({error.strerror})") from error

    def ask(self, **question: Any) -> dict[str, Any]:
        """
        Ask the worker, and wait for its answer.

        Raises:
            ContenderError: It has none.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(question).encode() + b"\n")
            self._process.stdin.flush()
        except OSError:
            raise ContenderError(self._last_words()) from None
        line = self._process.stdout.readline()
        if not line:
            raise ContenderError(self._last_words())
        answer: dict[str, Any] = json.loads(line)
        if "failure" in answer:
            raise ContenderError(answer["failure"])
        return answer

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._errors.close()

    def _last_words(self) -> str:
        self._process.wait()
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return lines[-1][:200] if lines else f"ended with {self._process.returncode}"


def interleave(
    contenders: Iterable[Contender],
    world: Path,
    items_of_round: Callable[[int], list[str]],
    *,
    rounds: int,
    chunk: int,
    samples_of: tuple[str, str],
    python: Path | None = None,
) -> list[Result]:
    """
    Measure contenders round by round.

    Args:
        contenders: Who takes part.
        world: Where the description of the pool is.
        items_of_round: Makes what everybody gets in a round: Authorization headers.
        rounds: How many rounds.
        chunk: How many items are timed at once.
        samples_of: A header that everybody must accept, and one that everybody must refuse.
        python: The interpreter of every worker.
    """
    results = [Result(contender) for contender in contenders]
    with ExitStack() as stack:
        workers: dict[tuple[str, str], Worker] = {}
        for result in results:
            key = (result.contender.module, result.contender.variant)
            try:
                if key not in workers:
                    workers[key] = Worker(*key, world, python)
                    stack.callback(workers[key].close)
                _admit(workers[key], result, *samples_of)
            except ContenderError as error:
                result.failure = str(error)
        for number in range(rounds):
            items = items_of_round(number)
            for result in turned([one for one in results if one.failure is None], number):
                worker = workers[result.contender.module, result.contender.variant]
                _play(worker, result, items, chunk, first=number == 0)
    return results


def _admit(worker: Worker, result: Result, good: str, bad: str) -> None:
    subject = result.contender.subject
    answer = worker.ask(subject=subject, good=good, bad=bad)
    result.versions = answer["versions"]
    if not answer["accepts_good"]:
        raise ContenderError(f"refuses a good token ({answer['said']})")
    if not answer["refuses_bad"] and not result.contender.limit:
        raise ContenderError("accepts a bad signature")


def _play(worker: Worker, result: Result, items: list[str], chunk: int, *, first: bool) -> None:
    for subject, samples in ((result.contender.bare, result.bare), (result.contender.subject, result.samples)):
        if subject is None:
            continue
        timed = worker.ask(subject=subject, items=items, chunk=chunk)["ns"]
        # The first chunk of all pays for imports and first uses.
        samples.extend(timed[1:] if first and len(timed) > 1 else timed)
