"""No request fails because something about it cannot be told."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from playing import bearer, cause_of
from poolwarden import BearerError, Cause, ResourceServer, UserPool
from poolwarden.events import AnyEvent
from poolwarden.guard.observer import NoMeter
from poolwarden.guard.requirement import Requirement
from world import CLIENT_ID, POOL_ID, START, World


@pytest.mark.parametrize("asked", [{"info": True, "error": True}, {}], ids=["emits not", "answers not"])
def test_sink(asked: dict[str, bool], world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Where events cannot be written no request fails, and it is said once, without an event's words."""

    class Full:
        def enabled(self, level: str) -> bool:
            return asked[level]

        def emit(self, event: AnyEvent) -> None:
            raise OSError(28, f"no space left for {event}")

    server = ResourceServer(
        UserPool(POOL_ID, client_ids=CLIENT_ID, keys=world.pool.jwk_set()), events=Full(), meter=None, now=world.clock
    )
    for _ in range(3):
        assert server.authenticate(b"Bearer " + world.mint()).client == CLIENT_ID
        with pytest.raises(BearerError):
            server.authenticate(None)
    assert [record.getMessage() for record in caplog.records] == [
        "poolwarden: events are lost: the sink raises OSError"
    ]


def test_mark(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """A mark that raises makes no other answer of a refusal, and is told of once."""

    def mark(*labels: str) -> None:
        raise OSError(28, f"nobody listens to {labels}")

    server = ResourceServer(
        UserPool(POOL_ID, client_ids=CLIENT_ID, keys=world.pool.jwk_set()), events=None, meter=None, mark=mark
    )
    for _ in range(2):
        with pytest.raises(BearerError):
            server.authenticate(None)
    assert [record.getMessage() for record in caplog.records] == [
        "poolwarden: refusals are not marked: mark raises OSError"
    ]


class Failing:
    """A meter whose file is gone: it can be set up, and counts nothing."""

    def __getattribute__(self, name: str) -> Any:
        """Return what makes a count that raises, or raises at once where it counts itself."""

        def gone(*_: object) -> None:
            raise FileNotFoundError(2, "no such file")

        if name == "configured":
            return lambda *_: None
        return (lambda *_: gone) if name in ("request", "cache", "verification") else gone


def test_meter(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Where nothing can be counted every decision is what it is else, and that is said once."""
    world.down[0] = True
    server = world.server(meter=Failing())
    assert cause_of(server, world.mint()) is Cause.KEYS_UNAVAILABLE
    world.down[0] = False
    world.clock.move(600)
    token = world.mint({"scope": "a"})
    assert cause_of(server, token) is None
    assert server.recall(bearer(token)) is not None
    with pytest.raises(BearerError):
        server.authenticate(bearer(token), require=Requirement(scopes="b"))
    assert cause_of(server, world.mint({"exp": START - 1})) is Cause.TOKEN_EXPIRED
    server.skip()
    server.meter.cognito_refused("GetUser", "throttled")
    server.meter.zombie("web", "expired")
    server.meter.validity("main", "web", "refresh", 1.0)
    assert [record.getMessage() for record in caplog.records] == [
        "poolwarden: counts are lost: the meter raises FileNotFoundError"
    ]


def test_meter_that_makes_nothing(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Where a meter cannot even make a count, requests are decided all the same."""

    class Full:
        """Count nothing, and fail where a decision is to be counted."""

        def request(self, pool: str, client: str, outcome: str, cause: str) -> Any:
            if outcome != "skipped":
                raise OSError(28, "no space left")
            return NoMeter().request(pool, client, outcome, cause)

        def __getattr__(self, name: str) -> Any:
            return getattr(NoMeter(), name)

    server = world.server(meter=Full())
    assert cause_of(server, world.mint()) is None
    assert cause_of(server, world.mint({"exp": START - 1})) is Cause.TOKEN_EXPIRED
    assert len(caplog.records) == 1


def test_no_meter(world: World) -> None:
    """What counts nothing cannot fail, and is used as it is."""
    assert isinstance(world.server(meter=NoMeter()).meter, NoMeter)


WORKER = """
import os, shutil, sys
from poolwarden import BearerError, ResourceServer, UserPool
from poolwarden.localpool import LocalPool

local = LocalPool("eu-west-1_AbCdEfGhI")
token = local.mint(client_id="1example23456789")
pool = UserPool("eu-west-1_AbCdEfGhI", client_ids={"web": "1example23456789"}, keys=local.jwk_set())
server = ResourceServer(pool, events=None)
shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"])
child = os.fork()
if child == 0:
    for header in (f"Bearer {token}", f"Bearer {token}", "Bearer a.b.c"):
        try:
            print(server.authenticate(header).client, flush=True)
        except BearerError as error:
            print(error.cause, flush=True)
    os._exit(0)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_directory_gone(tmp_path: Path) -> None:
    """A worker that cannot write its metrics' files decides as ever (prometheus_client's multi-process mode)."""
    directory = tmp_path / "metrics"
    directory.mkdir()
    environ = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(directory)}
    done = subprocess.run(
        [sys.executable, "-c", WORKER], capture_output=True, text=True, timeout=120, check=False, env=environ
    )
    assert (done.returncode, done.stdout.split()) == (0, ["web", "web", "token_malformed"]), done.stderr
    assert done.stderr.count("counts are lost") == 1
