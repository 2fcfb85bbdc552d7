"""Settings come from a request and go back to it unchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolwarden.localpool.client_wire import check_client, read_settings, show_client
from poolwarden.localpool.clients import Settings, draft_client
from poolwarden.localpool.params import Params

if TYPE_CHECKING:
    from conftest import Refused

READ_ONLY = {"UserPoolId", "ClientId", "ClientName", "ClientSecret", "CreationDate", "LastModifiedDate"}

requests = st.fixed_dictionaries(
    {},
    optional={
        "RefreshTokenValidity": st.integers(1, 100),
        "AccessTokenValidity": st.integers(1, 24),
        "IdTokenValidity": st.integers(1, 24),
        "TokenValidityUnits": st.fixed_dictionaries(
            {}, optional={"RefreshToken": st.sampled_from(["hours", "days"]), "AccessToken": st.just("hours")}
        ),
        "ExplicitAuthFlows": st.lists(st.just("ALLOW_USER_PASSWORD_AUTH"), min_size=1, max_size=1),
        "CallbackURLs": st.lists(st.sampled_from(["https://a.example", "b://c"]), min_size=1, max_size=2),
        "AllowedOAuthFlows": st.just(["code"]),
        "AllowedOAuthFlowsUserPoolClient": st.booleans(),
        "AnalyticsConfiguration": st.fixed_dictionaries(
            {"ApplicationId": st.just("a1")},
            optional={"UserDataShared": st.booleans(), "RoleArn": st.just("arn:1")},
        ),
        "PreventUserExistenceErrors": st.sampled_from(["ENABLED", "LEGACY"]),
        "EnableTokenRevocation": st.booleans(),
        "AuthSessionValidity": st.integers(3, 15),
        "RefreshTokenRotation": st.fixed_dictionaries(
            {"Feature": st.sampled_from(["ENABLED", "DISABLED"]), "RetryGracePeriodSeconds": st.integers(0, 60)}
        ),
    },
)


@given(requests)
def test_describe_then_update_changes_nothing(request: dict[str, Any]) -> None:
    """What a describe shows, sent back in an update, gives the same settings: the safe way works."""
    client = draft_client("web", read_settings(Params(request)), now=0)
    shown = show_client(client, "eu-west-1_A")
    assert shown.items() >= {**request, "TokenValidityUnits": request.get("TokenValidityUnits", {})}.items()
    again = read_settings(Params({name: value for name, value in shown.items() if name not in READ_ONLY}))
    assert (
        show_client(draft_client("web", again, now=0), "eu-west-1_A").items()
        >= {name: value for name, value in shown.items() if name not in READ_ONLY}.items()
    )


def test_empty_request_is_the_default() -> None:
    """A request that gives nothing is Cognito's default for everything."""
    assert read_settings(Params({})) == Settings()


@pytest.mark.parametrize(("units", "shown"), [({}, {}), ({"RefreshToken": "hours"}, {"RefreshToken": "days"})])
def test_zero_refresh_validity(units: dict[str, str], shown: dict[str, str]) -> None:
    """A refresh validity of 0 shows as 30 days afterwards."""
    settings = read_settings(Params({"RefreshTokenValidity": 0, "TokenValidityUnits": units}))
    client = draft_client("web", settings, now=0)
    described = show_client(client, "eu-west-1_A")
    assert (described["RefreshTokenValidity"], described["TokenValidityUnits"]) == (30, shown)
    assert client.refresh_validity_s == 30 * 86_400


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        ({"ExplicitAuthFlows": ["NOPE"]}, "'explicitAuthFlows' failed"),
        ({"ExplicitAuthFlows": ["NOPE", "ALLOW_CUSTOM_AUTH"]}, "[NOPE, ALLOW_CUSTOM_AUTH]"),
        ({"AllowedOAuthFlows": ["password"]}, "'allowedOAuthFlows' failed"),
        ({"PreventUserExistenceErrors": "OFF"}, "enum value set: [ENABLED, LEGACY]"),
        ({"AuthSessionValidity": 2}, "greater than or equal to 3"),
        ({"AuthSessionValidity": 16}, "less than or equal to 15"),
        ({"RefreshTokenRotation": {"Feature": "ON"}}, "enum value set: [DISABLED, ENABLED]"),
        (
            {"RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 61}},
            "less than or equal to 60",
        ),
        ({"RefreshTokenRotation": {}}, "Value null at 'feature'"),
    ],
)
def test_bounds_of_one(refused: Refused, request_: dict[str, object], text: str) -> None:
    """Each attribute's own bounds are named as the API does."""
    with refused("InvalidParameterException", text):
        read_settings(Params(request_))


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        (
            {"RefreshTokenValidity": 1, "AccessTokenValidity": 24, "TokenValidityUnits": {"RefreshToken": "hours"}},
            "Inv",
        ),
        ({"RefreshTokenValidity": 4000}, "Invalid range for token validity."),
        ({"AccessTokenValidity": 25}, "Invalid range for token validity."),
        ({"ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH", "ADMIN_NO_SRP_AUTH"]}, "legacy"),
        (
            {"ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"], "RefreshTokenRotation": {"Feature": "ENABLED"}},
            "ALLOW_REFRESH_TOKEN_AUTH",
        ),
        ({"AllowedOAuthFlows": ["client_credentials", "code"]}, "along with code flow"),
        ({"AllowedOAuthFlows": ["client_credentials"]}, "client secret"),
        ({"DefaultRedirectURI": "https://a.example"}, "CallbackURLs"),
    ],
)
def test_rules_between(refused: Refused, settings: dict[str, object], text: str) -> None:
    """Settings that contradict each other are refused."""
    client = draft_client("web", read_settings(Params(settings)), now=0)
    with refused("InvalidParameterException", text):
        check_client(client)
