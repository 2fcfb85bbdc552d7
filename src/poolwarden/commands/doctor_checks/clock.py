"""Is this host's clock right? Compared with the clock of whoever answers for the keys."""

import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.client import HTTPException

from poolwarden.commands.doctor_checks.keys import TIMEOUT_S
from poolwarden.commands.doctor_checks.result import Outcome, Patient, Result, addresses, no_server, shown
from poolwarden.guard.pool import is_safe


@dataclass(frozen=True, slots=True)
class Offset:
    """
    How far this clock is from another.

    Attributes:
        ahead_s: How far it is ahead, seconds; negative behind.
        within_s: How far that may be off: the answer took a moment, and a Date header has whole seconds.
    """

    ahead_s: float
    within_s: float

    @classmethod
    def of(cls, before: float, told: float, after: float) -> "Offset":
        """Compare what a server told with this clock before the question and after the answer, epoch seconds."""
        return cls((before + after) / 2 - (told + 0.5), (after - before) / 2 + 0.5)

    @property
    def certain_s(self) -> float:
        """How far the clocks are apart at least, seconds."""
        return max(abs(self.ahead_s) - self.within_s, 0.0)

    @property
    def words(self) -> str:
        """Say it, to the second."""
        return f"{abs(self.ahead_s):.0f} s {'ahead of' if self.ahead_s > 0 else 'behind'} the issuer's"


class _Staying(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow no redirect: the answer itself has a date."""


def _ways(url: str) -> list[urllib.request.BaseHandler]:
    # Plain http is for this machine, which no proxy of the environment's stands for.
    return [urllib.request.ProxyHandler({})] if url.startswith("http:") else []


def clock(patient: Patient) -> Iterator[Result]:
    """Compare the clocks; further apart than the server's leeway is a problem."""
    if patient.server is None:
        yield no_server(patient)
        return
    asked = addresses(patient.server)
    offset = offset_from(asked[0]) if asked else None
    if offset is None:
        where = f"{shown(asked[0])} tells no time" if asked else "keys are given: nobody is asked"
        yield Result(Outcome.SKIPPED, where, "Compare the clock with a time server: chronyc tracking.")
        return
    leeway_s = min(issuer.standard.leeway for issuer in patient.server.rules.issuers.values())
    if offset.certain_s > leeway_s:
        yield Result(
            Outcome.PROBLEM,
            f"{offset.words}; the leeway is {leeway_s:g} s",
            "Let a time service set it (chronyc tracking): tokens look expired, or not yet valid.",
        )
    else:
        yield Result(Outcome.OK, offset.words if offset.certain_s > 0 else "right")


def offset_from(url: str) -> Offset | None:
    """
    Return how far this clock is from a server's, by its Date header (RFC 9110 §6.6.1).

    Args:
        url: What to ask the server for.

    Returns:
        The offset; None where the server tells no time.
    """
    if not is_safe(url):
        return None
    # Whoever answers tells the time, also who refuses the question or sends it elsewhere: no password is needed.
    asked = urllib.request.Request(shown(url), headers={"User-Agent": "poolwarden"})  # noqa: S310 (https, or this machine)
    before = time.time()
    try:
        with urllib.request.build_opener(_Staying, *_ways(url)).open(asked, timeout=TIMEOUT_S) as answer:
            told = answer.headers.get("Date")
    except urllib.error.HTTPError as error:
        told = error.headers.get("Date")
    except (OSError, HTTPException):  # the second where it speaks no HTTP
        return None
    try:
        return Offset.of(before, parsedate_to_datetime(told).timestamp(), time.time()) if told else None
    except ValueError:
        return None
