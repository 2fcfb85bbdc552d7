"""Tasks that wait for one fetch, let go a few at a time."""

import asyncio
from concurrent.futures import Future

import pytest

from poolwarden.guard.gate import SLICE, Gate, Gates


async def turns(count: int) -> None:
    """Let the event loop turn a few times."""
    for _ in range(count):
        await asyncio.sleep(0)


async def test_slices() -> None:
    """When the fetch lands, no turn of the event loop resumes more than a slice, and none is forgotten."""
    fetched: Future[None] = Future()
    gate = Gate(asyncio.get_running_loop(), fetched, 10)
    resumed = 0

    async def waiting() -> None:
        nonlocal resumed
        await gate.wait()
        resumed += 1

    tasks = [asyncio.create_task(waiting()) for _ in range(5 * SLICE + 1)]
    await turns(2)
    assert resumed == 0
    fetched.set_result(None)
    before = 0
    while resumed < len(tasks):
        await turns(1)
        assert resumed - before <= SLICE
        before = resumed
    await asyncio.gather(*tasks)


async def test_time_over() -> None:
    """A fetch that does not land lets nobody wait longer than it may take, and whoever comes later waits anew."""
    fetched: Future[None] = Future()
    gate = Gate(asyncio.get_running_loop(), fetched, 0.01)
    await asyncio.wait_for(gate.wait(), 5)
    await asyncio.wait_for(gate.wait(), 5)
    assert not fetched.done()


async def test_cancelled() -> None:
    """A task that is cancelled keeps none of the others waiting."""
    fetched: Future[None] = Future()
    gate = Gate(asyncio.get_running_loop(), fetched, 10)
    first, second = asyncio.create_task(gate.wait()), asyncio.create_task(gate.wait())
    await turns(1)
    first.cancel()
    fetched.set_result(None)
    await asyncio.wait_for(second, 5)
    with pytest.raises(asyncio.CancelledError):
        await first


@pytest.mark.filterwarnings("ignore")  # Python says that a task was left
def test_left_loop() -> None:
    """A loop that was closed while its task waited is let go when the next one comes."""
    fetched: Future[None] = Future()
    gates, left = Gates(), asyncio.new_event_loop()
    waiting = left.create_task(gates.wait(fetched, 10))
    left.run_until_complete(turns(1))
    left.close()

    async def next_one() -> None:
        task = asyncio.create_task(gates.wait(fetched, 10))
        await turns(1)
        assert list(gates._gates) == [asyncio.get_running_loop()]
        fetched.set_result(None)
        await asyncio.wait_for(task, 5)

    asyncio.run(next_one())
    assert not gates._gates
    assert not waiting.done()


def test_closed_loop() -> None:
    """A fetch may land after the event loop that waited for it is closed."""
    fetched: Future[None] = Future()
    loop = asyncio.new_event_loop()
    Gate(loop, fetched, 10)
    loop.close()
    fetched.set_result(None)
    assert fetched.done()
