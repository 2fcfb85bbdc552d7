"""Who issues tokens, to whom, and with which keys: every setting of a pool."""

import json
import pickle
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from poolwarden import ANY_CLIENT, ConfigurationError, UserPool
from poolwarden.guard.pool import is_safe
from poolwarden.guard.server import Guard
from poolwarden.localpool import KeyRing, LocalPool
from world import CLIENT_ID, POOL_ID


@pytest.mark.parametrize(
    ("region", "suffix"),
    [
        ("eu-west-1", "amazonaws.com"),
        ("us-east-1", "amazonaws.com"),
        ("ap-southeast-12", "amazonaws.com"),
        ("me-central-1", "amazonaws.com"),
        ("mx-central-1", "amazonaws.com"),
        ("us-gov-west-1", "amazonaws.com"),
        ("us-gov-east-1", "amazonaws.com"),
        ("cn-north-1", "amazonaws.com.cn"),
        ("cn-northwest-1", "amazonaws.com.cn"),
        ("eusc-de-east-1", "amazonaws.eu"),
        ("us-iso-east-1", "c2s.ic.gov"),
        ("us-isob-east-1", "sc2s.sgov.gov"),
        ("us-isof-south-1", "csp.hci.ic.gov"),
        ("eu-isoe-west-1", "cloud.adc-e.uk"),
    ],
)
def test_issuers(region: str, suffix: str) -> None:
    """A pool's id tells its issuers, both forms, in every partition, and where their keys are."""
    pool = UserPool(f"{region}_Abc123", client_ids=CLIENT_ID)
    assert pool.issuers == (
        f"https://cognito-idp.{region}.{suffix}/{region}_Abc123",
        f"https://issuer-cognito-idp.{region}.{suffix}/{region}_Abc123",
    )
    assert pool.jwks_url_of(pool.issuers[0]) == f"{pool.issuers[0]}/.well-known/jwks.json"


def test_address_is_not_shown() -> None:
    """An address may carry credentials, and a representation ends up in logs."""
    assert "secret" not in repr(UserPool(POOL_ID, client_ids=CLIENT_ID, jwks_url="https://me:secret@keys.example.com/"))


def test_replicas() -> None:
    """A replicated pool issues tokens in further regions, under its one id."""
    pool = UserPool(POOL_ID, client_ids=CLIENT_ID, replica_regions="us-west-2")
    assert pool.issuers[2:] == (
        f"https://cognito-idp.us-west-2.amazonaws.com/{POOL_ID}",
        f"https://issuer-cognito-idp.us-west-2.amazonaws.com/{POOL_ID}",
    )
    assert UserPool(POOL_ID, client_ids=CLIENT_ID, replica_regions=["us-west-2"]).issuers == pool.issuers


def test_stand_ins() -> None:
    """A stand-in may have any issuer, pool id and key address on this machine."""
    pool = UserPool("local_1A2b3C", client_ids=CLIENT_ID, issuers="http://localhost:9229/local_1A2b3C")
    assert pool.issuers == ("http://localhost:9229/local_1A2b3C",)
    assert pool.jwks_url_of(pool.issuers[0]) == "http://localhost:9229/local_1A2b3C/.well-known/jwks.json"
    slashed = UserPool("local_1A2b3C", client_ids=CLIENT_ID, issuers=["http://[::1]:1/a/"])
    assert slashed.jwks_url_of(slashed.issuers[0]) == "http://[::1]:1/a/.well-known/jwks.json"
    moved = UserPool(POOL_ID, client_ids=CLIENT_ID, jwks_url="http://127.0.0.1:9229/keys")
    assert {moved.jwks_url_of(issuer) for issuer in moved.issuers} == {"http://127.0.0.1:9229/keys"}


@pytest.mark.parametrize(
    ("client_ids", "clients", "any_client"),
    [
        ("a", {"a": "a"}, False),
        (["a", "b"], {"a": "a", "b": "b"}, False),
        ({"web": "a", "mobile": "b"}, {"a": "web", "b": "mobile"}, False),
        (["1" * 26], {"1" * 26: "1" * 26}, False),
        ({"1" * 26: "2" * 26}, {"2" * 26: "1" * 26}, False),
        (iter(["a"]), {"a": "a"}, False),
        (ANY_CLIENT, {}, True),
    ],
    ids=["one", "list", "aliases", "drawn", "both look drawn", "iterator", "any"],
)
def test_clients(client_ids: Any, clients: dict[str, str], any_client: bool) -> None:
    """App clients are given by id, with aliases or without, or all of them on purpose."""
    pool = UserPool(POOL_ID, client_ids=client_ids)
    assert pool.clients == clients
    assert pool.any_client is any_client


