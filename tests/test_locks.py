"""A child of a fork never waits for a thread that it does not have, and finds what a lock guards whole."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from poolwarden import locks

# Every child ends by itself, whatever it waits for.
CHILD = """
import os, signal, sys, threading
sys.path.insert(0, sys.argv[1])

def ended(work):
    child = os.fork()
    if child == 0:
        signal.alarm(50)
        try:
            work()
        finally:
            os._exit(0 if sys.exc_info()[0] is None else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
"""

HELD = """
from poolwarden.locks import fork_safe_lock

held, free = fork_safe_lock(), fork_safe_lock()
held.acquire()

def work():
    with held, free:
        pass

print(ended(work), held.locked(), free.locked())
held.release()
print(ended(work), held.locked(), free.locked())
"""

GUARD = """
import io
from poolwarden import BearerError, RevocationList, locks
from poolwarden.observe.lines import JsonLines
from world import Rings, World

lines = io.StringIO()
world = World(Rings.make())
revoked = RevocationList(now=world.clock)
server = world.server(events=JsonLines(lines), revoked=revoked, session_ending=86_400)
good, bad = b"Bearer " + world.mint(), b"Bearer " + world.mint({"exp": 1})
server.authenticate(good)
own = tuple(locks._locks)
for lock in own:
    lock.acquire()

def work():
    revoked.revoke_user("nobody")
    for _ in range(2):
        server.authenticate(good)
        server.authenticate(b"Bearer " + world.mint())
        try:
            server.authenticate(bad)
        except BearerError:
            pass
    server.rules.issuers[world.pool.issuer].source.wait()

print(ended(work), len(own) >= 5)
"""

CHURN = """
from poolwarden.guard.keys import KeyRing
from poolwarden.guard.verified import Known, KnownTokens

sys.setswitchinterval(1e-6)
tokens, entry = KnownTokens(8, lambda: None), Known(None, 0.0, KeyRing.fixed({}), 0, lambda: None)
over = threading.Event()

def turn(count):
    for number in range(count):
        tokens.add(b"%d" % (number % 20), entry)
        tokens.drop(b"%d" % (number % 7))

def churn():
    while not over.is_set():
        turn(100)

threads = [threading.Thread(target=churn) for _ in range(3)]
for thread in threads:
    thread.start()
print({ended(lambda: turn(100)) for _ in range(30)})
over.set()
"""

FORKS = """
from poolwarden.locks import fork_safe_lock

lock, codes = fork_safe_lock(), []

def work():
    with lock:
        pass

threads = [threading.Thread(target=lambda: codes.append(ended(work))) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(codes, lock.locked())
"""


def said(script: str, *, measured: bool = True) -> list[str]:
    """Run a script that forks, in a process of its own; whether its coverage is measured, which takes locks, too."""
    environment = {name: value for name, value in os.environ.items() if measured or not name.startswith("COV")}
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", CHILD + script, str(Path(__file__).parent)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_held() -> None:
    """A lock that is held when a process forks is free in the child, and as it was in the parent."""
    assert said(HELD) == ["0 True False", "0 False False"]


def test_guard() -> None:
    """A child forked in the middle of a request decides, remembers, revokes and fetches keys like its parent."""
    assert said(GUARD) == ["0 True"]


def test_whole() -> None:
    """Whatever threads were writing, a child finds it whole."""
    assert said(CHURN, measured=False) == ["{0}"]


def test_several_forks() -> None:
    """Threads that fork at once do not wait for each other's locks."""
    assert said(FORKS) == ["[0, 0, 0, 0, 0, 0, 0, 0] False"]


@pytest.mark.parametrize("module", ["poolwarden.locks", "poolwarden.observe.forked"])
def test_without_fork(module: str) -> None:
    """Where nothing forks, as on Windows, nothing is registered."""
    code = (
        f"import os; del os.register_at_fork; import {module} as m; "
        "getattr(m, 'free_in_children', lambda _: None)(tuple); print('ok')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "ok\n"), done.stderr


def test_hooks() -> None:
    """Before a fork what is free is taken; the parent gives it back, and a child makes every lock anew."""
    held, free = locks.fork_safe_lock(), locks.fork_safe_lock()
    held.acquire()
    locks._before()
    assert free.locked()
    locks._in_parent()
    assert (held.locked(), free.locked()) == (True, False)
    locks._before()
    locks._in_child()
    assert (held.locked(), free.locked()) == (False, False)
