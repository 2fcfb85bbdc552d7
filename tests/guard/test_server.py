"""A server's memory of tokens, its settings, and what it needs of a user."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from playing import bearer, events_of
from poolwarden import (
    ANY_CLIENT,
    BearerError,
    Cause,
    ConfigurationError,
    Forbidden,
    UserPool,
)
from poolwarden.events import RequestRejected
from poolwarden.guard.requirement import Requirement
from poolwarden.guard.server import Guard
from poolwarden.observe.prometheus import meter
from poolwarden.telling import RequestFacts
from world import CLIENT_ID, OTHER_CLIENT_ID, POOL_ID, START, World


def refused(server: Guard, header: bytes | str) -> Cause | None:
    """Return why a header is refused, or None."""
    try:
        server.authenticate(header)
    except BearerError as error:
        return error.cause
    return None


def looks(registry: CollectorRegistry) -> tuple[float | None, ...]:
    """Return how often the cache was hit, missed and short of space."""
    return tuple(
        registry.get_sample_value("poolwarden_token_cache_events_total", {"result": result})
        for result in ("hit", "miss", "evicted")
    )


def test_token(world: World) -> None:
    """A verified token tells what its claims say."""
    changes = {"cognito:groups": ["admin"], "scope": "openid orders/read", "custom": {"a": [1]}}
    raw = world.mint(changes)
    token = world.server().authenticate(bearer(raw))
    claims = token.claims
    assert token.scopes == {"openid", "orders/read"}
    assert token.groups == ("admin",)
    assert claims["custom"] == {"a": [1]}
    assert (token.pool, token.client, token.client_id) == ("main", "web", CLIENT_ID)
    assert (token.sub, token.jti, token.origin_jti) == (claims["sub"], claims["jti"], claims["origin_jti"])
    assert (token.iss, token.username) == (claims["iss"], "ada")
    assert (token.auth_time, token.iat, token.exp) == (START, START, START + 3600)
    assert token.session_ends_at is None
    assert not token.is_machine
    token.claims["custom"] = None
    assert token.claims == claims


def test_token_shows_nothing(world: World) -> None:
    """Showing a token shows its session's reference and nothing personal."""
    token = world.server().authenticate(bearer(world.mint()))
    for shown in (repr(token), str(token), f"{token}"):
        assert shown == f"AccessToken(pool='main', client='web', session_ref='{token.session_ref}')"


def test_machine(world: World) -> None:
    """A machine's token has no user, and its session no end."""
    pool = UserPool(
        POOL_ID, client_ids={"web": CLIENT_ID}, refresh_validity=timedelta(days=30), keys=world.pool.jwk_set()
    )
    server = Guard(pool, now=world.clock)
    machine = server.authenticate(bearer(world.mint({"sub": CLIENT_ID, "username": ..., "origin_jti": ...})))
    assert machine.is_machine
    assert machine.username is None
    assert machine.session_ends_at is None
    user = server.authenticate(bearer(world.mint({"auth_time": START - 86_400})))
    assert user.session_ends_at == START + 29 * 86_400


def test_any_client(world: World) -> None:
    """With every client accepted, one without an alias is called other, so that no token makes a label."""
    server = Guard(UserPool(POOL_ID, client_ids=ANY_CLIENT, keys=world.pool.jwk_set()), now=world.clock)
    token = server.authenticate(bearer(world.mint({"client_id": "x" * 20})))
    assert (token.client, token.client_id) == ("other", "x" * 20)


def test_remembered(world: World, registry: CollectorRegistry) -> None:
    """A token is verified once; until its end it is known by its digest, in whatever form the header is."""
    server, token = world.server(meter=meter(registry)), world.mint()
    first = server.authenticate(bearer(token))
    for header in (bearer(token), bearer(token).decode(), [bearer(token)], b"bearer  " + token):
        assert server.authenticate(header) is first
    assert looks(registry) == (4, 1, 0)
    assert token not in repr(vars(server)).encode()


def test_never_past_its_end(world: World) -> None:
    """A known token ends when it says, to the second."""
    server, token = world.server(), bearer(world.mint())
    server.authenticate(token)
    world.clock.move(3599.5)
    assert refused(server, token) is None
    world.clock.move(0.5)
    assert refused(server, token) is Cause.TOKEN_EXPIRED
    assert server.recall(token) is None
    assert refused(server, token) is Cause.TOKEN_EXPIRED


def test_never_past_the_session(world: World) -> None:
    """A known token also ends when its sign-in is too long ago."""
    server, token = world.server(max_session_age=timedelta(minutes=10)), bearer(world.mint())
    assert refused(server, token) is None
    world.clock.move(600)
    world.clock.move(1)
    assert refused(server, token) is Cause.SESSION_TOO_OLD


