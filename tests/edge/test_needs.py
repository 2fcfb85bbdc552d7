"""Scopes, groups, optional authentication and what passes unasked, over every edge alike."""

from collections.abc import Mapping
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from edges import EDGES, Reply, authorization, ending_server
from poolwarden import Cause, ConfigurationError
from poolwarden.events import RequestRejected
from poolwarden.guard.requirement import Requirement
from poolwarden.guard.server import Guard
from poolwarden.observe.prometheus import meter
from world import World

EVERY_EDGE = pytest.mark.parametrize("edge", EDGES)
PREFLIGHT = [
    (b"origin", b"https://app.example"),
    (b"access-control-request-method", b"GET"),
    (b"access-control-request-headers", b"authorization"),
]
# needs, the token's scope, its groups, the cause and the scopes to ask for
NEEDS: tuple[tuple[Mapping[str, Any], str, list[str], Cause | None, str], ...] = (
    ({}, "", [], None, ""),
    ({"scopes": ["a", "b"]}, "b a c", [], None, ""),
    ({"scopes": ["a", "b"]}, "a", [], Cause.SCOPE_MISSING, "a b"),
    ({"scopes": ["a", "b"]}, "", [], Cause.SCOPE_MISSING, "a b"),
    ({"scopes": "a"}, "ab", [], Cause.SCOPE_MISSING, "a"),
    ({"scopes": "a"}, "A", [], Cause.SCOPE_MISSING, "a"),
    ({"any_scope": ["a", "b"]}, "b", [], None, ""),
    ({"any_scope": ["a", "b"]}, "c", [], Cause.SCOPE_MISSING, "a b"),
    ({"groups": ["admin", "staff"]}, "a", ["staff", "admin"], None, ""),
    ({"groups": ["admin", "staff"]}, "a", ["staff"], Cause.GROUP_MISSING, ""),
    ({"groups": ["admin"]}, "admin", ["not-admin"], Cause.GROUP_MISSING, ""),
    ({"any_group": ["admin", "staff"]}, "", ["staff"], None, ""),
    ({"any_group": ["admin", "staff"]}, "", ["guest"], Cause.GROUP_MISSING, ""),
    ({"scopes": "a", "groups": "admin"}, "a", ["admin"], None, ""),
    ({"scopes": "a", "groups": "admin"}, "b", [], Cause.SCOPE_MISSING, "a"),
    ({"scopes": "a", "groups": "admin"}, "a", [], Cause.GROUP_MISSING, ""),
    ({"scopes": "a", "any_scope": ["b", "c"]}, "a c", [], None, ""),
    ({"scopes": "a", "any_scope": ["b", "c"]}, "a", [], Cause.SCOPE_MISSING, "a b c"),
    ({"scopes": "a", "any_scope": ["b", "c"]}, "c", [], Cause.SCOPE_MISSING, "a c"),
)


def mounted(edge: str, server: Guard, needs: Mapping[str, Any]) -> Any:
    """Mount a server that asks for more than a good token: middlewares take a Requirement."""
    middleware = edge in ("asgi", "wsgi")
    return EDGES[edge][0](server, **({"require": Requirement(**needs)} if middleware else needs))


def ask(edge: str, app: Any, *values: bytes, **more: Any) -> Reply:
    """Send one request with these credentials."""
    return EDGES[edge][1](app, [*authorization(*values), *more.pop("headers", ())], **more)


@EVERY_EDGE
@pytest.mark.parametrize(("needs", "scope", "groups", "cause", "asked_for"), NEEDS)
def test_needs(
    edge: str,
    needs: Mapping[str, Any],
    scope: str,
    groups: list[str],
    cause: Cause | None,
    asked_for: str,
    world: World,
) -> None:
    """All of scopes and groups, one of any_scope and any_group; a 403 names the scopes that would do (RFC 6750 §3)."""
    token = world.mint({"scope": scope, "cognito:groups": groups})
    app = mounted(edge, world.server(), needs)
    for _ in range(2):
        reply = ask(edge, app, b"Bearer " + token)
        assert (reply.status, reply.cause) == ((403, cause) if cause else (200, None))
        challenge = reply["www-authenticate"] or ""
        assert ('error="insufficient_scope"' in challenge) is (cause is not None)
        assert (f'scope="{asked_for}"' in challenge) is bool(asked_for)
        assert "admin" not in challenge


@EVERY_EDGE
def test_counted_once(edge: str, world: World) -> None:
    """A good token without the scope that is needed counts as refused alone, new or known, and so does its event."""
    registry = CollectorRegistry()
    app = mounted(edge, world.server(meter=meter(registry)), {"scopes": ["a"]})
    for scope, times in (("a b", 3), ("b", 2)):
        header = b"Bearer " + world.mint({"scope": scope})
        assert {ask(edge, app, header).status for _ in range(times)} == {200 if "a" in scope else 403}
    samples = [sample for metric in registry.collect() for sample in metric.samples]
    counts = {
        (sample.labels["outcome"], sample.labels["cause"]): sample.value
        for sample in samples
        if sample.name == "poolwarden_requests_total" and sample.value
    }
    assert counts == {("accepted", "none"): 3, ("rejected", "scope_missing"): 2}
    assert sum(isinstance(event, RequestRejected) for event in world.notes.events) == 2


