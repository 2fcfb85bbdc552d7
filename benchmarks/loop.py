"""
How long the event loop is held: a ticker wakes every millisecond, and what it wakes late is a hold.

Each scenario runs in a process of its own, several times. Two figures for
each: how late by the clock, in which other work on the machine and other
threads (a fetch) count too, and how long the loop's own thread computed between
two ticks, in which only what ran on the loop counts. Of the longest holds of all
runs the smallest is shown, for whatever the guard does it does in every run; so
the first row, a loop with nothing to do, says what the machine itself does.
"""

import asyncio
import contextlib
import multiprocessing
import socket
import statistics
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass

from benchmarks.contenders.ours import server_of
from benchmarks.material import Material
from benchmarks.report import Table
from benchmarks.subject import World
from poolwarden import ResourceServer, UserPool
from poolwarden.errors import BearerError
from poolwarden.guard.fetch import Exchange
from poolwarden.guard.fetched import Document, FetchError
from poolwarden.guard.online_check import OnlineCheck

GOAL_MS = 5.0
_TICK_S = 0.001
_WAITING = 1000


@dataclass(frozen=True, slots=True)
class Hold:
    """
    How long the loop was held in one run, milliseconds.

    Attributes:
        p99: By the clock, all but one tick in a hundred.
        longest: By the clock, at most.
        computed: By the processor time of the loop's thread, at most.
    """

    p99: float
    longest: float
    computed: float


@dataclass(frozen=True, slots=True)
class Setting:
    """
    What a scenario plays with.

    Attributes:
        world: The pool.
        headers: Good headers, none of them seen before.
        bad: A header with a bad signature.
        hanging: The address of a key server that takes connections and answers nothing.
    """

    world: World
    headers: list[str]
    bad: str
    hanging: str

    def server(self, url: str) -> ResourceServer:
        """Return a server that fetches its keys from an address."""
        pool = UserPool(self.world.pool_id, client_ids={"web": self.world.client_id}, jwks_url=url)
        return ResourceServer(pool, events=None)


# Each scenario makes its servers at once, and returns what then runs on the loop that is watched.


def _idle(_: Setting) -> Awaitable[None]:
    return asyncio.sleep(1)


def _hanging_spread(setting: Setting) -> Awaitable[None]:
    server = setting.server(setting.hanging)

    async def play() -> None:
        tasks = []
        for number, header in enumerate(setting.headers):
            tasks.append(asyncio.create_task(_refused(server, header)))
            if number % 2:
                await asyncio.sleep(_TICK_S)
        await asyncio.gather(*tasks)

    return play()


def _hanging_at_once(setting: Setting) -> Awaitable[None]:
    server = setting.server(setting.hanging)

    async def play() -> None:
        await asyncio.gather(*(_refused(server, header) for header in setting.headers))

    return play()


def _slow_spread(setting: Setting) -> Awaitable[None]:
    """Fetch first keys from a server that takes a while: whoever came meanwhile is let go together."""
    server = setting.server(setting.world.jwks_url)
    fetch = server.rules.issuers[setting.world.issuer].source
    assert fetch is not None
    fast = fetch._fetch  # noqa: SLF001 (to slow it down)

    def slow(url: str, timeout_s: float) -> Document:
        document = fast(url, timeout_s)
        time.sleep(1)
        return document

    fetch._fetch = slow  # noqa: SLF001

    async def play() -> None:
        tasks = []
        for number, header in enumerate(setting.headers):
            tasks.append(asyncio.create_task(server.aauthenticate(header)))
            if number % 2:
                await asyncio.sleep(_TICK_S)
        await asyncio.gather(*tasks)

    return play()


def _cold(setting: Setting) -> Awaitable[None]:
    server = setting.server(setting.world.jwks_url)

    async def play() -> None:
        await server.aauthenticate(setting.headers[0])
        await asyncio.sleep(0.1)

    return play()


def _renewing(setting: Setting) -> Awaitable[None]:
    server = setting.server(setting.world.jwks_url)
    server.warm_up()

    async def play() -> None:
        for _ in range(10):
            for source in server._sources._all:  # noqa: SLF001 (as the background does when keys near their end)
                source.renew()
            for _ in range(50):
                await server.aauthenticate(setting.headers[0])
                await asyncio.sleep(_TICK_S)

    return play()