def test_bounded(world: World, registry: CollectorRegistry) -> None:
    """At most so many tokens are known; who leaves for want of space is counted and verified again."""
    server = world.server(meter=meter(registry), cache_size=2)
    tokens = [bearer(world.mint()) for _ in range(3)]
    for token in (*tokens, tokens[0]):
        server.authenticate(token)
    assert looks(registry) == (0, 4, 2)
    assert len(server._known) == 2


def test_off(world: World, registry: CollectorRegistry) -> None:
    """Without a cache every request is verified."""
    server, token = world.server(meter=meter(registry), cache_size=0), bearer(world.mint())
    for _ in range(3):
        server.authenticate(token)
    assert looks(registry) == (0, 3, 0)
    assert server.recall(token) is None


def test_recall(world: World) -> None:
    """What is known and good is given without asking anybody; all else is for a decision."""
    server, token = world.server(), bearer(world.mint())
    assert server.recall(token) is None
    known = server.authenticate(token)
    for _ in range(40):
        assert server.recall(token) is known
        assert server.recall(token.decode()) is known
    for header in (None, b"Basic a", b"Bearer undefined", b"bearer" + token[6:], token.decode() + "é"):
        assert server.recall(header) is None


async def test_remembered_by_tasks(world: World) -> None:
    """Tasks and threads share what is known."""
    server, token = world.server(), bearer(world.mint())
    first = await server.aauthenticate(token)
    assert await server.aauthenticate(token) is first
    assert server.authenticate(token) is first


def test_threads(world: World) -> None:
    """Threads that bring the same and new tokens at once get each its own."""
    server = world.server(cache_size=5)
    subs = [f"user{n}" for n in range(20)]
    headers = [bearer(world.mint({"sub": sub})) for sub in subs]
    gate = threading.Barrier(8)

    def work(start: int) -> bool:
        gate.wait()
        order = [(start + n) % 20 for n in range(60)]
        return all(server.authenticate(headers[n]).sub == subs[n] for n in order)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(8)))
    assert len(server._known) == 5


FACTS = RequestFacts("GET", "/orders/{id}", "r-1", "0af7651916cd43dd8448eb211c80319c")


def test_authorize(world: World) -> None:
    """A verified token that lacks a scope is refused with the names, and told about with its session."""
    server = world.server(ref_key=b"key")
    token = server.authenticate(bearer(world.mint({"scope": "orders/read"})))
    server.authorize(token, Requirement())
    server.authorize(token, Requirement(scopes=["orders/read"]))
    with pytest.raises(Forbidden) as caught:
        server.authorize(token, Requirement(scopes=["orders/read", "orders/write"]), lambda: FACTS)
    assert (caught.value.cause, caught.value.missing) == (Cause.SCOPE_MISSING, ("orders/write",))
    assert caught.value.needed == ("orders/read", "orders/write")
    (event,) = [event for event in world.notes.events if isinstance(event, RequestRejected)]
    assert (event.cause, event.missing, event.status) == ("scope_missing", ("orders/write",), 403)
    assert (event.session_ref, event.pool, event.client) == (token.session_ref, "main", "web")
    assert event.user_ref is not None
    assert (event.method, event.route, event.request_id, event.trace_id) == tuple(FACTS)


def test_skip(world: World, registry: CollectorRegistry) -> None:
    """A request that passes unasked is counted as skipped."""
    server = world.server(meter=meter(registry))
    server.skip()
    labels = {"pool": "unverified", "client": "unverified", "outcome": "skipped", "cause": "none"}
    assert registry.get_sample_value("poolwarden_requests_total", labels) == 1


def test_size(world: World) -> None:
    """The limit of a token's size can be set."""
    token = world.mint()
    assert refused(world.server(max_token_bytes=len(token)), bearer(token)) is None
    assert refused(world.server(max_token_bytes=len(token) - 1), bearer(token)) is Cause.TOKEN_MALFORMED


