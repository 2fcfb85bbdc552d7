"""Tell about tokens that are seen for the first time, and about sessions that near their end."""

from collections import OrderedDict

from cachetools import FIFOCache

from poolwarden.events import SessionEnding, TokenSeen, timestamp
from poolwarden.guard.access_token import AccessToken
from poolwarden.guard.observer import EventSink, Meter
from poolwarden.locks import fork_safe_lock
from poolwarden.refs import References

_REMEMBERED = 10_000
# Cognito's first token of a session is issued within seconds of the sign-in; a later one is a refresh.
_REFRESHED_AFTER_S = 60


class Sightings:
    """
    Remember, in bounds, what was told.

    Args:
        events: Where events go.
        meter: Where counts go.
        refs: What makes references.
        ending_s: How long before its end a session is told about, seconds; None for never.
    """

    def __init__(self, events: EventSink, meter: Meter, refs: References, ending_s: float | None) -> None:
        self._events = events
        self._meter = meter
        self._refs = refs
        self._ending_s = ending_s
        self._lock = fork_safe_lock()
        # Not a dict: to find its oldest entry it passes over every one that has left.
        self._tokens: OrderedDict[bytes, None] = OrderedDict()
        self._validities: dict[tuple[str, str], float] = {}
        self._sessions: FIFOCache[str, bool] = FIFOCache(_REMEMBERED)

    def seen(self, digest: bytes, token: AccessToken, now: float) -> None:
        """Take a verified token, and tell about it where it is new to this process."""
        tokens = self._tokens
        with self._lock:
            if digest in tokens:
                return
            tokens[digest] = None
            if len(tokens) > _REMEMBERED:
                tokens.popitem(last=False)
        validity, client = token.exp - token.iat, (token.pool, token.client)
        if self._validities.get(client) != validity:
            self._validities[client] = validity  # as many as there are configured app clients
            self._meter.validity(*client, "access", validity)
        if token.iat - token.auth_time > _REFRESHED_AFTER_S and not token.is_machine:
            self._meter.session_age(token.client, "refresh", token.iat - token.auth_time)
        if self._events.enabled("info"):
            self._events.emit(
                TokenSeen(
                    timestamp=timestamp(now),
                    pool=token.pool,
                    client=token.client,
                    outcome="accepted",
                    session_ref=token.session_ref,
                    user_ref=self._refs.user(token.iss, token.sub),
                    token_ref=self._refs.token(token.iss, token.jti),
                    auth_time=int(token.auth_time),
                    issued_at=int(token.iat),
                    expires_at=int(token.exp),
                    scope_count=len(token.scope.split()),
                )
            )

    def ending_at(self, token: AccessToken, now: float) -> float:
        """
        Return when the token's session is to be told about, epoch seconds; infinite where never or done.

        Tells about it where that time has come.
        """
        if self._ending_s is None or token.session_ends_at is None:
            return float("inf")
        ending_at = token.session_ends_at - self._ending_s
        if now < ending_at:
            return ending_at
        self._tell_ending(token, token.session_ends_at, now)
        return float("inf")

    def _tell_ending(self, token: AccessToken, ends_at: int, now: float) -> None:
        with self._lock:
            told = token.session_ref in self._sessions
            self._sessions[token.session_ref] = True
        if told or not self._events.enabled("info"):
            return
        self._events.emit(
            SessionEnding(
                timestamp=timestamp(now),
                pool=token.pool,
                client=token.client,
                outcome="observed",
                session_ref=token.session_ref,
                user_ref=self._refs.user(token.iss, token.sub),
                auth_time=int(token.auth_time),
                ends_at=ends_at,
                remaining_s=round(ends_at - now, 3),
            )
        )
