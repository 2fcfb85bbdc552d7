"""Each check fits what it is for, and nothing that is close to it."""

import re
from collections.abc import Mapping
from string import Formatter
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolwarden.appclient import CHECKS, UNKNOWN, ClientSettings, Place, Severity, check_client, read_clients
from poolwarden.appclient.attributes import ATTRIBUTES
from poolwarden.appclient.settings import settings_from
from poolwarden.errors import ConfigurationError


class Case(NamedTuple):
    """What a check fits, and what is close to it."""

    fits: tuple[Mapping[str, Any], ...]
    near: tuple[Mapping[str, Any], ...]


def units(refresh: str | None = None, access: str | None = None, identity: str | None = None) -> dict[str, Any]:
    """Return units as a description has them."""
    given = {"RefreshToken": refresh, "AccessToken": access, "IdToken": identity}
    return {"TokenValidityUnits": {name: unit for name, unit in given.items() if unit}}


DAYS, HOURS, MINUTES = units("days"), units("hours"), units("minutes")
NO_UNITS = {"TokenValidityUnits": None}
FLOWS = "ExplicitAuthFlows"
PAGE_OFF = {"AllowedOAuthFlows": None, "AllowedOAuthFlowsUserPoolClient": None}
ROTATING = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10}
NO_GRACE = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}
# These look at more than one client's settings, and have their own tests.
TOGETHER = {
    "refresh_below_expected",
    "refresh_above_expected",
    "pool_clients_differ",
    "drift",
    "ignore_without_reason",
    "ignore_of_nothing",
}
MACHINE = {"AllowedOAuthFlows": ["client_credentials"], "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"]}

