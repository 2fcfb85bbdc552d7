"""What every folder of tests may ask for: the world of the cases, whose keys are made once."""

import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from prometheus_client import CollectorRegistry

# Tables and helpers stand beside the tests as plain modules: cases, world.
sys.path.insert(0, str(Path(__file__).parent))

from world import Rings, World

# The same examples in every run, however slow the machine: what fails fails for everybody. To look further:
# pytest --hypothesis-profile=explore
settings.register_profile(
    "same", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("same")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Ask for each test's reruns at once: of two short messages in turn the kernel holds the second back for 40 ms."""
    asked = getattr(getattr(session.config, "failures_db", None), "sock", None)
    if asked is not None:  # a worker's, or the controller's, of pytest-rerunfailures
        asked.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


@pytest.fixture(scope="session")
def rings() -> Rings:
    """Share the keys: making them is what costs."""
    return Rings.make()


@pytest.fixture
def world(rings: Rings) -> World:
    """Found two pools on a clock that stands still."""
    return World(rings)


@pytest.fixture
def own() -> World:
    """Found pools with keys of their own, which may be rotated."""
    return World(Rings.make())


@pytest.fixture
def registry() -> CollectorRegistry:
    """Keep counts apart from other tests'."""
    return CollectorRegistry()


@pytest.fixture
def dead() -> int:
    """Run a process to its end, and return its id."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait(60)
    return process.pid


@pytest.fixture
def settle() -> Iterator[Callable[[], None]]:
    """Wait for fetches in the background, and leave none behind."""

    def wait() -> None:
        for thread in threading.enumerate():
            if thread.name == "poolwarden-keys":
                thread.join(5)

    yield wait
    wait()
