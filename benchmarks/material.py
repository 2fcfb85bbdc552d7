"""Found the pool that everybody verifies tokens of, serve its keys on the loopback interface and mint tokens."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jwt import get_unverified_header

from benchmarks.subject import World
from poolwarden.localpool import LocalPool
from poolwarden.localpool.http import serve

POOL_ID = "eu-west-1_AbCdEfGhI"
CLIENT_ID = "1example23456789"
SCOPE = "openid profile orders/read orders/write"


@dataclass(frozen=True, slots=True)
class Material:
    """
    A pool with its description in a file.

    Attributes:
        pool: The pool.
        world: What contenders are told of it.
        path: Where they read it.
    """

    pool: LocalPool
    world: World
    path: Path

    def header(self, scope: str = SCOPE) -> str:
        """Return an Authorization header with a token that nobody has seen before."""
        return "Bearer " + self.pool.mint(client_id=CLIENT_ID, claims={"scope": scope, "cognito:groups": ["readers"]})

    def headers(self, count: int) -> list[str]:
        """Return so many headers."""
        return [self.header() for _ in range(count)]

    def expired(self) -> str:
        """Return a header with a token that expired a minute ago, and that nobody has seen before."""
        now = int(self.pool.clock())
        dates = {"auth_time": now - 3660, "iat": now - 3660, "exp": now - 60}
        return "Bearer " + self.pool.mint(client_id=CLIENT_ID, claims={"scope": SCOPE, **dates})

    def tampered(self) -> str:
        """Return a header whose token has another token's signature."""
        good, other = self.header(), self.header()
        return good.rpartition(".")[0] + "." + other.rpartition(".")[2]


@contextmanager
def material() -> Iterator[Material]:
    """Found the pool; its keys are served while the context lasts."""
    pool = LocalPool(POOL_ID)
    with tempfile.TemporaryDirectory(prefix="poolwarden-bench-") as folder, serve(pool) as base:
        keys, path = Path(folder, "jwks.json"), Path(folder, "world.json")
        keys.write_text(json.dumps(pool.jwk_set()))
        world = World(
            pool_id=POOL_ID,
            region=POOL_ID.partition("_")[0],
            client_id=CLIENT_ID,
            issuer=pool.issuer,
            jwks_url=f"{base}/{POOL_ID}/.well-known/jwks.json",
            jwks_file=str(keys),
            kid=get_unverified_header(pool.mint())["kid"],
        )
        world.write(path)
        yield Material(pool, world, path)