CASES: dict[str, Case] = {
    "refresh_unit_unknown": Case((units("day"), units("Hours")), (DAYS, NO_UNITS)),
    "access_unit_unknown": Case((units("days", "h"),), (units("days", "hours") | {"AccessTokenValidity": 1},)),
    "id_unit_unknown": Case((units("days", "minutes", "h"),), ()),
    "refresh_unit_missing": Case(
        (NO_UNITS | {"RefreshTokenValidity": 24}, NO_UNITS | {"RefreshTokenValidity": 720}),
        (NO_UNITS, NO_UNITS | {"RefreshTokenValidity": 90}, DAYS | {"RefreshTokenValidity": 24}),
    ),
    "access_unit_missing": Case(
        (NO_UNITS | {"AccessTokenValidity": 60}, NO_UNITS | {"AccessTokenValidity": 3600}),
        (NO_UNITS | {"AccessTokenValidity": 1}, NO_UNITS | {"AccessTokenValidity": None}),
    ),
    "id_unit_missing": Case((NO_UNITS | {"IdTokenValidity": 30},), (NO_UNITS | {"IdTokenValidity": 12},)),
    "refresh_unit_mistake": Case(
        (HOURS, HOURS | {"RefreshTokenValidity": 365}, MINUTES, MINUTES | {"RefreshTokenValidity": 1800}),
        (HOURS | {"RefreshTokenValidity": 24}, HOURS | {"RefreshTokenValidity": 720}, DAYS),
    ),
    "access_unit_mistake": Case((units("days", "hours"), units("days", "days")), (units("days", "minutes"),)),
    "id_unit_mistake": Case(
        (units("days", "minutes", "hours"),), (units("days", "minutes", "seconds") | {"IdTokenValidity": 1800},)
    ),
    "refresh_out_of_bounds": Case(
        (DAYS | {"RefreshTokenValidity": 3651}, MINUTES | {"RefreshTokenValidity": 59}),
        (MINUTES | {"RefreshTokenValidity": 60}, DAYS | {"RefreshTokenValidity": 3650}, {"RefreshTokenValidity": 0}),
    ),
    "access_out_of_bounds": Case(
        (units("days", "hours") | {"AccessTokenValidity": 25}, units("days", "seconds") | {"AccessTokenValidity": 299}),
        (units("days", "hours") | {"AccessTokenValidity": 24}, units("days", "seconds") | {"AccessTokenValidity": 300}),
    ),
    "id_out_of_bounds": Case((units("days", "hours", "hours") | {"IdTokenValidity": 26},), ()),
    "refresh_longest": Case((DAYS | {"RefreshTokenValidity": 3650},), (DAYS | {"RefreshTokenValidity": 3649},)),
    "refresh_long": Case((DAYS | {"RefreshTokenValidity": 367},), (DAYS | {"RefreshTokenValidity": 366},)),
    "refresh_short": Case((HOURS | {"RefreshTokenValidity": 6},), (HOURS | {"RefreshTokenValidity": 8},)),
    "refresh_in_hours": Case((HOURS | {"RefreshTokenValidity": 12},), (DAYS | {"RefreshTokenValidity": 1},)),
    "refresh_below_twice_access": Case(
        (
            HOURS | {"RefreshTokenValidity": 1, "AccessTokenValidity": None},
            units("hours", "minutes", "days") | {"RefreshTokenValidity": 12, "IdTokenValidity": 1},
            units("minutes", "minutes", "minutes") | {"RefreshTokenValidity": 119},
        ),
        (
            units("hours", "minutes") | {"RefreshTokenValidity": 2, "IdTokenValidity": None},
            units("minutes", "minutes", "minutes") | {"RefreshTokenValidity": 120},
        ),
    ),
    "access_outlives_revocation": Case(
        (
            units("days", "minutes", "minutes") | {"AccessTokenValidity": 61},
            units("days", "hours", "minutes") | {"AccessTokenValidity": 24, "EnableTokenRevocation": None},
        ),
        (
            units("days", "minutes", "minutes") | {"AccessTokenValidity": 60},
            units("days", "hours", "minutes") | {"AccessTokenValidity": 24, "EnableTokenRevocation": False},
        ),
    ),
    "refresh_zero": Case(
        ({"RefreshTokenValidity": 0}, HOURS | {"RefreshTokenValidity": 0}), ({"RefreshTokenValidity": None},)
    ),
    "auth_session_out_of_bounds": Case(
        ({"AuthSessionValidity": 2}, {"AuthSessionValidity": 16}),
        ({"AuthSessionValidity": 15}, {"AuthSessionValidity": None}),
    ),
    "refresh_flow_missing": Case(
        ({FLOWS: ["ALLOW_USER_SRP_AUTH"], **PAGE_OFF},),
        (
            {FLOWS: None, **PAGE_OFF},
            {FLOWS: ["USER_PASSWORD_AUTH"], **PAGE_OFF},
            {FLOWS: ["ALLOW_USER_SRP_AUTH"], "RefreshTokenRotation": ROTATING, **PAGE_OFF},
            {FLOWS: ["ALLOW_USER_SRP_AUTH"]},
            MACHINE,
        ),
    ),
    "refresh_flow_page_only": Case(
        ({FLOWS: ["ALLOW_USER_SRP_AUTH"]},), ({FLOWS: ["ALLOW_USER_SRP_AUTH"], **PAGE_OFF}, MACHINE)
    ),
    "rotation_with_refresh_flow": Case(
        ({"RefreshTokenRotation": ROTATING},),
        ({"RefreshTokenRotation": ROTATING | {"Feature": "DISABLED"}}, {"RefreshTokenRotation": ROTATING, FLOWS: None}),
    ),
    "rotation_without_grace": Case(
        (
            {"RefreshTokenRotation": {"Feature": "ENABLED"}},
            {"RefreshTokenRotation": NO_GRACE},
            {"RefreshTokenRotation": NO_GRACE, "ClientSecret": "s", "ClientName": "shop-spa"},
            {"RefreshTokenRotation": NO_GRACE, "ClientSecret": "s", "AllowedOAuthFlows": ["implicit"]},
        ),
        (
            {"RefreshTokenRotation": ROTATING},
            {"RefreshTokenRotation": {"Feature": "DISABLED"}},
            {"RefreshTokenRotation": NO_GRACE, "ClientSecret": "s"},
            {"RefreshTokenRotation": NO_GRACE, "CallbackURLs": ["shop://cb", "http://["]},
        ),
    ),
    "rotation_without_grace_elsewhere": Case(
        (
            {"RefreshTokenRotation": NO_GRACE, "ClientSecret": "s"},
            {"RefreshTokenRotation": {"Feature": "ENABLED"}, "CallbackURLs": ["shop://cb"]},
        ),
        ({"RefreshTokenRotation": ROTATING, "ClientSecret": "s"}, {"RefreshTokenRotation": NO_GRACE}),
    ),
    "flows_mixed": Case(
        ({FLOWS: ["ADMIN_NO_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]},), ({FLOWS: ["ADMIN_NO_SRP_AUTH"]},)
    ),
    "password_flow_on": Case(
        ({FLOWS: ["ALLOW_USER_PASSWORD_AUTH"]}, {FLOWS: ["USER_PASSWORD_AUTH"]}),
        ({FLOWS: ["ALLOW_ADMIN_USER_PASSWORD_AUTH"]},),
    ),
    "implicit_flow_on": Case(({"AllowedOAuthFlows": ["code", "implicit"]},), ({"AllowedOAuthFlows": ["code"]},)),
    "oauth_off": Case(
        ({"AllowedOAuthFlowsUserPoolClient": False}, {"AllowedOAuthFlowsUserPoolClient": None}), (PAGE_OFF,)
    ),
    "revocation_off": Case(({"EnableTokenRevocation": False},), ({"EnableTokenRevocation": None},)),
    "user_existence_told": Case(
        ({"PreventUserExistenceErrors": "LEGACY"}, {"PreventUserExistenceErrors": None}),
        ({"PreventUserExistenceErrors": None, **MACHINE},),
    ),
    "redirect_plain_http": Case(
        ({"CallbackURLs": ["http://app.example.com"]}, {"LogoutURLs": ["HTTP://localhost.example.com/"]}),
        ({"CallbackURLs": ["http://127.0.0.1:8080/", "http://[::1]/", "myapp://cb", "https://a.example", "http://["]},),
    ),
    "redirect_wildcard": Case(({"CallbackURLs": ["https://*.example.com"]}, {"LogoutURLs": ["https://a/*"]}), ()),
    "redirect_unlisted": Case(
        ({"DefaultRedirectURI": "https://other.example"},), ({"DefaultRedirectURI": "https://app.example.com/cb"},)
    ),
    "secret_in_public_client": Case(
        (
            {"ClientSecret": "s", "AllowedOAuthFlows": ["implicit"]},
            {"ClientSecret": "s", "CallbackURLs": ["myapp://cb"]},
            {"ClientSecret": "s", "ClientName": "Checkout-iOS"},
        ),
        ({"ClientSecret": "s"}, {"ClientName": "spa"}, {"ClientSecret": "s", "ClientName": "spaces"}),
    ),
}


def names(client: ClientSettings) -> list[str]:
    """Return the names of what is found."""
    return [finding.check.name for finding in check_client(client)]


def test_every_check_has_a_case() -> None:
    """The table of cases and the table of checks are about the same."""
    assert set(CASES) == {check.name for check in CHECKS} - TOGETHER
    assert len({check.id for check in CHECKS}) == len(CHECKS)


@pytest.mark.parametrize(("name", "fits"), [(name, one) for name, case in CASES.items() for one in case.fits])
def test_fits(name: str, fits: Mapping[str, Any], describe: Any) -> None:
    """A check fits its cases and fills in all its sentences."""
    (finding,) = [found for found in check_client(describe(**fits)) if found.check.name == name]
    assert not re.search(r"[{}]|None", finding.sentence + finding.mend)
    assert finding.sentence.endswith(".")
    assert finding.mend.endswith(".")


@pytest.mark.parametrize(("name", "near"), [(name, one) for name, case in CASES.items() for one in case.near])
def test_near(name: str, near: Mapping[str, Any], describe: Any) -> None:
    """A check leaves alone what is close to its cases."""
    assert name not in names(describe(**near))


def test_nothing_found(describe: Any) -> None:
    """In good settings there is nothing to find."""
    assert names(describe()) == []


@pytest.mark.parametrize(
    ("number", "unit"), [(30, "days"), (24, "hours"), (12, "hours"), (8, "hours"), (60, "minutes"), (1, "days")]
)
def test_deliberate(number: int, unit: str, describe: Any) -> None:
    """A usual validity is never more than a note by itself."""
    short = {"AccessTokenValidity": 5, "IdTokenValidity": 5, **units(unit, "minutes", "minutes")}
    found = check_client(describe(RefreshTokenValidity=number, **short))
    assert {finding.check.severity for finding in found} <= {Severity.NOTE}


def test_one_of_a_group(describe: Any) -> None:
    """Of one attribute's checks the first that fits is told: a mistake out of bounds is one finding."""
    (finding,) = check_client(describe(RefreshTokenValidity=30, **units("minutes", "minutes", "minutes")))[:1]
    assert finding.check.name == "refresh_unit_mistake"
    assert "Cognito takes 60 minutes to 10 years and refuses this." in finding.sentence
    assert "refresh_out_of_bounds" not in names(describe(RefreshTokenValidity=30, **units("minutes")))


def test_unknown_is_passed_over(declare: Any) -> None:
    """What only a later run will tell is neither good nor bad."""
    everything = {row.name: UNKNOWN for row in ATTRIBUTES}
    assert names(declare(**everything)) == []
    halves = {"TokenValidityUnits": {"RefreshToken": "hours"}, "RefreshTokenValidity": UNKNOWN}
    assert names(declare(**everything | halves)) == ["refresh_in_hours"]
    lists = {"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", UNKNOWN], "CallbackURLs": [UNKNOWN]}
    assert names(declare(**everything | lists | {"DefaultRedirectURI": "https://a"})) == []


def test_unknown_revocation(declare: Any) -> None:
    """Where it is unknown whether tokens can be revoked, none is said to outlive that."""
    day = {"AccessTokenValidity": 24, **units(access="hours")}
    assert "access_outlives_revocation" in names(declare(**day, EnableTokenRevocation=True))
    assert "access_outlives_revocation" not in names(declare(**day, EnableTokenRevocation=UNKNOWN))


@pytest.mark.parametrize(("minutes", "effect"), [(60, "it never renews"), (61, "it renews a session once at most")])
def test_how_often_it_renews(minutes: int, effect: str, describe: Any) -> None:
    """A refresh token that ends with the access token renews nothing; one that ends a minute later may do so once."""
    client = describe(RefreshTokenValidity=minutes, AccessTokenValidity=60, **units("minutes", "minutes", "minutes"))
    told = {finding.check.name: finding.sentence for finding in check_client(client)}
    assert effect in told["refresh_below_twice_access"]


def test_unknown_page(declare: Any) -> None:
    """Where the page's flows are unknown, a missing refresh flow is a note only."""
    found = names(declare(ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"], AllowedOAuthFlows=UNKNOWN))
    assert found == ["refresh_flow_page_only", "user_existence_told"]


def test_braces_in_values(describe: Any) -> None:
    """A value from a file is shown as it is, whatever it holds."""
    (finding,) = check_client(describe(CallbackURLs=["http://{0}.example/{x}"]))
    assert "http://{0}.example/{x}" in finding.sentence


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_rows(check: Any) -> None:
    """A check names a known attribute and its source, and its sentences are whole."""
    assert check.attribute in {row.name for row in ATTRIBUTES} | {"ClientSecret"}
    assert check.why.endswith(".")
    assert check.source
    facts = [name for text in (check.sentence, check.mend) for _, name, _, _ in Formatter().parse(text)]
    assert all(name is None or name.isidentifier() for name in facts)


VALUES = st.one_of(
    st.integers(-5, 4_000_000), st.sampled_from(["", "days", "ENABLED", "x://y", "implicit"]), st.booleans()
)


@given(
    st.dictionaries(
        st.sampled_from([row.name for row in ATTRIBUTES]), VALUES | st.lists(st.text(max_size=8), max_size=3)
    )
)
def test_never_fails(values: dict[str, Any]) -> None:
    """Whatever the settings are, checking them raises nothing."""
    try:
        client = settings_from(values, Place("f", "p", "s", "yaml"))
    except ConfigurationError:
        return
    check_client(client)


def test_reads_back() -> None:
    """A description that a list holds is checked as one that stands alone."""
    bare = b'{"ClientId": "a", "RefreshTokenValidity": 30, "TokenValidityUnits": {"RefreshToken": "hours"}}'
    assert names(read_clients("a", bare)[0]) == names(read_clients("a", b"[" + bare + b"]")[0])
