"""Play clients of several kinds over days or months, and write the text of the logs: an end-to-end check."""

import json
import math
import random
from base64 import b32encode
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

T0 = 1_781_000_000
MINUTE, HOUR, DAY = 60, 3600, 86400

ENDS = {
    "signed_out": "GlobalSignOut",
    "revoked_by_operator": "AdminUserGlobalSignOut",
    "user_disabled": "AdminDisableUser",
}
RETRIES = (0.0, 0.2, 0.6, 1.4, 3.0, 6.2)


@dataclass(frozen=True, kw_only=True)
class Story:
    """What was set, who used it how, and which logs there are."""

    name: str
    refresh_s: int
    other: float = 0.0  # the share of sessions that would be ended otherwise before their validity
    logs: tuple[str, ...] = ("guard",)  # guard, trail, app
    users: int = 60
    days: float = 14
    access_s: int = HOUR
    later_s: int | None = None  # the refresh validity from the middle on
    second_s: int | None = None  # that of a second pool, which every other user is in
    skew_s: float = 0.0  # how far the API's clock is ahead
    gap: tuple[float, float] | None = None  # days without logs
    desk: float = 0.6  # the share of users in an office; the others carry a phone, and forget it for weeks
    machines: int = 0  # programs with tokens of their own
    references: bool = True  # the guard tells users
    background: float = 0.1  # the share of pages that refresh while nobody looks
    bursts: float = 0.4  # the share of clients that try a refused refresh six times
    poll_s: float = 400
    estimated: bool = True  # the logs bear an estimate


@dataclass
class Logs:
    """The lines of each log, and what was true."""

    story: Story
    lines: dict[str, list[tuple[float, str]]] = field(default_factory=lambda: {"guard": [], "trail": [], "app": []})
    truth: Counter[str] = field(default_factory=Counter)

    @property
    def end(self) -> float:
        """When the logs end."""
        return T0 + self.story.days * DAY

    def write(self, log: str, at: float, fields: dict[str, Any]) -> None:
        """Write a line, if the log is kept at that time."""
        gap = self.story.gap
        kept = T0 <= at < self.end and not (gap and gap[0] * DAY <= at - T0 < gap[1] * DAY)
        if kept and log in self.story.logs:
            self.lines[log].append((at, json.dumps({key: one for key, one in fields.items() if one is not None})))

    def guard(self, at: float, event: str, **fields: Any) -> None:
        """Write an event of the guard."""
        at += self.story.skew_s
        self.write("guard", at, {"event": f"poolwarden.{event}", "schema": 1, "timestamp": _stamp(at), **fields})

    def trail(self, at: float, operation: str, user: str, **fields: Any) -> None:
        """Write an event of CloudTrail."""
        where = {"eventTime": f"{_stamp(at)[:19]}Z", "eventSource": "cognito-idp.amazonaws.com"}
        extra = {"additionalEventData": {"sub": user}}
        self.write("trail", at, {**where, "eventName": operation, **extra, **fields})

    def app(self, at: float, user: str, said: str) -> None:
        """Write a line of an application that could not refresh."""
        error = f"An error occurred (NotAuthorizedException) when calling the InitiateAuth operation: {said}"
        self.write("app", at, {"event": "no refresh", "timestamp": _stamp(at), "sub": user, "error": error})

    def files(self, folder: Path) -> list[str]:
        """Write the logs into files."""
        paths = []
        for name, lines in self.lines.items():
            if lines:
                path = folder / f"{name}.log"
                path.write_text("".join(f"{line}\n" for _, line in sorted(lines)), encoding="utf-8")
                paths.append(str(path))
        return paths


def _stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _reference(*parts: object) -> str:
    return b32encode(sha256("|".join(map(str, parts)).encode()).digest()[:10]).decode()


def play(story: Story) -> Logs:
    """Play a story."""
    logs = Logs(story)
    rng = random.Random(story.name)
    for number in range(story.users):
        _User(logs, number, random.Random(rng.random())).live()
    for number in range(story.machines):
        _machine(logs, number, random.Random(rng.random()))
    return logs


def _machine(logs: Logs, number: int, rng: random.Random) -> None:
    """Fetch token after token, now and then a moment too late."""
    story = logs.story
    at = T0 + rng.random() * HOUR
    while at < logs.end:
        issued = int(at)
        known = {
            "pool": "main", "client": "batch", "session_ref": _reference("machine", number, issued),
            "user_ref": _reference("user", "machine", number) if story.references else None,
            "auth_time": issued, "issued_at": issued, "expires_at": issued + story.access_s,
        }  # fmt: skip
        logs.guard(at + 0.5, "token_seen", **known)
        at = issued + story.access_s + rng.uniform(-200, 5)
        if at > issued + story.access_s:
            logs.guard(at - 0.2, "request_rejected", cause="token_expired", repeats=1, **known)


