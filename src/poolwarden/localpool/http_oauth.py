"""The OAuth endpoints over HTTP: the sign-in page, tokens, revocation, userInfo and sign-out."""

import hmac
import secrets
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from poolwarden.localpool.authorization import (
    AuthorizationRequest,
    grant_code,
    read_authorization,
    remembered_user,
)
from poolwarden.localpool.bearer import read_bearer
from poolwarden.localpool.browser import REMEMBER_S
from poolwarden.localpool.core import PoolCore
from poolwarden.localpool.errors import CognitoError
from poolwarden.localpool.forms import read_form
from poolwarden.localpool.http_common import json_response, read_body_form
from poolwarden.localpool.login_page import PAGE_HEADERS, problem_page, sign_in_page
from poolwarden.localpool.oauth_errors import OAuthError
from poolwarden.localpool.signin import check_password
from poolwarden.localpool.state import State
from poolwarden.localpool.token_endpoint import exchange, revoke
from poolwarden.localpool.users import User, UserStatus

_CSRF: Final = "XSRF-TOKEN"
_REMEMBERED: Final = "cognito"
_NO_STORE: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_BAD_ADDRESS: Final = "The app client or the address to return to is not known to this user pool."
_NOT_OURS: Final = "The form did not come from this page. Please try again."
_NEW_PASSWORD: Final = (
    "This user has to choose a new password first, which this page cannot do: answer "
    "NEW_PASSWORD_REQUIRED with RespondToAuthChallenge."
)
_INVALID_TOKEN: Final = {
    "error": "invalid_token",
    "error_description": ("Access token is expired, disabled, or deleted, or the user has globally signed out."),
}


def _page(text: str, status: int = 200) -> Response:
    return Response(text, status, PAGE_HEADERS, "text/html; charset=utf-8")


def _refused(error: OAuthError) -> Response:
    if error.redirect_uri is not None:
        return RedirectResponse(error.redirect_uri, 302, _NO_STORE)
    return _page(problem_page(_BAD_ADDRESS), error.status)


def _own_origin(request: Request) -> bool:
    origin = request.headers.get("origin")
    return origin is None or origin == str(request.base_url).rstrip("/")


