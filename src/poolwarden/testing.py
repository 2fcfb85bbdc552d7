"""
Give tests a user pool of their own: a pytest plugin, loaded wherever poolwarden is installed.

::

    def test_an_expired_token_is_refused(resource_server, access_token, local_clock):
        token = access_token()
        local_clock.move(timedelta(hours=2))
        with pytest.raises(BearerError) as refused:
            resource_server.authenticate(f"Bearer {token}")
        assert refused.value.cause == "token_expired"

The pool is :class:`poolwarden.localpool.LocalPool`, in process and without a
network; its clock stands still until it is moved. Every fixture can be
overridden in the usual way: a ``local_client`` of one's own, say, with 30
hours of refresh validity.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from poolwarden.localpool import AppClient, Clock, KeyRing, LocalPool
    from poolwarden.server import ResourceServer

# A plugin is loaded into every run of pytest: so its fixtures import what they need, and only when they are used.

NOW = 1_772_442_000.0
"""Where the clock stands at first: 2 March 2026, 09:00 UTC."""


class AccessTokens(Protocol):
    """Make access tokens."""

    def __call__(
        self,
        *,
        scopes: Iterable[str] = ...,
        groups: Iterable[str] = ...,
        claims: Mapping[str, object] | None = None,
        remove: Iterable[str] = (),
    ) -> str:
        """
        Return an access token issued now, valid for an hour.

        Args:
            scopes: Its scopes; an SDK sign-in's where none are given.
            groups: The user's groups.
            claims: Claims to add or to replace, such as ``{"sub": "…"}``.
            remove: Claims and header members to leave out.
        """
        ...


@pytest.fixture(scope="session")
def local_keys() -> "KeyRing":
    """Share the pool's signing keys between tests: making them is what costs."""
    from poolwarden.localpool import KeyRing  # noqa: PLC0415

    return KeyRing()


@pytest.fixture
def local_clock() -> "Clock":
    """Stand still at :data:`NOW`, until ``move(timedelta(…))`` or ``set(epoch seconds)``."""
    from poolwarden.localpool import Clock  # noqa: PLC0415

    return Clock(NOW)


@pytest.fixture
def local_pool(local_clock: "Clock", local_keys: "KeyRing") -> "LocalPool":
    """Be a user pool on the local clock; it has no users and, until ``local_client`` is asked for, no app clients."""
    from poolwarden.localpool import LocalPool  # noqa: PLC0415

    return LocalPool(clock=local_clock, keys=local_keys)


@pytest.fixture
def local_client(local_pool: "LocalPool") -> "AppClient":
    """Be the app client ``web`` of the local pool, with Cognito's defaults: 30 days to refresh, tokens of an hour."""
    return local_pool.create_client("web")


@pytest.fixture
def resource_server(local_pool: "LocalPool", local_client: "AppClient") -> "ResourceServer":
    """
    Decide by the local pool's keys and clock; emits no events and counts nothing.

    The keys are those of the moment it is made. To play a rotation or an outage of the key
    server, make a server with ``fetch=``.
    """
    from poolwarden.guard.pool import UserPool  # noqa: PLC0415
    from poolwarden.server import ResourceServer  # noqa: PLC0415

    pool = UserPool(
        local_pool.pool_id,
        client_ids={local_client.client_name: local_client.client_id},
        issuers=[local_pool.issuer],
        keys=local_pool.jwk_set(),
    )
    clock = local_pool.clock
    return ResourceServer(pool, now=clock, monotonic=clock, events=None, meter=None)


@pytest.fixture
def access_token(local_pool: "LocalPool", local_client: "AppClient") -> AccessTokens:
    """Make access tokens of the local client; see :class:`AccessTokens`."""

    def make(
        *,
        scopes: Iterable[str] = (),
        groups: Iterable[str] = (),
        claims: Mapping[str, object] | None = None,
        remove: Iterable[str] = (),
    ) -> str:
        named: dict[str, object] = {}
        if scope := " ".join(scopes):
            named["scope"] = scope
        if members := list(groups):
            named["cognito:groups"] = members
        return local_pool.mint(
            client_id=local_client.client_id, claims={**named, **(claims or {})}, remove=tuple(remove)
        )

    return make


@pytest.fixture
def bearer_header(access_token: AccessTokens) -> Callable[..., dict[str, str]]:
    """Make the headers of a request with a fresh access token: ``bearer_header(scopes=["orders/read"])``."""

    def make(**wanted: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {access_token(**wanted)}"}

    return make
