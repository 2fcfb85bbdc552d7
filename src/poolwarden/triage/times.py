"""Read the time stamps of every logger as epoch seconds in UTC."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache

from poolwarden.triage.patterns import later
from poolwarden.triage.template import by_template

# English, and how German, French, Spanish, Italian and Portuguese spell their others.
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *("jan ene gen", "feb fev fév", "mar mär", "apr avr abr", "may mai mag", "jun juin giu"),
            *("jul juil lug", "aug aoû ago", "sep set", "oct okt ott out", "nov", "dec dez déc dic"),
        ),
        1,
    )
    for name in names.split()
}
HOURS_AHEAD = {
    # RFC 5322 section 4.3, and what names one zone only
    "EDT": -4,
    "EST": -5,
    "CDT": -5,
    "CST": -6,
    "MDT": -6,
    "MST": -7,
    "PDT": -7,
    "PST": -8,
    "CET": 1,
    "CEST": 2,
    "EET": 2,
    "EEST": 3,
    "MSK": 3,
    "JST": 9,
    "AEST": 10,
    "AEDT": 11,
}
_LETTERS = "|".join(HOURS_AHEAD)
_ZONE = rf"(?P<zone>Z|UTC|GMT|(?:{_LETTERS})\b|[+-]\d\d:?\d\d|[+-]\d\d(?!\d))?"
_CLOCK = r"(?P<h>\d\d):(?P<m>\d\d):(?P<s>\d\d)(?:[.,:](?P<f>\d{1,9}))?"
_HOURS = r"(?P<h>\d{1,2}):(?P<m>\d\d):(?P<s>\d\d)(?:[.,:](?P<f>\d{1,9}))?(?:\s?(?P<half>[AP]M)\b)?"
_FRACTION = r"(?:\.(?P<f>\d+))?"
_CHARACTERS = rf"(?P<h>\d{{1,2}})[:\u6642\u65f6](?P<m>\d\d)[:\u5206](?P<s>\d\d){_FRACTION}"
_AT = r"(?: (?:[\u00e0a]|um))?"
_NAMED = rf"(?P<zone>Z|UTC|GMT|{_LETTERS})"
_BEHIND = rf"(?:\s{_NAMED}(?:\s(?P<Y3>20\d\d)\b)?)?"
_MONTH = r"(?P<mon>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
# Other languages write months small, or with a point behind them.
_OTHERS = "|".join(sorted(_MONTHS, key=len, reverse=True))
_ELSEWHERE = rf"(?i:(?P<mon>{_OTHERS}))[a-zûéä]*\.?"

_FORMS: tuple[re.Pattern[str], ...] = tuple(
    later(form)
    for form in (
        # RFC 3339, ISO 8601, most loggers
        rf"(?<![\d-])(?P<Y>\d{{4}})-(?P<M>\d\d)-(?P<D>\d\d)(?:[T_]|,?\s+){_CLOCK}\s?{_ZONE}",
        rf"(?<![\d/])(?P<Y>\d{{4}})/(?P<M>\d\d)/(?P<D>\d\d)(?: -)?\s+{_CLOCK}\s?{_ZONE}",  # Go, nginx's error log, Gin
        rf"(?P<D>\d{{1,2}})/{_MONTH}/(?P<Y>\d{{4}})[: ]{_CLOCK}\s?{_ZONE}",  # Common Log Format, HAProxy
        rf"(?P<D>\d{{1,2}})[ -]{_MONTH}[ -](?P<Y>\d{{4}})(?:,?\s+|::){_CLOCK}\s?{_ZONE}",  # RFC 5322, Erlang
        rf"{_MONTH}\s+(?P<D>\d\d?),?\s+(?:(?P<Y>\d{{4}}),?\s+)?(?:@ )?{_HOURS}(?:\s+(?P<Y2>\d{{4}})\b)?{_BEHIND}",
        rf"\b(?P<M>\d{{1,2}})/(?P<D>\d{{1,2}})/(?P<Y>\d{{4}})(?:,?\s+|\] \[){_HOURS}\s?{_ZONE}",
        rf"(?<![\d.])(?P<D>\d{{1,2}})\.(?P<M>\d{{1,2}})\.(?P<Y>\d{{4}}),?\s+{_CLOCK}\s?{_ZONE}",  # German
        rf"(?P<Y>\d{{4}})\u5e74(?P<M>\d{{1,2}})\u6708(?P<D>\d{{1,2}})\u65e5\s*{_CHARACTERS}",  # Japanese, Chinese
        rf"(?<![\w.])(?P<D>\d{{1,2}})\.? (?:de )?{_ELSEWHERE} (?:de )?(?P<Y>\d{{4}}),?{_AT}\s+{_CLOCK}\s?{_ZONE}",
        rf"(?<!\w){_ELSEWHERE} (?P<D>\d\d?), (?P<Y>\d{{4}}) {_HOURS}",  # java.util.logging
        r"\[(?P<Y>\d{4})\.(?P<M>\d\d)\.(?P<D>\d\d)-(?P<h>\d\d)\.(?P<m>\d\d)\.(?P<s>\d\d)(?::(?P<f>\d{3}))?\]",  # games
        rf"\[(?P<M>\d\d)/(?P<D>\d\d)/(?P<yy>\d\d) {_CLOCK}\]",  # rich
        rf"\[[DIWEC] (?P<yy>\d\d)(?P<M>\d\d)(?P<D>\d\d) {_CLOCK} ",  # Tornado
        rf"\b[IWEF](?P<M>\d\d)(?P<D>\d\d) {_CLOCK}",  # klog
        rf"(?<!\d)(?P<Y>\d{{4}})(?P<M>\d\d)(?P<D>\d\d)[T -]?(?P<h>\d\d):?(?P<m>\d\d):?(?P<s>\d\d){_FRACTION}{_ZONE}",
    )
)
_EPOCH = later(r"(?<![\w.])(1\d{9})(?:(\d{3})(?:\d{3})?(?:\d{3})?|\.(\d{1,9}))?(?![\w])")
_OPENING = later(r"[\s\[<(\"']{0,4}(1\d{9})(?:(\d{3})(?:\d{3})?(?:\d{3})?|\.(\d{1,9}))?(?![\w.])")
_STATED = later(
    r"(?:\b(?:@?timestamp|SystemTime|eventTime|TimeCreated|ISODATE)|(?m:^)time)[\"']?\s*(?:=>|[:=])\s*[\"']?(?=\d)"
)
_ATOMIC = later(r"@4([0-9a-f]{15})([0-9a-f]{8})\b")  # TAI64N
_AHEAD = 10  # seconds at which libtai, and so daemontools and runit, begin to count: their clocks know no leap seconds
_BESIDE = 3  # between an id and the stamp behind it
_WITHIN = 200  # a line's own time stands near its start
STAMP_ENDS = rf"(?![\d:.,+-])(?! ?[+-]\d\d| (?:{_LETTERS})\b)"
"""What does not stand behind a stamp in UTC: more of it, or another zone."""

_QUICK = later(
    r"[\s\[<(\"']*(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(Z|\+00:00|\+0000| UTC)?" + STAMP_ENDS
)
_LAST = 250_000_000_000  # seconds in which years have four digits
_MILLENNIUM, _MILLI, _MICRO = 1e11, 1e14, 1e17


@lru_cache(maxsize=4096)
def _second(text: str) -> float | None:
    try:
        return datetime.fromisoformat(f"{text[:10]}T{text[11:19]}+00:00").timestamp()
    except ValueError:
        return None


def _offset(zone: str | None) -> int:
    if not zone or zone in ("Z", "UTC", "GMT"):
        return 0
    if zone in HOURS_AHEAD:
        return HOURS_AHEAD[zone] * 3600
    digits = zone[1:].replace(":", "").ljust(4, "0")
    seconds = int(digits[:2]) * 3600 + int(digits[2:4]) * 60
    return -seconds if zone[0] == "-" else seconds


def end_of(year: int) -> float:
    """Return the last moment of a year in UTC, epoch seconds."""
    return datetime(year, 12, 31, 23, 59, 59, 999999, tzinfo=UTC).timestamp()


END_OF_1970 = end_of(1970)
"""The latest time that a stamp without a year may mean where nothing is known of its log, epoch seconds."""


@lru_cache(maxsize=64)
def _year_of(at: float) -> int:
    return datetime.fromtimestamp(min(max(at, 0), _LAST), UTC).year


def last_of(at_in: Callable[[int], float | None], latest: float) -> float | None:
    """
    Return the time that a stamp without a year means: a log is not older than a year, and not of tomorrow.

    Args:
        at_in: Returns the stamp's time in a year, epoch seconds; None where that year has no such day.
        latest: The latest time that it may mean, epoch seconds.
    """
    year = _year_of(latest)
    return next((at for each in (year, year - 1) if (at := at_in(each)) is not None and at <= latest), None)


def _of_parts(parts: dict[str, str | None], latest: float) -> float | None:
    stated = parts.get("Y") or parts.get("Y2") or parts.get("Y3") or (f"20{parts['yy']}" if parts.get("yy") else None)
    return _in_year(parts, int(stated)) if stated else last_of(lambda year: _in_year(parts, year), latest)


def _in_year(parts: dict[str, str | None], year: int) -> float | None:
    hour = int(parts["h"] or 0)
    half = parts.get("half")
    if half is not None:
        hour = hour % 12 + (12 if half == "PM" else 0)
    name = parts.get("mon")
    month = _MONTHS[name.lower()] if name else int(parts["M"] or 0)
    try:
        at = datetime(
            year,
            month,
            int(parts["D"] or 0),
            hour,
            int(parts["m"] or 0),
            min(int(parts["s"] or 0), 59),
            tzinfo=UTC,
        ).timestamp()
    except ValueError:
        return None
    fraction = parts.get("f")
    return at + (float(f"0.{fraction}") if fraction else 0.0) - _offset(parts.get("zone"))


@lru_cache(maxsize=1)  # where a record ends and when it was are asked in turn
def stamp_of(text: str) -> tuple[float, int] | None:
    """Return a text's own stamp in UTC, the kind that most loggers write, and the offset behind it; else None."""
    quick = _QUICK.match(text)
    at = _second(quick[1]) if quick is not None else None
    if quick is None or at is None:
        return None
    return (at + float(f"0.{quick[2]}") if quick[2] else at), quick.end()


