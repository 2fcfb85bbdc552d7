"""What is told about refusals: which, how often, and the dates and references of verified tokens only."""

from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry

from playing import bearer
from poolwarden import BearerError, UserPool
from poolwarden.events import RequestRejected, SessionEnding, TokenSeen
from poolwarden.guard import verified
from poolwarden.guard.server import Guard
from poolwarden.observe.prometheus import meter
from poolwarden.refs import References
from poolwarden.telling import RequestFacts
from world import CLIENT_ID, START, Notebook, World

FACTS = RequestFacts("GET", "/orders", "r-1", "t-1")


def refuse(server: Guard, header: bytes | None, facts: RequestFacts = FACTS) -> None:
    """Authenticate what is refused."""
    with pytest.raises(BearerError):
        server.authenticate(header, lambda: facts)


def rejections(world: World) -> list[RequestRejected]:
    """Return the refusals that were told."""
    return [event for event in world.notes.events if isinstance(event, RequestRejected)]


def test_verified(world: World) -> None:
    """A verified token that is refused is told with its dates and references."""
    token = world.mint(
        {"exp": START - 10, "iat": START - 3610, "auth_time": START - 7200, "jti": "j", "origin_jti": "o"}
    )
    refuse(world.server(ref_key=b"key"), bearer(token))
    (event,) = rejections(world)
    refs = References(b"key")
    assert (event.cause, event.status, event.outcome, event.level) == ("token_expired", 401, "rejected", "info")
    assert (event.pool, event.client) == ("main", "web")
    assert (event.auth_time, event.issued_at, event.expires_at) == (START - 7200, START - 3610, START - 10)
    assert (event.expired_for_s, event.session_age_s, event.repeats, event.zombie) == (10, 7200, 1, None)
    assert (event.method, event.route, event.request_id, event.trace_id) == tuple(FACTS)
    assert event.token_ref == refs.token(world.pool.issuer, "j")
    assert event.session_ref == refs.session(
        world.pool.issuer, origin_jti="o", sub="", auth_time=0, client_id=CLIENT_ID
    )
    assert event.user_ref is not None
    assert event.timestamp == "2023-11-14T22:13:20.000Z"


def test_facts_are_for_what_is_told(world: World) -> None:
    """What events tell about a request is made for those that are told, and never for a request that passes."""
    asked: list[int] = []

    def facts() -> RequestFacts:
        asked.append(1)
        return FACTS

    server = world.server()
    server.authenticate(bearer(world.mint()), facts)
    assert asked == []
    expired = bearer(world.mint({"exp": START - 10}))
    for _ in range(8):
        with pytest.raises(BearerError):
            server.authenticate(expired, facts)
    assert len(asked) == len(rejections(world)) == 4  # the 1st, 2nd, 4th and 8th


def test_unverified(world: World) -> None:
    """Of a token whose signature does not hold, nothing is told: anybody can have written it."""
    refuse(world.server(ref_key=b"key"), bearer(world.signed(key=world.rings.stranger)))
    (event,) = rejections(world)
    assert (event.pool, event.client, event.cause) == ("unverified", "unverified", "signature_invalid")
    assert {event.auth_time, event.issued_at, event.expires_at, event.session_age_s} == {None}
    assert {event.session_ref, event.user_ref, event.token_ref} == {None}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"sub": 1}, ("token_ref",)),
        ({"auth_time": "soon"}, ("token_ref",)),
        ({"jti": 1}, ("session_ref", "user_ref")),
        ({"jti": ..., "exp": 1}, ("session_ref", "user_ref")),
        ({"origin_jti": 1}, ("token_ref", "session_ref", "user_ref")),
        ({"client_id": [1]}, ("token_ref", "session_ref", "user_ref")),
    ],
    ids=str,
)
def test_odd_claims(world: World, changes: dict[str, object], told: tuple[str, ...]) -> None:
    """Claims of a wrong type make no reference and no date, and no error."""
    refuse(world.server(ref_key=b"key"), bearer(world.mint(changes)))
    (event,) = rejections(world)
    assert tuple(name for name in ("token_ref", "session_ref", "user_ref") if getattr(event, name)) == told


