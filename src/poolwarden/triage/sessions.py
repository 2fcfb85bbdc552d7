"""
Turn records into sessions, and sessions into what the reasoning needs.

The work is SQL (``sql/*.sql``): groups with minima, maxima and unions only, so
that the result depends neither on the order of lines and files nor on lines
told twice, and so that parts can be merged in any order.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from poolwarden.causes import CAUSES
from poolwarden.triage.clocks import set_clocks
from poolwarden.triage.devices import tell_devices
from poolwarden.triage.lifetime import Limit
from poolwarden.triage.masses import MASS, Revoked, masses
from poolwarden.triage.nobody import pass_over_sessions
from poolwarden.triage.places import find_lines
from poolwarden.triage.signs import AFTER_ACCEPTED, ENDING, SIGNS, Sign
from poolwarden.triage.slack import is_sure, slack_s
from poolwarden.triage.sparse import Gaps, gaps, look_for_gaps
from poolwarden.triage.staging import Staged
from poolwarden.triage.store import Store
from poolwarden.triage.undecided import weigh
from poolwarden.triage.unnamed import unnamed
from poolwarden.triage.verdicts import AtWall, Loss, Verdict
from poolwarden.triage.wall import Span

REFRESH_GAP_S = 120
"""How long a client may take to refresh after a refusal before its session counts as lost, seconds."""

UNDATED = Sign.SAID_EXPIRED | Sign.SAID_AMBIGUOUS | Sign.TOKEN_EXPIRED | Sign.NO_TOKEN
"""Signs that leave open, or say, that the refresh validity was reached."""

MOST = 6000
"""From so many sessions of one app client on, a part of them stands for all in the search for the validity."""

MACHINE_S = 5
"""Within so many seconds of a refusal no person signs in again."""

SILENT = Sign.TOKEN_EXPIRED | Sign.NO_TOKEN
"""Signs that say nothing of why a session is over."""


class Place(msgspec.Struct, frozen=True, order=True):
    """
    A place in a log that shows something.

    Attributes:
        at: When, epoch seconds; 0 where the log does not tell.
        file: The file's name.
        line: The line, from 1.
        text: The relevant part.
    """

    at: float
    file: str
    line: int
    text: str


class Group(msgspec.Struct, frozen=True):
    """
    Lost sessions that are alike in all that the verdict depends on.

    Attributes:
        client: The app client.
        loss: What the verdict depends on.
        sessions: How many.
        zombies: How many of them are zombies.
        places: The earliest and the latest place that shows one.
        feature: What the store calls them; empty for those it has no sessions of.
        moments: When they were lost, epoch seconds, where the store has no sessions of them.
    """

    client: str | None
    loss: Loss
    sessions: int
    zombies: int
    places: tuple[Place, ...]
    feature: str = ""
    moments: tuple[float, ...] = ()


class Sessions:
    """
    The sessions of one triage.

    Args:
        store: The store, with every record in it.
        files: The names of the files, by the index that the records use.
        staged: The groups of the guard's events that the store holds.
    """

    def __init__(self, store: Store, files: Sequence[str], *, staged: Staged | None = None) -> None:
        self._store = store
        self._staged = staged
        self._nobody: list[tuple[Group, Verdict, str]] = []
        alone = staged is not None and staged.alone
        # Places are compared by name: the order in which files were given must not show.
        self._names = sorted(set(files))
        places = {name: place for place, name in enumerate(self._names)}
        store.settle()
        store.table("files", "file INTEGER, place INTEGER", [(i, places[name]) for i, name in enumerate(files)])
        store.table("names", "file INTEGER, name VARCHAR", enumerate(files))
        store.table(
            "signs",
            "cause VARCHAR, sign BIGINT, after_accepted BOOLEAN, ends VARCHAR",
            [
                (str(cause), int(sign), bool(sign & AFTER_ACCEPTED), str(CAUSES[cause].ends_session))
                for cause, sign in SIGNS.items()
            ],
        )
        first, last, self.records = store.rows("window_staged" if staged else "window")[0]
        self.first: float | None = first
        self.last: float | None = last
        store.table(
            "settings",
            "first DOUBLE, last DOUBLE, gap DOUBLE, ending BIGINT, undated BIGINT, crowd BIGINT, silent BIGINT, "
            "machine DOUBLE",
            [(first, last, REFRESH_GAP_S, int(ENDING), int(UNDATED), MASS, int(SILENT), MACHINE_S)],
        )
        if staged is None:
            pass_over_sessions(store)
        self.clocks = set_clocks(store)
        store.run("loose")
        if staged is not None and not alone and store.rows("awaited")[0][0]:
            store.run("tokens", {"files": staged.patterns, **staged.limits})
        for step in ("links", "traces", "strangers"):
            store.run(step)
        tell_devices(store)
        for step in ("changes", "sessions_staged" if alone else "sessions", "ends", "losses"):
            store.run(step)
        look_for_gaps(store)
        self.seen: int = sum(count for (count,) in store.rows("totals"))

    def spans(self) -> dict[tuple[str, str], list[Span]]:
        """Return what the sessions say about the refresh validity, by pool (empty if unknown) and app client."""
        found: dict[tuple[str, str], list[Span]] = {}
        for pool, client, *told in self._store.rows("spans", {"most": MOST}):
            found.setdefault((pool, client), []).append(Span(*told))
        return found

    def lost(self, walls: Iterable[tuple[str, str, Limit]]) -> list[Group]:
        """
        Return the lost sessions, grouped by what the verdict depends on.

        Args:
            walls: The ages that no session outlives: pool (empty if unknown), app client, limit.
        """
        self._store.table(
            "walls",
            "pool VARCHAR, client VARCHAR, since DOUBLE, until DOUBLE, low_s DOUBLE, high_s DOUBLE, slack_s DOUBLE, "
            "named BOOLEAN",
            [(p, c, w.since, w.until, w.low_s, w.high_s, slack_s(w), is_sure(w)) for p, c, w in walls],
        )
        for step in ("replaced", "barred", "lost"):
            self._store.run(step)
        nobody = self._together(self._anonymous())
        weigh(self._store, staged=self._staged is not None)
        return [self._group(row) for row in self._store.rows("features")] + nobody

    def judged(self, verdicts: Iterable[tuple[Group, Verdict, str]]) -> None:
        """
        Take the verdicts on the lost sessions.

        Args:
            verdicts: Each group with its verdict and confidence.
        """
        verdicts = list(verdicts)
        self._store.table(
            "verdicts",
            "feature VARCHAR, verdict VARCHAR, confidence VARCHAR",
            [(group.feature, str(verdict), confidence) for group, verdict, confidence in verdicts if group.feature],
        )
        self._nobody = [one for one in verdicts if not one[0].feature]

    def rows(self, name: str, **parameters: float) -> list[tuple[Any, ...]]:
        """Return the rows of the query ``sql/{name}.sql`` with the given parameters."""
        return self._store.rows(name, parameters)

    def keep(self) -> None:
        """Leave in the database what a saved incident holds: records and sessions; the last thing to be called."""
        self._store.table(
            "nobody",
            "client VARCHAR, lost_at DOUBLE, verdict VARCHAR, confidence VARCHAR, evidence VARCHAR",
            [
                (group.client, at, str(verdict), confidence, next((place.text for place in group.places), None))
                for group, verdict, confidence in self._nobody
                for at in (*group.moments, *[None] * (group.sessions - len(group.moments)))
            ],
        )
        self._store.run("keep")

    def causes(self) -> dict[str, int]:
        """Return how many requests or calls each cause refused, the most frequent first."""
        return dict(self._store.rows("causes"))

    def changes(self) -> list[tuple[float | None, str, str | None, str | None, str | None, str | None]]:
        """Return the changes of settings: when, operation, who, pool, app client, detail as JSON text."""
        return [tuple(row) for row in self._store.rows("changed")]

    def gaps(self) -> Gaps | None:
        """Return which events are missing; None without any."""
        return gaps(self._store)

    def found(self, places: Sequence[Place]) -> dict[Place, Place]:
        """Return places with their lines: those of grouped events are looked for now, of the few that are shown."""
        groups = {place: _group_of(place) for place in places if place.line < 0}
        known = {
            place: self._store.rows("staged_place", {"id": group, "latest": latest})[0]
            for place, (group, latest) in groups.items()
        }
        files = sorted(self._staged.files) if self._staged is not None else []
        lines = find_lines(files, list(known.values())) if known else {}
        return {place: _placed(place, lines.get(known[place])) if place in known else place for place in places}

    def sources(self) -> tuple[tuple[str, ...], bool]:
        """Return the formats that were read, and whether users are known."""
        sources, users = self._store.rows("inputs")[0]
        return tuple(sources), users

    def _group(self, row: Sequence[Any]) -> Group:
        feature, client, signs, ended_by, wall, refused, visible, event, sessions, zombies, *evidence = row
        if self._staged is not None and self._staged.alone:
            # Each line has to be looked for, and a log has its early lines early.
            evidence = evidence[:1]
        loss = Loss(
            signs=Sign(signs),
            ended_by=ended_by,
            wall=AtWall(wall),
            refused=refused,
            visible=visible,
            event=Verdict(event) if event else None,
        )
        return Group(client, loss, sessions, zombies, self._places(*evidence), feature)

    def _anonymous(self) -> list[Group]:
        """Return losses that no session or user is named for, save those that the store knows as lost sessions."""
        left, merged, clocks = unnamed(self._store)
        self.seen -= merged
        self.clocks = (*self.clocks, *clocks)
        return [
            Group(one.client, Loss(signs=one.sign), one.count, 0, self._places(*one.evidence), moments=one.moments)
            for one in left
        ]

    def _together(self, nobody: Sequence[Group]) -> list[Group]:
        """Mark the sessions that were revoked all at once; return the groups of those without a name, split by that."""
        calls = [Revoked(*row) for row in self._store.rows("revoked")]
        for place, group in enumerate(nobody):
            if group.loss.signs & Sign.SAID_REVOKED:
                calls.extend(Revoked(at, group.client or "", None, "", place) for at in group.moments)
        found = masses(calls, self.first or 0.0, self.last or 0.0, self._alive)
        self._store.table("together", "key VARCHAR", [(call.key,) for call in found if call.key])
        self._store.run("ended_together")
        split: list[Group] = []
        for place, group in enumerate(nobody):
            at_once = tuple(call.at for call in found if call.group == place)
            split += _split(group, at_once) if at_once else (group,)
        return split

    def _alive(self, client: str, since: float, until: float) -> tuple[int, int]:
        """Return how many sessions got a token after one moment, and of those from before how many after the other."""
        found = self._store.rows("alive", {"client": client, "since": since, "until": until})
        return next(((shown, went_on) for shown, went_on in found), (0, 0))

    def _places(self, *evidence: Any) -> tuple[Place, ...]:
        places = {
            Place(e["moment"] or 0.0, self._names[e["place"]], e["line"], e["text"]) for e in evidence if e is not None
        }
        return tuple(sorted(places))


def _split(group: Group, at_once: Sequence[float]) -> tuple[Group, Group]:
    """Return of a group those that were ended at once, and the rest, each with the places that show them."""
    found, left = set(at_once), Counter(group.moments) - Counter(at_once)
    loss = msgspec.structs.replace(group.loss, event=Verdict.REVOKED_BY_OPERATOR)
    places = tuple(place for place in group.places if place.at in found) or group.places[-1:]
    together = msgspec.structs.replace(group, loss=loss, sessions=len(at_once), places=places, moments=tuple(at_once))
    places = tuple(place for place in group.places if place.at not in found)
    return together, msgspec.structs.replace(
        group, sessions=group.sessions - len(at_once), places=places, moments=tuple(sorted(left.elements()))
    )


def _group_of(place: Place) -> tuple[int, bool]:
    """Return the group that stands in for a place's line, and whether it is the group's last line."""
    group, latest = divmod(-place.line, 2)
    return group, bool(latest)


def _placed(place: Place, where: tuple[str, int] | None) -> Place:
    """Return the place with its file and line; line 0 where it was not found again."""
    name, line = where or (place.file, 0)
    return Place(place.at, name, line, place.text)
