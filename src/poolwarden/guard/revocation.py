"""
Find out what no signature shows: that a session was ended.

Optional ways. A :class:`RevocationList` is asked on every request and costs
one look into a mapping. An :class:`OnlineCheck` asks Cognito itself, once per
token and ``ttl_s``, so a revocation takes effect within that time; a
:class:`poolwarden.guard.online_list.OnlineList` asks a list over a network likewise.
"""

import json
import math
import time
from collections.abc import Callable, Mapping, MutableMapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Literal

from cachetools import TTLCache

from poolwarden.causes import CAUSES, Cause, EndsSession
from poolwarden.errors import UNDECODABLE, ConfigurationError
from poolwarden.guard.access_token import AccessToken
from poolwarden.guard.claims import MAX_ACCESS_VALIDITY_S
from poolwarden.guard.fetch import Exchange, FetchError, Reply, prepare
from poolwarden.guard.pool import is_safe
from poolwarden.locks import fork_safe_lock
from poolwarden.refusals import cause_of

_OK = 200
_INVALID = "invalid_token"
_UNAUTHORIZED = 401
_TARGET = "AWSCognitoIdentityProviderService.GetUser"
# What each way answers about a session that is alive.
_SUBJECTS = {"get_user": "Username", "userinfo": "sub"}
# Cognito's plain refusals of a token, beside those that end its session.
_DEAD = (Cause.ACCESS_TOKEN_INVALID, Cause.NOT_AUTHORIZED_OTHER)
_KEPT_S = 2 * MAX_ACCESS_VALIDITY_S
_SCOPES = {"get_user": "aws.cognito.signin.user.admin", "userinfo": "openid"}


