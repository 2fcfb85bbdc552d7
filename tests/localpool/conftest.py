"""A pool on a clock that stands still, its usual user and clients, and how a refusal is checked."""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from poolwarden.localpool import AppClient, Clock, CognitoError, KeyRing, LocalPool
from poolwarden.localpool.http import app
from poolwarden.localpool.outage import KeyServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    Refused = Callable[..., AbstractContextManager[None]]

START = 1_700_000_000.0
PASSWORD = "Passw0rd!"


@pytest.fixture(scope="session")
def keys() -> KeyRing:
    """Share one key ring: making RSA keys is what costs."""
    return KeyRing()


@pytest.fixture
def clock() -> Clock:
    """Stand still until moved."""
    return Clock(START)


@pytest.fixture
def pool(clock: Clock, keys: KeyRing) -> LocalPool:
    """Hold one user, ada."""
    pool = LocalPool("eu-west-1_LocalPool1", clock=clock, keys=keys)
    pool.create_user("ada", PASSWORD, groups=("admin",), email="ada@example.com")
    return pool


@pytest.fixture
def web(pool: LocalPool) -> AppClient:
    """Keep sessions for 30 hours."""
    return pool.create_client("web", refresh_validity=30, units={"refresh": "hours"})


@pytest.fixture
def rotating(pool: LocalPool) -> AppClient:
    """Rotate refresh tokens, with ten seconds of grace."""
    return pool.create_client("rotating", rotation_grace_s=10)


@pytest.fixture
def secretive(pool: LocalPool) -> AppClient:
    """Have a client secret."""
    return pool.create_client("secretive", secret="s3cret" * 5)


@pytest.fixture
def paged(pool: LocalPool) -> AppClient:
    """Sign in on the page, as a public client."""
    return pool.create_client(
        "paged <&>",
        callback_urls=("https://app.example/cb", "https://app.example/other?a=1"),
        logout_urls=("https://app.example/bye",),
    )


@pytest.fixture
def machine(pool: LocalPool) -> AppClient:
    """Ask for tokens of its own."""
    return pool.create_client("machine", secret=True, allowed_scopes=("orders/read", "orders/write"))


@pytest.fixture
def refused() -> Refused:
    """Check that a call is refused with a name and, where given, a text."""

    @contextmanager
    def check(name: str, text: str | None = None) -> Iterator[None]:
        with pytest.raises(CognitoError) as caught:
            yield
        assert caught.value.name == name
        assert text is None or text in caught.value.message

    return check


@pytest.fixture
def key_server() -> KeyServer:
    """Own the failure being played."""
    return KeyServer()


@pytest.fixture
async def http(pool: LocalPool, key_server: KeyServer) -> AsyncIterator[httpx2.AsyncClient]:
    """Talk to the application without a socket."""
    transport = httpx2.ASGITransport(app=app(pool, server=key_server))
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture
def named(pool: LocalPool) -> dict[str, Any]:
    """Name the user ada of the pool, as admin operations ask."""
    return {"UserPoolId": pool.pool_id, "Username": "ada"}
