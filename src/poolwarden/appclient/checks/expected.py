"""The checks of whether sessions last as long as somebody expects."""

from typing import Final

from poolwarden.appclient.checks.kinds import only_machines
from poolwarden.appclient.durations import REFRESH
from poolwarden.appclient.findings import Around, Check, Facts, Severity
from poolwarden.appclient.settings import ClientSettings
from poolwarden.causes.sources import API
from poolwarden.validities import HOUR

SHORT_S: Final = 8 * HOUR
"""A refresh validity below this ends sessions within a working day."""

_SLIDES_NOT: Final = "The refresh validity counts from sign-in and does not slide (amplify-js#4542)"


def _seconds(client: ClientSettings) -> int | None:
    validity = client.validity(REFRESH)
    return validity.seconds if validity and not only_machines(client) else None


def _facts(client: ClientSettings, around: Around) -> Facts:
    validity, expected = client.validity(REFRESH), around.expected
    default = "" if client.number(REFRESH.attribute) else " (by default)"
    return {
        "plain": f"{validity.plain}{default}" if validity else "",
        **({"who": expected.who, "words": expected.words, "usual": str(expected.usual)} if expected else {}),
    }


def _below(client: ClientSettings, around: Around) -> Facts | None:
    seconds, expected = _seconds(client), around.expected
    return _facts(client, around) if expected and seconds is not None and seconds < expected.low_s else None


def _above(client: ClientSettings, around: Around) -> Facts | None:
    seconds, expected = _seconds(client), around.expected
    return _facts(client, around) if expected and seconds is not None and seconds > expected.high_s else None


def _short(client: ClientSettings, around: Around) -> Facts | None:
    seconds = _seconds(client)
    told = around.expected is None and seconds is not None and seconds < SHORT_S
    return _facts(client, around) if told else None


def _in_hours(client: ClientSettings, _: Around) -> Facts | None:
    if client.unit(REFRESH) != "hours":
        return None
    validity = client.validity(REFRESH)
    return {"plain": validity.plain if validity else "as many as its expression gives"}


EXPECTATION_CHECKS: Final = (
    Check(
        name="refresh_below_expected",
        severity=Severity.WARNING,
        attribute=REFRESH.attribute,
        group="refresh_below_expected",
        when=_below,
        sentence="RefreshTokenValidity is {plain}; {who} expects {words}: every session ends that early, however "
        "active its user is.",
        mend="Set {usual} or what is wanted: poolwarden client fix --refresh prints the change.",
        source=_SLIDES_NOT,
    ),
    Check(
        name="refresh_above_expected",
        severity=Severity.WARNING,
        attribute=REFRESH.attribute,
        group="refresh_above_expected",
        when=_above,
        sentence="RefreshTokenValidity is {plain}; {who} expects {words}: a session that nobody ends lasts as long.",
        mend="Set {usual} or what is wanted: poolwarden client fix --refresh prints the change.",
        source="RFC 9700 section 4.14",
    ),
    Check(
        name="refresh_short",
        severity=Severity.NOTE,
        attribute=REFRESH.attribute,
        group=REFRESH.attribute,
        when=_short,
        sentence="RefreshTokenValidity is {plain}: users sign in again within a working day, however active they are.",
        mend="Nothing, where that is meant.",
        source=_SLIDES_NOT,
    ),
    Check(
        name="refresh_in_hours",
        severity=Severity.NOTE,
        attribute=REFRESH.attribute,
        group=REFRESH.attribute,
        when=_in_hours,
        sentence="RefreshTokenValidity counts in hours, its default unit is days: sessions last {plain}.",
        mend="Nothing, where that is meant; days are harder to mistake.",
        source=f"{API}/API_TokenValidityUnitsType.html",
    ),
)
"""In the order in which they are told."""
