"""Which event loop runs, and what other threads may do with it."""

import asyncio
import threading
from typing import Any

import anyio.to_thread
import pytest
import trio

from poolwarden.guard.loops import call_soon, is_over, running


@pytest.mark.parametrize("kind", ["asyncio", "trio"])
def test_call_soon(kind: Any) -> None:
    """Any thread may call into a loop; where that is over, nothing comes of it."""
    threads: list[int] = []

    async def play() -> object:
        loop, called = running(), anyio.Event()

        def here() -> None:
            threads.append(threading.get_ident())
            called.set()

        await anyio.to_thread.run_sync(lambda: call_soon(loop, here))
        await called.wait()
        assert not is_over(loop)
        return loop

    loop = anyio.run(play, backend=kind)
    assert threads == [threading.get_ident()]
    assert is_over(loop)
    call_soon(loop, lambda: threads.append(0))
    assert len(threads) == 1


def test_nowhere() -> None:
    """Where no loop runs there is none to be told."""
    with pytest.raises(RuntimeError):
        running()


def test_kinds() -> None:
    """A loop is asyncio's own object, and of trio's what it gives others to call into it."""

    async def here() -> object:
        return running()

    assert isinstance(asyncio.run(here()), asyncio.AbstractEventLoop)
    assert isinstance(trio.run(here), trio.lowlevel.TrioToken)
