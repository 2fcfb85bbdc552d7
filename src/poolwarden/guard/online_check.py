"""Ask Cognito itself whether a token's session is still alive."""

import json
from dataclasses import dataclass
from typing import Any, Literal

from poolwarden.causes import CAUSES, Cause, EndsSession
from poolwarden.errors import UNDECODABLE, ConfigurationError
from poolwarden.guard.access_token import AccessToken
from poolwarden.guard.durations import check_positive
from poolwarden.guard.fetch import Exchange, prepare
from poolwarden.guard.fetched import Reply
from poolwarden.guard.pool import is_safe
from poolwarden.guard.revocation import check_choice
from poolwarden.refusals import cause_of

_OK = 200
_BROKEN = 500
_INVALID = "invalid_token"
_UNAUTHORIZED = 401
_TARGET = "AWSCognitoIdentityProviderService.GetUser"
# The member that names the user in the answer about a session that is alive.
_SUBJECTS = {"get_user": "Username", "userinfo": "sub"}
# What Cognito says of a token that it refuses, besides the causes that end a session by their row (ends_session).
_DEAD = (Cause.ACCESS_TOKEN_INVALID, Cause.NOT_AUTHORIZED_OTHER)
_SCOPES = {"get_user": "aws.cognito.signin.user.admin", "userinfo": "openid"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlineCheck:
    """
    Ask Cognito whether a token's session is still alive.

    A token that Cognito cannot be asked about passes: a machine token, or one
    without the scope ``aws.cognito.signin.user.admin`` (GetUser) or ``openid`` (userInfo).

    Each process asks once per token and ``ttl_s``, however many requests bring the token and
    whatever the answer is; the last 10 000 answers are remembered. An answer that says nothing
    about the token (throttling) is kept for a second, then two, four, up to ``ttl_s``. When
    three calls in a row got no answer, one request a second tries again, and ``on_failure``
    decides at once about all others. A session that Cognito has said is over stays over.

    Args:
        url: The region's API (``https://cognito-idp.eu-west-1.amazonaws.com/``) for
            GetUser, or the pool domain's ``/oauth2/userInfo``.
        on_failure: ``refuse`` or ``accept`` where Cognito does not answer; there is no default.
        by: ``get_user`` or ``userinfo``.
        ttl_s: How long an answer holds, seconds: a revocation takes effect
            within it, at the price of one call per token and ``ttl_s``.
        timeout_s: How long one call may take, seconds.

    Raises:
        ConfigurationError: A setting is wrong.
    """

    url: str
    on_failure: Literal["refuse", "accept"]
    by: Literal["get_user", "userinfo"] = "get_user"
    ttl_s: float = 30.0
    timeout_s: float = 3.0

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        check_choice(self.on_failure)
        if self.by not in tuple(_SCOPES):
            raise ConfigurationError("by", "is not a way to ask.", 'Write "get_user" or "userinfo".')
        check_positive(ttl_s=self.ttl_s, timeout_s=self.timeout_s)
        if not is_safe(self.url):
            raise ConfigurationError("url", "is not an https address.", "Use https://…, or http of this machine.")
        prepare()  # now, so that no event loop stands still for it later

    def can_ask(self, token: AccessToken) -> bool:
        """
        Return whether Cognito can be asked about a token.

        Args:
            token: The verified token.
        """
        return not token.is_machine and _SCOPES[self.by] in token.scopes


class Confirmation:
    """
    One question to Cognito, for a thread or a task to carry out.

    Attributes:
        cause: Why the token is refused; None where its session is alive, or where that was not answered.
        answered: Whether Cognito said whether the session is alive.
        reached: Whether Cognito answered at all, if only that it is throttling.
    """

    def __init__(self, check: OnlineCheck, exchange: Exchange, token: bytes) -> None:
        self.cause: Cause | None = None
        self.answered: bool = True
        self.reached: bool = True
        self._check = check
        self._exchange = exchange
        self._token = token.decode("ascii")

    def wait(self) -> None:
        """Ask, and block this thread until there is an answer."""
        try:
            self._take(self._exchange.send(*self._question()))
        except Exception:  # noqa: BLE001 (whatever a proxy of the environment does: not a 500 for every request)
            self.answered = self.reached = False

    async def wait_async(self) -> None:
        """Ask, and let this task wait for the answer."""
        try:
            self._take(await self._exchange.send_async(*self._question()))
        except Exception:  # noqa: BLE001 (as above)
            self.answered = self.reached = False

    def _question(self) -> tuple[str, str, dict[str, str], bytes]:
        if self._check.by == "userinfo":
            return "GET", self._check.url, {"authorization": f"Bearer {self._token}"}, b""
        headers = {"content-type": "application/x-amz-json-1.1", "x-amz-target": _TARGET}
        return "POST", self._check.url, headers, json.dumps({"AccessToken": self._token}).encode()

    def _take(self, reply: Reply) -> None:
        answer = _object(reply.body)
        if reply.status == _OK and isinstance(answer.get(_SUBJECTS[self._check.by]), str):
            return
        if self._check.by == "userinfo":
            self.cause = Cause.TOKEN_REVOKED if reply.status == _UNAUTHORIZED and _is_of_token(reply, answer) else None
        else:
            said = cause_of(str(answer.get("__type")).rpartition("#")[2], str(answer.get("message")), "GetUser")
            self.cause = _refused_for(said)
        self.answered = self.cause is not None
        self.reached = reply.status < _BROKEN


def _refused_for(said: Cause | None) -> Cause | None:
    """Return the cause to refuse a token for after what Cognito said; None where that says nothing about the token."""
    if said is Cause.ACCESS_TOKEN_EXPIRED:  # Cognito's clock is ahead of this one
        return Cause.TOKEN_EXPIRED
    ended = said is not None and CAUSES[said].ends_session is EndsSession.YES
    return Cause.TOKEN_REVOKED if ended or said in _DEAD else None


def _is_of_token(reply: Reply, answer: dict[str, Any]) -> bool:
    """
    Return whether a 401 is Cognito's, about the token, and not that of a proxy which wants credentials of its own.

    Cognito says ``invalid_token`` in its challenge (RFC 6750 §3.1). A 401 without challenge and body is taken for
    Cognito's.
    """
    silent = not (reply.challenge or reply.body)
    return silent or answer.get("error") == _INVALID or _INVALID in reply.challenge


def _object(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except UNDECODABLE:
        return {}
    return answer if isinstance(answer, dict) else {}
