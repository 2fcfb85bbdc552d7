"""
Find the age that no session outlives.

A token issued at age *a* proves that the refresh validity is at least *a*; a
session that first fails at age *r* for no other reason proves that it is at
most *r*. Sessions in steady use fail just behind the validity, so their
intervals (a, r] overlap there and nowhere else, while no session goes on
beyond. Deaths of other causes scatter their intervals over all ages, and every
session that lives on speaks against an age it has passed.
"""

from collections.abc import Sequence
from itertools import accumulate
from math import erfc, exp, sqrt
from typing import NamedTuple

import msgspec

TIGHT_TOKENS = 3
"""A session counts as used until the wall if its last token is at most this many access validities old there."""

TIGHT, NIGHT_S = 0.1, 16 * 3600
"""Or this share of the wall's age, but no more than a night: who sleeps does not refresh."""

LEAST_TIGHT = 3
"""How many sessions must have been used until the wall for it to be called one."""

LEAST_MOMENTS = 3
"""At how many different moments they must have begun, and died: one deployment or one shift's end is no validity."""

AT_ONCE = 2 / 3
"""From this share of them on that one moment may have ended, the moment may be what ended them, and not their age."""

APART = 10
"""How many sessions must stand beside those for the wall to be one all the same."""

LEAST_REFRESHED = 60
"""A token that is issued so long after the sign-in came from a refresh, seconds."""

ODDS = 1e-3
"""How likely the pile-up may be under the death rate seen before it."""

LEAST_RATE = 0.02
"""The death rate per access validity that is assumed at the least."""

PRESS = 0.1
"""How many sessions may outlive the wall, as a share of those that died at it: outliers and skewed clocks."""

SPARE = 0.02
"""The share of the sessions at the wall that may contradict one of its ends."""

HAIR = 0.003
"""How far an end may move for that, as a share of the age."""

MANY = 50
"""From so many expected deaths on, their chance is taken from the normal distribution."""


class Span(NamedTuple):
    """
    What one session, or several that are alike, say about the refresh validity.

    Attributes:
        start: When it began (``auth_time``), epoch seconds.
        issued_age: The oldest age at which it got a token, seconds.
        failed_age: The age at which it first failed for no other known reason, seconds; None if it did not.
        said: Cognito itself said that its refresh token had expired.
        access_s: The access validity of its tokens, seconds; 0 where the logs do not tell.
        sessions: How many sessions it stands for.
    """

    start: float
    issued_age: float
    failed_age: float | None = None
    said: bool = False
    access_s: float = 0
    sessions: int = 1

    @property
    def died(self) -> bool:
        """Whether it failed at an age that can bound the validity."""
        return self.failed_age is not None and self.failed_age > self.issued_age


class Wall(msgspec.Struct, frozen=True):
    """
    The age that no session outlives.

    Attributes:
        low_s: The validity is hardly below this, seconds.
        high_s: And hardly above this.
        died: How many sessions died at it.
        tight: How many of them were used until it.
        outlived: How many sessions are seen beyond it.
        at_once: One moment may have ended nearly all of them, and then their age says nothing.
    """

    low_s: float
    high_s: float
    died: int
    tight: int
    outlived: int
    at_once: bool = False


def find_wall(spans: Sequence[Span]) -> Wall | None:
    """
    Return the wall in sessions of one app client under one setting, or None where they do not bear one.

    Args:
        spans: The sessions, in any order.
    """
    ages, scores = _sweep(spans)
    if not scores:
        return None
    best = len(scores) - 1 - scores[::-1].index(max(scores))
    low, high = ages[best], ages[best + 1]
    if low < LEAST_REFRESHED:
        return None  # nobody ever refreshed: a machine's tokens, whose end says nothing of a refresh token
    at_wall = [span for span in spans if span.issued_age <= low and (span.failed_age or 0) >= high]
    died = sum(span.sessions for span in at_wall)
    outlived = sum(span.sessions for span in spans if span.issued_age >= high)
    access_s = _typical_access(at_wall)
    reach = max(TIGHT_TOKENS * access_s, min(TIGHT * low, NIGHT_S))
    tight = [span for span in at_wall if span.issued_age >= low - reach]
    count = sum(span.sessions for span in tight)
    if count < LEAST_TIGHT or outlived > PRESS * died or not _scattered(tight, max(access_s, high - low)):
        return None
    if 2 * sum(span.sessions for span in tight if span.said or span.issued_age >= LEAST_REFRESHED) < count:
        return None  # most ended with their first token: a front end that does not refresh, and no refresh token's end
    deaths = _deaths(spans, low, access_s)
    if max(LEAST_RATE, deaths) ** count * max(1.0, high / max(access_s, 60.0)) > ODDS:
        return None
    spare = int(SPARE * died)
    per_s = deaths / max(access_s, 60.0)
    first = later = _upper(at_wall, low, per_s, 0)
    if any(span.said for span in at_wall):
        later = _upper(at_wall, low, per_s, spare)
    # A few that failed long before the others are of another device, where a log knows only users.
    high = first if later - first <= HAIR * later else later
    return Wall(_spared(ages, scores, best, spare), high, died, count, outlived, _ended_at_once(tight, count))


