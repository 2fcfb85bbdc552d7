"""A watched boto3 client tells what Cognito refuses; a burst of retries is one refusal."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from prometheus_client import REGISTRY, CollectorRegistry
from structlog.testing import capture_logs

from edges import call_asgi
from poolwarden import asgi
from poolwarden.events import CognitoRefused
from poolwarden.localpool import Clock, LocalPool
from poolwarden.localpool.http import serve
from poolwarden.observe.boto import BURST_S, watch
from poolwarden.observe.prometheus import meter
from world import START, Notebook, Rings, World

PASSWORD = "Passw0rd!"


@pytest.fixture(scope="module")
def pool(rings: Rings) -> LocalPool:
    """Found a pool with a user, on a clock of its own."""
    pool = LocalPool("eu-west-1_Watched", clock=Clock(START), keys=rings.main)
    pool.create_user("ada", PASSWORD)
    return pool


@pytest.fixture(scope="module")
def url(pool: LocalPool) -> Iterator[str]:
    """Serve it."""
    with serve(pool) as base:
        yield base


def client_of(url: str, service: str = "cognito-idp") -> Any:
    """Make an unmodified boto3 client."""
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    return boto3.client(service, region_name="eu-west-1", endpoint_url=url, **keys)  # type: ignore[call-overload]


def refresh(client: Any, client_id: str, token: str) -> None:
    """Try to renew a session with a token that the pool refuses."""
    with pytest.raises(ClientError):
        client.initiate_auth(ClientId=client_id, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": token})


def count(registry: CollectorRegistry, operation: str, cause: str) -> float | None:
    """Return how many refusals were counted."""
    labels = {"operation": operation, "cause": cause}
    return registry.get_sample_value("poolwarden_cognito_refusals_total", labels)


def test_bursts(pool: LocalPool, url: str) -> None:
    """Six tries of one token in 6.4 s, as old Amplify makes them, are one event; the next burst is another."""
    web = pool.create_client("web", refresh_validity=30, units={"refresh": "hours"})
    token = pool.sign_in(web.client_id, "ada", PASSWORD).refresh_token
    pool.clock.move(31 * 3_600)
    notes, registry, client, clock = Notebook(), CollectorRegistry(), client_of(url), Clock(START)
    watch(client, events=notes, counts=meter(registry), now=clock)
    assert token is not None
    for attempt in range(6):
        refresh(client, web.client_id, token)
        clock.move(0.1 * 2**attempt)
    (event,) = notes.events
    assert isinstance(event, CognitoRefused)
    assert (event.cause, event.operation, event.error) == (
        "refresh_token_expired",
        "InitiateAuth",
        "NotAuthorizedException",
    )
    assert event.message == "Refresh Token has expired"
    assert token not in repr(notes.events)
    clock.move(BURST_S)
    refresh(client, web.client_id, token)
    assert len(notes.events) == 2
    assert count(registry, "InitiateAuth", "refresh_token_expired") == 2


def test_poller(pool: LocalPool, url: str) -> None:
    """A client that tries every five seconds for ever is told about again and again, not once."""
    notes, client, clock = Notebook(), client_of(url), Clock(START)
    watch(client, events=notes, counts=meter(CollectorRegistry()), now=clock)
    web = pool.create_client("poller")
    for _ in range(12):
        refresh(client, web.client_id, "invalid")
        clock.move(5)
    assert len(notes.events) == 6


def test_different(pool: LocalPool, url: str) -> None:
    """Other tokens and other causes are no part of a burst; what succeeds is not told."""
    notes, client = Notebook(), client_of(url)
    watch(client, events=notes, counts=meter(CollectorRegistry()), now=Clock(START))
    web = pool.create_client("different")
    for token in ("a", "b", "a"):
        refresh(client, web.client_id, token)
    client.admin_get_user(UserPoolId=pool.pool_id, Username="ada")
    with pytest.raises(ClientError):
        client.get_user(AccessToken="a")
    assert [event.operation for event in notes.events] == ["InitiateAuth", "InitiateAuth", "GetUser"]  # type: ignore[union-attr]


def test_told_once(pool: LocalPool, url: str, world: World) -> None:
    """A refusal that was told here is answered by the middleware that it crosses, and not told again."""
    client = client_of(url)
    watch(client, events=world.notes, counts=meter(CollectorRegistry()), now=Clock(START))

    async def app(scope: Any, receive: Any, send: Any) -> None:
        client.get_user(AccessToken="a")

    reply = call_asgi(asgi.BearerMiddleware(app, world.server(), optional=True))
    assert (reply.status, reply.cause) == (401, "access_token_invalid")
    assert len([event for event in world.notes.events if isinstance(event, CognitoRefused)]) == 1


def test_defaults(url: str) -> None:
    """Unasked, events go to structlog and counts to prometheus_client's default registry."""
    client = client_of(url)
    watch(client)
    before = count(REGISTRY, "GetUser", "access_token_invalid") or 0
    with capture_logs() as logs, pytest.raises(ClientError):
        client.get_user(AccessToken="a")
    assert [(entry["event"], entry["log_level"]) for entry in logs] == [("poolwarden.cognito_refused", "warning")]
    assert count(REGISTRY, "GetUser", "access_token_invalid") == before + 1
