"""One person with one device: comes, works, is thrown out, comes back."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from poolwarden.demo.calls import Answer
from poolwarden.demo.cast import FrontEnd
from poolwarden.demo.stage import OFFICE_PATHS, SHOP_PATHS, Stage
from poolwarden.demo.truth import Truth
from poolwarden.localpool import CognitoError, Tokens

PASSWORD = "Passw0rd!"

_EARLY_S = 300.0  # how long before its end a proactive front end renews a token
_UNAUTHORIZED, _UNAVAILABLE = 401, 503
_RETRY_AFTER_S = 60.0
_FIRST_PAUSE_S = 0.2
_OFFICE_SHARE = 0.3


@dataclass(slots=True)
class Session:
    """
    A person's session, as its device holds it.

    Attributes:
        started_at: When it signed in, epoch seconds.
        ends_at: When it reaches the refresh validity.
        refresh_token: Its refresh token.
        access_token: Its access token.
        expires_at: When that expires.
        ended_by: The verdict on it, where somebody ended it on purpose.
    """

    started_at: float
    ends_at: float
    refresh_token: str
    access_token: str
    expires_at: float
    ended_by: str | None = None

    def renew(self, tokens: Tokens | str, now: float, access_s: float) -> None:
        """Take the access token of a refresh."""
        self.access_token = tokens if isinstance(tokens, str) else tokens.access_token
        self.expires_at = int(now) + access_s


class Person:
    """
    One user of one app client.

    Args:
        name: The user's name.
        client: The app client's name.
        front_end: What the client does with its tokens.
        visits: When the person comes, epoch seconds, in their order.
        rng: Draws what is left open.
        stage: Where it plays.
        truth: What it writes down what happened in.
    """

    def __init__(
        self,
        name: str,
        client: str,
        front_end: FrontEnd,
        visits: Iterator[float],
        rng: random.Random,
        stage: Stage,
        truth: Truth,
    ) -> None:
        self.name = name
        self.client = client
        self.front_end = front_end
        self.session: Session | None = None
        self._visits = visits
        self._rng = rng
        self._stage = stage
        self._truth = truth
        self._settings = stage.clients[client]
        # After a loss: how often the client still calls by itself, and with what.
        self._calls_left = 0
        self._dead: str | None = None
        self._refused_503: Session | None = None

    def next_visit(self, now: float) -> float | None:
        """Return when the person comes next, or None where that is never."""
        return next((moment for moment in self._visits if moment > now), None)

    async def wake(self, now: float) -> float | None:
        """
        Do what is due.

        Args:
            now: The time, epoch seconds.

        Returns:
            When something is due next, or None where that is never.
        """
        if self._calls_left:
            return await self._linger(now)
        if self.session is None and not self._sign_in(now):
            return None
        for _ in range(self._rng.choice((1, 1, 2))):
            answer = await self._call()
            if answer is None:
                return self._thrown_out()
            if answer.status == _UNAVAILABLE:
                # Nobody's session is at fault: wait as Retry-After says, a few times, and go on with it.
                return now + _RETRY_AFTER_S * self._rng.randint(5, 20)
        return self.next_visit(self._stage.clock())

    def _sign_in(self, now: float) -> bool:
        try:
            tokens = self._stage.pool.sign_in(self._settings.client_id, self.name, PASSWORD)
        except CognitoError:  # disabled: there is no way back
            return False
        self.session = Session(
            started_at=int(now),
            ends_at=int(now) + self._settings.refresh_validity_s,
            refresh_token=tokens.refresh_token or "",
            access_token=tokens.access_token,
            expires_at=int(now) + self._settings.access_validity_s,
        )
        self._truth.sessions[self.client] += 1
        return True

    async def _call(self) -> Answer | None:
        """Make a request as the front end does; None where the session turns out to be over."""
        session = self.session
        if session is None:
            return None
        early = _EARLY_S if self.front_end.proactive else float("-inf")
        if self._stage.clock() >= session.expires_at - early and not await self._refresh(session):
            return None
        answer = await self._ask(f"Bearer {session.access_token}")
        if answer.status == _UNAUTHORIZED:
            if not await self._refresh(session):
                return None
            answer = await self._ask(f"Bearer {session.access_token}")
        self._follow_503(session, answer)
        return answer

    async def _ask(self, authorization: str) -> Answer:
        paths = OFFICE_PATHS if self._rng.random() < _OFFICE_SHARE else SHOP_PATHS
        answer = await self._stage.get(self._rng.choice(paths), authorization)
        self._truth.answers[answer.cause or "none"] += 1
        return answer

    async def _refresh(self, session: Session) -> bool:
        """Renew the session; True where that went well. Else the loss is written down."""
        pause = _FIRST_PAUSE_S
        for attempt in range(self.front_end.tries):
            if attempt:
                self._stage.move_to(self._stage.clock() + pause)
                pause *= 2
            renewed = await self._try_refresh(session)
            if renewed is not None:
                session.renew(renewed, self._stage.clock(), self._settings.access_validity_s)
                return True
        self._lose(session)
        return False

    async def _try_refresh(self, session: Session) -> Tokens | str | None:
        if self.front_end.through_shop:
            authorization = f"Bearer {session.access_token}"
            answer = await self._stage.refresh_through_shop(self.client, session.refresh_token, authorization)
            return str(answer.fields["access_token"]) if answer.cause is None else None
        try:
            return self._stage.pool.refresh(self._settings.client_id, session.refresh_token)
        except CognitoError:
            return None

    def _lose(self, session: Session) -> None:
        now, truth = self._stage.clock(), self._truth
        if session.ended_by is not None:
            verdict = session.ended_by
        else:
            verdict = "refresh_validity_reached" if now >= session.ends_at else "unexplained"
        truth.lost[verdict, self.client] += 1
        truth.bursts += self.front_end.tries > 1
        if self._refused_503 is session:
            # Whoever waited for the keys so long that the validity was reached lost it to that.
            truth.logged_out_by_503 += verdict == "unexplained"
            self._refused_503 = None
        self._dead = session.access_token
        self.session = None

    def _follow_503(self, session: Session, answer: Answer) -> None:
        if answer.status == _UNAVAILABLE:
            self._refused_503 = session
        elif self._refused_503 is session:
            self._truth.waited += 1
            self._refused_503 = None

    def _thrown_out(self) -> float:
        """Say when something happens next after a loss, and what."""
        now = self._stage.clock()
        if self.front_end.polls_s:
            self._calls_left = self._rng.randint(12, 18)
            self._truth.zombies += 1
            return now + self.front_end.polls_s
        if self.front_end.placeholder:
            self._calls_left = self._rng.randint(2, 6)
            self._dead = "undefined"
            return now + self._rng.uniform(1, 20)
        return now + self._rng.uniform(20, 400)  # the login page

    async def _linger(self, now: float) -> float:
        """Call once more with what the front end takes for a token; the person signs in after the last time."""
        self._calls_left -= 1
        answer = await self._ask(f"Bearer {self._dead}")
        self._truth.placeholders += self._dead == "undefined"
        if answer.status not in (_UNAUTHORIZED, _UNAVAILABLE):
            message = f"a dead token was answered {answer.status}"
            raise AssertionError(message)
        pause = self.front_end.polls_s or self._rng.uniform(1, 20)
        return now + pause if self._calls_left else now + self._rng.uniform(20, 400)
