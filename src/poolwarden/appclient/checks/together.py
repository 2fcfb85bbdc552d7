"""The checks of app clients held against others: those of the same pool, and what is live."""

from collections.abc import Sequence
from typing import Final

from poolwarden.appclient.checks.kinds import only_machines
from poolwarden.appclient.durations import ACCESS, REFRESH, TOKENS
from poolwarden.appclient.effective import COMPARED, differences
from poolwarden.appclient.expectation import Expectation
from poolwarden.appclient.findings import Around, Check, Facts, Severity
from poolwarden.appclient.settings import ClientSettings
from poolwarden.causes.sources import API

WIDELY: Final = 10
"""Validities that differ by this factor are far apart."""

_DESCRIBED: Final = "api"
_VALIDITIES: Final = frozenset(token.attribute for token in TOKENS)


def surroundings(clients: Sequence[ClientSettings], expected: Expectation | None = None) -> list[Around]:
    """
    Return for each app client what it is held against.

    Args:
        clients: All that were read.
        expected: How long sessions are expected to last.
    """
    live = [client for client in clients if client.place.syntax == _DESCRIBED]
    declared = [client for client in clients if client.place.syntax != _DESCRIBED]
    return [
        Around(
            expected,
            tuple(other for other in clients if other is not client and _same_pool(client, other)),
            _live_of(client, declared, live),
        )
        for client in clients
    ]


def _same_pool(one: ClientSettings, other: ClientSettings) -> bool:
    if one.pool is None or one.pool != other.pool:
        return False
    client_id = one.text("ClientId")
    if client_id is not None and client_id == other.text("ClientId"):
        return False  # the same client twice: saved once, and asked for now
    described = one.place.syntax == _DESCRIBED, other.place.syntax == _DESCRIBED
    # An expression means something within its file only.
    return described[0] == described[1] and (described[0] or one.place.file == other.place.file)


def _live_of(
    client: ClientSettings, declared: Sequence[ClientSettings], live: Sequence[ClientSettings]
) -> ClientSettings | None:
    """Return what is live of a declared client: by its id, by its name, or because there is one of each."""
    if client.place.syntax == _DESCRIBED:
        return None
    here, name = client.text("UserPoolId"), client.text("ClientName")
    near = [other for other in live if here in (None, other.text("UserPoolId"))]
    client_id = client.text("ClientId")
    by_id = [other for other in near if client_id and other.text("ClientId") == client_id]
    by_name = [other for other in near if name and other.text("ClientName") == name]
    alone = near if len(near) == len(declared) == 1 and name is None else []
    for found in (by_id, by_name, alone):
        if len(found) == 1:
            return found[0]
    return None


def _differ(client: ClientSettings, around: Around) -> Facts | None:
    if only_machines(client):
        return None
    for token in (REFRESH, ACCESS):
        mine = client.validity(token)
        others = [
            (validity, one) for one in around.siblings if (validity := one.validity(token)) and token.takes(validity)
        ]
        people = [(validity, one) for validity, one in others if not only_machines(one)]
        if mine is None or not people:
            continue
        longest, other = max(people, key=lambda pair: pair[0].seconds)
        if mine.seconds * WIDELY <= longest.seconds:
            return {"attribute": token.attribute, "set": mine.plain, "other": other.name, "other_set": longest.plain}
    return None


def _drift(client: ClientSettings, around: Around) -> Facts | None:
    if around.live is None:
        return None
    names = [name for name in COMPARED if name in client.values or name in _VALIDITIES]
    found = differences(client, around.live, names)
    if not found:
        return None
    told = "; ".join(f"{one.name} is {one.before} here and {one.after} live" for one in found)
    return {"told": told}


TOGETHER_CHECKS: Final = (
    Check(
        name="pool_clients_differ",
        severity=Severity.WARNING,
        attribute=REFRESH.attribute,
        group="pool_clients_differ",
        when=_differ,
        sentence="{attribute} is {set}, and {other_set} in {other}, a client of the same pool.",
        mend="Set both alike, or say in an ignore why they differ.",
        source=f"A factor of {WIDELY} or more; what is usual",
    ),
    Check(
        name="drift",
        severity=Severity.WARNING,
        attribute="ClientId",
        group="drift",
        when=_drift,
        sentence="The template and what is live differ: {told}.",
        mend="Bring the template up to what is meant, and deploy it; an update by hand is set back by the next "
        "deployment.",
        source=f"{API}/API_DescribeUserPoolClient.html",
    ),
)
"""In the order in which they are told."""
