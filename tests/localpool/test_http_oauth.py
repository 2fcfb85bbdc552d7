"""A browser signs in on the page and comes back with a code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from poolwarden.localpool.forms import read_form

if TYPE_CHECKING:
    import httpx2

    from poolwarden.localpool import AppClient, Clock, LocalPool

CALLBACK = "https://app.example/cb"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.fixture
def query(paged: AppClient) -> str:
    """Ask for ada to be signed in."""
    return urlencode(
        {
            "response_type": "code",
            "client_id": paged.client_id,
            "redirect_uri": CALLBACK,
            "state": "xyz",
            "scope": "openid email",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
    )


async def form_of(http: httpx2.AsyncClient, query: str) -> dict[str, str]:
    """Open the page and fill in the form."""
    page = await http.get(f"/login?{query}")
    csrf = re.search(r'name="_csrf" value="([^"]+)"', page.text)
    assert csrf is not None
    return {"_csrf": csrf[1], "username": "ada", "password": "Passw0rd!"}


async def test_sign_in(http: httpx2.AsyncClient, query: str, paged: AppClient, clock: Clock) -> None:
    """From the client's link over the page to tokens, userInfo and a session the page remembers."""
    first = await http.get(f"/oauth2/authorize?{query}")
    assert (first.status_code, first.headers["location"]) == (302, f"/login?{query}")
    page = await http.get(first.headers["location"])
    assert page.headers["x-frame-options"] == "DENY"
    assert "Sign in to paged &lt;&amp;&gt;" in page.text
    back = await http.post(f"/login?{query}", data=await form_of(http, query))
    assert back.status_code == 302
    target, _, answer = back.headers["location"].partition("?")
    parameters = read_form(answer)
    assert (target, parameters["state"]) == (CALLBACK, "xyz")
    tokens = (
        await http.post(
            "/oauth2/token",
            data={
                "grant_type": "authorization_code",
                "client_id": paged.client_id,
                "redirect_uri": CALLBACK,
                "code": parameters["code"],
                "code_verifier": VERIFIER,
            },
        )
    ).json()
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    info = (await http.get("/oauth2/userInfo", headers=bearer)).json()
    assert (info["username"], info["email"]) == ("ada", "ada@example.com")
    again = await http.get(f"/oauth2/authorize?{query}")
    assert again.headers["location"].startswith(f"{CALLBACK}?code=")
    clock.move(3600)
    assert (await http.get(f"/oauth2/authorize?{query}")).headers["location"].startswith("/login")


async def test_remembering_outlives_sign_out(http: httpx2.AsyncClient, pool: LocalPool, query: str) -> None:
    """The page's memory survives a global sign-out; only /logout ends it."""
    await http.post(f"/login?{query}", data=await form_of(http, query))
    pool.global_sign_out("ada")
    assert "code=" in (await http.get(f"/oauth2/authorize?{query}")).headers["location"]
    out = await http.get(f"/logout?{query}")
    assert out.headers["location"] == f"/login?{query}"
    assert (await http.get(f"/oauth2/authorize?{query}")).headers["location"].startswith("/login")


async def test_wrong_password(http: httpx2.AsyncClient, query: str) -> None:
    """A wrong password is said on the page, and nothing the user typed is shown."""
    form = {**await form_of(http, query), "username": "<b>eve", "password": "nope"}
    page = await http.post(f"/login?{query}", data=form)
    assert page.status_code == 400
    assert '<p role="alert">User does not exist.</p>' in page.text
    assert "eve" not in page.text


async def test_new_password_needed(http: httpx2.AsyncClient, pool: LocalPool, query: str) -> None:
    """A user who must choose a new password is told where."""
    pool.call(
        "AdminSetUserPassword",
        {"UserPoolId": pool.pool_id, "Username": "ada", "Password": "Passw0rd!", "Permanent": False},
    )
    page = await http.post(f"/login?{query}", data=await form_of(http, query))
    assert "RespondToAuthChallenge" in page.text