def _sweep(spans: Sequence[Span]) -> tuple[list[float], list[int]]:
    """Return the ages at which the evidence changes, and between each two of them how much speaks for a wall there."""
    steps: dict[float, int] = {}
    if spans:
        steps[0.0] = -sum(span.sessions for span in spans)
    known = steps.get
    for _, issued, failed, _, _, sessions in spans:
        # Outlived up to its last token, and then, if it died, perhaps stopped by the wall.
        if failed is not None and failed > issued:
            steps[issued] = known(issued, 0) + 2 * sessions
            steps[failed] = known(failed, 0) - sessions
        else:
            steps[issued] = known(issued, 0) + sessions
    ages = sorted(steps)
    return ages, list(accumulate(steps[age] for age in ages[:-1]))


def _spared(ages: Sequence[float], scores: Sequence[int], best: int, spare: int) -> float:
    """Return the interval's lower end, a hair lower where only the spare sessions are seen beyond."""
    low = best
    while low > 0 and scores[low - 1] >= scores[best] - spare and ages[low - 1] >= ages[best] * (1 - HAIR):
        low -= 1
    return ages[low]


def _upper(at_wall: Sequence[Span], low: float, deaths_per_s: float, spare: int) -> float:
    """Return the interval's upper end, the spare sessions that failed first passed over."""
    # What Cognito itself calls expired has no other cause, and so bounds the wall at once.
    said = sorted(span.failed_age or 0 for span in at_wall if span.said)[spare:][:1]
    return min([_latest(at_wall, low, deaths_per_s, spare), *said])


def _latest(at_wall: Sequence[Span], low: float, deaths_per_s: float, spare: int) -> float:
    """
    Return the latest age at which the wall may stand.

    A death of another cause just before the wall looks like one at it. So the
    wall may stand behind the first failures, as far as the other causes, at the
    rate at which they killed before, can have made those; and a few count for
    nothing at all.
    """
    failures = sorted((span.failed_age or 0, span.sessions) for span in at_wall)
    at_risk = sum(sessions for _, sessions in failures)
    seen = -spare
    for age, sessions in failures:
        seen += sessions
        if seen > 0 and _chance(seen, deaths_per_s * at_risk * (age - low)) < ODDS:
            return age
    return failures[-1][0]


def _chance(seen: int, expected: float) -> float:
    """Return how likely at least so many deaths are where so many are expected (Poisson)."""
    if expected > MANY:
        return 0.5 * erfc((seen - 0.5 - expected) / sqrt(2 * expected))
    term, below = exp(-expected), 0.0
    for count in range(seen):
        below += term
        term *= expected / (count + 1)
        if count > expected and term < ODDS * ODDS:
            break
    return 1 - below


def _typical_access(spans: Sequence[Span]) -> float:
    """Return the middle access validity of the sessions that tell one; an hour, Cognito's default, without any."""
    known = sorted(span.access_s for span in spans if span.access_s)
    return known[len(known) // 2] if known else 3600.0


def _scattered(spans: Sequence[Span], grain_s: float) -> bool:
    """Say whether sessions began and died at several moments."""
    began = {span.start // grain_s for span in spans}
    died = {(span.start + (span.failed_age or 0)) // grain_s for span in spans}
    return min(len(began), len(died)) >= LEAST_MOMENTS


def _ended_at_once(spans: Sequence[Span], count: int) -> bool:
    """
    Say whether a single moment may have ended nearly all of the sessions.

    A sign-out of everybody, a lost key or a deployment ends sessions of the
    same age where they began together. What Cognito itself calls expired is
    beyond that doubt.
    """
    if any(span.said for span in spans):
        return False
    steps = sorted(
        step
        for span in spans
        for step in (
            (span.start + span.issued_age, 0, span.sessions),
            (span.start + (span.failed_age or 0), 1, -span.sessions),
        )
    )
    most = max(accumulate(change for *_, change in steps), default=0)
    return most > AT_ONCE * count and count - most < APART


def _deaths(spans: Sequence[Span], low_s: float, access_s: float) -> float:
    """Return how likely a session was to die within one access validity, before the wall."""
    grain_s = max(access_s, 60.0)
    deaths = sum(
        span.sessions for span in spans if span.failed_age is not None and span.failed_age <= low_s and span.died
    )
    lived = sum(span.sessions * (1 + min(span.issued_age, low_s) / grain_s) for span in spans)
    return min(1.0, (deaths + 1) / max(lived, 1.0))
