"""
Read parts in several processes, and hand their answers out in order.

A worker takes parts from one pipe and answers on another. It is started by
fork, which is quickest, or as a program of its own where other threads run.
``multiprocessing`` is not used: where it cannot fork, it runs the caller's main
module again in each worker.
"""

import os
import signal
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import msgspec

from poolwarden.triage.inflate import keep_memory
from poolwarden.triage.parts import Part, answer
from poolwarden.triage.sources import Source

if TYPE_CHECKING:
    from subprocess import Popen

WORTH_IT = 40 << 20
"""Bytes below which starting processes costs more than it saves."""

_AHEAD = 32  # parts given to each worker in advance: it never waits for the next one, however long the database takes
_MOST = 32 << 10  # bytes of these tasks: what does not fit in a pipe would wait for a worker that waits for us
_ROOM = 1 << 20  # bytes of answers that may wait in a pipe, and the worker reads on
_LENGTH = 8


class _Task(msgspec.Struct, array_like=True):
    """What a worker is asked for."""

    part: Part
    name: str
    path: bytes
    member: str | None
    latest: float


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Task).decode


def processes_for(size: int) -> int:
    """Return how many processes are worth it for so many bytes."""
    if size < WORTH_IT:
        return 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, size // (WORTH_IT // 2)))


def _send(stream: BinaryIO, data: bytes) -> None:
    stream.write(len(data).to_bytes(_LENGTH, "big") + data)
    stream.flush()


def _receive(stream: BinaryIO) -> bytes:
    size = stream.read(_LENGTH)
    return stream.read(int.from_bytes(size, "big")) if len(size) == _LENGTH else b""


def task_of(part: Part, source: Source) -> bytes:
    """Return what a worker is asked for to read a part."""
    return _encode(_Task(part, source.name, os.fsencode(source.path or ""), source.member, source.latest))


def answer_to(data: bytes) -> bytes:
    """Do what a worker is asked for."""
    task = _decode(data)
    source = Source(task.name, Path(os.fsdecode(task.path)), latest=task.latest, member=task.member)
    return answer(task.part, source)


def _widen(pipe: int) -> None:
    """Let more wait in a pipe, where the system has a way to say so and allows it."""
    with suppress(ImportError, OSError):
        from fcntl import F_SETPIPE_SZ, fcntl  # noqa: PLC0415 (Linux alone has it)

        fcntl(pipe, F_SETPIPE_SZ, _ROOM)


def serve(tasks: BinaryIO, answers: BinaryIO) -> None:
    """Answer tasks until there are none."""
    while data := _receive(tasks):
        _send(answers, answer_to(data))


def main() -> None:
    """Be a worker: tasks on stdin, answers on stdout."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its workers
    keep_memory()
    serve(sys.stdin.buffer, sys.stdout.buffer)


def _one_thread() -> bool:
    tasks = Path("/proc/self/task")
    return hasattr(os, "fork") and tasks.exists() and len(list(tasks.iterdir())) == 1


class _Worker:
    """One process, and the pipes to and from it."""

    def __init__(self) -> None:
        self._asked: deque[int] = deque()  # bytes of each task that it has not answered
        self._process: Popen[bytes] | None = None
        self._pid = 0
        if _one_thread():
            self._fork()
        else:
            self._start()
        _widen(self._answers.fileno())

    def _start(self) -> None:
        from subprocess import PIPE, Popen  # noqa: PLC0415 (the command line forks)

        command = [sys.executable, "-c", "from poolwarden.triage.workers import main; main()"]
        self._process = Popen(command, stdin=PIPE, stdout=PIPE)  # noqa: S603 (our own interpreter)
        self._tasks = cast("BinaryIO", self._process.stdin)
        self._answers = cast("BinaryIO", self._process.stdout)

    def _fork(self) -> None:
        task_in, task_out = os.pipe()
        answer_in, answer_out = os.pipe()
        self._pid = os.fork()
        if not self._pid:  # pragma: no cover -- a forked child leaves without writing its coverage
            code = 1
            try:
                os.close(task_out)
                os.close(answer_in)
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                with os.fdopen(task_in, "rb") as tasks, os.fdopen(answer_out, "wb") as answers:
                    serve(tasks, answers)
                code = 0
            except BrokenPipeError:
                code = 0  # the parent wants no more
            finally:
                os._exit(code)  # nothing of the parent's may be flushed or run twice
        os.close(task_in)
        os.close(answer_out)
        self._tasks, self._answers = os.fdopen(task_out, "wb"), os.fdopen(answer_in, "rb")

    def ask(self, task: bytes) -> None:
        """Give it a task."""
        _send(self._tasks, task)
        self._asked.append(len(task))

    def takes(self, task: bytes) -> bool:
        """Tell whether a task can be given to it without waiting until it takes it."""
        return not self._asked or sum(self._asked) + len(task) <= _MOST

    def answer(self) -> bytes:
        """Wait for its next answer; nothing where it has died."""
        self._asked.popleft()
        return _receive(self._answers)

    def dismiss(self) -> None:
        """Tell it that there is no more to do."""
        self._answers.close()
        with suppress(BrokenPipeError):  # it has died
            _send(self._tasks, b"")
        with suppress(BrokenPipeError):
            self._tasks.close()

    def wait(self) -> None:
        """Wait until it is gone."""
        if self._process is not None:
            self._process.wait()
        else:
            os.waitpid(self._pid, 0)


def answers(parts: Iterator[Part], sources: Sequence[Source], processes: int) -> Iterator[tuple[Part, bytes | None]]:
    """
    Yield each part with a worker's answer, in the parts' order.

    Args:
        parts: What to read.
        sources: The inputs, by the parts' index.
        processes: How many workers.

    Yields:
        The part and its answer; None as the answer of a part that is to be read
        by the caller: it is too large to be answered at once, or its worker died.
    """
    under_way: deque[tuple[Part, _Worker | None]] = deque()
    workers = [_Worker() for _ in range(processes)]
    turn = cycle(workers)
    try:
        for part in parts:
            worker = None if part.alone else next(turn)
            task = b"" if part.alone else task_of(part, sources[part.index])
            while len(under_way) >= processes * _AHEAD or (worker is not None and not worker.takes(task)):
                yield _answered(*under_way.popleft())
            given = worker is not None and _given(worker, task)
            under_way.append((part, worker if given else None))
        while under_way:
            yield _answered(*under_way.popleft())
    finally:
        # All are dismissed before any is waited for: a forked worker holds the pipes of those before it.
        for worker in workers:
            worker.dismiss()
        for worker in workers:
            worker.wait()


def _answered(part: Part, worker: _Worker | None) -> tuple[Part, bytes | None]:
    return part, (worker.answer() or None) if worker is not None else None


def _given(worker: _Worker, task: bytes) -> bool:
    try:
        worker.ask(task)
    except BrokenPipeError:
        return False
    return True