class RevocationList:
    """
    Refuse tokens of sessions and users that were ended.

    Args:
        entries: Where the entries are, any mapping in memory, such as a dict filled by a
            subscriber: an event loop waits for each look (what is asked over a network belongs
            into an ``OnlineList``). Keys are ``session:{origin_jti}`` (any
            value that is true) and ``user:{sub}`` (epoch seconds: sessions that
            began then or before are over). By default a bounded one in this
            process whose entries leave after two days: no access token lives
            longer than one, and the other is for clocks that are set.
        on_failure: ``refuse`` (503) or ``accept`` where the mapping raises or holds no number.
        now: The clock, epoch seconds.
        monotonic: The clock by which entries leave, seconds.

    Raises:
        ConfigurationError: ``on_failure`` is no choice.
    """

    def __init__(
        self,
        entries: Mapping[str, Any] | None = None,
        *,
        on_failure: Literal["refuse", "accept"] = "refuse",
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        check_choice(on_failure)
        if not (entries is None or hasattr(entries, "get")):
            raise ConfigurationError("entries", "is no mapping.", "Give a mapping, or nothing.")
        for name, clock in (("now", now), ("monotonic", monotonic)):
            if not callable(clock):
                raise ConfigurationError(name, "is no clock.", "Give a function of no arguments, such as time.time.")
        self._on_failure = on_failure
        self._entries: Mapping[str, Any] = TTLCache(100_000, _KEPT_S, timer=monotonic) if entries is None else entries
        # A TTLCache changes when it is read, so threads must take turns; a mapping of the user's sees to that itself.
        self._turn: AbstractContextManager[Any] = fork_safe_lock() if entries is None else nullcontext()
        self._now = now

    def revoke_session(self, origin_jti: str) -> None:
        """
        End a session in this list.

        Args:
            origin_jti: The session's id (:attr:`poolwarden.AccessToken.origin_jti`).
        """
        self._write(f"session:{origin_jti}")

    def revoke_user(self, sub: str) -> None:
        """
        End the sessions that a user has so far.

        Args:
            sub: The user's id.
        """
        self._write(f"user:{sub}")

    def cause_for(self, token: AccessToken) -> Cause | None:
        """Return why the token is refused: its session was ended, or that cannot be told; None where it is alive."""
        try:
            return Cause.TOKEN_REVOKED if self.refuses(token) else None
        except Exception:  # noqa: BLE001 (whatever a mapping over a network does: not a 500 for every request)
            return Cause.REVOCATION_UNAVAILABLE if self._on_failure == "refuse" else None

    def refuses(self, token: AccessToken) -> bool:
        """Return whether the token's session was ended; raises what the mapping raises."""
        with self._turn:
            get = self._entries.get
            if token.origin_jti is not None and get(f"session:{token.origin_jti}"):
                return True
            ended_at = get(f"user:{token.sub}")
        return ended_with_user(token, ended_at)

    def _write(self, key: str) -> None:
        if not isinstance(self._entries, MutableMapping):
            raise ConfigurationError("entries", "is a mapping that cannot be written.", "Write where it comes from.")
        with self._turn:
            self._entries[key] = self._now()


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlineCheck:
    """
    Ask Cognito whether a token's session is still alive.

    A token that the check cannot be asked about passes: a machine token, or one
    without the scope ``aws.cognito.signin.user.admin`` (GetUser) or ``openid`` (userInfo).

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
        prepare()  # now, not when an event loop first asks

    def can_ask(self, token: AccessToken) -> bool:
        """Return whether Cognito can be asked about this token."""
        return not token.is_machine and _SCOPES[self.by] in token.scopes


def ended_with_user(token: AccessToken, ended_at: Any) -> bool:
    """
    Return whether a token's session is among those of its user that were ended.

    Args:
        token: The verified token.
        ended_at: The user's entry: epoch seconds, as a number or as text; None without one.
    """
    return ended_at is not None and token.auth_time <= _number(ended_at)


def _number(value: Any) -> float:
    number = float(value)
    if math.isnan(number):
        raise ValueError(value)
    return number


def check_choice(on_failure: str) -> None:
    """Refuse what is neither ``refuse`` nor ``accept``."""
    if on_failure not in ("refuse", "accept"):
        raise ConfigurationError("on_failure", "is not a choice.", 'Write "refuse" or "accept".')


def check_positive(**seconds: object) -> None:
    """Refuse durations, by their names, that are not positive."""
    for name, value in seconds.items():
        if isinstance(value, bool) or not (isinstance(value, (int, float)) and 0 < value < math.inf):
            raise ConfigurationError(name, "is not positive.", "Give seconds above 0.")


class Confirmation:
    """
    One question to Cognito, for a thread or a task to carry out.

    Attributes:
        cause: What came of it: None where the session is alive, else why it is refused.
    """

    def __init__(self, check: OnlineCheck, exchange: Exchange, token: bytes) -> None:
        self.cause: Cause | None = None
        self._check = check
        self._exchange = exchange
        self._token = token.decode("ascii")

    def wait(self) -> None:
        """Ask and block this thread."""
        try:
            self._take(self._exchange.send(*self._question()))
        except FetchError:
            self._unanswered()

    async def wait_async(self) -> None:
        """Ask and let this task wait."""
        try:
            self._take(await self._exchange.send_async(*self._question()))
        except FetchError:
            self._unanswered()

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
        if self.cause is None:
            self._unanswered()

    def _unanswered(self) -> None:
        if self._check.on_failure == "refuse":
            self.cause = Cause.REVOCATION_UNAVAILABLE


def _refused_for(said: Cause | None) -> Cause | None:
    """Return what Cognito's word about the token means here; None where it says nothing about the token."""
    if said is Cause.ACCESS_TOKEN_EXPIRED:  # Cognito's clock is ahead of this one
        return Cause.TOKEN_EXPIRED
    ended = said is not None and CAUSES[said].ends_session is EndsSession.YES
    return Cause.TOKEN_REVOKED if ended or said in _DEAD else None


def _is_of_token(reply: Reply, answer: dict[str, Any]) -> bool:
    """
    Return whether a 401 is about the token, and not somebody's on the way who wants credentials of his own.

    Cognito says ``invalid_token`` in its challenge (RFC 6750 §3.1). A 401 that says nothing at all is believed.
    """
    silent = not (reply.challenge or reply.body)
    return silent or answer.get("error") == _INVALID or _INVALID in reply.challenge


def _object(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except UNDECODABLE:
        return {}
    return answer if isinstance(answer, dict) else {}
