"""Say what a report found in one sentence, and which command comes next: shared by all that people read."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from poolwarden.triage.durations import spell
from poolwarden.triage.patterns import later
from poolwarden.triage.report import Finding, Report, Validity
from poolwarden.triage.verdicts import Verdict
from poolwarden.validities import DAY, HOUR, MINUTE

PHRASES: Mapping[str, str] = {
    Verdict.REFRESH_VALIDITY_REACHED: "the refresh validity was reached",
    Verdict.SIGNED_OUT: "the user signed out",
    Verdict.REVOKED_BY_OPERATOR: "an operator ended the session",
    Verdict.USER_DISABLED: "the user was disabled",
    Verdict.USER_DELETED: "the user was deleted",
    Verdict.ROTATION_RACE: "a rotated refresh token was used again",
    Verdict.CLIENT_REPLACED: "the app client is gone, not the API's, or has another secret",
    Verdict.POOL_CHANGED: "the pool or its settings are others",
    Verdict.KEYS_UNAVAILABLE: "the pool's keys could not be fetched",
    Verdict.CLOCK_SKEW: "a clock is off",
    Verdict.WRONG_TOKEN: "the front end sends the wrong token",
    Verdict.FRONT_END_GAVE_UP: "the front end never tried to refresh",
    Verdict.UNEXPLAINED: "these logs do not explain it",
}
"""Each verdict in a few words."""

_SURE: Mapping[str, str] = {"medium": "probably ", "low": "perhaps "}
_UNITS = ((DAY, "days"), (HOUR, "hours"), (MINUTE, "minutes"))
_UNNAMED, _UNNAMED_SHARE = 10, 0.1  # from so many on, and that share of all, it is worth a sentence
_WORTH_A_LOOK = 0.1  # of the lost sessions
_DIGITS = 2  # a hundredth of a unit is as near as anyone has to know

_IDS: Mapping[str, re.Pattern[str]] = {
    "client": later(r"(?=\D*\d)[a-z0-9]{16,128}\Z"),
    "pool": later(r"[a-z]{2,5}(-[a-z]+)+-\d_[A-Za-z0-9]+\Z"),
}


class Step(NamedTuple):
    """
    One advice.

    Attributes:
        verdict: The verdict that it is about.
        whose: The app clients that it is about, in parentheses behind a space; empty where the logs tell none.
        next: What to do.
    """

    verdict: str
    whose: str
    next: str


def headline(report: Report) -> str:
    """Return what was found in one sentence."""
    mistaken = _mistaken(report)
    if mistaken is not None and mistaken.unit_mistake is not None:
        begun = f" begun before {minute(mistaken.until)}" if mistaken.until else ""
        return (
            f"{mistaken.client}: sessions{begun} end {mistaken.unit_mistake.set} after sign-in; "
            f"{mistaken.unit_mistake.meant} were probably meant."
        )
    if report.verdicts:
        return _of_finding(report, report.verdicts[0])
    if report.sessions.untold:
        told = counted(report.sessions.untold, "refused session")
        return f"Events are missing: of {told} nobody can tell whether they went on."
    if report.sessions.seen:
        return f"No session was lost: {report.sessions.seen:,} seen, none of them refused for good."
    refused = sum(report.causes.values())
    if refused:
        return f"{refused:,} requests or calls were refused, and these logs do not say whose: no session can be told."
    return "Nothing about sessions stands in these logs."


def read_words(report: Report) -> str:
    """Return when the logs begin and end and how much was read."""
    given, window = report.input, report.window
    lines = f"{counted(given.lines, 'line')} of {counted(given.files, 'file')}"
    read = f"{counted(given.records, 'record')} in {lines}"
    if not (window.first and window.last):
        return read
    first, last = (moment.replace("T", " ").removesuffix("Z")[:16] for moment in (window.first, window.last))
    return f"{first} to {last} UTC: {read}"


def counted(count: int, word: str) -> str:
    """Return a number and what it counts, in the plural but for one."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def next_commands(report: Report) -> tuple[str, ...]:
    """Return the commands that come next; none where no setting is to be looked at."""
    # Some sessions always reach their validity: where nearly all were lost to something else, no setting mends it.
    reached = [
        one for one in report.verdicts if one.verdict == Verdict.REFRESH_VALIDITY_REACHED and one.share >= _WORTH_A_LOOK
    ]
    found = (row for finding in reached for row in report.validity if row.client == finding.client)
    row = _mistaken(report) or next(found, None)
    # What Cognito said is enough to look at the setting, also where no sign-in shows how long the validity is.
    named = next(iter(reached), None)
    if row is None and named is None:
        return ()
    told = row.client if row is not None else named.client if named is not None else None
    pool = _id(report, "pool", row.pool if row is not None else None) or "POOL_ID"
    client = _id(report, "client", told) or "CLIENT_ID"
    name = re.sub(r"[^A-Za-z0-9._-]", "_", told or "client")
    return (
        f"aws cognito-idp describe-user-pool-client --user-pool-id {pool} \\\n    --client-id {client} > {name}.json",
        f"poolwarden client fix {name}.json",
    )


