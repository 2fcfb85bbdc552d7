"""The answers of the operations that issue, renew and end tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Refused
    from poolwarden.localpool import AppClient, Clock, LocalPool

PASSWORD = "Passw0rd!"
NEW = "N3w!passw"
DENIED = "NotAuthorizedException"


def sign_in(pool: LocalPool, client: AppClient) -> dict[str, Any]:
    """Sign in over the API."""
    answer: dict[str, Any] = pool.call(
        "InitiateAuth",
        {
            "ClientId": client.client_id,
            "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": {"USERNAME": "ada", "PASSWORD": PASSWORD},
        },
    )
    return answer


def test_sign_in_and_refresh(pool: LocalPool, web: AppClient) -> None:
    """A sign-in gives a refresh token, a refresh does not."""
    first = sign_in(pool, web)
    result = first["AuthenticationResult"]
    assert set(result) == {"AccessToken", "ExpiresIn", "TokenType", "IdToken", "RefreshToken"}
    assert (first["ChallengeParameters"], result["ExpiresIn"], result["TokenType"]) == ({}, 3600, "Bearer")
    refresh = {"ClientId": web.client_id, "AuthFlow": "REFRESH_TOKEN_AUTH"}
    again: Any = pool.call("InitiateAuth", {**refresh, "AuthParameters": {"REFRESH_TOKEN": result["RefreshToken"]}})
    assert set(again["AuthenticationResult"]) == {"AccessToken", "ExpiresIn", "TokenType", "IdToken"}


@pytest.mark.parametrize(("client", "new"), [("web", False), ("rotating", True)])
def test_get_tokens(pool: LocalPool, request: pytest.FixtureRequest, client: str, new: bool) -> None:
    """GetTokensFromRefreshToken works for every client and gives a new token where it rotates."""
    chosen: AppClient = request.getfixturevalue(client)
    token = sign_in(pool, chosen)["AuthenticationResult"]["RefreshToken"]
    answer: Any = pool.call("GetTokensFromRefreshToken", {"ClientId": chosen.client_id, "RefreshToken": token})
    assert ("RefreshToken" in answer["AuthenticationResult"]) is new


def test_get_tokens_needs_the_secret(pool: LocalPool, secretive: AppClient, refused: Refused) -> None:
    """A client with a secret has to send it."""
    request = {"ClientId": secretive.client_id, "RefreshToken": "x"}
    with refused(DENIED, "Unable to verify secret hash"):
        pool.call("GetTokensFromRefreshToken", request)
    with refused(DENIED, "Invalid Refresh Token"):
        pool.call("GetTokensFromRefreshToken", {**request, "ClientSecret": secretive.secret})


@pytest.fixture
def challenge(pool: LocalPool, web: AppClient, named: dict[str, Any]) -> dict[str, Any]:
    """Answer that stands between ada and her tokens."""
    pool.call("AdminSetUserPassword", {**named, "Password": PASSWORD, "Permanent": False})
    answer = sign_in(pool, web)
    assert answer["ChallengeParameters"]["USER_ID_FOR_SRP"] == "ada"
    return {
        "ClientId": web.client_id,
        "ChallengeName": answer["ChallengeName"],
        "Session": answer["Session"],
        "ChallengeResponses": {"USERNAME": "ada", "NEW_PASSWORD": NEW},
    }


@pytest.mark.parametrize("admin", [False, True])
def test_new_password(
    pool: LocalPool, challenge: dict[str, Any], web: AppClient, refused: Refused, admin: bool
) -> None:
    """A new password answers the challenge, once, and is the password from then on."""
    operation = "AdminRespondToAuthChallenge" if admin else "RespondToAuthChallenge"
    challenge["UserPoolId"] = pool.pool_id
    answer: Any = pool.call(operation, challenge)
    assert answer["AuthenticationResult"]["RefreshToken"]
    with refused(DENIED, "Invalid session for the user, session can only be used once."):
        pool.call(operation, challenge)
    assert pool.sign_in(web.client_id, "ada", NEW).refresh_token


def test_challenge_expires(pool: LocalPool, challenge: dict[str, Any], clock: Clock, refused: Refused) -> None:
    """A challenge answered after AuthSessionValidity has expired."""
    clock.move(180)
    with refused(DENIED, "Invalid session for the user, session is expired."):
        pool.call("RespondToAuthChallenge", challenge)


def test_weak_answer_keeps_the_challenge(pool: LocalPool, challenge: dict[str, Any], refused: Refused) -> None:
    """An answer against the policy can be corrected."""
    weak = {**challenge, "ChallengeResponses": {"USERNAME": "ada", "NEW_PASSWORD": "weak"}}
    with refused("InvalidPasswordException"):
        pool.call("RespondToAuthChallenge", weak)
    pool.call("RespondToAuthChallenge", challenge)


def test_wrong_answers(pool: LocalPool, challenge: dict[str, Any], refused: Refused) -> None:
    """Another user, a disabled one, another challenge or a missing answer get no tokens."""
    pool.create_user("bob", PASSWORD)
    for name in ("bob", "nobody"):
        with refused(DENIED, "Invalid session for the user."):
            pool.call("RespondToAuthChallenge", {**challenge, "ChallengeResponses": {"USERNAME": name}})
    with refused("InvalidParameterException", "Challenge response not supported."):
        pool.call("RespondToAuthChallenge", {**challenge, "ChallengeName": "SMS_MFA"})
    with refused("InvalidParameterException", "Missing required parameter NEW_PASSWORD"):
        pool.call("RespondToAuthChallenge", {**challenge, "ChallengeResponses": {"USERNAME": "ada"}})
    pool.disable_user("ada")
    with refused(DENIED, "User is disabled."):
        pool.call("RespondToAuthChallenge", challenge)


def test_global_sign_out(pool: LocalPool, web: AppClient, rotating: AppClient, refused: Refused) -> None:
    """GlobalSignOut ends all of the user's sessions, over all clients."""
    tokens = [pool.sign_in(client.client_id, "ada", PASSWORD) for client in (web, rotating)]
    assert pool.call("GlobalSignOut", {"AccessToken": tokens[0].access_token}) == {}
    for client, one in zip((web, rotating), tokens, strict=True):
        with refused(DENIED, "Access Token has been revoked"):
            pool.call("GetUser", {"AccessToken": one.access_token})
        with refused(DENIED, "Refresh Token has been revoked"):
            pool.refresh(client.client_id, one.refresh_token)


def test_get_user(pool: LocalPool, web: AppClient) -> None:
    """GetUser shows the user's name and attributes, sub first."""
    answer: Any = pool.call("GetUser", {"AccessToken": pool.sign_in(web.client_id, "ada", PASSWORD).access_token})
    assert answer["Username"] == "ada"
    assert [pair["Name"] for pair in answer["UserAttributes"]] == ["sub", "email", "email_verified"]


def test_revoke_needs_the_secret(pool: LocalPool, secretive: AppClient, refused: Refused) -> None:
    """RevokeToken of a client with a secret needs it."""
    with refused("UnauthorizedException"):
        pool.call("RevokeToken", {"ClientId": secretive.client_id, "Token": "x"})
