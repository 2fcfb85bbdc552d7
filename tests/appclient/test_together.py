"""Clients are held against what is expected, against their neighbours, and templates against what is live."""

from dataclasses import replace
from typing import Any

import pytest

from poolwarden.appclient import UNKNOWN, ClientSettings, Finding, check_clients
from poolwarden.appclient.expectation import PROFILES, Expectation, expected_validity
from poolwarden.errors import ConfigurationError

MACHINE = {"AllowedOAuthFlows": ["client_credentials"]}


def refresh(number: int | None, unit: str | None) -> dict[str, Any]:
    """Return a refresh validity as a description has it, the other tokens in minutes."""
    units = {"AccessToken": "minutes", "IdToken": "minutes", **({"RefreshToken": unit} if unit else {})}
    return {"RefreshTokenValidity": number, "TokenValidityUnits": units}


def found(clients: list[ClientSettings], expected: Expectation | None = None) -> list[list[str]]:
    """Return the names of what is found, client by client."""
    return [[finding.check.name for finding in findings] for findings in check_clients(clients, expected)]


@pytest.mark.parametrize(
    ("profile", "number", "unit", "name"),
    [
        ("saas", 30, "days", None),
        ("saas", 90, "days", None),
        ("saas", None, None, None),
        ("saas", 29, "days", "refresh_below_expected"),
        ("saas", 30, "hours", "refresh_below_expected"),
        ("saas", 91, "days", "refresh_above_expected"),
        ("bank", 24, "hours", None),
        ("bank", 1, "days", None),
        ("bank", 2, "hours", None),
        ("bank", 25, "hours", "refresh_above_expected"),
        ("bank", None, None, "refresh_above_expected"),
    ],
)
def test_profiles(profile: str, number: int | None, unit: str | None, name: str | None, describe: Any) -> None:
    """A profile's bounds are within it, what lies beyond is told; Cognito's default counts as what it is."""
    (names,) = found([describe(**refresh(number, unit))], PROFILES[profile])
    assert [one for one in names if one.endswith("_expected")] == ([name] if name else [])


@pytest.mark.parametrize(
    ("number", "unit", "name"),
    [
        (90, "days", None),
        (2160, "hours", None),
        (89, "days", "refresh_below_expected"),
        (91, "days", "refresh_above_expected"),
    ],
)
def test_expect(number: int, unit: str, name: str | None, describe: Any) -> None:
    """What is expected exactly is expected in any unit."""
    (names,) = found([describe(**refresh(number, unit))], expected_validity("90d"))
    assert [one for one in names if one.endswith("_expected")] == ([name] if name else [])


def test_expect_is_a_duration() -> None:
    """An expectation without a unit is refused, as it is what all this is about."""
    with pytest.raises(ConfigurationError, match="'90' is no duration with a unit"):
        expected_validity("90")


def test_nothing_expected(describe: Any, declare: Any) -> None:
    """Machines have no sessions, and what is unknown is passed over; a short one is a note only without a profile."""
    declared = declare(RefreshTokenValidity=UNKNOWN)
    both = found([describe(**refresh(6, "hours"), **MACHINE), declared], PROFILES["saas"])
    assert not [one for names in both for one in names if one.endswith("_expected")]
    short = describe(**refresh(6, "hours"))
    assert "refresh_short" in found([short])[0]
    assert "refresh_short" not in found([short], PROFILES["bank"])[0]


def test_default_is_named(describe: Any) -> None:
    """The sentence says when it is Cognito's default that is too long."""
    ((finding,),) = (
        [one for one in findings if one.check.name == "refresh_above_expected"]
        for findings in check_clients([describe(**refresh(None, None))], PROFILES["bank"])
    )
    assert "30 days (by default); profile bank expects at most 24 hours" in finding.sentence


OTHER = {"ClientName": "mobile", "ClientId": "2example"}


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (refresh(72, "hours"), refresh(30, "days"), True),
        (refresh(73, "hours"), refresh(30, "days"), False),
        (refresh(30, "days"), refresh(30, "days"), False),
        (refresh(5, "days") | {"AccessTokenValidity": 6}, refresh(5, "days"), True),
        (refresh(5, "days") | {"AccessTokenValidity": 7}, refresh(5, "days"), False),
        (refresh(72, "hours"), refresh(30, "days") | MACHINE, False),
        (refresh(72, "hours") | MACHINE, refresh(30, "days"), False),
        (refresh(72, "hours"), refresh(30, "days") | {"UserPoolId": "eu-west-1_Other"}, False),
        (refresh(72, "hours"), refresh(30, "days") | {"ClientId": "1example23456789"}, False),
    ],
)
def test_clients_of_one_pool(one: dict[str, Any], other: dict[str, Any], told: bool, describe: Any) -> None:
    """A client whose validity is a tenth of its neighbour's is told; machines and other pools are no neighbours."""
    first, second = found([describe(**one), describe(**{**OTHER, **other})])
    assert ("pool_clients_differ" in first) is told
    assert "pool_clients_differ" not in second


