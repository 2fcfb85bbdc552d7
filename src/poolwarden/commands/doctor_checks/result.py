"""What is looked at, and what a check says of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from poolwarden.errors import ConfigurationError
from poolwarden.guard.fetch import fetch_document
from poolwarden.guard.fetched import Document
from poolwarden.guard.server import Guard


class Outcome(StrEnum):
    """How a check ended: as it should, with something worth a thought, with a problem, or not at all."""

    OK = "ok"
    HINT = "hint"
    PROBLEM = "problem"
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
class App:
    """
    An application.

    Attributes:
        address: Where it was found: ``module:name``.
        loaded: The application itself.
    """

    address: str
    loaded: Any


@dataclass(frozen=True, slots=True)
class Patient:
    """
    What is looked at.

    Attributes:
        server: A server with the settings of the API; None where no pool is named.
        app: The application; None where none is named.
        environ: The environment.
        fault: Why no server can be made of the environment; None where one can, or none was asked for.
        fetch: What fetches a JWK Set, from an address and within seconds.
    """

    server: Guard | None
    app: App | None
    environ: Mapping[str, str]
    fault: ConfigurationError | None = None
    fetch: Callable[[str, float], Document] = fetch_document


def no_server(patient: Patient) -> Result:
    """Return why a check of a server's pools is skipped."""
    if patient.fault is not None:
        return Result(Outcome.SKIPPED, "the settings have to be mended first")
    if patient.app is not None:
        words = "the application shows no guard, and no pool is named"
        return Result(Outcome.SKIPPED, words, "Give --pool, or set POOLWARDEN_USER_POOL_ID.")
    return Result(Outcome.SKIPPED, "no pool is named", "Give --pool or --app, or set POOLWARDEN_USER_POOL_ID.")


def shown(url: str) -> str:
    """Return an address as anybody may read it: without user, password and query (RFC 3986 §3.2.1)."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


def addresses(server: Guard) -> list[str]:
    """Return where the keys of each pool's first issuer are; the other issuers are asked only when they are used."""
    return [pool.jwks_url_of(next(iter(pool.issuers))) for _, pool in server.pools if pool.keys is None]
