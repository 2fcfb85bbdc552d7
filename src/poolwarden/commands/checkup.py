"""What the doctor looks at: an ordered table of checks, each of which says what is wrong and how to mend it."""

import os
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import Enum

from poolwarden.commands.middleware import load, order_of
from poolwarden.guard.fetch import FetchError, fetch_document
from poolwarden.guard.jwks import BadKeySetError, read_keys
from poolwarden.guard.pool import is_safe
from poolwarden.guard.server import Guard

MOST_OFFSET_S = 5.0
"""How far the clocks may be apart: the guard's default leeway."""

_TIMEOUT_S = 5.0


class Outcome(Enum):
    """How a check ended."""

    GOOD = "good"
    BAD = "bad"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Result:
    """
    What a check found.

    Attributes:
        outcome: How it ended.
        words: What was found.
        mend: What to do about it.
    """

    outcome: Outcome
    words: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """
    What is looked at.

    Attributes:
        server: A server with the settings of the API; None where no pool is named.
        app: The application as ``module:name``; None where none is named.
        environ: The environment.
    """

    server: Guard | None
    app: str | None
    environ: Mapping[str, str]


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


FETCH_MENDS = {
    "timeout": "Let this host reach it (egress rule, proxy, DNS), or set POOLWARDEN_JWKS_URL to a mirror.",
    "http_error": "Compare pool id and region with the console, and let this host reach it.",
    "blocked": "Something in between redirects: a proxy or a captive portal. Let this host reach it directly.",
    "invalid": "Something in between answers for it. Fetch it with curl and look at what comes.",
}
"""What to do about each way in which a fetch fails."""

_NO_POOL = Result(Outcome.SKIPPED, "no pool is named", "Give --pool, or set POOLWARDEN_USER_POOL_ID.")


def _keys(patient: Patient) -> Iterator[Result]:
    if patient.server is None:
        yield _NO_POOL
        return
    for url in _addresses(patient.server):
        began = time.monotonic()
        try:
            keys = read_keys(fetch_document(url, _TIMEOUT_S).body)
        except FetchError as error:
            yield Result(Outcome.BAD, f"{url}: {error.result}", FETCH_MENDS[error.result])
        except BadKeySetError as error:
            yield Result(Outcome.BAD, f"{url}: {error}", FETCH_MENDS["invalid"])
        else:
            yield Result(Outcome.GOOD, f"{len(keys)} keys in {time.monotonic() - began:.2f} s from {url}")


def _clock(patient: Patient) -> Iterator[Result]:
    if patient.server is None:
        yield _NO_POOL
        return
    url = _addresses(patient.server)[0]
    offset = _offset_from(url)
    if offset is None:
        yield Result(Outcome.SKIPPED, f"{url} tells no time", "Compare the clock with a time server: chronyc tracking.")
        return
    if offset.certain_s > MOST_OFFSET_S:
        mend = "Let a time service set it (chronyc tracking): tokens look expired, or not yet valid."
        yield Result(Outcome.BAD, offset.words, mend)
    else:
        yield Result(Outcome.GOOD, offset.words if offset.certain_s > 0 else "right")


def _middleware(patient: Patient) -> Iterator[Result]:
    if patient.app is None:
        yield Result(Outcome.SKIPPED, "no application is named", "Give --app module:name.")
        return
    order = order_of(load(patient.app))
    if not order.guarded:
        mend = "Add poolwarden's BearerMiddleware; a guard in the routes (Security, @required) is not seen from here."
        yield Result(Outcome.BAD, f"{patient.app} has no BearerMiddleware", mend)
    elif order.cors_inside:
        mend = "Add the CORS middleware after BearerMiddleware: what is added last runs first."
        yield Result(Outcome.BAD, "CORS sits inside the guard: browsers cannot read its 401", mend)
    else:
        yield Result(Outcome.GOOD, "the guard is mounted, and no CORS middleware sits inside it")


def _metrics(patient: Patient) -> Iterator[Result]:
    folder = patient.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
    if not folder:
        yield Result(Outcome.SKIPPED, "PROMETHEUS_MULTIPROC_DIR is not set: metrics are one process's")
        return
    mend = "Make the directory, writable for the API's user, and empty it before each start."
    if not os.path.isdir(folder):  # noqa: PTH112 (the variable may hold anything, and Path would only wrap it)
        yield Result(Outcome.BAD, f"PROMETHEUS_MULTIPROC_DIR {folder} is no directory", mend)
        return
    try:
        with tempfile.TemporaryFile(dir=folder):
            yield Result(Outcome.GOOD, f"PROMETHEUS_MULTIPROC_DIR {folder} is writable")
    except OSError as error:
        yield Result(Outcome.BAD, f"PROMETHEUS_MULTIPROC_DIR {folder} cannot be written to: {error.strerror}", mend)


CHECKS: tuple[tuple[str, Callable[[Patient], Iterator[Result]]], ...] = (
    ("keys", _keys),
    ("clock", _clock),
    ("middleware", _middleware),
    ("metrics", _metrics),
)
"""Every check, in the order in which it is told."""


def _addresses(server: Guard) -> list[str]:
    """Return where the keys of each pool's first issuer are; the other issuers are asked only when they are used."""
    return [pool.jwks_url_of(next(iter(pool.issuers))) for _, pool in server.pools]


def _offset_from(url: str) -> Offset | None:
    """Return how far this clock is from a server's, by its Date header (RFC 9110 §6.6.1); None where it tells none."""
    if not is_safe(url):
        return None
    asked = urllib.request.Request(url, headers={"User-Agent": "poolwarden"})  # noqa: S310 (https, or this machine)
    before = time.time()
    try:
        with urllib.request.urlopen(asked, timeout=_TIMEOUT_S) as answer:  # noqa: S310 (as above)
            told = answer.headers.get("Date")
    except urllib.error.HTTPError as error:
        told = error.headers.get("Date")
    except OSError:
        return None
    try:
        return Offset.of(before, parsedate_to_datetime(told).timestamp(), time.time()) if told else None
    except ValueError:
        return None