def test_throttled(world: World) -> None:
    """The same token is told the 1st, 2nd, 4th, 8th … time; another token is its own."""
    server, token = world.server(), bearer(world.mint({"exp": START - 1}))
    for _ in range(20):
        refuse(server, token)
    assert [event.repeats for event in rejections(world)] == [1, 2, 4, 8, 16]
    refuse(server, bearer(world.mint({"exp": START - 1})))
    assert rejections(world)[-1].repeats == 1


def test_throttled_without_a_token(world: World) -> None:
    """Requests without a token are counted by cause and route."""
    server = world.server()
    for _ in range(3):
        refuse(server, None)
        refuse(server, None, RequestFacts("GET", "/else"))
        refuse(server, b"Bearer undefined")
    assert [(event.route, event.cause, event.repeats) for event in rejections(world)][:3] == [
        ("/orders", "credentials_missing", 1),
        ("/else", "credentials_missing", 1),
        ("/orders", "token_placeholder", 1),
    ]
    assert len(rejections(world)) == 6


def test_zombie(world: World, registry: CollectorRegistry) -> None:
    """Who sends a dead token a minute after its first refusal is a zombie, told once more and counted each time."""
    server = world.server(meter=meter(registry))
    token = bearer(world.mint({"exp": START - 5, "auth_time": START - 108_000, "iat": START - 3600}))
    for _ in range(3):
        refuse(server, token)
    assert {event.zombie for event in rejections(world)} == {None}
    world.clock.move(61)
    for _ in range(3):
        refuse(server, token)
    assert [(event.repeats, event.zombie) for event in rejections(world)] == [(1, None), (2, None), (4, True)]
    world.clock.move(61)
    for _ in range(3):
        refuse(server, token)
    count = {"client": "web", "kind": "expired"}
    assert registry.get_sample_value("poolwarden_zombie_requests_total", count) == 6
    lost = {"client": "web", "at": "loss"}
    assert registry.get_sample_value("poolwarden_session_age_seconds_count", lost) == 1
    assert registry.get_sample_value("poolwarden_session_age_seconds_sum", lost) == 108_000
    assert registry.get_sample_value("poolwarden_token_expired_for_seconds_count", {"client": "web"}) == 9


def test_zombie_told_between(world: World) -> None:
    """A client that turns zombie is told also where its turn has not come."""
    server, token = world.server(), bearer(world.mint({"exp": START - 5}))
    for _ in range(2):
        refuse(server, token)
    world.clock.move(61)
    refuse(server, token)
    assert [(event.repeats, event.zombie) for event in rejections(world)] == [(1, None), (2, None), (3, True)]


def test_outage_makes_no_zombie(world: World) -> None:
    """A token that met an outage before it expired is no zombie at its first expiry."""
    server, token = world.server(), bearer(world.mint({"exp": START + 50}))
    world.down[0] = True
    refuse(server, token)
    world.down[0] = False
    world.clock.move(120)
    refuse(server, token)
    told = [(event.cause, event.repeats, event.zombie) for event in rejections(world)]
    assert told == [("keys_unavailable", 1, None), ("token_expired", 1, None)]


def test_placeholder(world: World, registry: CollectorRegistry) -> None:
    """A placeholder is a dead session's from the first time on."""
    server = world.server(meter=meter(registry))
    refuse(server, b"Bearer undefined")
    count = {"client": "unverified", "kind": "placeholder"}
    assert registry.get_sample_value("poolwarden_zombie_requests_total", count) == 1


