"""The thresholds of the alerts: one row and one option for each, and how they are written in queries and sentences."""

import argparse
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from poolwarden.validities import LETTER_S, LETTERS

_WORDS = {**LETTERS, "w": "weeks"}
_DURATION = re.compile(r"(\d{1,6})([smhdw])", re.ASCII)
_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Value:
    """
    A threshold's value.

    Attributes:
        query: As PromQL has it.
        words: As a sentence has it.
    """

    query: str
    words: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """
    A threshold.

    Attributes:
        name: What the alerts call it; the option is named after it.
        default: The option's default.
        help: What it bounds.
        read: Makes the value of the option's text.
    """

    name: str
    default: str
    help: str
    read: Callable[[str], Value]

    @property
    def option(self) -> str:
        """The option, such as ``--keys-stale``."""
        return f"--{self.name.replace('_', '-')}"


def read_count(text: str) -> Value:
    """Read a number of times: ``20``."""
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number; write 20")
    return Value(str(int(text)), str(int(text)))


def read_factor(text: str) -> Value:
    """Read a factor: ``3`` or ``1.5``."""
    number = _number(text)
    if number <= 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not above 0; write 3 or 1.5")
    return Value(_plain(number), _plain(number))


def read_percent(text: str) -> Value:
    """Read a share in percent: ``5`` or ``5%``, which is 0.05 in a query."""
    number = _number(text.removesuffix("%"))
    if not 0 < number <= _HUNDRED:
        raise argparse.ArgumentTypeError(f"{text!r} is no percentage above 0 and up to 100; write 5")
    return Value(_plain(number / _HUNDRED), f"{_plain(number)} %")


def read_objective(text: str) -> Value:
    """Read an objective in percent: ``99.9``, which leaves an error budget of 0.001 in a query."""
    number = _number(text.removesuffix("%"))
    if not 0 < number < _HUNDRED:
        raise argparse.ArgumentTypeError(f"{text!r} is no percentage above 0 and below 100; write 99.9")
    return Value(_plain((_HUNDRED - number) / _HUNDRED), f"{_plain(number)} %")


def read_duration(text: str) -> Value:
    """Read a duration with its unit: ``6h``, which is 21600 seconds in a query."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no duration; write 30s, 5m, 6h or 1d")
    number, unit = int(match[1]), match[2]
    word = _WORDS[unit][:-1] if number == 1 else _WORDS[unit]
    return Value(str(number * LETTER_S[unit]), f"{number} {word}")


THRESHOLDS: tuple[Threshold, ...] = (
    Threshold("min_requests", "100", "requests in an alert's window below which shares mean nothing", read_count),
    Threshold("refused", "99", "percent of requests refused that count as all", read_percent),
    Threshold(
        "objective", "99.9", "percent of requests that must not fail for our or Cognito's reasons", read_objective
    ),
    Threshold(
        "keys_failed", "3", "failed fetches in 10 minutes, none of them good, that make keys unreachable", read_count
    ),
    Threshold("keys_stale", "6h", "age of the keys in force (they are served for 24 hours at most)", read_duration),
    Threshold("min_lost", "20", "sessions lost in an hour below which they are no mass", read_count),
    Threshold("lost_factor", "3", "how many times as many sessions lost as in the same hour last week", read_factor),
    Threshold(
        "lost_at_validity", "50", "percent of lost sessions that ended within 2 percent of a validity", read_percent
    ),
    Threshold("validity_short", "24h", "refresh validity below which users sign in too often", read_duration),
    Threshold("zombies", "5", "percent of requests that carry a dead token", read_percent),
    Threshold("reused", "5", "refresh tokens used twice in an hour", read_count),
    Threshold("wrong_pool", "5", "percent of requests with tokens of unknown keys or another pool", read_percent),
    Threshold("skewed", "10", "tokens from the future in 15 minutes on one instance", read_count),
    Threshold("throttled", "10", "calls that Cognito throttled in 15 minutes", read_count),
)
"""Every threshold, in the order of the help."""


def default_values() -> dict[str, Value]:
    """Return every threshold's default."""
    return {row.name: row.read(row.default) for row in THRESHOLDS}


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise argparse.ArgumentTypeError(f"{text!r} is no number")
    return number


def _plain(number: Decimal) -> str:
    """Write without an exponent and without trailing zeros: what PromQL and people read alike."""
    return format(number.normalize(), "f")
