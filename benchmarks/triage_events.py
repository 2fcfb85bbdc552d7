"""
Measure the guard's events to sessions, verdicts and a report, beside DuckDB's own grouping of the same files.

Run with ``python benchmarks/triage_events.py [MEGABYTES …]``. Two groupings of DuckDB
stand beside it: a plain one (one row a session: its times, its refusals), and
the very one that the triage starts from, with all that its verdicts need. Each
is run in a process of its own, the best of three counts, and memory is the
process's peak.
"""

import heapq
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from poolwarden import events

START = 1_772_000_000
DAYS, HOUR, DAY = 38, 3600, 86400
PARTS = 3

_PLAIN = """
SELECT session_ref, event, any_value(client), min(auth_time), max(issued_at), max(expires_at), min("timestamp"),
    max("timestamp"), bool_or(zombie), max(repeats), count(*)
FROM read_json(?, format = 'newline_delimited', columns = {event: 'VARCHAR', "timestamp": 'TIMESTAMP',
    client: 'VARCHAR', session_ref: 'VARCHAR', auth_time: 'BIGINT', issued_at: 'BIGINT', expires_at: 'BIGINT',
    cause: 'VARCHAR', zombie: 'BOOLEAN', repeats: 'BIGINT'})
GROUP BY ALL
"""
_CONFIG = {"memory_limit": "300MB", "threads": 2, "preserve_insertion_order": False}
_QUIET = "c.execute('SET enable_progress_bar = FALSE')"
_CONNECT = f"duckdb.connect(config={_CONFIG!r})"
_RUNS = {
    "DuckDB, plain GROUP BY": (
        f"import duckdb; c = {_CONNECT}; {_QUIET}; t = now(); c.execute({_PLAIN!r}, [path]).fetchmany(1)"
    ),
    "DuckDB, the equivalent GROUP BY": (
        f"import duckdb; from poolwarden.triage.store import script; c = {_CONNECT}; {_QUIET}; t = now(); "
        "c.execute(script('stage'), {'files': [path], 'since': 0, 'until': 2**60})"
    ),
    "poolwarden triage": "from poolwarden.triage.run import triage; t = now(); triage([path])",
}
_AROUND = (
    "import resource, sys, time; path = sys.argv[1]; now = time.perf_counter; {}; seconds = now() - t; "
    "print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
)


def session(draw: random.Random, number: int, start: float) -> Iterator[tuple[float, str]]:
    """Yield the events of one session with their times."""
    client, validity = ("web", 30 * HOUR) if number % 5 else ("mobile", 30 * DAY)
    shared = {
        "pool": "main",
        "client": client,
        "session_ref": f"{draw.getrandbits(80):020d}"[:16],
        "user_ref": f"U{number % 400_000:015d}",
        "auth_time": int(start),
    }
    ends, issued = start + draw.expovariate(1 / (14 * HOUR)), start
    while True:
        times = {"issued_at": int(issued), "expires_at": int(issued) + HOUR}
        at = issued + 0.4
        token = f"{draw.getrandbits(80):020d}"[:16]
        seen = events.TokenSeen(
            timestamp=events.timestamp(at), outcome="accepted", token_ref=token, scope_count=1, **shared, **times
        )
        yield at, events.render(seen)
        issued += HOUR * draw.uniform(1, 1.3)
        if issued - start > validity:
            for repeats in (1, 2, 4, 8) if number % 3 == 0 else (1,):
                at = issued + 40 * repeats
                refusal = events.RequestRejected(
                    timestamp=events.timestamp(at), outcome="rejected", cause="token_expired", method="GET", status=401,
                    route="/orders", token_ref=token, repeats=repeats, zombie=repeats > 2 or None,
                    expired_for_s=round(at - times["expires_at"], 3), session_age_s=round(at - start, 3),
                    **shared, **times,
                )  # fmt: skip
                yield at, events.render(refusal)
            return
        if issued > ends:
            return


def lines(draw: random.Random, sessions: int) -> Iterator[str]:
    """Yield the lines of so many sessions in the order of time."""
    waiting: list[tuple[float, int, str, Iterator[tuple[float, str]]]] = []
    for number in range(sessions):
        start = START + DAYS * DAY * number / sessions
        while waiting and waiting[0][0] <= start:
            yield from _next(waiting)
        told = session(draw, number, start)
        at, line = next(told)
        heapq.heappush(waiting, (at, number, line, told))
    while waiting:
        yield from _next(waiting)


def _next(waiting: list[tuple[float, int, str, Iterator[tuple[float, str]]]]) -> Iterator[str]:
    _, number, line, told = waiting[0]
    yield line
    following = next(told, None)
    if following is None:
        heapq.heappop(waiting)
    else:
        heapq.heapreplace(waiting, (*following[:1], number, following[1], told))


def log(folder: Path, megabytes: int) -> Path:
    """Return a log of about so many megabytes, written once."""
    path = folder / f"guard-{megabytes}.jsonl"
    if not path.exists():
        part = path.with_suffix(".part")
        with part.open("w") as file:
            file.writelines(f"{line}\n" for line in lines(random.Random(5), megabytes * 265))
        part.replace(path)
    return path


def measured(code: str, path: Path) -> tuple[float, float]:
    """Return the best time in seconds, and the peak of memory in megabytes."""
    found = []
    for _ in range(PARTS):
        command = [sys.executable, "-c", _AROUND.format(code), str(path)]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        found.append((float(told[0]), float(told[1])))
    return min(found)


def main() -> None:
    """Measure."""
    folder = Path(tempfile.gettempdir()) / "poolwarden-benchmarks"
    folder.mkdir(exist_ok=True)
    for megabytes in [int(size) for size in sys.argv[1:]] or [100, 1000]:
        path = log(folder, megabytes)
        print(f"{path.stat().st_size / 1e6:,.0f} MB of events")
        equivalent = 0.0
        for name, code in _RUNS.items():
            seconds, memory = measured(code, path)
            equivalent = seconds if "equivalent" in name else equivalent
            ratio = f"{seconds / equivalent:6.2f} x" if equivalent else ""
            print(f"  {name:34} {seconds:7.2f} s {memory:7.0f} MB {ratio}")


if __name__ == "__main__":
    main()
