"""A child of a fork counts, though a thread of its parent held prometheus_client's locks."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, Counter, Histogram

from poolwarden.observe import forked

COUNTED = """
import os, signal
from prometheus_client import REGISTRY, generate_latest
from poolwarden.observe.forked import _locks_of
from poolwarden.observe.prometheus import PrometheusMeter, meter

counts = {made}
counts.configured([("main", "web", None)], "1")
known = counts.request("main", "web", "accepted", "none")
found = {id(lock): lock for holder in (REGISTRY, *vars(counts).values()) for lock in _locks_of(holder)}
for lock in found.values():
    lock.acquire()
child = os.fork()
if child == 0:
    signal.alarm(50)
    known()
    counts.request("main", "other", "accepted", "none")()
    counts.verification("cold")(0.1)
    counts.keys("main", 2, 1.0)
    counts.expired_for("web", 1.0)
    generate_latest(REGISTRY)
    ticked = REGISTRY.get_sample_value(
        "poolwarden_requests_total", {"pool": "main", "client": "web", "outcome": "accepted", "cause": "none"}
    )
    os._exit(7 if ticked == 1 else 8)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), len(found) > 10)
"""


@pytest.mark.parametrize("made", ["meter()", "PrometheusMeter(REGISTRY)"])
@pytest.mark.parametrize("several", [False, True])
def test_counts(several: bool, made: str, tmp_path: Path) -> None:
    """Its locks are free, of one process's values and of those that several share, however the meter was made."""
    environ = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)} if several else dict(os.environ)
    done = subprocess.run(
        [sys.executable, "-c", COUNTED.replace("{made}", made)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=environ,
    )
    assert (done.returncode, done.stdout) == (0, "7 True\n"), done.stderr


def test_hook(registry: CollectorRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is registered frees the lock of each metric and of each of its numbers."""
    hooks: list[Any] = []
    monkeypatch.setattr(os, "register_at_fork", lambda **hook: hooks.append(hook["after_in_child"]))
    counter, histogram = Counter("a", "A.", ["b"], registry=registry), Histogram("c", "C.", registry=registry)
    forked.free_in_children(lambda: (registry, {}, counter, histogram))
    held = [registry._lock, counter._lock, counter.labels("b")._value._lock, histogram._buckets[3]._lock]
    for lock in held:
        lock.acquire()
    hooks[0]()
    assert [lock.locked() for lock in held] == [False] * 4
