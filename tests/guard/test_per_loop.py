"""Each event loop has a thing of its own, which ends with it."""

import asyncio
import gc
import weakref

import anyio
import pytest
import trio

from poolwarden.guard.loops import running
from poolwarden.guard.per_loop import PerLoop


class Thing:
    """Remember where it was made and closed."""

    def __init__(self) -> None:
        self.made_in = running()
        self.closed_in: list[object] = []

    async def close(self) -> None:
        """Be closed."""
        with anyio.CancelScope(shield=True):  # as connections do: trio cancels what is left at its end
            await anyio.lowlevel.checkpoint()
        self.closed_in.append(running())


@pytest.fixture
def things() -> PerLoop[Thing]:
    """Keep things."""
    return PerLoop(Thing, Thing.close)


async def twice(things: PerLoop[Thing]) -> Thing:
    """Get the running event loop's."""
    first = await things.here()
    assert await things.here() is first
    assert len(things) == 1
    return first


@pytest.mark.parametrize("run", [lambda things: asyncio.run(twice(things)), lambda things: trio.run(twice, things)])
def test_ended(run: object, things: PerLoop[Thing]) -> None:
    """What nobody has closed is closed in its event loop, when that ends."""
    first, second = run(things), run(things)  # type: ignore[operator]
    assert first is not second
    assert (first.closed_in, second.closed_in) == ([first.made_in], [second.made_in])
    assert len(things) == 0


async def test_closed(things: PerLoop[Thing]) -> None:
    """What was closed is closed once, and made anew where it is wanted again."""
    await things.aclose()
    first = await things.here()
    await asyncio.gather(things.aclose(), things.aclose())
    assert first.closed_in == [first.made_in]
    assert await things.here() is not first
    await things.aclose()


def test_left(things: PerLoop[Thing]) -> None:
    """Of event loops that were closed without an end no more than the last is kept."""
    loops = []
    for _ in range(3):
        loop = asyncio.new_event_loop()
        loop.run_until_complete(things.here())
        loop.close()
        loops.append(weakref.ref(loop))
    del loop
    gc.collect()
    assert [loop() is None for loop in loops] == [True, True, False]
    assert len(things) == 1
