"""Are the settings what somebody would mean?"""

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import NamedTuple

from poolwarden.appclient import REFRESH, Validity
from poolwarden.appclient.units import meant_instead
from poolwarden.commands.doctor_checks.result import Outcome, Patient, Result, no_server
from poolwarden.guard.server import Guard
from poolwarden.validities import in_largest_unit

VARIABLES = (
    "POOLWARDEN_USER_POOL_ID",
    "POOLWARDEN_CLIENT_IDS",
    "POOLWARDEN_REFRESH_VALIDITY",
    "POOLWARDEN_REF_KEY",
    "POOLWARDEN_JWKS_URL",
    "POOLWARDEN_ISSUERS",
    "POOLWARDEN_DEBUG",
)
"""Every environment variable that is read."""

# API_UserPoolClientType, ClientId.
_CLIENT_ID = re.compile(r"[\w+]{1,128}", re.ASCII)
# A user pool's id where a client's belongs.
_POOL_ID = re.compile(r"[a-z]{2}(-[a-z]+)+-\d_[0-9A-Za-z]+", re.ASCII)
# A generated id has 26 characters, a generated secret about twice as many.
_LONG_ID = 40
_MOST_LEEWAY_S = 60
_SHORTEST_SESSION_S = 300
_SHORT_KEY = 16


class _Client(NamedTuple):
    """An app client as it is configured; without an id it stands for all of them."""

    client_id: str
    alias: str
    validity_s: int | None


def environment(patient: Patient) -> Iterator[Result]:
    """Look at the environment's variables."""
    environ = patient.environ
    told = False
    for name in sorted(name for name in environ if name.startswith("POOLWARDEN_") and name not in VARIABLES):
        near = get_close_matches(name, VARIABLES, n=1)
        mend = f"Write {near[0]}." if near else "Remove it; the names are " + ", ".join(VARIABLES) + "."
        yield Result(Outcome.PROBLEM, f"{name} is read by nobody", mend)
        told = True
    if environ.get("POOLWARDEN_USER_POOL_ID") and not environ.get("POOLWARDEN_CLIENT_IDS"):
        yield Result(
            Outcome.PROBLEM,
            "POOLWARDEN_CLIENT_IDS is not set: ResourceServer.from_env() refuses to start",
            "Set it to the accepted app clients: web=1example23456789,mobile=….",
        )
        told = True
    key = environ.get("POOLWARDEN_REF_KEY", "")
    if 0 < len(key) < _SHORT_KEY:
        yield Result(
            Outcome.PROBLEM,
            f"POOLWARDEN_REF_KEY has {len(key)} characters: users could be guessed from their references",
            "Draw one: openssl rand -hex 32.",
        )
        told = True
    if not told:
        named = [name for name in VARIABLES if environ.get(name)]
        yield (
            Result(Outcome.OK, ", ".join(named) + (" is set" if len(named) == 1 else " are set"))
            if named
            else Result(Outcome.SKIPPED, "none of poolwarden's variables is set")
        )


def settings(patient: Patient) -> Iterator[Result]:
    """Look at the server's settings."""
    if patient.fault is not None:
        yield Result(Outcome.PROBLEM, f"{patient.fault.field} {patient.fault.problem.rstrip('.')}", patient.fault.mend)
        return
    if patient.server is None:
        yield no_server(patient)
        return
    found = [result for check in _CHECKS for result in check(patient.server)]
    yield from found
    if not found:
        yield Result(Outcome.OK, "nothing in them looks like a mistake")


def _any_client(server: Guard) -> Iterator[Result]:
    for alias, pool in server.pools:
        if pool.any_client:
            yield Result(
                Outcome.HINT,
                f"every app client of pool {alias} is accepted",
                "Name those that are meant in client_ids (POOLWARDEN_CLIENT_IDS).",
            )


