"""A server with an application's defaults, and one made from the environment."""

import io
import os
from collections.abc import Mapping
from datetime import timedelta
from typing import get_type_hints

import pytest
import structlog
from prometheus_client import REGISTRY, CollectorRegistry

import poolwarden
from poolwarden import ANY_CLIENT, BearerError, ConfigurationError, ResourceServer, UserPool
from poolwarden.guard.observer import NoMeter, NoSink
from poolwarden.guard.server import Guard
from poolwarden.guard.settings import GuardSettings
from poolwarden.guard.tolerant import TolerantMeter, TolerantSink
from poolwarden.observe.lines import JsonLines
from poolwarden.observe.prometheus import PrometheusMeter, meter
from poolwarden.observe.structured import StructlogEvents
from poolwarden.refs import References
from poolwarden.server import ServerSettings
from poolwarden.telling import EventSink
from world import CLIENT_ID, ISSUER, POOL_ID, World

ENV = {"POOLWARDEN_USER_POOL_ID": POOL_ID, "POOLWARDEN_CLIENT_IDS": f"web={CLIENT_ID}"}
OFF = {"events": None, "meter": None}


def sink_of(server: ResourceServer) -> EventSink:
    """Return where a server's events go."""
    assert isinstance(server.events, TolerantSink)
    return server.events.sink


def test_defaults(world: World) -> None:
    """By default events go to structlog and counts to the default registry."""
    server = ResourceServer(UserPool(POOL_ID, client_ids=CLIENT_ID, keys=world.pool.jwk_set()), now=world.clock)
    assert isinstance(sink_of(server), StructlogEvents)
    assert isinstance(server.meter, TolerantMeter)
    assert server.meter.meter is meter(REGISTRY)
    labels = {"pool": "main", "client": CLIENT_ID, "outcome": "accepted", "cause": "none"}
    before = REGISTRY.get_sample_value("poolwarden_requests_total", labels)
    assert before is not None
    assert server.authenticate(b"Bearer " + world.mint()).client == CLIENT_ID
    assert REGISTRY.get_sample_value("poolwarden_requests_total", labels) == before + 1


