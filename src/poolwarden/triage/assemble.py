"""Make the report of sessions, estimates and verdicts."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from poolwarden.triage.advice import NEXT, missing_log, never_refreshed, refused_unseen, signed_in_together
from poolwarden.triage.clocks import Shift
from poolwarden.triage.durations import spell
from poolwarden.triage.headline import known_ids
from poolwarden.triage.lifetime import Confidence, Estimate, Limit, limits
from poolwarden.triage.masses import MASS
from poolwarden.triage.patterns import later
from poolwarden.triage.records import Tally, Warn
from poolwarden.triage.report import Evidence, Finding, Input, Notice, Report, Validity, Window, moment
from poolwarden.triage.report import Sessions as Counts
from poolwarden.triage.series import peak, series
from poolwarden.triage.sessions import Group, Place, Sessions
from poolwarden.triage.settings import Setting, settings_changes, told_validities
from poolwarden.triage.sparse import gap_words
from poolwarden.triage.verdicts import Row, Verdict, judge

EVIDENCE = 3
"""How many places a finding shows at most."""

NEVER, FRESH_S = 10, 60
"""From how many sessions on it is told that none was refreshed, and how long a sign-in's tokens come, seconds."""

MOMENTS = 24
"""How many changes of app clients that no session names are each looked at."""

_ID = later(r"(?=.*[0-9])[0-9a-z]{20,128}")  # an app client's id, as Cognito makes it

_RANK = {Confidence.HIGH: 0, Confidence.MEDIUM: 1, Confidence.LOW: 2}


def assemble(sessions: Sessions, tally: Tally, configured: Mapping[str, int]) -> Report:
    """
    Return the report.

    Args:
        sessions: The sessions of the triage.
        tally: What the reader counted.
        configured: The declared refresh validities by app client, seconds; the key ``""`` stands for the logs' only
            client, where it is not named.
    """
    changes = settings_changes(sessions.changes())
    found = _limits(sessions, changes)
    clients = {client for _, client, limit in found if limit.estimate}
    strangers = _strangers(configured, clients)
    # What somebody declares now comes before what a guard was once told.
    configured = {**told_validities(text for (text,) in sessions.rows("started")), **configured}
    if clients & configured.keys() or len(clients) > 1:  # a client that is not named may be any of several
        configured = {client: validity for client, validity in configured.items() if client}
    groups = [(group, judge(group.loss)) for group in sessions.lost(found) if group.sessions]
    sessions.judged((group, row.verdict, row.confidence) for group, row in groups)
    lost = sum(group.sessions for group, _ in groups)
    sources, users_known = sessions.sources()
    unexplained = missing_log(sources, users_known=users_known)
    findings = _findings(groups, lost, unexplained, sessions)
    tally.warnings.extend(Warn("", 0, text) for text in (*strangers, *_clock_words(sessions.clocks)))
    gaps = sessions.gaps()
    tally.warnings.extend(Warn("", 0, gap_words(one)) for one in (gaps,) if one is not None)
    if not users_known:
        crowds = sessions.rows("refused_in_crowds", least=MASS)
        tally.warnings.extend(Warn("", 0, refused_unseen(*one) + unexplained) for one in crowds)
    tally.warnings.extend(
        Warn("", 0, never_refreshed(client).strip())
        for (client,) in sessions.rows("resigned", least=NEVER, fresh=FRESH_S)
    )
    causes = sessions.causes()
    if causes and not max(sessions.seen, lost):
        tally.warnings.append(Warn("", 0, f"No line names a session or a user. {unexplained}"))
    return Report(
        window=Window(first=moment(sessions.first), last=moment(sessions.last)),
        input=Input(
            files=len(tally.files),
            bytes=tally.bytes,
            lines=tally.lines,
            records=tally.records,
            unread_lines=tally.unread_lines,
            raw_tokens=tally.raw_tokens,
        ),
        sessions=Counts(
            seen=max(sessions.seen, lost),
            lost=lost,
            zombies=sum(group.zombies for group, _ in groups),
            unexplained=sum(group.sessions for group, row in groups if row.verdict is Verdict.UNEXPLAINED),
            unnamed=sum(group.sessions for group, _ in groups if not group.feature)
            + sum(count for (count,) in sessions.rows("told_again")),
            untold=gaps.untold if gaps is not None else 0,
        ),
        validity=tuple(
            _validity(pool, client, limit.estimate, configured) for pool, client, limit in found if limit.estimate
        ),
        verdicts=findings,
        causes=causes,
        understated=tuple(cause for (cause,) in sessions.rows("understated")),
        ids=known_ids((what, name, one) for what, name, one in sessions.rows("ids")),
        changes=tuple(setting.change for setting in changes),
        peak=peak(sessions, groups),
        series=series(sessions, groups),
        warnings=tuple(Notice(warn.file, warn.line, warn.text) for warn in tally.warnings),
    )


def _strangers(declared: Mapping[str, int], clients: set[str]) -> list[str]:
    """Return that settings are of none of these app clients, so that no wall was held against them."""
    if not declared or clients & declared.keys() or len(clients) <= int("" in declared):
        return []
    meant = " --client says which of them is meant." if "" in declared else ""
    return [
        f"The settings name none of these logs' app clients ({', '.join(sorted(clients))}): none is compared.{meant}"
    ]


