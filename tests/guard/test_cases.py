"""Every case of the table over the core call, of threads and of tasks."""

import pytest

from cases import CASES, CORE_CASES
from poolwarden import AccessToken, BearerError, Cause
from poolwarden.causes.seen_by_guard import GUARD_ROWS
from poolwarden.events import RequestRejected
from poolwarden.guard.server import Guard, Header
from world import Case, World

EVERY = pytest.mark.parametrize("case", CORE_CASES, ids=[case.name for case in CORE_CASES])


def forms(values: tuple[bytes, ...]) -> list[Header]:
    """Return the forms in which a caller may give header values: bytes, text, one, a list, None."""
    if not values:
        return [None, [], ()]
    if len(values) > 1:
        return [list(values), [value.decode("latin-1") for value in values]]
    return [values[0], values[0].decode("latin-1"), [values[0]], (values[0].decode("latin-1"),)]


def check(case: Case, world: World, outcome: AccessToken | BearerError) -> None:
    """Hold what came of a case against the table, and against what was told about it."""
    assert (outcome.cause if isinstance(outcome, BearerError) else None) is case.cause
    told = [event.cause for event in world.notes.events if isinstance(event, RequestRejected)]
    assert told == ([] if case.cause is None else [case.cause])
    assert all(".well-known/jwks.json" in url and "evil" not in url for url in world.fetched)
    assert len(world.fetched) <= 1


def outcome_of(server: Guard, header: Header) -> AccessToken | BearerError:
    """Authenticate and return what came of it."""
    try:
        return server.authenticate(header)
    except BearerError as error:
        return error


@EVERY
def test_sync(case: Case, world: World) -> None:
    """A thread gets exactly the cause of the table, whatever form the header has."""
    headers = forms(case.headers(world))
    check(case, world, outcome_of(case.server(world), headers[0]))
    for header in headers[1:]:
        outcome = outcome_of(case.server(world, events=None), header)
        assert (outcome.cause if isinstance(outcome, BearerError) else None) is case.cause


@EVERY
async def test_async(case: Case, world: World) -> None:
    """A task gets exactly the cause of the table."""
    outcome: AccessToken | BearerError
    try:
        outcome = await case.server(world).aauthenticate(forms(case.headers(world))[0])
    except BearerError as error:
        outcome = error
    check(case, world, outcome)


@EVERY
def test_again(case: Case, world: World) -> None:
    """A second request, now that keys, headers and tokens are known, ends as the first."""
    server = case.server(world)
    server.authenticate(b"Bearer " + world.other.mint(client_id="1example23456789").encode())
    header = forms(case.headers(world))[0]
    for _ in range(2):
        outcome = outcome_of(server, header)
        assert (outcome.cause if isinstance(outcome, BearerError) else None) is case.cause


def test_names() -> None:
    """Each case has a name of its own, which pytest leaves as it is."""
    names = [case.name for case in CORE_CASES]
    assert not {name for name in names if "\\" in name or not name.isascii()}
    assert not {name for name in names if names.count(name) > 1}


def test_causes() -> None:
    """The table has a case for each cause that a token or a header alone can have."""
    elsewhere = {
        *(Cause.SCOPE_MISSING, Cause.GROUP_MISSING, Cause.TOKEN_REVOKED),
        *(Cause.KEYS_UNAVAILABLE, Cause.REVOCATION_UNAVAILABLE),
    }
    assert {case.cause for case in CASES} == {row.cause for row in GUARD_ROWS} - elsewhere | {None}
