"""
Say what a triage found: the value that every report is rendered from.

Its shape is schema 1, public API: a field is never renamed, removed or retyped
within it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from poolwarden.triage.durations import UnitMistake

SCHEMA = 1
"""The version of the report's shape."""


def moment(at: float | None) -> str | None:
    """Return epoch seconds as RFC 3339 text in UTC with seconds, or None for none."""
    return None if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """
    When the logs begin and end.

    Attributes:
        first: The earliest moment, RFC 3339 in UTC; None without any.
        last: The latest moment.
    """

    first: str | None = None
    last: str | None = None


class Input(msgspec.Struct, frozen=True, kw_only=True):
    """
    What was read; see :class:`poolwarden.triage.records.Tally`.

    Attributes:
        files: How many files.
        bytes: How many bytes, unpacked.
        lines: How many lines.
        records: How many places that concern a session.
        unread_lines: How many lines should have been readable and were not.
        raw_tokens: How many tokens stand in the logs in plain text.
    """

    files: int = 0
    bytes: int = 0
    lines: int = 0
    records: int = 0
    unread_lines: int = 0
    raw_tokens: int = 0


class Sessions(msgspec.Struct, frozen=True, kw_only=True):
    """
    How many sessions there were.

    Attributes:
        seen: Sessions that the logs show.
        lost: Sessions whose user came back, or kept calling, without a valid token.
        zombies: Lost sessions whose client keeps sending its dead token.
        unexplained: Lost sessions that these logs do not explain.
        unnamed: Lost sessions that only a refused refresh tells of, of nobody in particular or of a user told before:
            later retries are among them.
        untold: Sessions that are not counted as lost, for events are missing that would tell whether they went on.
    """

    seen: int = 0
    lost: int = 0
    zombies: int = 0
    unexplained: int = 0
    unnamed: int = 0
    untold: int = 0


class Validity(msgspec.Struct, frozen=True, kw_only=True, rename={"since": "from", "until": "to"}):
    """
    The refresh validity of one app client in one period, as the sessions show it.

    Attributes:
        pool: The pool's alias or id; None where the logs do not tell.
        client: The app client's alias or id.
        token: ``refresh``.
        estimate_s: The validity in force, seconds.
        low_s: It is hardly below this.
        high_s: And hardly above this.
        sessions: How many sessions died at it.
        confidence: ``high``, ``medium`` or ``low``.
        configured_s: The validity that the settings declare, seconds, where they are known.
        unit_mistake: The mistake of the unit it looks like.
        since: Sessions that began from here on (JSON: ``from``), RFC 3339; None from the beginning.
        until: And before this (JSON: ``to``); None to the end.
    """

    pool: str | None
    client: str
    token: str = "refresh"
    estimate_s: int
    low_s: int
    high_s: int
    sessions: int
    confidence: str
    configured_s: int | None = None
    unit_mistake: UnitMistake | None = None
    since: str | None = None
    until: str | None = None


class Evidence(msgspec.Struct, frozen=True):
    """
    A place in a log that shows it.

    Attributes:
        file: The file's name as given.
        line: The line, from 1.
        text: Its relevant part, tokens and personal data masked.
    """

    file: str
    line: int
    text: str


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """
    One verdict on the lost sessions of one app client.

    Attributes:
        verdict: A :class:`poolwarden.triage.verdicts.Verdict` as text.
        client: The app client's alias or id; None where the logs do not tell.
        sessions: How many lost sessions.
        share: Their share of all lost sessions, 0 to 1.
        confidence: ``high``, ``medium`` or ``low``.
        evidence: Places that show it, the earliest first.
        next: What to do.
    """

    verdict: str
    client: str | None
    sessions: int
    share: float
    confidence: str
    evidence: tuple[Evidence, ...] = ()
    next: str = ""


class Peak(msgspec.Struct, frozen=True, kw_only=True):
    """
    When strikingly many sessions were lost at once.

    Attributes:
        at: From when on, RFC 3339 in UTC.
        length_s: And for how long, seconds.
        sessions: How many lost sessions showed then.
    """

    at: str
    length_s: int
    sessions: int


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """
    A change of settings that the logs show.

    Attributes:
        at: When, RFC 3339; None where the log does not tell.
        what: The operation, such as ``UpdateUserPoolClient``.
        who: Who made it, where the log tells.
        detail: What it set, from what to what, and what it silently reset.
    """

    at: str | None
    what: str
    who: str | None = None
    detail: Mapping[str, Any] = msgspec.field(default_factory=dict)


class Notice(msgspec.Struct, frozen=True):
    """
    Something a reader must know about the input.

    Attributes:
        file: The file's name; empty where it concerns all.
        line: The line, from 1; 0 where it concerns the file.
        text: What it is and what to do.
    """

    file: str
    line: int
    text: str


class Poller(msgspec.Struct, frozen=True):
    """
    What the zombies of one app client do.

    Attributes:
        client: The app client; empty where the logs do not tell.
        sessions: How many there are.
        requests: How many requests with dead tokens they made.
        interval_s: The middle of their intervals, seconds.
        route: Where most of them call; None where the logs do not tell.
    """

    client: str
    sessions: int
    requests: int
    interval_s: float
    route: str | None


class Series(msgspec.Struct, frozen=True):
    """
    Numbers for a chart.

    Attributes:
        lost: Lost sessions: (epoch seconds of the slot's beginning, verdict, sessions).
        slot_s: The width of a slot, seconds.
        ages: Lost sessions by their age: (client, age in seconds of the slot's beginning, the slot's width, sessions).
        zombies: Requests of zombies: (epoch seconds of the slot's beginning, route, requests).
        pollers: What zombies do, by app client.
    """

    lost: tuple[tuple[int, str, int], ...] = ()
    slot_s: int = 86400
    ages: tuple[tuple[str, float, float, int], ...] = ()
    zombies: tuple[tuple[int, str, int], ...] = ()
    pollers: tuple[Poller, ...] = ()


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a triage found.

    Attributes:
        window: When the logs begin and end.
        input: What was read.
        sessions: How many sessions there were.
        validity: The refresh validities in force; empty where the logs do not bear one.
        verdicts: Why sessions were lost, the most frequent first.
        causes: How many requests or calls each cause refused.
        peak: When most sessions were lost at once, where that was a good part of them.
        changes: Changes of settings, in their order.
        warnings: What a reader must know about the input.
        understated: Causes refused more often than told: a guard tells repeats at the 2nd, 4th, 8th … only. The JSON
            report says so in its warnings.
        ids: Ids of pools and app clients that the logs hold, by the names used here; no part of the JSON report.
        series: Numbers for charts; no part of the JSON report.
        schema: The version of this shape.
    """

    schema: int = SCHEMA
    window: Window = Window()
    input: Input = Input()
    sessions: Sessions = Sessions()
    validity: tuple[Validity, ...] = ()
    verdicts: tuple[Finding, ...] = ()
    causes: Mapping[str, int] = msgspec.field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    warnings: tuple[Notice, ...] = ()
    understated: tuple[str, ...] = ()
    ids: Mapping[str, str] = msgspec.field(default_factory=dict)
    peak: Peak | None = None
    series: Series = Series()

    @property
    def findings(self) -> bool:
        """Whether something was found: a lost session, a mistake of the unit, or settings that are not in force."""
        return self.sessions.lost > 0 or any(
            row.unit_mistake is not None
            or (row.configured_s is not None and not row.low_s <= row.configured_s <= row.high_s)
            for row in self.validity
        )
