"""Tokens have Cognito's form and are signed only when looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jwt

from poolwarden.localpool.tokens import SignedLater

if TYPE_CHECKING:
    from poolwarden.localpool import AppClient, Clock, LocalPool

PASSWORD = "Passw0rd!"


def claims(token: str | None) -> dict[str, Any]:
    """Read a token without checking it."""
    assert token is not None
    decoded: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return decoded


def test_access_token(pool: LocalPool, web: AppClient, clock: Clock) -> None:
    """An access token carries exactly Cognito's claims, under a header of kid and alg."""
    token = pool.sign_in(web.client_id, "ada", PASSWORD).access_token
    now = int(clock())
    found = claims(token)
    assert jwt.get_unverified_header(token) == {"kid": pool.jwk_set()["keys"][1]["kid"], "alg": "RS256"}
    assert list(found) == [
        "sub",
        "cognito:groups",
        "iss",
        "version",
        "client_id",
        "origin_jti",
        "jti",
        "event_id",
        "token_use",
        "scope",
        "auth_time",
        "exp",
        "iat",
        "username",
    ]
    assert found["iss"] == pool.issuer
    assert found["token_use"] == "access"
    assert found["scope"] == "aws.cognito.signin.user.admin"
    assert (found["auth_time"], found["iat"], found["exp"]) == (now, now, now + 3600)
    assert (found["username"], found["version"], found["cognito:groups"]) == ("ada", 2, ["admin"])
    assert found["client_id"] == web.client_id
    assert found["jti"] != found["origin_jti"]


def test_id_token(pool: LocalPool, web: AppClient) -> None:
    """An ID token names the client in aud and is signed with the other key."""
    tokens = pool.sign_in(web.client_id, "ada", PASSWORD)
    found = claims(tokens.id_token)
    assert tokens.id_token is not None
    assert jwt.get_unverified_header(tokens.id_token)["kid"] == pool.jwk_set()["keys"][0]["kid"]
    assert (found["aud"], found["token_use"]) == (web.client_id, "id")
    assert (found["email"], found["email_verified"], found["cognito:username"]) == ("ada@example.com", True, "ada")
    assert "client_id" not in found
    assert "at_hash" not in found
    assert found["origin_jti"] == claims(tokens.access_token)["origin_jti"]


def test_plain_user(pool: LocalPool, web: AppClient) -> None:
    """Without groups or an e-mail address the tokens have no such claim."""
    pool.create_user("bob", PASSWORD)
    tokens = pool.sign_in(web.client_id, "bob", PASSWORD)
    assert "cognito:groups" not in claims(tokens.access_token)
    assert not {"email", "email_verified"} & set(claims(tokens.id_token))


def test_without_revocation(pool: LocalPool) -> None:
    """With revocation off there is neither jti nor origin_jti."""
    client = pool.create_client("plain", enable_revocation=False)
    tokens = pool.sign_in(client.client_id, "ada", PASSWORD)
    assert not {"jti", "origin_jti"} & set(claims(tokens.access_token))
    assert not {"jti", "origin_jti"} & set(claims(tokens.id_token))


def test_machine_token(pool: LocalPool, machine: AppClient) -> None:
    """A machine's token has the client as subject and no user."""
    tokens = pool.machine_token(machine.client_id, machine.secret)
    found = claims(tokens.access_token)
    assert found["sub"] == found["client_id"] == machine.client_id
    assert found["scope"] == tokens.scope == "orders/read orders/write"
    assert not {"username", "cognito:groups", "origin_jti"} & set(found)
    assert tokens.id_token is tokens.refresh_token is None


def test_signed_once_and_late() -> None:
    """A token is made when first asked for, and only once."""
    made: list[int] = []

    def make() -> str:
        made.append(1)
        return "text"

    later = SignedLater(make)
    assert made == []
    assert later.text() == later.text() == "text"
    assert made == [1]


def test_key_is_bound_at_issue(pool: LocalPool, web: AppClient, clock: Clock) -> None:
    """A token looked at after a rotation is signed with the key of its time."""
    before = pool.jwk_set()["keys"][1]["kid"]
    own = type(pool)("eu-west-1_Other", clock=clock)
    client = own.create_client("web")
    own.create_user("ada", PASSWORD)
    kid = own.jwk_set()["keys"][1]["kid"]
    tokens = own.sign_in(client.client_id, "ada", PASSWORD)
    own.rotate_keys(keep_old=False)
    assert jwt.get_unverified_header(tokens.access_token)["kid"] == kid != before


def test_repr_is_silent(pool: LocalPool, web: AppClient) -> None:
    """No token shows in a repr."""
    tokens = pool.sign_in(web.client_id, "ada", PASSWORD)
    assert repr(tokens) == "Tokens(expires_in=3600, scope='aws.cognito.signin.user.admin')"