@by_template
def _stamps(head: str) -> Sequence[tuple[int, re.Pattern[str]]]:
    """Return where each form of a stamp is first met in a text, in order."""
    found = [(stamp.start(), place) for place, form in enumerate(_FORMS) if (stamp := form.search(head)) is not None]
    return tuple((start, _FORMS[place]) for start, place in sorted(found))


def time_in(text: str, latest: float = END_OF_1970, within: int = _WITHIN) -> float | None:
    """
    Return the first time stamp near a text's start.

    Args:
        text: A line of a log. A time without a zone is taken as UTC.
        latest: The latest time that a stamp without a year (syslog, klog) may mean, epoch seconds.
        within: How many characters to look at.

    Returns:
        Epoch seconds, or None where there is no time stamp.
    """
    stamp = stamp_of(text)
    if stamp is not None:
        return stamp[0]
    atomic = _ATOMIC.match(text) if text[:1] == "@" else None
    if atomic is not None:
        return int(atomic[1], 16) - _AHEAD + int(atomic[2], 16) / 1e9
    head = text[:within]
    stamps = _stamps(head)
    opening = _OPENING.match(head)
    if opening is not None and not (stamps and stamps[0][0] <= opening.end() + _BESIDE):
        return float(f"{opening[1]}.{opening[2] or opening[3] or 0}")
    for start, form in stamps:
        found = form.match(head, start)
        at = _of_parts(found.groupdict(), latest) if found is not None else None
        if at is not None:
            return at
    epoch = _EPOCH.search(head)
    return None if epoch is None else float(f"{epoch[1]}.{epoch[2] or epoch[3] or 0}")


