"""
How the guard's cost grows: with the tokens in its cache, with the pools it serves, and in its tail.

A cache is filled through the guard itself; only the signatures of the tokens that
fill it are not looked at, since nobody can sign a million in a sensible time.
"""

import gc
import json
import multiprocessing
import statistics
import time
import tracemalloc
from base64 import urlsafe_b64encode
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

from benchmarks.contenders import limits
from benchmarks.contenders.ours import server_of
from benchmarks.material import SCOPE, Material
from benchmarks.report import Table
from benchmarks.subject import World
from poolwarden import ResourceServer, UserPool
from poolwarden.guard import jws

_PAGE = 4096
_CHUNK = 20


def run(material: Material, *, quick: bool) -> list[Table]:
    """
    Measure growth.

    Args:
        material: The pool.
        quick: Whether a rough figure will do.
    """
    fresh = material.headers(400)
    sizes = (10, 10_000) if quick else (10, 10_000, 1_000_000)
    cached = {size: _apart(with_cache, material.world, fresh, size) for size in sizes}
    pools = {count: _apart(with_pools, material.world, fresh, count) for count in (1, 10, 100)}
    count = 2000 if quick else 20_000
    tails = _apart(tail, material.world, material.headers(count), count)
    return [_cache_table(cached), _pools_table(pools), _tail_table(count, tails)]


def with_cache(world: World, fresh: list[str], size: int) -> dict[str, float]:
    """Fill a cache and return what tokens cost then, and the memory that each takes."""
    server = server_of(world, "usual", cache_size=size + 2 * len(fresh))
    known = fresh[0]
    server.authenticate(known)
    traced = _traced(server, world) if size >= 10_000 else float("nan")
    before = _resident()
    _fill(server, world, range(size))
    memory = (_resident() - before) / size if size >= 10_000 else float("nan")
    return {**_costs(server, known, fresh[1:]), "bytes": memory, "traced": traced}


def with_pools(world: World, fresh: list[str], count: int) -> dict[str, float]:
    """Return what tokens cost a server of so many pools."""
    others = [
        UserPool(f"eu-west-1_Other{number:04}", client_ids={"web": world.client_id}, keys=world.jwks_file)
        for number in range(count - 1)
    ]
    own = UserPool(world.pool_id, client_ids={"web": world.client_id}, keys=world.jwks_file)
    server = ResourceServer([*others, own], events=None)
    server.authenticate(fresh[0])
    return _costs(server, fresh[0], fresh[1:])


def tail(world: World, fresh: list[str], _count: int) -> dict[str, list[float]]:
    """Return how long each of many new tokens takes, and each bare signature; collections as they come."""
    server = server_of(world, "usual", cache_size=len(fresh))
    signature = limits.subjects(world, "")["signature"]
    prepared = [signature.prepare(header) for header in fresh]
    return {
        "RSA-2048 verify alone": _each(signature.call, prepared),
        "poolwarden, as usual": _each(server.authenticate, fresh),
    }


def _apart(function: Callable[..., Any], world: World, fresh: list[str], number: int) -> Any:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, world, fresh, number).result(600)


def _costs(server: ResourceServer, known: str, fresh: list[str]) -> dict[str, float]:
    new = [_timed(server.authenticate, fresh[start : start + _CHUNK]) for start in range(0, len(fresh), _CHUNK)]
    again = [_timed(server.authenticate, [known] * 100) for _ in range(100)]
    return {
        "new": min(new),
        "new_median": statistics.median(new),
        "known": min(again),
        "known_median": statistics.median(again),
    }


def _timed(call: Callable[[Any], Any], items: list[Any]) -> float:
    begin = time.perf_counter_ns()
    for item in items:
        call(item)
    return (time.perf_counter_ns() - begin) / len(items)


def _each(call: Callable[[Any], Any], items: list[Any]) -> list[float]:
    times = []
    for item in items:
        begin = time.perf_counter_ns()
        call(item)
        times.append((time.perf_counter_ns() - begin) / 1000)
    return times


def _fill(server: ResourceServer, world: World, numbers: range) -> None:
    head = _encoded({"kid": world.kid, "alg": "RS256"})
    tailpiece = b"A" * 341 + b"A"
    now = int(time.time())
    with patch.object(jws, "holds", lambda _parts, _key: True):
        for number in numbers:
            claims = {
                "sub": str(UUID(int=number)),
                "cognito:groups": ["readers"],
                "iss": world.issuer,
                "version": 2,
                "client_id": world.client_id,
                "origin_jti": str(UUID(int=number + 2**64)),
                "event_id": str(UUID(int=number + 2**65)),
                "token_use": "access",
                "scope": SCOPE,
                "auth_time": now,
                "exp": now + 3600,
                "iat": now,
                "jti": str(UUID(int=number + 2**66)),
                "username": "ada",
            }
            server.authenticate(b"Bearer " + head + b"." + _encoded(claims) + b"." + tailpiece)


def _traced(server: ResourceServer, world: World) -> float:
    count = 1000
    gc.collect()
    tracemalloc.start()
    _fill(server, world, range(2**32, 2**32 + count))
    gc.collect()
    traced, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return traced / count


def _encoded(members: dict[str, Any]) -> bytes:
    return urlsafe_b64encode(json.dumps(members, separators=(",", ":")).encode()).rstrip(b"=")


def _resident() -> int:
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE


def _row(name: str, costs: dict[str, float], *names: str) -> list[str]:
    return [name, *(f"{costs[key] / 1000:.2f}" for key in names)]


_COLUMNS = ("new", "new_median", "known", "known_median")
_HEADS = ("new, min µs", "median", "known, min µs", "median")


def _cache_table(cached: dict[int, dict[str, float]]) -> Table:
    rows = [
        [*_row(f"{size:,}".replace(",", " "), costs, *_COLUMNS), _bytes(costs["bytes"]), _bytes(costs["traced"])]
        for size, costs in cached.items()
    ]
    heads = ["tokens in the cache", *_HEADS, "bytes each (RSS)", "(traced)"]
    data = {str(size): costs for size, costs in cached.items()}
    return Table("growth.cache", "Cost by the tokens in the cache", heads, rows, data=data)


def _pools_table(pools: dict[int, dict[str, float]]) -> Table:
    rows = [_row(str(count), costs, *_COLUMNS) for count, costs in pools.items()]
    data = {str(count): costs for count, costs in pools.items()}
    return Table("growth.pools", "Cost by the pools of a server", ["pools", *_HEADS], rows, data=data)


def _tail_table(count: int, tails: dict[str, list[float]]) -> Table:
    rows, data = [], {}
    for name, times in tails.items():
        ordered = sorted(times)
        figures = [ordered[int(count * share)] for share in (0.5, 0.99, 0.999)] + [ordered[-1]]
        rows.append([name, *(f"{figure:.1f}" for figure in figures)])
        data[name] = dict(zip(("p50_us", "p99_us", "p999_us", "max_us"), figures, strict=True))
    title = f"{count:,} new tokens one after the other: microseconds".replace(",", " ")
    return Table("growth.tail", title, ["", "p50", "p99", "p99.9", "max"], rows, data=data)


def _bytes(amount: float) -> str:
    return "-" if amount != amount else f"{amount:.0f}"  # noqa: PLR0124 (a NaN is what was not measured)
