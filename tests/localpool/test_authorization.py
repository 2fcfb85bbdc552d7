"""Authorization requests are checked before anyone is asked for a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from poolwarden.localpool import OAuthError
from poolwarden.localpool.authorization import read_authorization, remembered_user

if TYPE_CHECKING:
    from poolwarden.localpool import AppClient, LocalPool

CALLBACK = "https://app.example/cb"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.fixture
def query(paged: AppClient) -> dict[str, str]:
    """Ask properly, as a public client with PKCE."""
    return {
        "response_type": "code",
        "client_id": paged.client_id,
        "redirect_uri": CALLBACK,
        "state": "s&t=1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }


def test_proper(pool: LocalPool, query: dict[str, str]) -> None:
    """A proper request asks for all scopes unless it names some."""
    request = pool.run(lambda state: read_authorization(state, query))
    assert request.scope == "openid email profile aws.cognito.signin.user.admin"
    query["scope"] = "openid  email"
    assert pool.run(lambda state: read_authorization(state, query)).scope == "openid email"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("client_id", None),
        ("client_id", "x"),
        ("redirect_uri", None),
        ("redirect_uri", "https://evil.example/cb"),
        ("redirect_uri", CALLBACK + "/"),
    ],
)
def test_nowhere_to_go(pool: LocalPool, query: dict[str, str], name: str, value: str | None) -> None:
    """An unknown client or address is never redirected to."""
    changed = {key: text for key, text in {**query, name: value}.items() if text is not None}
    with pytest.raises(OAuthError, match="invalid_request") as caught:
        pool.run(lambda state: read_authorization(state, changed))
    assert caught.value.redirect_uri is None


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("response_type", "token", "unsupported_response_type"),
        ("response_type", None, "unsupported_response_type"),
        ("code_challenge", None, "invalid_request"),
        ("code_challenge", "short", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("code_challenge_method", None, "invalid_request"),
        ("scope", "openid orders/all", "invalid_scope"),
    ],
)
def test_carried_back(pool: LocalPool, query: dict[str, str], name: str, value: str | None, code: str) -> None:
    """Other mistakes go back to the client, with its state."""
    changed = {key: text for key, text in {**query, name: value}.items() if text is not None}
    with pytest.raises(OAuthError) as caught:
        pool.run(lambda state: read_authorization(state, changed))
    assert caught.value.redirect_uri == f"{CALLBACK}?error={code}&state=s%26t%3D1"


def test_confidential_client_may_leave_out_pkce(pool: LocalPool) -> None:
    """A client with a secret needs no PKCE, but no half of it either; its default address is used."""
    pool.create_client("x", callback_urls=[CALLBACK])
    client = pool.create_client("y", callback_urls=[CALLBACK], secret=True)
    pool.update_client(
        client.client_id,
        CallbackURLs=[CALLBACK],
        DefaultRedirectURI=CALLBACK,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid"],
        AllowedOAuthFlowsUserPoolClient=True,
    )
    query = {"response_type": "code", "client_id": client.client_id}
    assert pool.run(lambda state: read_authorization(state, query)).redirect_uri == CALLBACK
    with pytest.raises(OAuthError, match="invalid_request"):
        pool.run(lambda state: read_authorization(state, {**query, "code_challenge_method": "S256"}))


def test_code_not_allowed(pool: LocalPool, query: dict[str, str], paged: AppClient) -> None:
    """A client whose OAuth settings an update reset can no longer sign in on the page."""
    pool.update_client(paged.client_id, CallbackURLs=[CALLBACK])
    with pytest.raises(OAuthError, match="unauthorized_client"):
        pool.run(lambda state: read_authorization(state, query))


def test_remembered_user(pool: LocalPool) -> None:
    """A remembered user must still be there and enabled."""
    cookie = pool.run(lambda state: state.browsers.remember(state.users.get("ada"), now=state.clock()))
    assert pool.run(lambda state: remembered_user(state, None)) is None
    found = pool.run(lambda state: remembered_user(state, cookie))
    assert found is not None
    pool.disable_user("ada")
    assert pool.run(lambda state: remembered_user(state, cookie)) is None
    pool.delete_user("ada")
    assert pool.run(lambda state: remembered_user(state, cookie)) is None
