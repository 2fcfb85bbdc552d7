"""Ask the user pool as a front end does: renew a session, revoke it, sign out. Over HTTP, one operation each."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from poolwarden.causes import Cause
from poolwarden.refusals import cause_of
from poolwarden.rehearse.answer import Answer
from poolwarden.rehearse.exchange import Address, send
from poolwarden.rehearse.stage import USER, Stage
from poolwarden.rehearse.terms import Way

_TARGET: Final = "AWSCognitoIdentityProviderService."
_FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Renewed:
    """
    What the user pool answered.

    Attributes:
        operation: The operation, or the endpoint as CloudTrail calls it.
        error: The exception's name or the error code; empty where it was not refused.
        message: Cognito's sentence.
        access_token: The new access token; None where there is none.
        refresh_token: The refresh token to use next; None where it stays.
    """

    operation: str
    error: str = ""
    message: str = ""
    access_token: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)

    @property
    def cause(self) -> Cause | None:
        """Why it was refused; None where it was not, or where that is no cause of a lost session."""
        return cause_of(self.error, self.message, self.operation) if self.error else None

    @property
    def words(self) -> str:
        """The refusal in Cognito's own words."""
        return self.error if self.message in ("", self.error) else f"{self.error}: {self.message}"


class PoolCalls:
    """
    The calls that a front end makes at the user pool.

    Args:
        stage: The pool that is served.
        address: Where it is served.
    """

    def __init__(self, stage: Stage, address: Address) -> None:
        self._stage = stage
        self._address = address

    def renew(self, refresh_token: str) -> Renewed:
        """
        Renew a session.

        Args:
            refresh_token: The refresh token.
        """
        terms = self._stage.terms
        if terms.way is Way.PAGE:
            return self._renew_at_endpoint(refresh_token)
        client = {"ClientId": terms.client_id}
        if terms.grace_s is not None:
            secret = {} if self._stage.secret is None else {"ClientSecret": self._stage.secret}
            given: dict[str, Any] = {**client, **secret, "RefreshToken": refresh_token}
            return self._operation("GetTokensFromRefreshToken", given)
        parameters = {"REFRESH_TOKEN": refresh_token}
        if self._stage.secret is not None:
            key, text = self._stage.secret.encode(), (USER + terms.client_id).encode()
            parameters["SECRET_HASH"] = base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
        return self._operation(
            "InitiateAuth", {**client, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": parameters}
        )

    def revoke(self, refresh_token: str) -> Renewed:
        """
        End the session of a refresh token.

        Args:
            refresh_token: The refresh token.
        """
        given = {"ClientId": self._stage.terms.client_id, "Token": refresh_token}
        secret = {} if self._stage.secret is None else {"ClientSecret": self._stage.secret}
        return self._operation("RevokeToken", {**given, **secret})

    def sign_out(self, access_token: str) -> Renewed:
        """
        End all sessions of the user: by GlobalSignOut, or as an administrator where the token may not call it.

        Args:
            access_token: The user's access token.
        """
        terms = self._stage.terms
        if terms.calls_operations:
            return self._operation("GlobalSignOut", {"AccessToken": access_token})
        return self._operation("AdminUserGlobalSignOut", {"UserPoolId": terms.pool_id, "Username": USER})

    def _operation(self, name: str, parameters: Mapping[str, Any]) -> Renewed:
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": _TARGET + name}
        answer = send(self._address, "POST", headers, json.dumps(parameters).encode(), "/")
        return _read(name, answer, lambda fields: (fields.get("__type"), fields.get("message")), _of_operation)

    def _renew_at_endpoint(self, refresh_token: str) -> Renewed:
        terms, secret = self._stage.terms, self._stage.secret
        form = {"grant_type": "refresh_token", "client_id": terms.client_id, "refresh_token": refresh_token}
        headers = {"Content-Type": _FORM}
        if secret is not None:
            both = base64.b64encode(f"{terms.client_id}:{secret}".encode()).decode()
            headers["Authorization"] = f"Basic {both}"
        answer = send(self._address, "POST", headers, urlencode(form).encode(), "/oauth2/token")
        return _read("Token_POST", answer, lambda fields: (fields.get("error"),) * 2, _of_endpoint)


_Fields = Mapping[str, Any]


def _of_operation(fields: _Fields) -> tuple[Any, Any]:
    result = fields.get("AuthenticationResult") or {}
    return result.get("AccessToken"), result.get("RefreshToken")


def _of_endpoint(fields: _Fields) -> tuple[Any, Any]:
    return fields.get("access_token"), fields.get("refresh_token")


def _read(
    operation: str,
    answer: Answer,
    refusal: Callable[[_Fields], tuple[Any, Any]],
    tokens: Callable[[_Fields], tuple[Any, Any]],
) -> Renewed:
    if not answer.succeeds:
        error, message = refusal(answer.fields)
        return Renewed(operation, str(error or answer.fault or answer.status), str(message or ""))
    access, refresh = tokens(answer.fields)
    return Renewed(operation, access_token=access, refresh_token=refresh)