@pytest.mark.parametrize("edge", ["asgi", "wsgi"])
@pytest.mark.parametrize("require", [{"scopes": ["a"]}, ["a"], "a", 7, True, Requirement])
def test_no_requirement(edge: str, require: Any, world: World) -> None:
    """What is no requirement is refused where the middleware is made, and the error says what to give."""
    with pytest.raises(ConfigurationError, match=r"^require: is no requirement\. Give poolwarden\.Requirement\("):
        EDGES[edge][0](world.server(), require=require)


@pytest.mark.parametrize("edge", ["fastapi", "flask"])
@pytest.mark.parametrize("groups", [{"a": True}, 7, None, [1]])
def test_no_names(edge: str, groups: Any, world: World) -> None:
    """Neither do names that are none wait for the first request."""
    with pytest.raises(ConfigurationError, match=r"^groups: "):
        EDGES[edge][0](world.server(), groups=groups)


@EVERY_EDGE
@pytest.mark.parametrize(
    ("header", "cause"),
    [
        (None, None),
        (b"", None),
        (b"Basic YTpi", None),
        (b"Basic \xe9", None),
        (b"Bearer", "token_placeholder"),
        (b"Bearer undefined", "token_placeholder"),
        (b"Bearer a b", "credentials_malformed"),
        (b"Bearer aaaaaaaaaaaaaaaaaaaaaaaa", "token_malformed"),
    ],
)
def test_optional(edge: str, header: bytes | None, cause: str | None, world: World) -> None:
    """Where authentication is optional, no bearer credentials are fine, and bad ones are refused all the same."""
    app = EDGES[edge][0](world.server(), optional=True)
    reply = ask(edge, app, *(() if header is None else (header,)))
    assert reply.cause == cause
    if cause is None:
        assert (reply.status, reply.body.strip(b'"')) == (200, b"nobody")


@EVERY_EDGE
def test_optional_with_token(edge: str, world: World) -> None:
    """Where authentication is optional, a good token is used and an expired one is refused."""
    app, token = EDGES[edge][0](world.server(), optional=True), world.mint({"sub": "ada-sub"})
    for _ in range(2):
        assert ask(edge, app, b"Bearer " + token).body.strip(b'"') == b"ada-sub"
    world.clock.move(3_600)
    assert ask(edge, app, b"Bearer " + token).cause == "token_expired"


@pytest.mark.parametrize("edge", ["asgi", "wsgi"])
@pytest.mark.parametrize(
    ("method", "headers", "passes"),
    [
        ("OPTIONS", PREFLIGHT, True),
        ("OPTIONS", PREFLIGHT[:2], True),
        ("OPTIONS", PREFLIGHT[:1], False),
        ("OPTIONS", PREFLIGHT[1:], False),
        ("OPTIONS", [], False),
        ("GET", PREFLIGHT, False),
    ],
)
def test_preflight(edge: str, method: str, headers: Any, passes: bool, world: World) -> None:
    """A CORS preflight passes (a browser sends it without credentials), nothing that only resembles one does."""
    reply = ask(edge, EDGES[edge][0](world.server()), method=method, headers=headers)
    assert (reply.status, reply.cause) == ((200, None) if passes else (401, "credentials_missing"))


@EVERY_EDGE
def test_session_ends(edge: str, world: World) -> None:
    """Asked to, an edge tells in an accepted answer, and in no other, when the session ends."""
    server = ending_server(world)
    app, quiet = EDGES[edge][0](server, session_ends=True), EDGES[edge][0](server)
    token = b"Bearer " + world.mint({"auth_time": 1_699_999_000})
    assert ask(edge, app, token)["poolwarden-session-ends"] == str(1_699_999_000 + 30 * 3_600)
    assert ask(edge, quiet, token)["poolwarden-session-ends"] is None
    machine = b"Bearer " + world.mint({"sub": "1example23456789", "username": ...})
    assert ask(edge, app, machine)["poolwarden-session-ends"] is None
    assert ask(edge, app)["poolwarden-session-ends"] is None


@EVERY_EDGE
@pytest.mark.parametrize("group", ["Ärzte", 'a"b', "back\\slash", "日本"])
def test_groups_of_any_script(edge: str, group: str, world: World) -> None:
    """A group's name may have whatever Cognito allows in it, and is told to nobody."""
    app = mounted(edge, world.server(), {"groups": [group]})
    assert ask(edge, app, b"Bearer " + world.mint({"cognito:groups": ["staff", group]})).status == 200
    reply = ask(edge, app, b"Bearer " + world.mint({"cognito:groups": ["staff"]}))
    assert (reply.status, reply.cause) == (403, "group_missing")
    assert all(header.isascii() for pair in reply.headers for header in pair)


@EVERY_EDGE
def test_head(edge: str, world: World) -> None:
    """A refusal of HEAD has every header and no body (RFC 9110 §9.3.2)."""
    reply = ask(edge, EDGES[edge][0](world.server()), method="HEAD")
    if edge == "fastapi":
        assert reply.status == 405  # FastAPI's GET routes take no HEAD
        return
    assert (reply.status, reply.body) == (401, b"")
    assert int(reply["content-length"] or 0) > 0
