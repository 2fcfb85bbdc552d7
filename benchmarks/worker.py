"""
Time one contender, as told over standard input; the other end is :class:`benchmarks.harness.Worker`.

Runs in whatever environment the contender needs, so it imports nothing but the
standard library and the contender. Each line in is a question, each line out
its answer, both JSON.
"""

import asyncio
import importlib
import inspect
import json
import os
import sys
from importlib.metadata import version
from pathlib import Path
from time import perf_counter_ns
from typing import Any

from benchmarks.subject import Subject, World


def main(module: str, variant: str) -> None:
    """
    Answer until standard input ends.

    Args:
        module: The contender's module under ``benchmarks.contenders``.
        variant: What it is told to set up.
    """
    # Whatever a contender prints must not stand among the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    world = World.read(Path(os.environ["POOLWARDEN_BENCH_WORLD"]))
    subjects: dict[str, Subject] | None = None
    for line in sys.stdin:
        question = json.loads(line)
        try:
            if subjects is None:
                contender = importlib.import_module(f"benchmarks.contenders.{module}")
                subjects = contender.subjects(world, variant)
                packages = contender.PACKAGES
            subject = subjects[question["subject"]]
            answer = (
                _time(subject, question["items"], question["chunk"], loop)
                if "items" in question
                else _check(subject, question["good"], question["bad"], loop) | {"versions": _versions(packages)}
            )
        except Exception as error:  # noqa: BLE001 (whatever a contender does is told, and the run goes on)
            answer = {"failure": f"{type(error).__name__}: {error}"[:200]}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _check(subject: Subject, good: str, bad: str, loop: asyncio.AbstractEventLoop) -> dict[str, Any]:
    accepted, said = _accepts(subject, good, loop)
    return {"accepts_good": accepted, "said": said, "refuses_bad": not _accepts(subject, bad, loop)[0]}


def _accepts(subject: Subject, item: str, loop: asyncio.AbstractEventLoop) -> tuple[bool, str]:
    try:
        value = subject.call(subject.prepare(item))
        if inspect.isawaitable(value):
            value = loop.run_until_complete(_awaited(value))
    except Exception as error:  # noqa: BLE001 (any exception refuses)
        return False, f"{type(error).__name__}: {error}"[:150]
    return subject.accepted(value), repr(value)[:60]


async def _awaited(value: Any) -> Any:
    return await value


def _time(subject: Subject, items: list[str], chunk: int, loop: asyncio.AbstractEventLoop) -> dict[str, Any]:
    prepared = [subject.prepare(item) for item in items]
    chunks = [prepared[start : start + chunk] for start in range(0, len(prepared), chunk)]
    if inspect.iscoroutinefunction(subject.call):
        return {"ns": loop.run_until_complete(_timed_async(subject.call, chunks))}
    return {"ns": [_timed(subject.call, part) for part in chunks]}


def _timed(call: Any, items: list[Any]) -> float:
    begin = perf_counter_ns()
    for item in items:
        call(item)
    return (perf_counter_ns() - begin) / len(items)


async def _timed_async(call: Any, chunks: list[list[Any]]) -> list[float]:
    samples = []
    for items in chunks:
        begin = perf_counter_ns()
        for item in items:
            await call(item)
        samples.append((perf_counter_ns() - begin) / len(items))
    return samples


def _versions(packages: tuple[str, ...]) -> dict[str, str]:
    return {package: version(package) for package in packages}


if __name__ == "__main__":
    main(*sys.argv[1:])
