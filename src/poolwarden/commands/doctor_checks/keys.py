"""Are the keys in reach, and are they the pool's?"""

import time
from collections.abc import Iterator

from poolwarden.commands.doctor_checks.result import Outcome, Patient, Result, addresses, no_server, shown
from poolwarden.guard.fetched import FetchError
from poolwarden.guard.jwks import BadKeySetError, read_keys
from poolwarden.guard.pool import UserPool

TIMEOUT_S = 5.0
_PUBLISHED = 2
_SHOWN = 8

FETCH_MENDS = {
    "timeout": "Let this host reach it (egress rule, proxy, DNS), or set POOLWARDEN_JWKS_URL to a mirror.",
    "http_error": "Compare pool id and region with the console, and let this host reach it.",
    "blocked": "Something in between redirects: a proxy or a captive portal. Let this host reach it directly.",
    "invalid": "Something in between answers for it. Fetch it with curl and look at what comes.",
}
"""What to do about each way in which a fetch fails."""


def keys(patient: Patient) -> Iterator[Result]:
    """Fetch the keys of every pool as the guard would."""
    if patient.server is None:
        yield no_server(patient)
        return
    for alias, pool in patient.server.pools:
        if pool.keys is not None:
            yield Result(Outcome.OK, f"those of pool {alias} are given, nothing is fetched")
    for url in addresses(patient.server):
        began = time.monotonic()
        try:
            found = read_keys(patient.fetch(url, TIMEOUT_S).body)
        except FetchError as error:
            detail = f" ({error.detail})" if error.detail else ""
            yield Result(Outcome.PROBLEM, f"{shown(url)}: {error.result}{detail}", FETCH_MENDS[error.result])
        except BadKeySetError as error:
            yield Result(Outcome.PROBLEM, f"{shown(url)}: {error}", FETCH_MENDS["invalid"])
        else:
            yield Result(Outcome.OK, f"{len(found)} keys in {time.monotonic() - began:.2f} s from {shown(url)}")


def kids(patient: Patient) -> Iterator[Result]:
    """Look at the key ids: are there as many as Cognito publishes, and does a mirror have the pool's own?"""
    if patient.server is None:
        yield no_server(patient)
        return
    for alias, pool in patient.server.pools:
        if pool.keys is None:
            yield _mirrored(patient, alias, pool) if pool.jwks_url else _published(patient, alias, pool)


def _published(patient: Patient, alias: str, pool: UserPool) -> Result:
    found = _kids_at(patient, pool.jwks_url_of(next(iter(pool.issuers))))
    if found is None:
        return Result(Outcome.SKIPPED, f"the keys of pool {alias} cannot be read")
    if len(found) < _PUBLISHED:
        return Result(
            Outcome.HINT,
            f"pool {alias} has one key, {_said(found)}; Cognito publishes two, one of them for ID tokens",
            "Compare with what the pool's address answers from elsewhere: a proxy may keep an old answer.",
        )
    return Result(Outcome.OK, f"pool {alias} has {_said(found)}")


def _mirrored(patient: Patient, alias: str, pool: UserPool) -> Result:
    mirror = str(pool.jwks_url)
    own = f"{next(iter(pool.issuers)).rstrip('/')}/.well-known/jwks.json"
    there, here = _kids_at(patient, mirror), _kids_at(patient, own) if own != mirror else None
    if there is None:
        return Result(Outcome.SKIPPED, f"the keys of pool {alias} cannot be read")
    if here is None:
        return Result(
            Outcome.SKIPPED, f"pool {alias} has {_said(there)}; its own address does not answer to compare them"
        )
    lacking = sorted(here - there)
    if lacking:
        return Result(
            Outcome.PROBLEM,
            f"{shown(mirror)} lacks {_said(set(lacking))} of pool {alias}: "
            "tokens signed with it are refused (key_unknown)",
            "Renew the mirror, and let it be renewed at least every hour.",
        )
    return Result(Outcome.OK, f"{shown(mirror)} has the keys of pool {alias}: {_said(here)}")


def _kids_at(patient: Patient, url: str) -> set[str] | None:
    try:
        return set(read_keys(patient.fetch(url, TIMEOUT_S).body))
    except (FetchError, BadKeySetError):
        return None


def _said(names: set[str]) -> str:
    # Whole ones are 44 characters; the first tell them apart.
    return ", ".join(f"{name[:_SHOWN]}…" if len(name) > _SHOWN else name for name in sorted(names))