class OAuth:
    """
    Answer the endpoints of a user pool's domain.

    Args:
        pool: The pool.
    """

    __slots__ = ("_pool",)

    def __init__(self, pool: PoolCore) -> None:
        self._pool = pool

    def _authorization(self, request: Request) -> AuthorizationRequest:
        query = read_form(request.url.query)
        return self._pool.run(lambda state: read_authorization(state, query))

    async def authorize(self, request: Request) -> Response:
        """
        Answer ``/oauth2/authorize``: the code at once for a user the page remembers, else the page.

        Args:
            request: The request.

        Returns:
            A redirect, or a page that says why there is nowhere to redirect to.
        """
        try:
            wanted = self._authorization(request)
        except OAuthError as error:
            return _refused(error)
        cookie = request.cookies.get(_REMEMBERED)

        def grant(state: State) -> str | None:
            user = remembered_user(state, cookie)
            return None if user is None else grant_code(state, wanted, user)

        target = self._pool.run(grant) or f"/login?{request.url.query}"
        return RedirectResponse(target, 302, _NO_STORE)

    def _form(self, request: Request, wanted: AuthorizationRequest, problem: str | None, status: int) -> Response:
        csrf = request.cookies.get(_CSRF) or secrets.token_urlsafe(32)
        response = _page(sign_in_page(wanted.client.client_name, csrf, problem), status)
        response.set_cookie(_CSRF, csrf, httponly=True, samesite="strict")
        return response

    async def login(self, request: Request) -> Response:
        """
        Answer ``/login``: show the form, or take it and send the browser back with a code.

        Args:
            request: The request; its query is the authorization request.

        Returns:
            The page, or a redirect to the client.
        """
        try:
            wanted = self._authorization(request)
            form = await read_body_form(request) if request.method == "POST" else None
        except OAuthError as error:
            return _refused(error)
        if form is None:
            return self._form(request, wanted, None, 200)
        # Two proofs that the form is ours: a cookie no other site can read (double submit), and
        # the Origin every browser sends with a form.
        cookie = request.cookies.get(_CSRF, "")
        sent = form.get("_csrf", "")
        if not (cookie and hmac.compare_digest(cookie.encode(), sent.encode()) and _own_origin(request)):
            return self._form(request, wanted, _NOT_OURS, 403)
        return self._sign_in(request, wanted, form)

    def _sign_in(self, request: Request, wanted: AuthorizationRequest, form: dict[str, str]) -> Response:
        def check(state: State) -> User:
            username, password = form.get("username", ""), form.get("password", "")
            return check_password(state, wanted.client, username, password)

        try:
            user = self._pool.run(check)
        except CognitoError as error:
            return self._form(request, wanted, error.message, 400)
        if user.status is UserStatus.FORCE_CHANGE_PASSWORD:
            return self._form(request, wanted, _NEW_PASSWORD, 400)
        target = self._pool.run(lambda state: grant_code(state, wanted, user))
        cookie = self._pool.run(lambda state: state.browsers.remember(user, now=state.clock()))
        response = RedirectResponse(target, 302, _NO_STORE)
        response.set_cookie(_REMEMBERED, cookie, max_age=REMEMBER_S, httponly=True, samesite="lax")
        response.delete_cookie(_CSRF)
        return response

    async def token(self, request: Request) -> Response:
        """
        Answer ``/oauth2/token``.

        Args:
            request: The request.

        Returns:
            Tokens, or the error code with status 400.
        """
        try:
            form = await read_body_form(request)
            authorization = request.headers.get("authorization")
            answer = self._pool.run(lambda state: exchange(state, form, authorization))
        except OAuthError as error:
            return json_response({"error": error.name}, error.status, headers=_NO_STORE)
        return json_response(answer, headers=_NO_STORE)

    async def revoke(self, request: Request) -> Response:
        """
        Answer ``/oauth2/revoke``.

        Args:
            request: The request.

        Returns:
            An empty body, or the error code.
        """
        try:
            form = await read_body_form(request)
            authorization = request.headers.get("authorization")
            self._pool.run(lambda state: revoke(state, form, authorization))
        except OAuthError as error:
            return json_response({"error": error.name}, error.status, headers=_NO_STORE)
        return Response(headers=_NO_STORE)

    async def user_info(self, request: Request) -> Response:
        """
        Answer ``/oauth2/userInfo`` (OpenID Connect Core §5.3); the token needs ``openid``.

        Args:
            request: The request.

        Returns:
            The user's attributes, or 401 ``invalid_token``.
        """
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        try:
            bearer = self._pool.run(
                lambda state: read_bearer(state, token if scheme.lower() == "bearer" else "", "openid")
            )
        except CognitoError:
            challenge = ", ".join(f'{name}="{text}"' for name, text in _INVALID_TOKEN.items())
            headers = {**_NO_STORE, "WWW-Authenticate": challenge}
            return json_response(_INVALID_TOKEN, 401, headers=headers)
        user = bearer.user
        answer = {"sub": user.sub, "username": user.username, **user.attributes}
        return json_response(answer, headers=_NO_STORE)

    async def logout(self, request: Request) -> Response:
        """
        Answer ``/logout``: forget the browser, then send it to a sign-out address or the page.

        Tokens stay as they are: only the page's memory ends.

        Args:
            request: The request: ``client_id`` with ``logout_uri``, or an authorization request.

        Returns:
            A redirect, or a page that says why there is nowhere to redirect to.
        """
        cookie = request.cookies.get(_REMEMBERED)
        self._pool.run(lambda state: state.browsers.forget(cookie))
        try:
            query = read_form(request.url.query)
            target = self._pool.run(lambda state: _after_logout(state, query))
            if target is None:
                self._authorization(request)
        except OAuthError as error:
            return _refused(error)
        response = RedirectResponse(target or f"/login?{request.url.query}", 302, _NO_STORE)
        response.delete_cookie(_REMEMBERED)
        return response


def _after_logout(state: State, query: dict[str, str]) -> str | None:
    uri, client_id = query.get("logout_uri"), query.get("client_id")
    listed = any(one.client_id == client_id and uri in one.settings.logout_urls for one in state.clients)
    return uri if listed else None