def _client_ids(server: Guard) -> Iterator[Result]:
    for client in _clients(server):
        # Its value is not told: it may be the secret.
        if not client.client_id:
            continue
        if _POOL_ID.fullmatch(client.client_id):
            wrong = "is a user pool's id"
        elif not _CLIENT_ID.fullmatch(client.client_id):
            wrong = "has characters that no app client's id has"
        elif len(client.client_id) >= _LONG_ID:
            wrong = "is as long as a client secret"
        else:
            continue
        yield Result(
            Outcome.PROBLEM,
            f"the id of client {_named(client)} {wrong}: its tokens are refused (client_mismatch)",
            "Copy the client id from the console, under App clients.",
        )


def _validities(server: Guard) -> Iterator[Result]:
    for client in _clients(server):
        name = f"refresh validity of {_whose(client)}"
        if client.validity_s is None:
            yield Result(
                Outcome.HINT,
                f"the {name} is not configured: nobody is told when sessions end",
                "Set refresh_validity (POOLWARDEN_REFRESH_VALIDITY=30d) to what the app client has.",
            )
            continue
        validity = Validity(*in_largest_unit(client.validity_s))
        meant = meant_instead(REFRESH, validity, unit_given=True)
        if not REFRESH.takes(validity):
            yield Result(
                Outcome.PROBLEM,
                f"the {name} is {validity}; Cognito has 60 minutes to 3650 days",
                "Set it to what the app client has: aws cognito-idp describe-user-pool-client.",
            )
        elif meant is not None:
            yield Result(
                Outcome.PROBLEM,
                f"the {name} is {validity}; {meant} were probably meant",
                "Compare with the app client: poolwarden client check; then mend both.",
            )


def _leeway(server: Guard) -> Iterator[Result]:
    leeway_s = max(issuer.standard.leeway for issuer in server.rules.issuers.values())
    if leeway_s > _MOST_LEEWAY_S:
        yield Result(
            Outcome.PROBLEM,
            f"leeway is {leeway_s:g} s: tokens are accepted that long before they are valid",
            "Let a time service set the clock, and leave leeway at 5 s.",
        )
    elif leeway_s == 0:
        yield Result(
            Outcome.HINT,
            "leeway is 0: tokens of an issuer whose clock is a moment ahead are refused (token_not_yet_valid)",
            "Leave leeway at 5 s; it lengthens no token's life.",
        )


def _session_age(server: Guard) -> Iterator[Result]:
    ages = {issuer.standard.max_session_age for issuer in server.rules.issuers.values()} - {None}
    for age_s in sorted(age for age in ages if age is not None):
        if age_s < _SHORTEST_SESSION_S:
            yield Result(
                Outcome.PROBLEM,
                f"max_session_age is {age_s:g} s: sessions end before their first access token could",
                "Give a timedelta, the unit spelt out: timedelta(hours=12).",
            )
        for client in _clients(server):
            if client.validity_s is not None and age_s >= client.validity_s:
                yield Result(
                    Outcome.HINT,
                    f"max_session_age is not below the refresh validity of {_whose(client)}, and changes nothing there",
                    "Leave it out, or shorten it.",
                )


def _references(server: Guard) -> Iterator[Result]:
    if server.rules.refs.user("", "x") is None:
        yield Result(
            Outcome.HINT,
            "there is no reference key: events name no users",
            "Set POOLWARDEN_REF_KEY, the same in every process: openssl rand -hex 32.",
        )


_CHECKS: tuple[Callable[[Guard], Iterator[Result]], ...] = (
    _any_client,
    _client_ids,
    _validities,
    _leeway,
    _session_age,
    _references,
)


def _clients(server: Guard) -> Iterator[_Client]:
    for _, pool in server.pools:
        for client_id, alias in pool.clients.items():
            yield _Client(client_id, alias, pool.refresh_validity_of(alias))
        if pool.any_client and not isinstance(pool.refresh_validity, Mapping):
            yield _Client("", "every client", pool.refresh_validity_of(""))


def _named(client: _Client) -> str:
    # Where no alias is given the id is the alias, and may be the secret.
    return "without an alias" if client.alias == client.client_id else client.alias


def _whose(client: _Client) -> str:
    return f"a client {_named(client)}" if client.alias == client.client_id else client.alias