class _User:
    """Somebody with one client."""

    def __init__(self, logs: Logs, number: int, rng: random.Random) -> None:
        story = logs.story
        self.logs, self.rng, self.story = logs, rng, story
        self.sub = str(UUID(int=rng.getrandbits(128)))
        self.second = story.second_s is not None and number % 2 == 1
        self.desk = rng.random() < story.desk
        self.early_s = 300 if rng.random() < 0.4 else 0
        self.keeps_calling = rng.random() < 0.3
        self.behind = rng.random() < story.background
        self.retries = RETRIES if rng.random() < story.bursts else (0.0,)

    def live(self) -> None:
        """Use the API until the logs end."""
        session, away_until = None, 0.0
        for at in self._moments():
            if at < away_until:
                if session is not None and session.dead and self.keeps_calling:
                    session.rejected(at)
            elif session is None or session.dead:
                session = _Session(self, at)
            elif not session.use(at):
                quick = self.rng.random() < 0.7
                away_until = at + (self.rng.uniform(15, 300) if quick else self.rng.uniform(300, 20 * HOUR))

    def _moments(self) -> Iterator[float]:
        at = T0 + self.rng.random() * DAY * min(2, self.story.days / 4)
        while at < self.logs.end:
            if not self.desk:
                for _ in range(self.rng.randrange(2, 25)):
                    yield at
                    at += self.rng.expovariate(1 / 40)
                at += self._away()
                continue
            hour = (at % DAY) / HOUR
            if not 7 <= hour < 18:
                at = (at // DAY + (hour >= 18)) * DAY + (7 + self.rng.random() * 2) * HOUR
            yield at
            short = self.rng.random() > 0.02
            at += self.rng.expovariate(1 / self.story.poll_s) if short else self.rng.uniform(0.5, 3) * HOUR

    def _away(self) -> float:
        draw = self.rng.random()
        if draw < 0.06:
            return self.rng.uniform(5, 21) * DAY if draw < 0.01 else self.rng.uniform(1, 4) * DAY
        return self.rng.expovariate(1 / (4 * HOUR))


class _Session:
    """One sign-in."""

    def __init__(self, owner: _User, at: float) -> None:
        self.owner, self.logs, story = owner, owner.logs, owner.story
        validity = story.second_s if owner.second and story.second_s else story.refresh_s
        self.rate = -math.log(1 - story.other) / validity
        if story.later_s and at >= T0 + story.days * DAY / 2:
            validity = story.later_s
        self.start, self.dead, self.repeats = int(at), False, 0
        self.dies_at, self.why = at + validity, "refresh_validity_reached"
        killed_at = at + owner.rng.expovariate(self.rate) if self.rate else math.inf
        if killed_at < self.dies_at:
            self.dies_at, self.why = killed_at, owner.rng.choice(tuple(ENDS))
            self.logs.trail(killed_at, ENDS[self.why], owner.sub)
        self._issue(at, "USER_PASSWORD_AUTH")

    def _known(self) -> dict[str, Any]:
        owner = self.owner
        reference = _reference("user", "keyed", owner.sub) if owner.story.references else None
        return {
            "pool": "second" if owner.second else "main", "client": "app" if owner.second else "web",
            "session_ref": _reference("session", owner.sub, self.start), "user_ref": reference,
            "auth_time": self.start, "issued_at": self.issued, "expires_at": self.issued + owner.story.access_s,
        }  # fmt: skip

    def _asked(self, flow: str) -> dict[str, Any]:
        return {
            "requestParameters": {
                "clientId": f"1example0000000{'app' if self.owner.second else 'web'}",
                "authFlow": flow,
            }
        }

    def _issue(self, at: float, flow: str) -> None:
        self.issued, self.repeats = int(at), 0
        self.logs.trail(at, "InitiateAuth", self.owner.sub, **self._asked(flow))
        self.logs.guard(at + 0.4, "token_seen", **self._known())

    def rejected(self, at: float) -> None:
        """Send the dead token once more; the guard tells powers of two."""
        self.repeats += 1
        if self.repeats & (self.repeats - 1) == 0:
            told = {"repeats": self.repeats, "zombie": self.repeats > 2}
            self.logs.guard(at, "request_rejected", cause="token_expired", **told, **self._known())

    def use(self, at: float) -> bool:
        """Make a request; False where the session turned out to be lost."""
        access_s, early_s = self.owner.story.access_s, self.owner.early_s
        while self.owner.behind and (renewed := self.issued + access_s - 59) < min(at, self.dies_at):
            self._issue(renewed, "REFRESH_TOKEN_AUTH")
        expires = self.issued + access_s
        if at < expires - early_s:
            return True
        if at >= expires and not early_s:
            self.rejected(at)
        if at + 0.8 < self.dies_at:
            self._issue(at + 0.8, "REFRESH_TOKEN_AUTH")
            return True
        return at < expires or self._lost(at)

    def _lost(self, at: float) -> bool:
        self.dead = True
        owner = self.owner
        said = {"refresh_validity_reached": "Refresh Token has expired", "user_disabled": "User is disabled."}
        message = said.get(self.why, "Refresh Token has been revoked")
        refusal = {"errorCode": "NotAuthorizedException", "errorMessage": message}
        for pause in owner.retries:
            self.logs.trail(at + 0.9 + pause, "InitiateAuth", owner.sub, **refusal, **self._asked("REFRESH_TOKEN_AUTH"))
            self.logs.app(at + 0.9 + pause, owner.sub, message)
        if owner.early_s:
            self.rejected(at + 1.5)
        if at + 300 < self.logs.end:
            self.logs.truth[self.why] += 1
        return False