def _clock_words(clocks: Iterable[Shift]) -> list[str]:
    """Return in which zones the clocks of logs run that say nothing of a zone."""
    runs = sorted({one.ahead_s for one in clocks})
    told = [f"{spell(abs(ahead_s))} {'ahead of' if ahead_s > 0 else 'behind'} the others" for ahead_s in runs]
    summer = ", in summer time or out of it" if len(told) > 1 else ""
    text = f"The log of the refused refreshes runs {' and '.join(told)}{summer} (no zone in its times?) and is read so."
    return [text] if told else []


def _limits(sessions: Sessions, changes: Sequence[Setting]) -> list[tuple[str, str, Limit]]:
    """Return the ages that no session outlives: pool, app client, limit."""
    found: list[tuple[str, str, Limit]] = []
    all_spans = sessions.spans()
    pools, named = {pool for pool, _ in all_spans}, {client for _, client in all_spans}
    for (pool, client), spans in sorted(all_spans.items()):
        # What sets the same validity again moves no wall, nor does what is another pool's.
        telling = [
            (one.at, one.client)
            for one in changes
            if one.at is not None and not one.repeats and (one.pool not in pools or one.pool == pool or not pool)
        ]
        own = [at for at, whose in telling if whose == client]
        # An id that no session names may be that of an app client which the guard knows by its alias.
        others = [
            at for at, whose in telling if whose != client and whose not in named and not _apart_by_id(client, whose)
        ]
        moments = [*own, *_apart(sorted(others), sorted(span.start for span in spans))]
        found.extend((pool, client, one) for one in limits(spans, moments))
    return found


def _apart_by_id(client: str, other: str | None) -> bool:
    """Tell whether two app clients are known by their ids, which differ, and not by an alias."""
    return other is not None and _ID.fullmatch(client) is not None and _ID.fullmatch(other) is not None


def _apart(moments: Sequence[float], starts: Sequence[float]) -> Sequence[float]:
    """Return moments; of many, which each cost a look at all sessions, those between which enough sessions began."""
    if len(moments) <= MOMENTS:
        return moments
    kept: list[float] = []
    least, before = len(starts) // MOMENTS, 0
    for at in moments:
        began = bisect_left(starts, at)
        if began - before > least:
            kept.append(at)
            before = began
    return kept


def _validity(pool: str, client: str, one: Estimate, configured: Mapping[str, int]) -> Validity:
    """Return an estimate as a row of the report."""
    return Validity(
        pool=pool or None,
        client=client,
        estimate_s=one.estimate_s,
        low_s=one.low_s,
        high_s=one.high_s,
        sessions=one.sessions,
        confidence=one.confidence,
        configured_s=configured.get(client, configured.get("")),
        unit_mistake=one.mistake,
        since=moment(one.since),
        until=moment(one.until),
    )


def _findings(
    groups: Iterable[tuple[Group, Row]], lost: int, unexplained: str, sessions: Sessions
) -> tuple[Finding, ...]:
    """Return one finding for each verdict and app client, the most frequent first."""
    together: dict[tuple[Verdict, str | None], list[tuple[Group, Row]]] = defaultdict(list)
    for group, row in groups:
        together[row.verdict, group.client].append((group, row))
    shown = {
        key: _spread(sorted({place for group, _ in members for place in group.places}))
        for key, members in together.items()
    }
    unrefreshed = {client for (client,) in sessions.rows("unrefreshed", least=NEVER, fresh=FRESH_S)}
    found = sessions.found([place for places in shown.values() for place in places])
    findings = []
    for (verdict, client), members in together.items():
        count = sum(group.sessions for group, _ in members)
        findings.append(
            Finding(
                verdict=verdict,
                client=client,
                sessions=count,
                share=round(count / lost, 4),
                confidence=_common(members),
                evidence=tuple(_evidence(found[place]) for place in shown[verdict, client]),
                next=NEXT.get(verdict, _hints(members, client if client in unrefreshed else None) + unexplained),
            )
        )
    return tuple(sorted(findings, key=lambda finding: (-finding.sessions, finding.verdict, finding.client or "")))


def _hints(members: Iterable[tuple[Group, Row]], unrefreshed: str | None) -> str:
    """Return what the logs show of sessions that they do not explain."""
    together = sum(group.sessions for group, _ in members if not group.loss.refused)
    crowd = signed_in_together(together) if together else ""
    return crowd + (never_refreshed(unrefreshed) if unrefreshed else "")


def _common(members: Sequence[tuple[Group, Row]]) -> Confidence:
    """Return the confidence that most of the sessions have."""
    weights: dict[Confidence, int] = defaultdict(int)
    for group, row in members:
        weights[row.confidence] += group.sessions
    return max(weights, key=lambda confidence: (weights[confidence], -_RANK[confidence]))


def _spread(places: Sequence[Place]) -> Sequence[Place]:
    """Return a few places: the earliest, the latest, and one between."""
    if len(places) <= EVIDENCE:
        return places
    return places[0], places[len(places) // 2], places[-1]


def _evidence(place: Place) -> Evidence:
    return Evidence(place.file, place.line, place.text)