def _asking(_: Setting) -> Awaitable[None]:
    check = OnlineCheck(url="http://127.0.0.1:9/", on_failure="accept", timeout_s=1.0)
    exchange = Exchange(check.timeout_s)

    async def play() -> None:
        # Nobody listens there: what counts is what it takes to come to ask.
        with contextlib.suppress(FetchError):
            await exchange.send_async("GET", check.url, {}, b"")
        await asyncio.sleep(0.1)

    return play()


def _storm(setting: Setting) -> Awaitable[None]:
    server = server_of(setting.world, "full")

    async def play() -> None:
        for _ in range(5):
            for header in (setting.bad, "Bearer undefined", "Bearer " + "A" * 16_000, "Bearer a.b.c"):
                for _ in range(50):
                    await _refused(server, header)
                    await asyncio.sleep(0)

    return play()


async def _refused(server: ResourceServer, header: str) -> None:
    try:
        await server.aauthenticate(header)
    except BearerError:
        return
    raise AssertionError("accepted")


SCENARIOS: dict[str, Callable[[Setting], Awaitable[None]]] = {
    "nothing to do": _idle,
    "1 000 requests, 2 a ms, wait for a hanging key server": _hanging_spread,
    "1 000 requests at once wait for a hanging key server": _hanging_at_once,
    "1 000 requests, 2 a ms, wait 1 s for first keys": _slow_spread,
    "first request, cold": _cold,
    "keys renewed in the background, 10 times": _renewing,
    "first question of the online check": _asking,
    "1 000 rejections, every event as JSON": _storm,
}


def run(material: Material, *, quick: bool) -> list[Table]:
    """
    Measure every scenario.

    Args:
        material: The pool.
        quick: Whether a rough figure will do.
    """
    runs = 1 if quick else 5
    names = [name for name in SCENARIOS if not (quick and "hanging" in name)]
    rows, data = [], {}
    with socket.create_server(("127.0.0.1", 0), backlog=128) as hanging:
        url = f"http://127.0.0.1:{hanging.getsockname()[1]}/jwks.json"
        setting = Setting(material.world, material.headers(_WAITING), material.tampered(), url)
        for name in names:
            holds = [_in_process(name, setting) for _ in range(runs)]
            p99 = statistics.median(hold.p99 for hold in holds)
            longest, computed = min(hold.longest for hold in holds), min(hold.computed for hold in holds)
            # A machine that is late by itself makes the clock's figure no witness; what was computed always is one.
            idle = data["nothing to do"]["longest_ms"] if data else longest
            kept = "yes" if max(computed, longest if idle <= GOAL_MS / 2 else 0.0) <= GOAL_MS else "no"
            rows.append([name, f"{p99:.2f}", f"{longest:.2f}", f"{computed:.2f}", kept])
            data[name] = {
                "p99_ms": p99,
                "longest_ms": longest,
                "computed_ms": computed,
                "runs": list(map(asdict, holds)),
            }
    columns = ["", "p99 ms", "longest ms", "computed ms", f"<= {GOAL_MS:.0f} ms"]
    return [Table("loop", "The event loop is held", columns, rows, data=data)]


def _in_process(name: str, setting: Setting) -> Hold:
    # A new process each time: what is cold stays cold.
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(play, name, setting).result(120)


def play(name: str, setting: Setting) -> Hold:
    """Play one scenario and return how long it held the loop."""
    return asyncio.run(_played(SCENARIOS[name], setting))


async def _played(scenario: Callable[[Setting], Awaitable[None]], setting: Setting) -> Hold:
    late: list[float] = []
    computed: list[float] = []
    playing = scenario(setting)
    ticker = asyncio.create_task(_tick(late, computed))
    await asyncio.sleep(0.05)
    late.clear()
    computed.clear()
    await playing
    await asyncio.sleep(0.01)
    ticker.cancel()
    return Hold(1000 * sorted(late)[int(len(late) * 0.99)], 1000 * max(late), 1000 * max(computed))


async def _tick(late: list[float], computed: list[float]) -> None:
    while True:
        begin, own = time.perf_counter(), time.thread_time()
        await asyncio.sleep(_TICK_S)
        late.append(max(0.0, time.perf_counter() - begin - _TICK_S))
        computed.append(time.thread_time() - own)
