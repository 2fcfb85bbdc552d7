"""
Requests per second that an application keeps behind a guard: FastAPI under uvicorn, Flask under gunicorn.

One server process for each contender, all up at once, loaded in turn for a
second each. Beside the rate stands the processor time that the server's own
process took for a request, which other work on the machine disturbs less.
"""

import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.contenders.apps import PATH, credentials
from benchmarks.harness import PEERS, ROOT, WORLD_VARIABLE, turned
from benchmarks.load import LoadError, generator, requests_per_second
from benchmarks.material import Material
from benchmarks.report import Table

_START_S = 20.0
_CONNECTIONS = {"uvicorn": 16, "gunicorn": 4}
FLASK_COOKIE = "cognito_access_token"


@dataclass(slots=True)
class Served:
    """
    An application behind a server, and what was measured of it.

    Attributes:
        name: What the table calls it.
        module: The module under ``benchmarks.contenders`` that makes it.
        kind: Which of the module's applications.
        cookie: The cookie that takes the token instead of the header.
        rates: Requests per second, one figure for each round.
        costs: Processor seconds of the server for each request, likewise.
        failure: Why it was not measured.
    """

    name: str
    module: str
    kind: str
    cookie: str | None = None
    rates: list[float] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)
    failure: str | None = None


def _fastapi() -> list[Served]:
    return [
        Served("bare FastAPI", "bare", "fastapi"),
        Served("ASGI middleware that does nothing", "bare", "asgi"),
        Served("poolwarden, ASGI middleware", "ours", "fastapi"),
        Served("poolwarden, dependency with a scope", "ours", "dependency"),
        Served("fastapi-cognito", "peer_fastapi_cognito", "dependency"),
        Served("fastapi-cloudauth", "peer_fastapi_cloudauth", "dependency"),
        Served("fastmcp, middleware", "peer_fastmcp", "asgi"),
        Served("PyJWT and PyJWKClient, dependency", "peer_pyjwt", "dependency"),
    ]


def _flask() -> list[Served]:
    return [
        Served("bare Flask", "bare", "flask"),
        Served("WSGI middleware that does nothing", "bare", "wsgi"),
        Served("poolwarden, WSGI middleware", "ours", "flask"),
        Served("poolwarden, decorator with a scope", "ours", "decorator"),
        Served("Flask-Cognito", "peer_flask_cognito", "decorator"),
        Served("flask-cognito-lib", "peer_flask_cognito_lib", "decorator", cookie=FLASK_COOKIE),
        Served("Authlib", "peer_authlib", "decorator"),
    ]


TABLES: tuple[tuple[str, str, str, Callable[[], list[Served]]], ...] = (
    ("http.fastapi", "FastAPI under uvicorn, one worker, known tokens", "uvicorn", _fastapi),
    ("http.flask", "Flask under gunicorn, one worker of four threads, known tokens", "gunicorn", _flask),
)


def run(material: Material, *, quick: bool) -> list[Table]:
    """
    Measure both.

    Args:
        material: The pool.
        quick: Whether a rough figure will do.
    """
    rounds = 1 if quick else 10
    return [_table(material, name, title, by, listed(), rounds) for name, title, by, listed in TABLES]


def _table(material: Material, name: str, title: str, by: str, listed: list[Served], rounds: int) -> Table:
    header = material.header()
    with ExitStack() as stack:
        ports: dict[str, tuple[int, int]] = {}
        for served in listed:
            try:
                process, port = _start(served, by, material.path)
            except OSError as error:
                served.failure = f"cannot be started ({error})"
                continue
            stack.callback(_stop, process)
            ports[served.name] = (process.pid, port)
        for number in range(-1, rounds):  # the first is for warming up
            for served in turned([one for one in listed if one.failure is None], number + 1):
                _load(served, *ports[served.name], credentials(header, served.cookie), _CONNECTIONS[by], number)
    return _shown(name, title, listed)


def _load(served: Served, pid: int, port: int, header: tuple[str, str], connections: int, number: int) -> None:
    before, begin = _processor_time(pid), time.perf_counter()
    try:
        rate = requests_per_second(port, PATH, header, connections=connections, seconds=1)
    except LoadError as error:
        served.failure = str(error)
        return
    if number >= 0:
        served.rates.append(rate)
        served.costs.append((_processor_time(pid) - before) / (rate * (time.perf_counter() - begin)))


def _start(served: Served, by: str, world: Path) -> tuple[subprocess.Popen[bytes], int]:
    python = PEERS if PEERS.exists() else Path(sys.executable)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, WORLD_VARIABLE: str(world), "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    process = subprocess.Popen(
        [str(python), "-W", "ignore", "-m", "benchmarks.served", served.module, served.kind, str(port), by],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + _START_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                _stop(process)
                raise OSError(f"ended with {process.returncode}") from error
            time.sleep(0.05)
        else:
            return process, port


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _processor_time(pid: int) -> float:
    """Return how long a process and its children have run, ended threads included, seconds."""
    # Fields 14 and 15 of proc_pid_stat(5), after the name, which may hold spaces.
    fields = [Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split() for one in (pid, *_children(pid))]
    return sum(int(field[11]) + int(field[12]) for field in fields) / os.sysconf("SC_CLK_TCK")


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _shown(name: str, title: str, listed: Iterable[Served]) -> Table:
    measured = [one for one in listed if one.rates]
    bare = measured[0]
    rows, data = [], {}
    for one in measured:
        paired = statistics.median(mine / its for mine, its in zip(one.rates, bare.rates, strict=True))
        kept, cost = max(one.rates) / max(bare.rates), min(one.costs) * 1e6
        kept_cost = min(bare.costs) / min(one.costs) if min(one.costs) else float("nan")
        rows.append(
            [one.name, f"{max(one.rates):.0f}", f"{kept:.1%}", f"{paired:.1%}", f"{cost:.1f}", f"{kept_cost:.1%}"]
        )
        data[one.name] = {
            "best_rps": max(one.rates),
            "median_rps": statistics.median(one.rates),
            "kept_of_best": kept,
            "kept_median_of_pairs": paired,
            "server_cpu_us": cost,
            "kept_by_cpu": kept_cost,
            "rounds": len(one.rates),
        }
    notes = [f"{one.name}: not measured, {one.failure}" for one in listed if one.failure]
    notes.append(f"Load by {generator()}; kept by CPU: the bare server's processor time over this one's.")
    columns = ["", "best req/s", "kept", "median kept", "CPU µs/request", "kept by CPU"]
    return Table(name, title, columns, rows, notes, data)
