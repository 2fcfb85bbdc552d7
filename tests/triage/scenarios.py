"""Play users over many days, step by step, and write down what logs would have said and what was true."""

import random
from collections import Counter
from dataclasses import dataclass, field

from poolwarden.triage.records import Kind, Record

T0 = 1_772_000_000  # a Wednesday morning in UTC
HOUR, DAY = 3600, 86400


@dataclass(frozen=True, kw_only=True)
class Incident:
    """One incident: what was set, who used it how, and which logs there are."""

    name: str
    refresh_s: int
    users: int = 60
    days: float = 14
    access_s: int = 3600
    other: float = 0.0  # the chance per day that a session is ended for another reason
    later_refresh_s: int | None = None  # the setting from the middle on
    logs: str = "guard"  # guard, cloudtrail, both, or apart: both, with other names for users and app clients
    user_refs: bool = True
    skew_s: float = 0.0  # how far the API's clock is ahead
    gap: tuple[float, float] | None = None  # days without logs
    poll_s: int = 600  # how often a user in front of the screen calls
    night: bool = True
    idle: float = 0.2  # the share of users who come but every few days
    proactive: float = 0.3  # the share of clients that refresh before expiry
    zombies: float = 0.3  # the share of clients that keep calling with a dead token
    seed: int = 1
    client: str = "web"


@dataclass
class Played:
    """What an incident left behind."""

    records: list[Record] = field(default_factory=list)
    truth: Counter[str] = field(default_factory=Counter)
    ages: list[float] = field(default_factory=list)


def play(incident: Incident) -> Played:
    """Play an incident."""
    played = Played()
    rng = random.Random(incident.seed)
    for number in range(incident.users):
        _User(incident, number, random.Random(rng.random()), played).live()
    rng.shuffle(played.records)
    return played


class _User:
    """One user with one device, from day to day."""

    def __init__(self, incident: Incident, number: int, rng: random.Random, played: Played) -> None:
        self.incident, self.rng, self.played = incident, rng, played
        self.user = f"USER{number:012d}"
        self.end = T0 + incident.days * DAY
        self.rare = rng.random() < incident.idle
        self.proactive = rng.random() < incident.proactive
        self.zombie = rng.random() < incident.zombies
        self.sessions = 0
        self.line = 0

    def live(self) -> None:
        now = T0 + self.rng.random() * min(DAY * 2, self.incident.days * DAY / 4)
        session: _Session | None = None
        while now < self.end:
            now = self._awake(now)
            if now >= self.end:
                break
            if session is None:
                session = self._sign_in(now)
            elif not session.use(now):
                session = None
                now += self.rng.uniform(20, 400)
                continue
            now += self._pause()

    def _awake(self, now: float) -> float:
        hour = (now % DAY) / HOUR
        if self.incident.night and not 7 <= hour < 22:
            now += ((24 + 7 - hour) % 24) * HOUR + self.rng.uniform(0, 2 * HOUR)
        return now

    def _pause(self) -> float:
        draw = self.rng.random()
        if self.rare and draw < 0.03:
            return self.rng.uniform(1, 4) * DAY
        if draw < 0.02:
            return self.rng.uniform(1, 10) * HOUR
        return self.rng.expovariate(1 / self.incident.poll_s)

    def _sign_in(self, now: float) -> "_Session":
        self.sessions += 1
        return _Session(self, now)


