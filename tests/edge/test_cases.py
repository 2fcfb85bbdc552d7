"""Every case of the table over every edge alike."""

import re

import pytest

from cases import CASES
from edges import EDGES, Reply, authorization
from poolwarden.causes import CAUSES
from world import Case, World

EVERY = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
# RFC 6750 §3, and what RFC 9457 and the vocabulary ask of the body.
CHALLENGE = re.compile(
    r'Bearer( error="[a-z_]+", error_description="[\x20-\x21\x23-\x5B\x5D-\x7E]+")?'
    r'(, scope="[\x21\x23-\x5B\x5D-\x7E ]+")?'
)
MEMBERS = {"type", "title", "status", "detail", "cause", "action"}


def check_problem(reply: Reply, headers: tuple[bytes, ...]) -> None:
    """Hold an answer to a refusal against its cause's row; nothing of the request is in it."""
    row = CAUSES[reply.json["cause"]]
    assert set(reply.json) == MEMBERS
    assert reply.json["action"] == row.action
    assert reply["cache-control"] == "no-store"
    assert reply["content-length"] == str(len(reply.body))
    if row.status == 503:
        assert int(reply["retry-after"] or 0) >= 1
        assert reply["www-authenticate"] is None
    else:
        challenge = reply["www-authenticate"] or ""
        assert CHALLENGE.fullmatch(challenge)
        assert ("error=" in challenge) is (row.error is not None)
    whole = reply.body + repr(reply.headers).encode()
    parts = [part for header in headers for part in re.split(rb"[\s.,]", header) if len(part) > 12]
    assert not [part for part in parts if part in whole]


@EVERY
def test_case(case: Case, world: World) -> None:
    """Each edge answers with the status and the cause of the table, whatever a request carries."""
    headers = case.headers(world)
    expected = (200, None) if case.cause is None else (CAUSES[case.cause].status, case.cause)
    replies = {name: call(mount(case.server(world)), authorization(*headers)) for name, (mount, call) in EDGES.items()}
    assert {name: (reply.status, reply.cause) for name, reply in replies.items()} == dict.fromkeys(EDGES, expected)
    for reply in replies.values():
        if case.cause is not None:
            check_problem(reply, headers)


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("place", ["query", "form", "cookie", "header"])
def test_elsewhere(edge: str, place: str, world: World) -> None:
    """A token in a query, a form, a cookie or another header is no credential (RFC 6750 §2.2 and §2.3 are not ours)."""
    mount, call = EDGES[edge]
    token = world.mint()
    headers = {"cookie": [(b"cookie", b"access_token=" + token)], "header": [(b"x-authorization", b"Bearer " + token)]}
    query = b"access_token=" + token if place == "query" else b""
    more = {"QUERY_STRING": query.decode()} if call is EDGES["wsgi"][1] else {"query_string": query}
    method = "POST" if place == "form" and edge in ("asgi", "wsgi") else "GET"
    reply = call(mount(world.server()), headers.get(place, []), method=method, **more)
    assert (reply.status, reply.cause) == (401, "credentials_missing")
    assert reply["www-authenticate"] == "Bearer"