async def _awaited(*_: object) -> float:
    return 0.0


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"leeway": -1}, "leeway"),
        ({"leeway": timedelta(seconds=-1)}, "leeway"),
        ({"leeway": "5"}, "leeway"),
        ({"leeway": True}, "leeway"),
        ({"leeway": float("nan")}, "leeway"),
        ({"leeway": float("inf")}, "leeway"),
        ({"max_session_age": -1}, "max_session_age"),
        ({"max_session_age": "1h"}, "max_session_age"),
        ({"session_ending": -1}, "session_ending"),
        ({"cache_size": -1}, "cache_size"),
        ({"cache_size": 1.5}, "cache_size"),
        ({"cache_size": True}, "cache_size"),
        ({"max_token_bytes": 0}, "max_token_bytes"),
        ({"max_token_bytes": "16384"}, "max_token_bytes"),
        ({"ref_key": "secret"}, "ref_key"),
        ({"key_policy": {}}, "key_policy"),
        ({"revoked": {"session:a": 1}}, "revoked"),
        ({"online": "get_user"}, "online"),
        ({"checks": None}, "checks"),
        ({"checks": [Cause.TOKEN_REVOKED]}, "checks"),
        ({"checks": [(Cause.TOKEN_REVOKED,)]}, "checks"),
        ({"checks": [(Cause.TOKEN_REVOKED, True)]}, "checks"),
        ({"checks": [("made_up", len)]}, "checks"),
        ({"checks": [(Cause.TOKEN_REVOKED, _awaited)]}, "checks"),
        ({"now": _awaited}, "now"),
        ({"monotonic": _awaited}, "monotonic"),
        ({"fetch": _awaited}, "fetch"),
        ({"checks": [(Cause.REFRESH_TOKEN_EXPIRED, len)]}, "checks"),
        ({"now": 1_700_000_000}, "now"),
        ({"monotonic": None}, "monotonic"),
        ({"fetch": "https://example.com/"}, "fetch"),
    ],
    ids=lambda value: str(value).partition(" at 0x")[0],  # workers must collect the same names
)
def test_settings(world: World, settings: dict[str, Any], field: str) -> None:
    """A wrong setting ends at construction and is named with its mend."""
    with pytest.raises(ConfigurationError, match=f"^{field}: ") as caught:
        world.server(**settings)
    assert caught.value.mend


KEYS_FILE = "no such file"


@pytest.mark.parametrize(
    ("pools", "field"),
    [
        (lambda: (), "pools"),
        (lambda: None, "pools"),
        (lambda: 1, "pools"),
        (lambda: ["eu-west-1_AbCdEfGhI"], "pools"),
        (lambda: [UserPool(POOL_ID, client_ids=CLIENT_ID, alias="a")] * 2, "pools"),
        (
            lambda: [UserPool(POOL_ID, client_ids=CLIENT_ID, alias=alias) for alias in ("a", "b")],
            "issuers",
        ),
        (lambda: UserPool(POOL_ID, client_ids=CLIENT_ID, keys={"keys": []}), "keys"),
        (lambda: UserPool(POOL_ID, client_ids=CLIENT_ID, keys=b"<html>"), "keys"),
        (lambda: UserPool(POOL_ID, client_ids=CLIENT_ID, keys="{}"), "keys"),
        (lambda: UserPool(POOL_ID, client_ids=CLIENT_ID, keys=KEYS_FILE), "keys"),
        (lambda: UserPool(POOL_ID, client_ids=CLIENT_ID, keys=7), "keys"),  # type: ignore[arg-type]
    ],
)
def test_pools(pools: Callable[[], Any], field: str) -> None:
    """Pools that cannot be told apart, or have no keys, end at construction."""
    with pytest.raises(ConfigurationError, match=f"^{field}: "):
        Guard(pools())


def test_aliases() -> None:
    """A single pool is called main, several are called by their ids unless they have names."""
    one = UserPool(POOL_ID, client_ids=CLIENT_ID)
    two = UserPool("us-east-1_Second", client_ids=OTHER_CLIENT_ID)
    three = UserPool("us-east-1_Third", client_ids=OTHER_CLIENT_ID, alias="third")
    assert [alias for alias, _ in Guard(one).pools] == ["main"]
    assert [alias for alias, _ in Guard(iter([one, two, three])).pools] == [POOL_ID, "us-east-1_Second", "third"]


def test_no_observer(world: World) -> None:
    """A guard tells nobody unless it is given somebody to tell."""
    server = Guard(UserPool(POOL_ID, client_ids=CLIENT_ID, keys=world.pool.jwk_set()), now=world.clock)
    assert refused(server, bearer(world.mint())) is None
    assert refused(server, b"Bearer undefined") is Cause.TOKEN_PLACEHOLDER
    assert refused(server, bearer(world.mint({"exp": START - 1}))) is Cause.TOKEN_EXPIRED


def test_authorize_for_another(world: World) -> None:
    """A token of an issuer that this server does not know lacks a scope all the same, and is told as unverified."""
    token = world.server().authenticate(bearer(world.mint({"scope": "a"})))
    other = Guard(UserPool("us-west-2_AnotherOne", client_ids=ANY_CLIENT), events=world.notes)
    with pytest.raises(Forbidden):
        other.authorize(token, Requirement(scopes="b"))
    assert [(event.pool, event.cause) for event in events_of(world, RequestRejected)] == [
        ("unverified", "scope_missing")
    ]
