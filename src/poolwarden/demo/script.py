"""The script: who there is, what happens when, and the loop that plays it."""

import asyncio
import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TextIO

from poolwarden.demo.cast import DAY, HOUR, RHYTHMS, front_end_for
from poolwarden.demo.person import PASSWORD, Person
from poolwarden.demo.stage import Stage
from poolwarden.demo.truth import Truth
from poolwarden.localpool.outage import Outage

START = datetime(2026, 3, 2, tzinfo=UTC).timestamp()
"""A Monday's midnight."""

WEB_SHARE = 0.6
"""The share of the users who have the web client; the others have the mobile one."""

ROTATION_DAY, OUTAGE_DAY, DISABLED_DAY = 12, 22, 17
"""Days on which the keys are rotated, the key server goes down for a day, and a user is disabled; from 0."""

OUTAGE_S = 24.5 * HOUR
"""Longer than keys are served while their source fails: 24 hours after the last good fetch come answers of 503."""

SIGN_OUT_DAYS = (2, 3, 8, 9, 10, 15, 16, 24, 25, 29, 30, 31, 36, 37)
"""Days on which somebody signs out on all devices, or has a device's session revoked."""

_SETTLED_S, _YOUNG_S = HOUR, 20 * HOUR

Progress = Callable[[float, float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """
    What is played.

    Args:
        users: How many people there are.
        days: How many days.
        seed: What chance begins with.
    """

    users: int = 160
    days: int = 40
    seed: int = 1


class Play:
    """
    One performance.

    Args:
        script: What is played.
        log: Where the guard's events go.

    Attributes:
        stage: Where it is played.
        truth: What happened.
    """

    def __init__(self, script: Script, log: TextIO) -> None:
        self.script = script
        self.stage = Stage(log, START)
        self.truth = Truth(users=script.users)
        self._rng = random.Random(script.seed)  # noqa: S311 (a play, no secret)
        web = max(1, round(script.users * WEB_SHARE))
        self._people = [self._person("web", number, web) for number in range(web)]
        self._people += [self._person("mobile", number, script.users - web) for number in range(script.users - web)]
        self._turns = itertools.count()
        self._due: list[tuple[float, int, Person | Callable[[], None]]] = []

    def _person(self, client: str, number: int, of: int) -> Person:
        name = f"{client}-{number}"
        self.stage.pool.create_user(name, PASSWORD)
        rng = random.Random(self._rng.random())  # noqa: S311 (as above)
        visits = RHYTHMS[client](rng, START, self.script.days)
        return Person(name, client, front_end_for(client, number, of), visits, rng, self.stage, self.truth)

    async def run(self, progress: Progress = lambda _done, _total: None) -> Truth:
        """
        Play it.

        Args:
            progress: Called with the seconds played and the seconds in all.

        Returns:
            What happened.
        """
        before = random.getstate()
        # The guard spreads its tries after a failed fetch of keys by the process's own chance.
        random.seed(self.script.seed)
        try:
            return await self._run(progress, self.script.days * DAY)
        finally:
            random.setstate(before)

    async def _run(self, progress: Progress, total: float) -> Truth:
        for person in self._people:
            self._at(person.next_visit(START), person)
        self._plan_events()
        while self._due:
            moment, _, who = heapq.heappop(self._due)
            now = self.stage.move_to(moment)
            progress(now - START, total)
            await asyncio.sleep(0)  # nothing here waits for anything, so that Ctrl-C would come in the end only
            if isinstance(who, Person):
                self._at(await who.wake(now), who)
            else:
                who()
        self.stage.move_to(START + total)
        return self.truth

    def _at(self, moment: float | None, who: Person | Callable[[], None]) -> None:
        if moment is not None and moment < START + self.script.days * DAY:
            # What is due at one moment comes in the order in which it was planned, so that a seed plays the same again.
            heapq.heappush(self._due, (moment, next(self._turns), who))

    def _plan_events(self) -> None:
        stage = self.stage
        events: list[tuple[float, Callable[[], None]]] = [
            (ROTATION_DAY * DAY + 11 * HOUR, stage.pool.rotate_keys),
            (OUTAGE_DAY * DAY + 10 * HOUR, self._key_server_goes_down),
            (OUTAGE_DAY * DAY + 10 * HOUR + OUTAGE_S, self._key_server_comes_back),
            (DISABLED_DAY * DAY + 10.5 * HOUR, self._disable_somebody),
            *((day * DAY + 10.5 * HOUR, self._sign_somebody_out) for day in SIGN_OUT_DAYS),
        ]
        for moment, event in events:
            self._at(START + moment, event)

    def _key_server_goes_down(self) -> None:
        self.stage.key_server.outage = Outage.UNAVAILABLE

    def _key_server_comes_back(self) -> None:
        self.stage.key_server.outage = Outage.NONE

    def _somebody(self) -> tuple[Person, str] | None:
        """Return somebody whose front end refreshes through the shop, so that its log says why that failed."""
        now = self.stage.clock()
        found = [
            person
            for person in self._people
            if person.front_end.through_shop
            and person.session is not None
            and person.session.ended_by is None
            and now - person.session.started_at > _SETTLED_S
            # Young enough that its owner comes back before it would have ended by itself.
            and person.session.ends_at - now > 4 * HOUR
            and person.session.expires_at > now
        ]
        if not found:
            return None
        person = self._rng.choice(found)
        return person, person.session.access_token if person.session else ""

    def _sign_somebody_out(self) -> None:
        chosen = self._somebody()
        if chosen is not None:
            person, access_token = chosen
            cause = self.stage.sign_out_everywhere(access_token).cause
            self.truth.answers[cause or "none"] += 1
            if cause is None and person.session is not None:
                person.session.ended_by = "signed_out"

    def _disable_somebody(self) -> None:
        chosen = self._somebody()
        if chosen is not None:
            person, _ = chosen
            self.stage.pool.disable_user(person.name)
            if person.session is not None:
                person.session.ended_by = "user_disabled"
