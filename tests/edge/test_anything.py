"""Whatever a request carries, every edge answers it: no exception, no 500, nothing of it reflected."""

from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from edges import EDGES, authorization
from poolwarden import Cause
from poolwarden.errors import bearer_error
from poolwarden.guard.challenge import answer_to
from world import Rings, World

VALUES = st.one_of(
    st.binary(max_size=80),
    st.binary(max_size=80).map(lambda tail: b"Bearer " + tail),
    st.lists(st.text("aZ09-_=.", max_size=30), max_size=6).map(lambda parts: b"Bearer " + ".".join(parts).encode()),
)
METHODS = st.sampled_from(["GET", "HEAD", "POST", "OPTIONS", "TRACE", "CONNECT", "BREW", "get"])
HEADERS = st.lists(
    st.tuples(
        st.sampled_from([b"origin", b"x-request-id", b"traceparent", b"access-control-request-method", b"cookie"]),
        st.binary(max_size=40),
    ),
    max_size=3,
)


ANSWERS = [answer_to(bearer_error(cause)) for cause in Cause]
BODIES = {b"", *(answer.body for answer in ANSWERS)}
CHALLENGES = {dict(answer.headers).get("www-authenticate") for answer in ANSWERS}


@cache
def application(edge: str, rings: Rings) -> Any:
    """Mount each edge once; its server knows its keys."""
    world = World(rings)
    server = world.server()
    assert server.warm_up()
    return EDGES[edge][0](server)


@pytest.mark.parametrize("edge", EDGES)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(values=[b"Bearer \xff\xfe"], headers=[], method="GET", path="/")
@example(values=[b"Bearer " + b"." * 70_000], headers=[], method="GET", path="/")
@given(values=st.lists(VALUES, max_size=3), headers=HEADERS, method=METHODS, path=st.text(max_size=30))
def test_anything(
    edge: str, values: list[bytes], headers: list[tuple[bytes, bytes]], method: str, path: str, rings: Rings
) -> None:
    """The answer is one of a closed set, or the framework's own for a method that it does not have."""
    framework = edge in ("fastapi", "flask")
    path = "/" if framework else "/" + path.encode("utf-8", "replace").decode()
    reply = EDGES[edge][1](application(edge, rings), [*authorization(*values), *headers], path, method)
    if method == "OPTIONS" and reply.status == 200:  # a preflight, or Flask's own answer
        return
    assert reply.status in ((400, 401, 405) if framework else (400, 401))
    assert reply.status == 405 or reply.body in BODIES
    assert reply["www-authenticate"] in CHALLENGES
