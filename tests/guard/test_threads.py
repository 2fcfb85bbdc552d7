"""Threads that tasks wait in: a place is given back once, by the thread that ends or by the task that never had one."""

import threading
from collections.abc import Callable
from typing import Any

import anyio
import anyio.lowlevel
import anyio.to_thread
import pytest

from poolwarden.guard import threads as module
from poolwarden.guard.threads import Threads

BACKENDS = pytest.mark.parametrize("kind", ["asyncio", "trio"])


@BACKENDS
def test_given_back(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever comes of it, the place is free for the next one."""
    monkeypatch.setattr(module, "MOST", 1)

    async def play() -> None:
        threads = Threads()
        for _ in range(3):
            assert await threads.run(threading.get_ident) != threading.get_ident()
            with pytest.raises(ZeroDivisionError):
                await threads.run(lambda: 1 // 0)

    anyio.run(play, backend=kind)


@BACKENDS
def test_gone_before(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A task that goes before its thread begins leaves its place, and then nothing is called for it."""
    monkeypatch.setattr(module, "MOST", 1)
    late: list[Callable[[], object]] = []
    called: list[str] = []

    async def slow(function: Callable[[], object], **_: Any) -> None:
        late.append(function)
        await anyio.sleep_forever()

    async def play() -> None:
        threads = Threads()
        with monkeypatch.context() as patched:
            patched.setattr(anyio.to_thread, "run_sync", slow)
            async with anyio.create_task_group() as leaving:
                leaving.start_soon(threads.run, lambda: called.append("late"))
                await anyio.wait_all_tasks_blocked()
                leaving.cancel_scope.cancel()
        (function,) = late
        function()
        await threads.run(lambda: called.append("next"))

    anyio.run(play, backend=kind)
    assert called == ["next"]


@BACKENDS
def test_hanging(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that hangs keeps its place after its task has gone, until it ends."""
    monkeypatch.setattr(module, "MOST", 1)
    over, begun, called = threading.Event(), threading.Event(), list[str]()

    def hang() -> None:
        begun.set()
        over.wait(60)

    async def play() -> None:
        threads = Threads()
        async with anyio.create_task_group() as leaving:
            leaving.start_soon(threads.run, hang)
            await anyio.to_thread.run_sync(begun.wait, 60)
            leaving.cancel_scope.cancel()
        async with anyio.create_task_group() as waiting:
            waiting.start_soon(threads.run, lambda: called.append("next"))
            await anyio.wait_all_tasks_blocked()
            assert not called
            over.set()
        assert called == ["next"]

    try:
        anyio.run(play, backend=kind)
    finally:
        over.set()
