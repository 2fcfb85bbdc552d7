"""Whatever the settings are, a guarded application passes: over real sockets, at every boundary of them."""

from collections.abc import Callable
from typing import Any

import pytest

from poolwarden import ResourceServer
from poolwarden.demo.example import make_app
from poolwarden.guard.online_check import OnlineCheck
from poolwarden.rehearse import Rehearsal, Stage, Way, environment_of

HOUR = {"RefreshToken": "hours"}
ROTATION = {"RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 20}, "ExplicitAuthFlows": None}
AT_ONCE = {"RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}, "ExplicitAuthFlows": None}
PAGE = {
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthScopes": ["openid", "orders/read"],
    "CallbackURLs": ["https://app.example.com/cb"],
}
MINUTES = {"TokenValidityUnits": {"AccessToken": "minutes", "IdToken": "minutes"}, "IdTokenValidity": 5}

SETTINGS: dict[str, dict[str, Any]] = {
    "defaults": {},
    "30_hours": {"TokenValidityUnits": HOUR},
    "90_days": {"RefreshTokenValidity": 90},
    "10_years": {"RefreshTokenValidity": 3650},
    "shortest": {
        "RefreshTokenValidity": 1,
        "AccessTokenValidity": 5,
        **MINUTES,
        "TokenValidityUnits": {**MINUTES["TokenValidityUnits"], "RefreshToken": "hours"},
    },
    "both_an_hour": {"RefreshTokenValidity": 1, "TokenValidityUnits": HOUR},
    "access_a_day": {"AccessTokenValidity": 24},
    "rotation": ROTATION,
    "rotation_without_grace": AT_ONCE,
    "revocation_off": {"EnableTokenRevocation": False},
    "secret": {"ClientSecret": "never read"},
    "secret_and_rotation": {"ClientSecret": "never read", **ROTATION},
    "page": PAGE,
    "page_and_secret": {"ClientSecret": "never read", **PAGE},
    "page_and_rotation": {**PAGE, **ROTATION},
    "page_without_openid": {**PAGE, "AllowedOAuthScopes": ["orders/read"]},
}


def guarded(stage: Stage, pool_url: str, **settings: Any) -> Any:
    """Make the example from the environment that a rehearsal prints."""
    variables = environment_of(stage.terms, pool_url, stage.pool.issuer)
    return make_app(ResourceServer.from_env(variables, events=None, meter=None, **settings))


def steps_in(rehearsal: Rehearsal) -> dict[str, Any]:
    """Return what was played, by step."""
    return {row.played.step.id: row.played for row in rehearsal.rows}


@pytest.mark.parametrize("name", SETTINGS)
def test_settings(name: str, rehearsed: Any, terms: Any) -> None:
    """The application, the user pool and the front end do at every boundary what the settings say."""
    rehearsal = rehearsed(terms(**SETTINGS[name]), guarded, path="/me")
    assert [(finding.step, finding.sentence) for finding in rehearsal.findings] == []
    assert all(row.played.answer is not None for row in rehearsal.rows)


def test_rotated_token(rehearsed: Any, terms: Any) -> None:
    """A rotated refresh token works within the grace period, and is a reuse after it."""
    played = steps_in(rehearsed(terms(**ROTATION), guarded, path="/me"))
    assert (played["grace_before"].pool.operation, played["grace_before"].pool.error) == (
        "GetTokensFromRefreshToken",
        "",
    )
    assert played["grace_after"].pool.error == "RefreshTokenReuseException"


def test_both_ways_to_sign_in(rehearsed: Any, terms: Any) -> None:
    """A session that began on the page is renewed at the token endpoint, which does not tell why it refuses."""
    by_page = steps_in(rehearsed(terms(**PAGE), guarded, path="/me"))["refresh_after"].pool
    by_sdk = steps_in(rehearsed(terms(way=Way.SDK, **PAGE), guarded, path="/me"))["refresh_after"].pool
    assert (by_page.operation, by_page.words) == ("Token_POST", "invalid_grant")
    assert (by_sdk.operation, by_sdk.words) == (
        "InitiateAuth",
        "NotAuthorizedException: Refresh Token has expired",
    )


def test_no_refresh_flow(rehearsed: Any, terms: Any) -> None:
    """Where no flow renews sessions, the pool's refusal is what is found, and the application is not blamed for it."""
    rehearsal = rehearsed(terms(ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"]), guarded, path="/me")
    assert {finding.deviation.id for finding in rehearsal.findings} == {"pool_refuses"}
    assert "REFRESH_TOKEN_AUTH flow not enabled" in rehearsal.findings[0].sentence
    assert "ExplicitAuthFlows" in rehearsal.findings[0].mend


def test_local_issuer(rehearsed: Any, naive: Any, terms: Any) -> None:
    """Tokens may name the local pool as issuer, for applications that find its keys by it."""
    issuer = "http://127.0.0.1:9229/eu-west-1_AbCdEfGhI"
    assert rehearsed(terms(), guarded, path="/me", issuer=issuer).findings == ()
    assert rehearsed(terms(), naive(""), issuer=issuer).findings == ()


def test_online_check(rehearsed: Any, terms: Any) -> None:
    """An application that asks Cognito refuses what was revoked at once, with its cause."""

    def asking(stage: Stage, pool_url: str) -> Any:
        return guarded(stage, pool_url, online=OnlineCheck(url=f"{pool_url}/", on_failure="refuse"))

    rehearsal = rehearsed(terms(), asking, path="/me", revoked_at_once=True)
    assert rehearsal.findings == ()
    assert steps_in(rehearsal)["revoked"].answer.cause == "token_revoked"


def test_bound_on_the_sessions_age(rehearsed: Any, terms: Any) -> None:
    """A bound at the refresh validity is as good as none; a shorter one ends sessions too soon, and is named."""

    def bounded(seconds: float) -> Callable[[Stage, str], Any]:
        return lambda stage, pool_url: guarded(stage, pool_url, max_session_age=seconds)

    played = terms()
    assert rehearsed(played, bounded(played.refresh.seconds), path="/me").findings == ()
    (finding,) = rehearsed(played, bounded(86_400), path="/me").findings
    assert (finding.step, finding.deviation.id) == ("refresh_before", "refused_too_soon")
    assert "session_too_old" in finding.sentence
