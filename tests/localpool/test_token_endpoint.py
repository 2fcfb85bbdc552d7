"""The TOKEN endpoint: codes with PKCE, refresh tokens, credentials."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import jwt
import pytest

from poolwarden.localpool import OAuthError
from poolwarden.localpool.authorization import AuthorizationRequest, grant_code
from poolwarden.localpool.forms import read_form
from poolwarden.localpool.token_endpoint import exchange, read_credentials, revoke

if TYPE_CHECKING:
    from poolwarden.localpool import AppClient, Clock, LocalPool

CALLBACK = "https://app.example/cb"
# RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def code_for(pool: LocalPool, client: AppClient, challenge: str | None = CHALLENGE, scope: str = "openid email") -> str:
    """Sign ada in on the page."""
    request = AuthorizationRequest(client, CALLBACK, scope, None, "n-0S6", challenge)
    target = pool.run(lambda state: grant_code(state, request, state.users.get("ada")))
    return read_form(target.partition("?")[2])["code"]


def post(pool: LocalPool, authorization: str | None = None, **form: str) -> dict[str, Any]:
    """Ask the endpoint."""
    return pool.run(lambda state: exchange(state, form, authorization))


def refusal(pool: LocalPool, authorization: str | None = None, **form: str) -> str:
    """Ask the endpoint and expect a refusal."""
    with pytest.raises(OAuthError) as caught:
        post(pool, authorization, **form)
    assert caught.value.status == 400
    return caught.value.name


@pytest.fixture
def redeem(paged: AppClient) -> dict[str, str]:
    """Redeem a code properly, but for the code."""
    return {
        "grant_type": "authorization_code",
        "client_id": paged.client_id,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    }


def test_code(pool: LocalPool, paged: AppClient, redeem: dict[str, str]) -> None:
    """A code with its verifier gives tokens with the scopes granted, the nonce and at_hash."""
    answer = post(pool, **redeem, code=code_for(pool, paged))
    assert set(answer) == {"access_token", "id_token", "refresh_token", "expires_in", "token_type"}
    access = jwt.decode(answer["access_token"], options={"verify_signature": False})
    assert access["scope"] == "openid email"
    decoded = jwt.decode_complete(
        answer["id_token"],
        jwt.PyJWKSet.from_dict(pool.jwk_set()).keys[0],
        algorithms=["RS256"],
        audience=paged.client_id,
        options={"verify_exp": False, "verify_iat": False},
    )
    assert decoded["payload"]["nonce"] == "n-0S6"
    import hashlib  # noqa: PLC0415 (at_hash, written out once)

    half = hashlib.sha256(answer["access_token"].encode()).digest()[:16]
    assert decoded["payload"]["at_hash"] == base64.urlsafe_b64encode(half).decode().rstrip("=")


def test_no_openid_no_id_token(pool: LocalPool, paged: AppClient, redeem: dict[str, str]) -> None:
    """Without openid there is no ID token."""
    assert "id_token" not in post(pool, **redeem, code=code_for(pool, paged, scope="email"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("code", "x"),
        ("code_verifier", "x" * 43),
        ("code_verifier", None),
        ("redirect_uri", "https://app.example/other?a=1"),
    ],
)
def test_code_refused(pool: LocalPool, paged: AppClient, redeem: dict[str, str], name: str, value: str | None) -> None:
    """A code needs its own verifier and address, and is spent by the attempt."""
    code = code_for(pool, paged)
    changed = {key: text for key, text in {**redeem, "code": code, name: value}.items() if text is not None}
    assert refusal(pool, **changed) == "invalid_grant"
    if name != "code":
        assert refusal(pool, **redeem, code=code) == "invalid_grant"


def test_code_of_another_client(pool: LocalPool, paged: AppClient, web: AppClient, redeem: dict[str, str]) -> None:
    """A code belongs to its client."""
    assert refusal(pool, **{**redeem, "client_id": web.client_id}, code=code_for(pool, paged)) == "invalid_grant"


def test_code_without_challenge(pool: LocalPool, redeem: dict[str, str]) -> None:
    """Without a challenge no verifier may come, with none the secret is enough."""
    client = pool.create_client("conf", callback_urls=[CALLBACK], secret="s3cret")
    form = {**redeem, "client_id": client.client_id, "client_secret": "s3cret"}
    assert refusal(pool, **form, code=code_for(pool, client, None)) == "invalid_grant"
    del form["code_verifier"]
    assert post(pool, **form, code=code_for(pool, client, None))["refresh_token"]


@pytest.mark.parametrize("ending", ["disable_user", "delete_user"])
def test_code_of_a_lost_user(pool: LocalPool, paged: AppClient, redeem: dict[str, str], ending: str) -> None:
    """A user disabled or deleted between page and redemption gets no tokens."""
    code = code_for(pool, paged)
    getattr(pool, ending)("ada")
    assert refusal(pool, **redeem, code=code) == "invalid_grant"


def test_code_too_late(pool: LocalPool, paged: AppClient, redeem: dict[str, str], clock: Clock) -> None:
    """A code ends after five minutes."""
    code = code_for(pool, paged)
    clock.move(300)
    assert refusal(pool, **redeem, code=code) == "invalid_grant"


def test_refresh(pool: LocalPool, web: AppClient, rotating: AppClient, clock: Clock) -> None:
    """A refresh gives a new refresh token only where the client rotates; every end is invalid_grant."""
    for client, new in ((web, False), (rotating, True)):
        token = pool.sign_in(client.client_id, "ada", "Passw0rd!").refresh_token or ""
        form = {"grant_type": "refresh_token", "client_id": client.client_id, "refresh_token": token}
        assert ("refresh_token" in post(pool, **form)) is new
        clock.move(client.refresh_validity_s)
        assert refusal(pool, **form) == "invalid_grant"
        assert refusal(pool, **{**form, "refresh_token": "x"}) == "invalid_grant"


def test_incomplete(pool: LocalPool, web: AppClient) -> None:
    """What is missing or unknown has its own code."""
    assert refusal(pool) == "invalid_request"
    assert refusal(pool, grant_type="password") == "unsupported_grant_type"
    for grant_type in ("authorization_code", "refresh_token"):
        assert refusal(pool, grant_type=grant_type) == "invalid_request"
        assert refusal(pool, grant_type=grant_type, client_id="x") == "invalid_client"
        assert refusal(pool, grant_type=grant_type, client_id=web.client_id) == "invalid_request"


def basic(text: str) -> str:
    """Write an Authorization header."""
    return f"Basic {base64.b64encode(text.encode()).decode()}"


def test_machine(pool: LocalPool, machine: AppClient) -> None:
    """Credentials come by HTTP Basic or in the form."""
    answer = post(
        pool, basic(f"{machine.client_id}:{machine.secret}"), grant_type="client_credentials", scope="orders/read"
    )
    assert set(answer) == {"access_token", "expires_in", "token_type"}
    form = {"client_id": machine.client_id, "client_secret": machine.secret or ""}
    assert post(pool, grant_type="client_credentials", **form)["access_token"]


@pytest.mark.parametrize("header", ["Basic é", "Basic !!", basic("no-colon"), "Bearer YTpi", "Basic /w=="])
def test_unreadable_credentials(header: str) -> None:
    """A header that cannot be read authenticates nobody."""
    with pytest.raises(OAuthError, match="invalid_client"):
        read_credentials({}, header)


def test_credentials_agree() -> None:
    """Header and form name the same client; both parts of the header are form-encoded."""
    assert read_credentials({"client_id": "a b"}, basic("a+b:c%3Ad")) == ("a b", "c:d")
    with pytest.raises(OAuthError, match="invalid_request"):
        read_credentials({"client_id": "other"}, basic("a:b"))


def revoked(pool: LocalPool, **form: str) -> tuple[str, int]:
    """Ask the revocation endpoint and expect a refusal."""
    with pytest.raises(OAuthError) as caught:
        pool.run(lambda state: revoke(state, form, None))
    return caught.value.name, caught.value.status


def test_revoke(pool: LocalPool, web: AppClient, rotating: AppClient) -> None:
    """Revocation ends the session; its refusals are the endpoint's."""
    tokens = pool.sign_in(web.client_id, "ada", "Passw0rd!")
    token = tokens.refresh_token or ""
    plain = pool.create_client("plain", enable_revocation=False)
    assert revoked(pool) == ("invalid_request", 400)
    assert revoked(pool, token=token) == ("invalid_request", 400)
    assert revoked(pool, token=token, client_id="x") == ("invalid_client", 401)
    assert revoked(pool, token=token, client_id=rotating.client_id) == ("invalid_client", 401)
    assert revoked(pool, token=token, client_id=plain.client_id) == ("invalid_request", 400)
    assert revoked(pool, token=tokens.access_token, client_id=web.client_id) == ("unsupported_token_type", 400)
    pool.run(lambda state: revoke(state, {"token": token, "client_id": web.client_id}, None))
    refresh = {"grant_type": "refresh_token", "client_id": web.client_id, "refresh_token": token}
    assert refusal(pool, **refresh) == "invalid_grant"