def test_seen(world: World, registry: CollectorRegistry) -> None:
    """A verified token is told the first time this process sees it, whether or not it is remembered."""
    server = world.server(meter=meter(registry), cache_size=0, ref_key=b"key")
    first = world.mint({"scope": "a b c", "jti": "j"})
    for _ in range(3):
        server.authenticate(bearer(first))
    (event,) = [event for event in world.notes.events if isinstance(event, TokenSeen)]
    assert (event.auth_time, event.issued_at, event.expires_at) == (START, START, START + 3600)
    assert (event.scope_count, event.pool, event.client, event.outcome) == (3, "main", "web", "accepted")
    assert event.token_ref == References(b"key").token(world.pool.issuer, "j")
    access = {"pool": "main", "client": "web", "token": "access"}
    assert registry.get_sample_value("poolwarden_client_validity_seconds", access) == 3600
    refreshed = {"client": "web", "at": "refresh"}
    assert registry.get_sample_value("poolwarden_session_age_seconds_count", refreshed) == 0
    server.authenticate(bearer(world.mint({"auth_time": START - 7200})))
    assert registry.get_sample_value("poolwarden_session_age_seconds_sum", refreshed) == 7200


@pytest.mark.parametrize("cache_size", [0, 2])
def test_seen_is_bounded(world: World, monkeypatch: pytest.MonkeyPatch, cache_size: int) -> None:
    """As many tokens are remembered as told as are cached, and some without a cache; the oldest is told anew."""
    monkeypatch.setattr(verified, "_SEEN", 2)
    server = world.server(cache_size=cache_size)
    tokens = [bearer(world.mint()) for _ in range(3)]
    for token in (*tokens, tokens[2], tokens[0]):
        server.authenticate(token)
    assert len([event for event in world.notes.events if isinstance(event, TokenSeen)]) == 4


def test_machine_refreshes_nothing(world: World, registry: CollectorRegistry) -> None:
    """A machine's token is no refresh, whenever it was issued."""
    server = world.server(meter=meter(registry))
    server.authenticate(bearer(world.mint({"sub": CLIENT_ID, "username": ..., "auth_time": START - 7200})))
    refreshed = {"client": "web", "at": "refresh"}
    assert registry.get_sample_value("poolwarden_session_age_seconds_count", refreshed) == 0


def ending(world: World, **settings: object) -> Guard:
    """Guard a pool whose refresh validity is known."""
    pool = UserPool(
        world.pool.pool_id,
        client_ids={"web": CLIENT_ID},
        refresh_validity=timedelta(hours=30),
        keys=world.pool.jwk_set(),
    )
    return Guard(pool, now=world.clock, events=world.notes, **settings)  # type: ignore[arg-type]


def test_ending(world: World) -> None:
    """A session near its end is told once, also where its token is known by then."""
    server = ending(world, session_ending=3600)
    auth_time = START - 30 * 3600 + 5400
    token = bearer(world.mint({"auth_time": auth_time, "origin_jti": "o", "exp": START + 7200}))
    server.authenticate(token)
    assert not [event for event in world.notes.events if isinstance(event, SessionEnding)]
    world.clock.move(1800)
    for _ in range(3):
        server.authenticate(token)
    server.authenticate(bearer(world.mint({"auth_time": auth_time, "origin_jti": "o"})))
    (event,) = [event for event in world.notes.events if isinstance(event, SessionEnding)]
    assert (event.auth_time, event.ends_at, event.remaining_s) == (auth_time, START + 5400, 3600)
    assert event.outcome == "observed"


def test_ending_is_opt_in(world: World) -> None:
    """Unasked, no session's end is told; nor where the refresh validity is unknown."""
    ending(world).authenticate(bearer(world.mint({"auth_time": START - 30 * 3600 + 60})))
    world.server(session_ending=3600).authenticate(bearer(world.mint({"auth_time": START - 30 * 3600 + 60})))
    assert not [event for event in world.notes.events if isinstance(event, SessionEnding)]


class Deaf(Notebook):
    """Want no events, and remember those that are made all the same."""

    def enabled(self, level: str) -> bool:
        """Return False."""
        return False


def test_unwanted(world: World) -> None:
    """Events that nobody wants are not made."""
    sink = Deaf()
    server = Guard(ending(world).pools[0][1], now=world.clock, events=sink, session_ending=10**6)
    server.authenticate(bearer(world.mint()))
    refuse(server, bearer(world.mint({"exp": START - 1})))
    world.down[0] = True
    deaf = world.server(events=sink)
    refuse(deaf, bearer(world.mint()))
    world.down[0] = False
    world.clock.move(1)
    deaf.authenticate(bearer(world.mint()))
    assert sink.events == []
