"""Settings come to terms: defaults, units, the fix on top, what is unknown, and what cannot be rehearsed."""

import json
from typing import Any

import pytest

from poolwarden import ResourceServer
from poolwarden.appclient import ACCESS, REFRESH, Validity, read_clients
from poolwarden.errors import ConfigurationError
from poolwarden.rehearse import Stage, Way, environment_of, issuer_of, terms_of, with_validities
from poolwarden.rehearse.terms import CLIENT_ID, POOL_ID

PAGE = {"AllowedOAuthFlows": ["code"], "AllowedOAuthFlowsUserPoolClient": True, "CallbackURLs": ["https://x.example"]}


def planned(**after: Any) -> Any:
    """Read a client from a Terraform plan; a value of ... is known after the apply only."""
    change = {
        "actions": ["create"],
        "after": {"name": "web", **{name: value for name, value in after.items() if value is not ...}},
        "after_unknown": {name: True for name, value in after.items() if value is ...},
    }
    resource = {
        "address": "aws_cognito_user_pool_client.web",
        "mode": "managed",
        "type": "aws_cognito_user_pool_client",
        "change": change,
    }
    plan = {"format_version": "1.2", "resource_changes": [resource]}
    (client,) = read_clients("plan.json", json.dumps(plan).encode())
    return client


def test_defaults(terms: Any) -> None:
    """What is not set is Cognito's default."""
    played = terms()
    assert (str(played.refresh), str(played.access), str(played.identity)) == ("30 days", "1 hour", "1 hour")
    assert (played.grace_s, played.revocable, played.way, played.meant) == (None, True, Way.SDK, None)


def test_fix_on_top(describe: Any) -> None:
    """A fix changes what it names, with its unit, and nothing else."""
    client = describe(TokenValidityUnits={"RefreshToken": "hours", "AccessToken": "minutes"}, AccessTokenValidity=15)
    assert str(terms_of(client, file=None).meant) == "30 days"
    fixed = with_validities(client, {REFRESH: Validity(90, "days")})
    played = terms_of(fixed, file=None)
    assert (str(played.refresh), str(played.access), played.meant) == ("90 days", "15 minutes", None)
    assert with_validities(client, {}) is client
    both = terms_of(with_validities(client, {ACCESS: Validity(1, "hours")}), file=None)
    assert (str(both.refresh), str(both.access)) == ("30 hours", "1 hour")


def test_the_fix_is_what_is_played(describe: Any, make_stage: Any) -> None:
    """The local pool's client has the validities of the fix, the id of the settings and the settings' other values."""
    client = with_validities(describe(EnableTokenRevocation=False), {REFRESH: Validity(90, "days")})
    stage: Stage = make_stage(terms_of(client, file=None))
    made = stage.pool.client("1example23456789")
    assert (made.refresh_validity_s, made.settings.enable_revocation) == (90 * 86_400, False)


def test_ids(describe: Any) -> None:
    """Ids that the settings do not tell are always the same, so that an application can be set up beforehand."""
    named, nameless = terms_of(describe(), file=None), terms_of(planned(), file=None)
    assert (named.pool_id, named.client_id) == ("eu-west-1_AbCdEfGhI", "1example23456789")
    assert (nameless.pool_id, nameless.client_id) == (POOL_ID, CLIENT_ID)
    assert len(CLIENT_ID) == 26


def test_environment_of_a_stand_in(terms: Any) -> None:
    """A pool of no region gets an issuer too, and an alias that is none gets another."""
    played = terms(UserPoolId="local_4zGvzTAk", ClientName="Web client (new)")
    issuer = issuer_of(played.pool_id)
    assert issuer == "https://cognito-idp.local.amazonaws.com/local_4zGvzTAk"
    variables = environment_of(played, "http://127.0.0.1:9229", issuer)
    assert variables["POOLWARDEN_CLIENT_IDS"] == "web=1example23456789"
    assert ResourceServer.from_env(variables, events=None, meter=None).pools[0][1].issuers == (issuer,)


def test_unknown(make_stage: Any) -> None:
    """What only a later run will tell is named and played as Cognito's default; a validity has to be given."""
    client = planned(enable_token_revocation=..., refresh_token_validity=60)
    played = terms_of(client, file=None)
    assert played.guessed == ("EnableTokenRevocation",)
    make_stage(played)
    with pytest.raises(ConfigurationError, match="--refresh"):
        terms_of(planned(refresh_token_validity=...), file=None)


@pytest.mark.parametrize(
    ("given", "way", "scopes"),
    [
        ({}, Way.SDK, ("aws.cognito.signin.user.admin",)),
        (PAGE, Way.PAGE, ("openid",)),
        ({**PAGE, "AllowedOAuthScopes": ["orders/read"]}, Way.PAGE, ("orders/read",)),
        ({**PAGE, "AllowedOAuthFlowsUserPoolClient": False}, Way.SDK, ("aws.cognito.signin.user.admin",)),
    ],
    ids=["sdk", "page", "scopes", "switched_off"],
)
def test_ways(given: Any, way: Way, scopes: tuple[str, ...], terms: Any) -> None:
    """Users sign in on the page where the code grant is allowed, and their tokens have its scopes."""
    played = terms(**given)
    assert (played.way, played.scopes) == (way, scopes)


@pytest.mark.parametrize(
    ("given", "way", "words"),
    [
        ({"AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthFlowsUserPoolClient": True}, None, "for machines"),
        ({}, Way.PAGE, "does not allow the code grant"),
        ({"TokenValidityUnits": {"RefreshToken": "fortnights"}}, None, "RefreshTokenValidity"),
    ],
    ids=["machine", "no_page", "unit"],
)
def test_what_cannot_be_rehearsed(given: Any, way: Way | None, words: str, terms: Any) -> None:
    """Settings without sessions, or whose sessions cannot be told, are refused with what to do."""
    with pytest.raises(ConfigurationError, match=words):
        terms(way=way, **given)


def test_what_a_pool_refuses(terms: Any, make_stage: Any) -> None:
    """Settings that Cognito would refuse are refused before anything is served, in its words."""
    with pytest.raises(ConfigurationError, match="Invalid range for token validity"):
        make_stage(terms(RefreshTokenValidity=5, TokenValidityUnits={"RefreshToken": "minutes"}))