def test_structlog_is_not_configured(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Structlog stays as the application has set it up, and logs so."""
    before = structlog.is_configured(), structlog.get_config()
    server = ResourceServer(UserPool(POOL_ID, client_ids=CLIENT_ID, keys=world.pool.jwk_set()), meter=None)
    with pytest.raises(BearerError):
        server.authenticate(None)
    assert "poolwarden.request_rejected" in capsys.readouterr().out
    assert (structlog.is_configured(), structlog.get_config()) == before


def test_nothing_observed(world: World) -> None:
    """None switches events and counts off."""
    server = ResourceServer(UserPool(POOL_ID, client_ids=CLIENT_ID, keys=world.pool.jwk_set()), events=None, meter=None)
    assert isinstance(sink_of(server), NoSink)
    assert isinstance(server.meter, NoMeter)


def test_own_observers(world: World) -> None:
    """Any sink and any meter may be given."""
    sink, counts = JsonLines(io.StringIO()), PrometheusMeter(CollectorRegistry())
    server = ResourceServer(
        UserPool(POOL_ID, client_ids=CLIENT_ID, keys=world.pool.jwk_set()), events=sink, meter=counts
    )
    assert isinstance(server.meter, TolerantMeter)
    assert (sink_of(server), server.meter.meter) == (sink, counts)


@pytest.mark.parametrize("field", ["events", "meter"])
@pytest.mark.parametrize("value", ["syslog", 1, object()])
def test_no_observer(field: str, value: object, world: World) -> None:
    """What takes no events or counts is refused at construction."""
    pool = UserPool(POOL_ID, client_ids=CLIENT_ID, keys=world.pool.jwk_set())
    with pytest.raises(ConfigurationError, match=f"^{field}: "):
        ResourceServer(pool, **{**OFF, field: value})  # type: ignore[arg-type]


def test_environment() -> None:
    """Every variable has its setting."""
    server = ResourceServer.from_env(
        {
            "POOLWARDEN_USER_POOL_ID": f" {POOL_ID} ",
            "POOLWARDEN_CLIENT_IDS": f"web={CLIENT_ID}, mobile = 2example ,",
            "POOLWARDEN_REFRESH_VALIDITY": "web=30h, mobile=90d",
            "POOLWARDEN_REF_KEY": "secret",
            "POOLWARDEN_JWKS_URL": "http://127.0.0.1:9229/jwks.json",
            "POOLWARDEN_ISSUERS": "http://127.0.0.1:9229/a, http://localhost:9229/a",
        },
        **OFF,
        leeway=1,
    )
    assert server.clients == (("main", "web", 108_000), ("main", "mobile", 7_776_000))
    assert set(server.rules.issuers) == {"http://127.0.0.1:9229/a", "http://localhost:9229/a"}
    assert {issuer.source.url for issuer in server.rules.issuers.values() if issuer.source} == {
        "http://127.0.0.1:9229/jwks.json"
    }
    assert server.rules.refs.user(ISSUER, "ada") == References(b"secret").user(ISSUER, "ada")
    assert next(iter(server.rules.issuers.values())).standard.leeway == 1


def test_any_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reference key is any bytes, also those that are no text."""
    monkeypatch.setitem(os.environb, b"POOLWARDEN_REF_KEY", b"\xffk")
    server = ResourceServer.from_env({**ENV, "POOLWARDEN_REF_KEY": os.environ["POOLWARDEN_REF_KEY"]}, **OFF)
    assert server.rules.refs.user(ISSUER, "ada") == References(b"\xffk").user(ISSUER, "ada")


def test_smallest_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pool and clients suffice, read from the process."""
    for name, value in ENV.items():
        monkeypatch.setenv(name, value)
    server = ResourceServer.from_env(**OFF)
    assert server.clients == (("main", "web", None),)
    assert ISSUER in server.rules.issuers
    assert server.rules.refs.user(ISSUER, "ada") is None


def test_any_client() -> None:
    """A star accepts every client, on purpose."""
    (pool,) = (pool for _, pool in ResourceServer.from_env({**ENV, "POOLWARDEN_CLIENT_IDS": "*"}, **OFF).pools)
    assert pool.client_ids is ANY_CLIENT


def test_bare_client_ids() -> None:
    """Ids without aliases are their own."""
    server = ResourceServer.from_env({**ENV, "POOLWARDEN_CLIENT_IDS": "1a,2b"}, **OFF)
    assert [client for _, client, _ in server.clients] == ["1a", "2b"]


@pytest.mark.parametrize(
    ("text", "validity"),
    [
        ("30d", timedelta(days=30)),
        ("30h", timedelta(hours=30)),
        ("90m", timedelta(minutes=90)),
        (" 3600S ", timedelta(hours=1)),
        ("", None),
        (" ", None),
    ],
)
def test_durations(text: str, validity: timedelta | None) -> None:
    """A validity has its unit spelt out."""
    ((_, _, seconds),) = ResourceServer.from_env({**ENV, "POOLWARDEN_REFRESH_VALIDITY": text}, **OFF).clients
    assert seconds == (None if validity is None else validity.total_seconds())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"POOLWARDEN_USER_POOL_ID": ""}, "POOLWARDEN_USER_POOL_ID"),
        ({"POOLWARDEN_CLIENT_IDS": "  "}, "POOLWARDEN_CLIENT_IDS"),
        ({"POOLWARDEN_USER_POOL_ID": "no pool"}, "POOLWARDEN_USER_POOL_ID"),
        ({"POOLWARDEN_CLIENT_IDS": ",,"}, "POOLWARDEN_CLIENT_IDS"),
        ({"POOLWARDEN_CLIENT_IDS": "web="}, "POOLWARDEN_CLIENT_IDS"),
        ({"POOLWARDEN_CLIENT_IDS": "web=1a,web=2b"}, "POOLWARDEN_CLIENT_IDS"),
        ({"POOLWARDEN_CLIENT_IDS": "other=1a"}, "POOLWARDEN_CLIENT_IDS"),
        ({"POOLWARDEN_CLIENT_IDS": "web=1a=2b"}, "POOLWARDEN_CLIENT_IDS"),
        ({"POOLWARDEN_CLIENT_IDS": "web=*"}, "POOLWARDEN_CLIENT_IDS"),
        ({"POOLWARDEN_CLIENT_IDS": "*,web=1a"}, "POOLWARDEN_CLIENT_IDS"),
        ({"POOLWARDEN_CLIENT_IDS": "web:1a"}, "POOLWARDEN_CLIENT_IDS"),
        ({"POOLWARDEN_CLIENT_IDS": "web=1a;mobile=2b"}, "POOLWARDEN_CLIENT_IDS"),
        ({"POOLWARDEN_CLIENT_IDS": '{"web":"1a"}'}, "POOLWARDEN_CLIENT_IDS"),
        ({"POOLWARDEN_REFRESH_VALIDITY": "web=30d=30h"}, "POOLWARDEN_REFRESH_VALIDITY"),
        ({"POOLWARDEN_REFRESH_VALIDITY": "٣d"}, "POOLWARDEN_REFRESH_VALIDITY"),
        ({"POOLWARDEN_REFRESH_VALIDITY": "30"}, "POOLWARDEN_REFRESH_VALIDITY"),
        ({"POOLWARDEN_REFRESH_VALIDITY": "d"}, "POOLWARDEN_REFRESH_VALIDITY"),
        ({"POOLWARDEN_REFRESH_VALIDITY": "-1d"}, "POOLWARDEN_REFRESH_VALIDITY"),
        ({"POOLWARDEN_REFRESH_VALIDITY": "1.5d"}, "POOLWARDEN_REFRESH_VALIDITY"),
        ({"POOLWARDEN_REFRESH_VALIDITY": "²d"}, "POOLWARDEN_REFRESH_VALIDITY"),
        ({"POOLWARDEN_REFRESH_VALIDITY": "99999999999d"}, "POOLWARDEN_REFRESH_VALIDITY"),
        ({"POOLWARDEN_REFRESH_VALIDITY": "web=30d,web=30h"}, "POOLWARDEN_REFRESH_VALIDITY"),
        ({"POOLWARDEN_REFRESH_VALIDITY": "0d"}, "POOLWARDEN_REFRESH_VALIDITY"),
        ({"POOLWARDEN_REFRESH_VALIDITY": "mobile=30d"}, "POOLWARDEN_REFRESH_VALIDITY"),
        ({"POOLWARDEN_JWKS_URL": "http://example.com/"}, "POOLWARDEN_JWKS_URL"),
        ({"POOLWARDEN_ISSUERS": "ftp://example.com/"}, "POOLWARDEN_ISSUERS"),
    ],
)
def test_wrong_environment(changes: Mapping[str, str], field: str) -> None:
    """A missing or wrong variable is refused by its name, with the mend."""
    with pytest.raises(ConfigurationError, match=f"^{field}: ") as caught:
        ResourceServer.from_env({**ENV, **changes}, **OFF)
    assert caught.value.field == field
    assert caught.value.mend


@pytest.mark.parametrize("text", ["web=1a=2b", "web=", "web:1a", "web=*", ",", "web=1a mobile=2b"])
def test_mend_of_client_ids(text: str) -> None:
    """The mend shows how a variable is written, not what Python takes."""
    with pytest.raises(ConfigurationError, match=r"Write web=1example23456789,mobile=9example87654321, or \*"):
        ResourceServer.from_env({**ENV, "POOLWARDEN_CLIENT_IDS": text}, **OFF)


def test_issuers_named_twice() -> None:
    """An issuer that is named twice is one."""
    server = ResourceServer.from_env({**ENV, "POOLWARDEN_ISSUERS": f"{ISSUER},{ISSUER}"}, **OFF)
    assert set(server.rules.issuers) == {ISSUER}


def test_empty_environment() -> None:
    """Who has set nothing learns one after the other what to set, and to what."""
    with pytest.raises(ConfigurationError, match=r"^POOLWARDEN_USER_POOL_ID: is not set\. .* eu-west-1_AbCdEfGhI"):
        ResourceServer.from_env({}, **OFF)
    with pytest.raises(ConfigurationError, match=r"^POOLWARDEN_CLIENT_IDS: is not set\. .* web=1example23456789"):
        ResourceServer.from_env({"POOLWARDEN_USER_POOL_ID": POOL_ID}, **OFF)


def test_contents() -> None:
    """The package's table of contents is sorted, complete, and each name can be had."""
    assert dir(poolwarden) == sorted(poolwarden.__all__)
    for name in poolwarden.__all__:
        assert getattr(poolwarden, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        poolwarden.nothing  # noqa: B018


def test_settings_are_typed() -> None:
    """Type checkers know every setting that the guard has, by its name and its type."""
    guard = {name: hint for name, hint in get_type_hints(Guard.__init__).items() if name not in ("pools", "return")}
    told = {"events", "meter", "mark"}
    assert get_type_hints(GuardSettings) == {name: hint for name, hint in guard.items() if name not in told}
    assert get_type_hints(ServerSettings).keys() == guard.keys()
