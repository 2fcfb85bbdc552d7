"""Applications that get it wrong, each in one way; without a flaw it is a plain one that gets it right."""

from collections.abc import Callable
from typing import Any

import jwt
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

LOGIN = '<!doctype html><form method="post"><input name="user"><input type="password" name="password"></form>'
INVALID = {"WWW-Authenticate": 'Bearer error="invalid_token"'}

# How an expired token is refused, by flaw.
REFUSALS: dict[str, Callable[[str], Response]] = {
    "redirects": lambda _: RedirectResponse("/login?next=/orders", 302),
    "login_page": lambda _: HTMLResponse(LOGIN),
    "error_in_success": lambda _: JSONResponse({"error": "token expired", "data": None}),
    "forbids": lambda _: JSONResponse({"detail": "expired"}, 403),
    "teapot": lambda _: PlainTextResponse("expired", 419),
    "unavailable": lambda _: PlainTextResponse("try later", 503),
    "no_challenge": lambda _: JSONResponse({"message": "Unauthorized"}, 401),
    "basic": lambda _: PlainTextResponse("no", 401, {"WWW-Authenticate": 'Basic realm="shop"'}),
    "no_cause": lambda _: JSONResponse({"detail": "no"}, 401, {"WWW-Authenticate": "Bearer"}),
    "other_cause": lambda _: JSONResponse({"cause": "token_revoked", "action": "sign_in"}, 401, INVALID),
    "other_action": lambda _: JSONResponse({"cause": "token_expired", "action": "sign_in"}, 401, INVALID),
    "repeats": lambda token: JSONResponse({"error": "expired", "token": token}, 401, INVALID),
}


class Naive:
    """
    An application that trusts the JWK Set that it is given.

    Args:
        keys: Returns the JWK Set; asked when a token comes.
        client_id: The app client that it accepts.
        issuer: The issuer that it accepts.
        flaw: What it gets wrong.
    """

    def __init__(self, keys: Callable[[], Any], client_id: str, issuer: str, flaw: str = "") -> None:
        self._keys = keys
        self._client_id = client_id
        self._issuer = issuer
        self._flaw = flaw

    def _claims(self, token: str) -> Any:
        options: Any = {"verify_aud": False, "require": ["exp", "iss"]}
        if self._flaw in ("ignores_expiry", "signature_only"):
            options["verify_exp"] = False
        if self._flaw == "believes_anything":
            return jwt.decode(token, options={"verify_signature": False})
        kid = jwt.get_unverified_header(token)["kid"]
        found = next(key for key in self._keys()["keys"] if key["kid"] == kid)
        key = jwt.PyJWK(found).key
        return jwt.decode(token, key, ["RS256"], options=options, issuer=self._issuer, leeway=5)

    def _wrong(self, claims: Any) -> bool:
        if self._flaw in ("signature_only", "believes_anything"):
            return False
        if self._flaw == "takes_id_tokens" and claims["token_use"] == "id":
            return bool(claims["aud"] != self._client_id)
        if self._flaw == "any_client":
            return bool(claims["token_use"] != "access")
        if self._flaw == "bounds_sessions" and claims["iat"] - claims["auth_time"] > 86_400:
            return True
        return bool(claims["token_use"] != "access" or claims["client_id"] != self._client_id)

    def _refused(self, token: str, error: Exception | None) -> Response:
        if self._flaw == "crashes" and error is not None:
            raise error
        expired = isinstance(error, jwt.ExpiredSignatureError)
        if expired and self._flaw in REFUSALS:
            return REFUSALS[self._flaw](token)
        return JSONResponse({"detail": "invalid token"}, 401, INVALID)

    async def orders(self, request: Request) -> Response:
        """Answer the one route that there is."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not token:
            if self._flaw == "open":
                return JSONResponse([])
            return JSONResponse({"detail": "no token"}, 401, {"WWW-Authenticate": "Bearer"})
        try:
            claims = self._claims(token)
        except (jwt.PyJWTError, StopIteration) as error:
            return self._refused(token, error)
        if self._wrong(claims):
            return self._refused(token, None)
        # What a CORS middleware inside of the guard comes to: it sees good requests only.
        allowed = {"Access-Control-Allow-Origin": "*"} if self._flaw == "cors_inside" else {}
        return JSONResponse([17, 42], headers=allowed)

    def app(self) -> Starlette:
        """Return the application."""
        cors = Middleware(CORSMiddleware, allow_origins=["https://app.example.com"])
        return Starlette(
            routes=[Route("/orders", self.orders)], middleware=[] if self._flaw == "cors_inside" else [cors]
        )