def stamps_in(text: str) -> Iterator[tuple[int, int]]:
    """Yield from where to where something stands in a text that is written as a time stamp, in any form."""
    for form in (*_FORMS, _EPOCH):
        for found in form.finditer(text):
            yield found.span()


def stated_time(text: str, latest: float = END_OF_1970) -> float | None:
    """Return the time that a field of an object in any notation states, wherever it stands; see time_in."""
    stated = _STATED.search(text)
    return None if stated is None else time_in(text[stated.end() : stated.end() + _WITHIN], latest)


def has_stamp(text: str, within: int = _WITHIN) -> bool:
    """Tell whether something near a text's start is written as a time stamp, whatever it stands for."""
    head = text[:within]
    return bool(_stamps(head)) or _EPOCH.search(head) is not None


def starts_with_time(text: str) -> bool:
    """Tell whether a line begins with its own time stamp, behind at most a bracket, a level or a priority."""
    return _STARTS.match(text) is not None


_STARTS = later(
    r"[\s\[<(\"'*>|\u2502]{0,8}(?:<\d{1,3}>\d? ?)?(?:\[?[A-Z]{3,8}\]?:?\s{1,4}\[?|[IWEF](?=\d{4} ))?"
    r"(?:\d{4}[-/]\d\d[-/]\d\d[T _]|\d{4} \d\d:|\d{8}T\d{6}|\d\d:\d\d:\d\d[.,\] ]|\d{1,2}/(?:\w{3}|"
    r"\d{1,2})/\d{4}|1\d{9}(?:\d{3})?\b"
    r"|(?:\w{3},? )?\w{3,5}\.? [ \d]?\d,? (?:\d{4},? )?\d{1,2}:\d\d|\d{1,2}[ -](?:de )?\w{3,9}\.?(?: de)?[ -]\d{4}"
    r"|\d{4}\u5e74\d|@4[0-9a-f]{23}\b|\d{4}\.\d\d\.\d\d-\d\d\.|(?:=[A-Z]+ REPORT=+ )\d)"
)


def time_of(value: object, latest: float = END_OF_1970) -> float | None:
    """
    Return the time that a field's value stands for.

    Args:
        value: RFC 3339 text, any other stamp, or a number of seconds,
            milliseconds, microseconds or nanoseconds since the epoch.
        latest: As for :func:`time_in`.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        if not value.replace(".", "", 1).isdigit():
            return time_in(value, latest)
        try:
            value = float(value)
        except ValueError:  # digits of other scripts
            return None
    if not isinstance(value, int | float) or not 1e8 < value < 1e20:  # noqa: PLR2004 (1973 in seconds to nanoseconds)
        return None
    scale = 1.0 if value < _MILLENNIUM else 1e3 if value < _MILLI else 1e6 if value < _MICRO else 1e9
    return value / scale