class _Session:
    """One sign-in and what becomes of it."""

    def __init__(self, owner: _User, now: float) -> None:
        self.owner, self.incident, self.rng = owner, owner.incident, owner.rng
        self.start = now
        self.key = f"S{owner.user[-6:]}X{owner.sessions:09d}"
        later = self.incident.later_refresh_s
        changed = T0 + self.incident.days * DAY / 2
        self.dies_at = now + (later if later is not None and now >= changed else self.incident.refresh_s)
        self.cause = "refresh_validity_reached"
        if self.incident.other:
            killed_at = now + self.rng.expovariate(self.incident.other / DAY)
            if killed_at < self.dies_at:
                self.dies_at = killed_at
                self.cause = self.rng.choice(["signed_out", "revoked_by_operator", "user_disabled"])
                if killed_at < owner.end:
                    self._ended(killed_at)
        self.issued = 0.0
        self._issue(now, refresh=False)

    def use(self, now: float) -> bool:
        """Make a request; refresh where due. False where the session turned out to be lost."""
        expires = self.issued + self.incident.access_s
        if now < expires - (300 if self.owner.proactive else 0):
            return True
        if now >= expires and not self.owner.proactive:
            self._rejected(now, 1)
        if now + 1 < self.dies_at:
            self._issue(now + 1, refresh=True)
            return True
        if now < expires:
            return True
        self._lose(now)
        return False

    def _lose(self, now: float) -> None:
        self._refused(now + 1)
        if self.owner.proactive:
            self._rejected(now + 2, 1)
        repeats = 2
        while self.owner.zombie and repeats <= 64 and now + repeats * 30 < self.owner.end:
            self._rejected(now + repeats * 30, repeats, zombie=repeats * 30 >= 60)
            repeats *= 2
        if now + 300 < self.owner.end:
            self.owner.played.truth[self.cause] += 1
            self.owner.played.ages.append(now - self.start)

    def _issue(self, at: float, *, refresh: bool) -> None:
        self.issued = float(int(at))
        self._guard(Kind.ISSUED, at + 0.4, refresh=refresh)
        self._trail(Kind.ISSUED, at, operation="InitiateAuth", refresh=refresh)

    def _rejected(self, at: float, repeats: int, *, zombie: bool = False) -> None:
        self._guard(Kind.REJECTED, at, cause="token_expired", count=repeats, zombie=zombie)

    def _refused(self, at: float) -> None:
        cause = "refresh_token_expired" if self.cause == "refresh_validity_reached" else "refresh_token_revoked"
        for pause in (0, 0.2, 0.6, 1.4, 3.0, 6.2) if self.owner.proactive else (0,):
            self._trail(Kind.REFUSED, at + pause, operation="InitiateAuth", refresh=True, cause=cause)

    def _ended(self, at: float) -> None:
        operation = {
            "signed_out": "GlobalSignOut",
            "revoked_by_operator": "AdminUserGlobalSignOut",
            "user_disabled": "AdminDisableUser",
        }[self.cause]
        self._trail(Kind.ENDED, at, operation=operation, client=None)

    def _guard(self, kind: Kind, at: float, **fields: object) -> None:
        if self.incident.logs == "cloudtrail":
            return
        at += self.incident.skew_s
        issued = int(self.issued)
        self._write(
            kind=kind,
            at=at,
            session=self.key,
            user=self.owner.user if self.incident.user_refs else None,
            auth_time=int(self.start),
            issued_at=issued,
            expires_at=issued + self.incident.access_s,
            source="poolwarden",
            route="/orders",
            **fields,
        )

    def _trail(self, kind: Kind, at: float, **fields: object) -> None:
        if self.incident.logs == "guard":
            return
        user = self.owner.user
        if self.incident.logs == "apart":
            user = f"TRAIL{user}"
            fields.setdefault("client", "1example23456789")
        self._write(kind=kind, at=float(int(at)), user=user, source="cloudtrail", **fields)

    def _write(self, *, at: float, **fields: object) -> None:
        gap = self.incident.gap
        if at >= self.owner.end or (gap is not None and gap[0] * DAY <= at - T0 < gap[1] * DAY):
            return
        self.owner.line += 1
        fields.setdefault("client", self.incident.client)
        text = f"{fields['kind']} {fields.get('cause') or fields.get('operation') or ''}"
        record = Record(file=0, line=len(self.owner.played.records) + 1, at=at, pool="main", text=text, **fields)  # type: ignore[arg-type]
        self.owner.played.records.append(record)