def test_refresh_validity() -> None:
    """The refresh validity is one for all, or by alias, or unknown."""
    days = timedelta(days=30)
    clients = {"web": "a", "mobile": "b"}
    assert UserPool(POOL_ID, client_ids=clients, refresh_validity=days).refresh_validity_of("web") == 2_592_000
    by_alias = UserPool(POOL_ID, client_ids=clients, refresh_validity={"web": days})
    assert by_alias.refresh_validity_of("web") == 2_592_000
    assert by_alias.refresh_validity_of("mobile") is None
    assert UserPool(POOL_ID, client_ids=clients).refresh_validity_of("web") is None
    any_client = UserPool(POOL_ID, client_ids=ANY_CLIENT, refresh_validity={"web": days})
    assert any_client.refresh_validity_of("web") == 2_592_000


def test_own_region() -> None:
    """A pool's own region among its replicas changes nothing."""
    pool = UserPool(
        "eu-west-1_AbCdEfGhI", client_ids=CLIENT_ID, replica_regions=["eu-west-1", "us-west-2", "us-west-2"]
    )
    assert pool.issuers == UserPool("eu-west-1_AbCdEfGhI", client_ids=CLIENT_ID, replica_regions="us-west-2").issuers


def test_audience() -> None:
    """The audience is one text, several, or not looked at."""
    assert UserPool(POOL_ID, client_ids=CLIENT_ID).audiences is None
    assert UserPool(POOL_ID, client_ids=CLIENT_ID, audience="a").audiences == {"a"}
    assert UserPool(POOL_ID, client_ids=CLIENT_ID, audience=["a", "b"]).audiences == {"a", "b"}


def test_keys(tmp_path: Path) -> None:
    """Keys may be given as an object, as JSON, or as a file."""
    keys = {"keys": []}
    text = json.dumps(keys)
    path = tmp_path / "jwks.json"
    path.write_text(text)
    for given, expected in (
        (None, None),
        (keys, keys),
        (text.encode(), text.encode()),
        (f"\n {text}", f"\n {text}".encode()),
        (path, text.encode()),
        (str(path), text.encode()),
    ):
        assert UserPool(POOL_ID, client_ids=CLIENT_ID, keys=given).static_keys() == expected


@pytest.mark.parametrize(
    "given", ["", "a\0b", "-----BEGIN PRIVATE KEY-----\nMIIB\n", '[{"kty": "RSA", "d": "MIIB"}]', ["a"], 1]
)
def test_no_keys(given: Any) -> None:
    """What is neither a JWK Set nor a path is refused where a server is made, and not shown: it may be a secret."""
    with pytest.raises(ConfigurationError, match=r"^keys: ") as raised:
        Guard(UserPool(POOL_ID, client_ids=CLIENT_ID, keys=given))
    assert "MIIB" not in str(raised.value)


def test_replaced() -> None:
    """A pool with another id or other regions has the issuers that follow from them; what was given stays given."""
    pool = UserPool(POOL_ID, client_ids=(one for one in [CLIENT_ID]), audience=(one for one in ["https://api"]))
    moved = replace(pool, pool_id="us-east-1_OtherPool")
    assert moved == UserPool("us-east-1_OtherPool", client_ids=[CLIENT_ID], audience=["https://api"])
    assert moved.issuers == UserPool("us-east-1_OtherPool", client_ids=CLIENT_ID).issuers
    assert len(replace(pool, replica_regions=["us-west-2"]).issuers) == 4
    own = UserPool(POOL_ID, client_ids=CLIENT_ID, issuers="https://login.example")
    assert replace(own, pool_id="us-east-1_OtherPool").issuers == ("https://login.example",)
    assert pickle.loads(pickle.dumps(pool)) == pool
    assert replace(pickle.loads(pickle.dumps(pool)), pool_id="us-east-1_OtherPool") == moved


def test_settled() -> None:
    """What becomes of a pool's tables later changes nothing of a guard that was made of it."""
    pool = UserPool(POOL_ID, client_ids=CLIENT_ID, keys=LocalPool(keys=KeyRing()).jwk_set())
    guard = Guard(pool)
    pool.clients["2example23456789"] = "sneaked"  # type: ignore[index]
    assert [name for issuer in guard.rules.issuers.values() for name in issuer.standard.clients] == [CLIENT_ID] * 2


WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    *(
        ({"pool_id": pool_id}, "pool_id")
        for pool_id in (
            *("", "eu-west-1", "AbCdEfGhI", "eu-west-1-AbCdEfGhI", "eu-west-1_", "eu-west-1_Ab-Cd", "EU-WEST-1_A"),
            *("eu-wset-1_Abc", "euwest-1_Abc", "eu-west-_Abc", "eu-1_Abc", "eu-us-west-gov-1_Abc", "eu_west_1_Abc"),
            *("local_Abc", "eu-west-1_A/../B", "eu-west-1_A\n", "eu-west-1_É", "example.com/_A", "a" * 40 + "-1_A"),
            *(None, 1, b"eu-west-1_A"),
        )
    ),
    *(({"client_ids": value}, "client_ids") for value in ("", [], {}, [""], [" "], "a ", "a b", None, 1)),
    ({"client_ids": {"web": ""}}, "client_ids"),
    ({"client_ids": {"web": None}}, "client_ids"),
    *(
        ({"client_ids": {"web": value}}, "client_ids")
        for value in ("a=b", "web:a", "a;b", "*", "[a]", "a/b", "é", "a\n")
    ),
    ({"client_ids": {"web": "a", "mobile": "a"}}, "client_ids"),
    ({"client_ids": ["a", "a"]}, "client_ids"),
    ({"client_ids": "*"}, "client_ids"),
    ({"client_ids": {"1example23456789abcdefghij": "web"}}, "client_ids"),
    ({"client_ids": {"": "a"}}, "client_ids"),
    ({"client_ids": {None: "a"}}, "client_ids"),
    ({"client_ids": {"web": "a", 1: "b"}}, "client_ids"),
    ({"client_ids": {"other": "a"}}, "client_ids"),
    ({"client_ids": {"unverified": "a"}}, "client_ids"),
    ({"client_ids": {'we"b': "a"}}, "client_ids"),
    *(({"alias": value}, "alias") for value in ("", " ", "other", "unverified", "a b", "é", "a\n", "a" * 129, 1)),
    *(
        ({"refresh_validity": value}, "refresh_validity")
        for value in (0, 30, "30d", timedelta(0), timedelta(days=-1), {"web": 30}, {"web": None})
    ),
    ({"refresh_validity": {"mobile": timedelta(days=1)}}, "refresh_validity"),
    *(
        ({"issuers": value}, "issuers")
        for value in ("ftp://a.example", "a.example", "http://a.example", [1], [""], 1, "https://", "https://[::1")
    ),
    *(
        ({"jwks_url": value}, "jwks_url")
        for value in (
            *("http://a.example/", "http://127.0.0.1.evil.example/", "file:///etc/passwd", "//a", "http:///a"),
            *("", 0, [], ["https://a.example/"], {}, float("nan")),
        )
    ),
    ({"jwks_url": "https://keys.example.com/", "keys": b'{"keys": []}'}, "jwks_url"),
    *(({"replica_regions": value}, "replica_regions") for value in (["nowhere"], [""], [1], 1, ["us-west-2/../x"])),
    *(({"audience": value}, "audience") for value in ([], [""], [1], 1, "")),
)


@pytest.mark.parametrize(("changes", "field"), WRONG, ids=str)
def test_wrong(changes: dict[str, Any], field: str) -> None:
    """A wrong setting is refused at construction, by its name and with the mend."""
    with pytest.raises(ConfigurationError, match=f"^{field}: ") as caught:
        UserPool(**{"pool_id": POOL_ID, "client_ids": {"web": CLIENT_ID}, **changes})
    assert (caught.value.field, bool(caught.value.problem), bool(caught.value.mend)) == (field, True, True)


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example/", True),
        ("https://127.0.0.1/", True),
        ("http://127.0.0.1:9229/", True),
        ("http://127.8.9.10/", True),
        ("http://localhost/", True),
        ("http://[::1]/", True),
        ("http://localhost.evil.example/", False),
        ("http://a@127.0.0.1:80@evil.example/", False),
        ("http://169.254.169.254/", False),
        ("http://10.0.0.1/", False),
        ("http://0.0.0.0/", False),
        ("HTTPS://a.example/", True),
        ("gopher://127.0.0.1/", False),
        ("", False),
        ("https://a.example:443/", True),
        ("https://a.example:99999/", False),
        ("https://a.example:x/", False),
        (" https://a.example/", False),
        ("https://a.example/\n", False),
        ("https://a.exa\tmple/", False),
        ("https://a example/", False),
        ("https://a.example/\x00", False),
        ("https://", False),
        ("https://[", False),
        (["https://a.example/"], False),
        ({}, False),
        (None, False),
    ],
)
def test_safe(url: Any, safe: bool) -> None:
    """Keys are asked for over https, or on this machine."""
    assert is_safe(url) is safe


def test_frozen() -> None:
    """A pool is a value: equal where its settings are."""
    assert UserPool(POOL_ID, client_ids=["a"], alias="x") == UserPool(POOL_ID, client_ids=["a"], alias="x")
    with pytest.raises(AttributeError):
        UserPool(POOL_ID, client_ids="a").alias = "y"  # type: ignore[misc]
