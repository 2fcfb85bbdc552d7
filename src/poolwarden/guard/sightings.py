"""Emit events for tokens that are seen for the first time, and for sessions that are about to end."""

from cachetools import FIFOCache

from poolwarden.events import SessionEnding, TokenSeen, timestamp
from poolwarden.guard.access_token import AccessToken
from poolwarden.guard.observer import Meter
from poolwarden.locks import fork_safe_lock
from poolwarden.refs import References
from poolwarden.telling import EventSink

_REMEMBERED = 10_000
# Cognito's first token of a session is issued within seconds of the sign-in; a later one is a refresh.
_REFRESHED_AFTER_S = 60


class Sightings:
    """
    Emit events about tokens and sessions, each once; the last 10 000 sessions are remembered for that.

    Args:
        events: Where events go.
        meter: Where counts go.
        refs: What makes references.
        ending_s: How long before a session's end its event is emitted, seconds; None for never.
        max_age_s: How old a session may be, seconds; None for no limit.
    """

    def __init__(
        self, events: EventSink, meter: Meter, refs: References, ending_s: float | None, max_age_s: float | None
    ) -> None:
        self._events = events
        self._meter = meter
        self._refs = refs
        self._ending_s = ending_s
        self._max_age_s = max_age_s
        self._lock = fork_safe_lock()
        self._validities: dict[tuple[str, str], float] = {}
        self._sessions: FIFOCache[str, bool] = FIFOCache(_REMEMBERED)

    def seen(self, token: AccessToken, now: float) -> None:
        """
        Count, and emit an event about, a verified token that is new to this process.

        Args:
            token: The token.
            now: The time, epoch seconds.
        """
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

    def look_again_at(self, token: AccessToken, now: float) -> float:
        """
        Return when a known token has to be looked at again, epoch seconds.

        That is at its ``exp``; or earlier, when its session becomes too old, or when the event about the session's end
        is due. Where that event is due now, it is emitted.

        Args:
            token: The token.
            now: The time, epoch seconds.
        """
        times = [token.exp]
        if self._max_age_s is not None:
            times.append(token.auth_time + self._max_age_s)
        if self._ending_s is not None and token.session_ends_at is not None:
            ending_at = token.session_ends_at - self._ending_s
            if now < ending_at:
                times.append(ending_at)
            else:
                self._tell_ending(token, token.session_ends_at, now)
        return min(times)

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