def test_pools_by_expression(declare: Any) -> None:
    """In a template the pool is known by its expression, within its file."""
    short = {"RefreshTokenValidity": 1, "UserPoolId": UNKNOWN}

    def client(name: str, pool: str | None, **given: Any) -> ClientSettings:
        return replace(declare(ClientName=name, **given), pool=pool)

    assert "pool_clients_differ" in found([client("a", "Pool", **short), client("b", "Pool")])[0]
    assert "pool_clients_differ" not in found([client("a", "Pool", **short), client("b", "Other")])[0]
    assert "pool_clients_differ" not in found([client("a", None, **short), client("b", None)])[0]


def drift(declared: list[ClientSettings], live: list[ClientSettings]) -> list[Finding]:
    """Return what is told of drift."""
    return [one for findings in check_clients([*declared, *live]) for one in findings if one.check.name == "drift"]


@pytest.mark.parametrize(
    ("here", "live", "said"),
    [
        (refresh(30, "hours"), refresh(30, "days"), "RefreshTokenValidity is 30 hours here and 30 days live"),
        (refresh(720, "hours"), refresh(30, "days"), None),
        (
            refresh(30, "days"),
            refresh(108_000, "seconds"),
            "RefreshTokenValidity is 30 days here and 108000 seconds (30 hours) live",
        ),
        ({}, refresh(90, "days"), "RefreshTokenValidity is 30 days here and 90 days live"),
        ({"CallbackURLs": ["https://a", "https://b"]}, {"CallbackURLs": ["https://b", "https://a"]}, None),
        ({"CallbackURLs": ["https://a"]}, {"CallbackURLs": None}, "CallbackURLs is https://a here and none live"),
        ({"CallbackURLs": UNKNOWN}, {}, None),
        ({}, {"CallbackURLs": ["https://other"]}, None),
        ({"PreventUserExistenceErrors": "LEGACY"}, {"PreventUserExistenceErrors": None}, None),
        ({"RefreshTokenRotation": {"Feature": "DISABLED"}}, {}, None),
        (
            {"RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10}},
            {},
            "RefreshTokenRotation is on, grace 10 s here and off live",
        ),
        ({"EnableTokenRevocation": False}, {}, "EnableTokenRevocation is false here and true live"),
        (
            {"AnalyticsConfiguration": {"ApplicationId": "a1"}},
            {},
            "AnalyticsConfiguration is ApplicationId a1 here and none live",
        ),
        ({"AuthSessionValidity": 5}, {}, "AuthSessionValidity is 5 minutes here and 3 minutes live"),
    ],
)
def test_drift(here: dict[str, Any], live: dict[str, Any], said: str | None, describe: Any, declare: Any) -> None:
    """What the template sets, and every validity, is compared with what is in force; what it leaves open is not."""
    hours = {"AccessTokenValidity": 60, "IdTokenValidity": 60}
    units = {"AccessToken": "minutes", "IdToken": "minutes"}
    declared = declare(**{"ClientName": "web", **hours, "TokenValidityUnits": units, **here})
    told = drift([declared], [describe(**live)])
    assert [finding.sentence for finding in told] == (
        [] if said is None else [f"The template and what is live differ: {said}."]
    )


def test_pairing(describe: Any, declare: Any) -> None:
    """Template and live client meet by id, by name, or because there is one of each; never by guess."""
    live, other = describe(**refresh(90, "days")), describe(**refresh(90, "days"), **OTHER)
    assert drift([declare(ClientName="web")], [live, other])
    assert drift([declare(ClientId="2example")], [live, other])
    assert drift([declare()], [live])
    assert not drift([declare()], [live, other])
    assert not drift([declare(ClientName="else")], [live])
    assert not drift([declare(), declare(ClientName="x")], [live])
    assert not drift([declare(ClientName="web")], [live, live])
    assert not drift([declare(ClientName="web", UserPoolId="eu-west-1_Other")], [live])
    assert not drift([], [live])
