"""What is ticked without a lock is counted exactly."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest

from poolwarden.observe.ticking import TickingCounter

THREADS, TICKS = 8, 5000
COUNT = """
from prometheus_client import CollectorRegistry, generate_latest, multiprocess
from poolwarden.observe.ticking import TickingCounter
tick = TickingCounter("t", "T.", ["a"], registry=CollectorRegistry()).ticker("x")
tick(), tick()
registry = CollectorRegistry()
multiprocess.MultiProcessCollector(registry)
print(generate_latest(registry).decode())
"""


def counter() -> tuple[TickingCounter, CollectorRegistry]:
    """Return a counter and its registry."""
    registry = CollectorRegistry()
    return TickingCounter("ticks", "Ticks.", ["who"], registry=registry), registry


def test_ticks_are_counted_when_they_are_collected() -> None:
    """A tick is in the next collection, once, and beside what is counted as usual."""
    ticking, registry = counter()
    tick = ticking.ticker("a")
    assert registry.get_sample_value("ticks_total", {"who": "a"}) == 0
    tick()
    tick()
    ticking.labels("a").inc()
    assert [registry.get_sample_value("ticks_total", {"who": "a"}) for _ in range(3)] == [3, 3, 3]
    tick()
    assert b'ticks_total{who="a"} 4.0' in generate_latest(registry)


def test_two_tickers_of_one_child_add_up() -> None:
    """Servers that share a meter count together."""
    ticking, registry = counter()
    ticking.ticker("a")()
    ticking.ticker("a")()
    assert registry.get_sample_value("ticks_total", {"who": "a"}) == 2


def test_a_part_of_a_registry_takes_ticks_over_too() -> None:
    """A scrape may ask for some metrics by name."""
    ticking, registry = counter()
    ticking.ticker("a")()
    assert b'ticks_total{who="a"} 1.0' in generate_latest(registry.restricted_registry(["ticks_total"]))


def test_no_tick_is_lost_or_counted_twice_between_threads() -> None:
    """Threads tick while others collect."""
    ticking, registry = counter()
    tick = ticking.ticker("a")

    def work(number: int) -> None:
        for turn in range(TICKS):
            tick()
            if turn % 1000 == number:
                generate_latest(registry)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))
    assert registry.get_sample_value("ticks_total", {"who": "a"}) == THREADS * TICKS


def test_other_processes_see_each_tick_at_once(tmp_path: Path) -> None:
    """In multi-process mode nothing waits for a collection, which another process makes."""
    surroundings = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    told = subprocess.run(
        [sys.executable, "-c", COUNT], env=surroundings, capture_output=True, text=True, check=True
    ).stdout
    assert 't_total{a="x"} 2.0' in told