def known_ids(told: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """
    Return the ids behind names, as :attr:`Report.ids` holds them.

    Args:
        told: What (``pool`` or ``client``), the name, and what may be its id; an empty name stands for nobody's.

    Returns:
        The id by what it is of and the name, with a space between; an empty name stands for the only id there is.
    """
    found: dict[str, str] = {}
    loose: dict[str, set[str]] = {what: set() for what in _IDS}
    for what, name, one in told:
        if _IDS[what].match(one):
            loose[what].add(one)
            if name:
                found[f"{what} {name}"] = one
    return {f"{what} ": next(iter(ids)) for what, ids in loose.items() if len(ids) == 1} | found


def _id(report: Report, what: str, name: str | None) -> str | None:
    """Return the id of a pool or an app client, where the logs or the settings tell it."""
    if name and _IDS[what].match(name):
        return name
    alone = len({getattr(row, what) for row in report.validity}) == 1
    return report.ids.get(f"{what} {name}") or (report.ids.get(f"{what} ") if alone else None)


def span(row: Validity) -> str:
    """Return the interval in which a validity lies, in words; empty where it is the value itself."""
    unit, name = next(((unit, name) for unit, name in _UNITS if row.estimate_s % unit == 0), (1, "seconds"))
    for digits in range(_DIGITS + 1):
        low, high = f"{row.low_s / unit:,.{digits}f}", f"{row.high_s / unit:,.{digits}f}"
        if low != high:
            return f"between {low} and {high} {name}"
    return ""


def percent(share: float, digits: int = 0) -> str:
    """Return a share in words that do not say all or nothing where it is neither, with so many digits."""
    least = 0.01 / 10**digits
    if 0 < share < least / 2:
        return f"<{least:.{digits}%}"
    return f">{1 - least:.{digits}%}" if 1 - least / 2 < share < 1 else f"{share:.{digits}%}"


def configured(row: Validity) -> str:
    """Return the validity that the settings declare, and whether it is in force; empty where none is known."""
    if row.configured_s is None:
        return ""
    same = row.low_s <= row.configured_s <= row.high_s
    return f"configured: {spell(row.configured_s)}" + ("" if same else ", which is NOT what is in force")


def crowd(report: Report) -> str:
    """Return when strikingly many sessions were lost at once, in a sentence; empty where they were not."""
    if report.peak is None:
        return ""
    length = spell(report.peak.length_s).removeprefix("1 ")
    return f"Most at once: {report.peak.sessions:,} of them within the {length} from {minute(report.peak.at)}."


def steps(report: Report) -> tuple[Step, ...]:
    """Return what to do, each advice once."""
    advice: dict[tuple[str, str], list[str]] = {}
    for finding in report.verdicts:
        clients = advice.setdefault((finding.verdict, finding.next), [])
        clients += [finding.client] if finding.client else []
    return tuple(
        Step(verdict, f" ({', '.join(clients)})" if clients else "", step)
        for (verdict, step), clients in advice.items()
    )


def zombie_words(report: Report) -> tuple[str, ...]:
    """Return what the zombies of each app client do; where repeats were told in part, there were more of them."""
    least, often = ("at least ", "every {} or more often") if report.understated else ("", "about every {}")
    return tuple(
        (f"{one.client}: " if one.client else "")
        + f"{counted(one.sessions, 'session')}, {least}{counted(one.requests, 'request')}, "
        + often.format(spell(one.interval_s))
        + (f", most to {one.route}" if one.route else "")
        for one in report.series.pollers
    )


def doubts(report: Report) -> tuple[str, ...]:
    """Return what makes the number of lost sessions less sure, a sentence each."""
    sessions, found = report.sessions, []
    if sessions.unnamed >= max(_UNNAMED, _UNNAMED_SHARE * sessions.lost):
        found.append(
            f"{sessions.unnamed:,} of them are refused refreshes that name nobody, or a user told before: at most so "
            "many, for one that is tried again hours later counts again."
        )
    if sessions.untold:
        found.append(f"Of {sessions.untold:,} more it cannot be told: events are missing (see the end).")
    return tuple(found)


def minute(moment: str) -> str:
    """Return a moment of the report as people write it, to the minute."""
    return f"{moment[:16].replace('T', ' ')} UTC"


def _mistaken(report: Report) -> Validity | None:
    """Return the row with a mistake of the unit that most sessions died of, the latest where two are equal."""
    rows = [row for row in report.validity if row.unit_mistake is not None]
    return max(rows, key=lambda row: (row.until is None, row.sessions), default=None)


def _of_finding(report: Report, finding: Finding) -> str:
    alike = [one for one in report.verdicts if one.verdict == finding.verdict]
    clients = {one.client for one in alike if one.client}
    if len(clients) > 1:
        alike, clients = [finding], {finding.client or ""}
    client = next(iter(clients), "")
    where = f"{client}: " if client else ""
    count = f"{sum(one.sessions for one in alike):,} of {report.sessions.lost:,} lost sessions"
    sure = _SURE.get(finding.confidence, "") if finding.verdict != Verdict.UNEXPLAINED else ""
    if finding.verdict == Verdict.REFRESH_VALIDITY_REACHED:
        ages = [spell(row.estimate_s) for row in report.validity if row.client == client]
        if ages:
            return f"{where}{count} ended {', then '.join(ages)} after sign-in, {sure}at the refresh validity."
        return f"{where}{count} ended {sure}because their refresh token had expired: the refresh validity was reached."
    return f"{where}{count}: {sure}{PHRASES[finding.verdict]}."