async def test_form_must_be_ours(http: httpx2.AsyncClient, query: str) -> None:
    """A form without the cookie's value, or from another origin, signs nobody in."""
    form = await form_of(http, query)
    for data, headers in (
        ({**form, "_csrf": "x"}, {}),
        ({"username": "ada", "password": "Passw0rd!"}, {}),
        (form, {"Origin": "https://evil.example"}),
    ):
        page = await http.post(f"/login?{query}", data=data, headers=headers)
        assert page.status_code == 403
        assert "did not come from this page" in page.text
    http.cookies.clear()
    assert (await http.post(f"/login?{query}", data=form)).status_code == 403
    again = await form_of(http, query)
    same = await http.post(f"/login?{query}", data=again, headers={"Origin": "http://127.0.0.1"})
    assert same.status_code == 302


@pytest.mark.parametrize("path", ["/oauth2/authorize", "/login", "/logout"])
async def test_nowhere_to_go(http: httpx2.AsyncClient, path: str) -> None:
    """Without a known client there is a page, and no redirect."""
    for query in ("", "client_id=%3Cscript%3E&redirect_uri=https%3A%2F%2Fevil.example", "a=1&a=2"):
        page = await http.get(f"{path}?{query}")
        assert page.status_code == 400
        assert "script>" not in page.text
        assert "location" not in page.headers


async def test_mistakes_go_back(http: httpx2.AsyncClient, query: str) -> None:
    """A known client hears of its mistakes at its own address."""
    page = await http.get("/oauth2/authorize?" + query.replace("response_type=code", "response_type=token"))
    assert page.headers["location"] == f"{CALLBACK}?error=unsupported_response_type&state=xyz"


async def test_logout_address(http: httpx2.AsyncClient, paged: AppClient) -> None:
    """A sign-out leads to a listed address only."""
    for uri, status in (("https://app.example/bye", 302), ("https://evil.example", 400)):
        out = await http.get("/logout?" + urlencode({"client_id": paged.client_id, "logout_uri": uri}))
        assert out.status_code == status
        assert out.headers.get("location") in {None, "https://app.example/bye"}


async def test_token_errors(http: httpx2.AsyncClient) -> None:
    """The TOKEN and revocation endpoints take forms and answer with codes."""
    for path in ("/oauth2/token", "/oauth2/revoke"):
        for content, kind in ((b"{}", "application/json"), (b"\xff", "application/x-www-form-urlencoded")):
            response = await http.post(path, content=content, headers={"Content-Type": kind})
            assert (response.status_code, response.json()) == (400, {"error": "invalid_request"})
            assert response.headers["cache-control"] == "no-store"


async def test_revoke(http: httpx2.AsyncClient, pool: LocalPool, web: AppClient) -> None:
    """A revoked session is answered with an empty body, and is over."""
    token = pool.sign_in(web.client_id, "ada", "Passw0rd!").refresh_token or ""
    response = await http.post("/oauth2/revoke", data={"token": token, "client_id": web.client_id})
    assert (response.status_code, response.content) == (200, b"")
    refresh = {"grant_type": "refresh_token", "client_id": web.client_id, "refresh_token": token}
    assert (await http.post("/oauth2/token", data=refresh)).json() == {"error": "invalid_grant"}


@pytest.mark.parametrize("authorization", ["", "Basic x", "Bearer x"])
async def test_user_info_refused(http: httpx2.AsyncClient, authorization: str) -> None:
    """UserInfo refuses with 401 and invalid_token."""
    response = await http.get("/oauth2/userInfo", headers={"Authorization": authorization})
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith('error="invalid_token"')


async def test_user_info_needs_openid(http: httpx2.AsyncClient, pool: LocalPool, web: AppClient) -> None:
    """A token without openid has no access to userInfo."""
    token = pool.sign_in(web.client_id, "ada", "Passw0rd!").access_token
    response = await http.get("/oauth2/userInfo", headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 401
