"""A watched boto3 client tells what Cognito refuses; a burst of retries is one refusal."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError
from prometheus_client import REGISTRY, CollectorRegistry
from structlog.testing import capture_logs

from edges import call_asgi
from loopback import closed_port
from poolwarden import asgi
from poolwarden.events import CognitoRefused, parse, timestamp
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


def client_of(url: str, service: str = "cognito-idp", retries: int | None = None) -> Any:
    """Make an unmodified boto3 client."""
    settings: dict[str, Any] = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    if retries is not None:
        settings["config"] = Config(retries={"max_attempts": retries})
    return boto3.client(service, region_name="eu-west-1", endpoint_url=url, **settings)  # type: ignore[call-overload]


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


def test_whole_bursts(pool: LocalPool, url: str) -> None:
    """
    Asked to, a burst is told when it is over, with all its calls and as of its first; it is counted at once.

    A call that nothing repeats is no burst.
    """
    waiting: list[tuple[float, Callable[[], None]]] = []
    notes, registry, client, clock = Notebook(), CollectorRegistry(), client_of(url), Clock(START)
    watch(
        client,
        events=notes,
        counts=meter(registry),
        whole_bursts=True,
        now=clock,
        later=lambda seconds, function: waiting.append((seconds, function)),
    )
    web = pool.create_client("whole")
    for attempt in range(6):
        refresh(client, web.client_id, "a")
        clock.move(0.1 * 2**attempt)
    refresh(client, web.client_id, "b")
    assert not notes.events
    assert count(registry, "InitiateAuth", "refresh_token_invalid") == 2
    for seconds, function in waiting:
        assert seconds == BURST_S
        function()
    assert [(event.timestamp, event.burst) for event in notes.events] == [  # type: ignore[union-attr]
        (timestamp(START), 6),
        (timestamp(START + 6.3), None),
    ]


AT_THE_END = """
import sys
from botoerrors import call, client_of
from botocore.stub import Stubber
from poolwarden.observe.boto import watch
from poolwarden.observe.lines import JsonLines

client = client_of()
watch(client, events=JsonLines(sys.stdout), whole_bursts=True)
with Stubber(client) as stub:
    stub.add_client_error("get_user", "NotAuthorizedException", "Access Token has expired", 400)
    try:
        call(client, "GetUser")
    except client.exceptions.NotAuthorizedException:
        sys.exit(0)
"""


def test_process_ends() -> None:
    """What is held when Python ends is told then."""
    done = subprocess.run(
        [sys.executable, "-c", AT_THE_END],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert [parse(line).cause for line in done.stdout.splitlines()] == ["access_token_expired"]


class Broken:
    """A sink and a meter whose disk is full."""

    def enabled(self, level: str) -> bool:
        """Want every event."""
        return True

    def emit(self, event: object) -> None:
        """Fail."""
        raise OSError(28, "No space left on device")

    def cognito_refused(self, operation: str, cause: str) -> None:
        """Fail."""
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("whole_bursts", [False, True])
def test_broken(whole_bursts: bool, url: str, caplog: pytest.LogCaptureFixture) -> None:
    """What cannot be told or counted changes nothing for the application, and is said once."""
    client, broken = client_of(url), Broken()
    watch(client, events=broken, counts=broken, whole_bursts=whole_bursts, later=lambda _, function: function())
    for token in ("a", "b"):
        with pytest.raises(client.exceptions.NotAuthorizedException):
            client.get_user(AccessToken=token)
    assert [record.getMessage() for record in caplog.records if record.name == "poolwarden"] == [
        "poolwarden: counts are lost: the meter raises OSError",
        "poolwarden: events are lost: the sink raises OSError",
    ]


@pytest.mark.parametrize("raised", ["enabled", "later"])
def test_broken_otherwise(raised: str, url: str, caplog: pytest.LogCaptureFixture) -> None:
    """Nor does a sink that does not know what it wants, or what is to call later and does not."""

    def fail(*_: object) -> bool:
        raise OSError

    client, notes = client_of(url), Notebook()
    if raised == "enabled":
        notes.enabled = fail  # type: ignore[method-assign]
    watch(client, events=notes, counts=meter(CollectorRegistry()), whole_bursts=raised == "later", later=fail)
    with pytest.raises(client.exceptions.NotAuthorizedException):
        client.get_user(AccessToken="a")
    (record,) = [record for record in caplog.records if record.name == "poolwarden"]
    assert record.getMessage().startswith("poolwarden: events are lost: ")


@pytest.mark.parametrize(
    "parameters",
    [{"AccessToken": {1: "a", "b": 2}}, {"AccessToken": {(1,): 2}}, {"AccessToken": Broken}, {1: 2, "AccessToken": 3}],
    ids=["mixed keys", "odd keys", "object", "no names"],
)
def test_parameters(parameters: dict[Any, Any], url: str) -> None:
    """Parameters that make no sense are botocore's to refuse."""
    client = client_of(url)
    watch(client, events=Notebook(), counts=meter(CollectorRegistry()))
    with pytest.raises(ParamValidationError):
        client._make_api_call("GetUser", parameters)


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


def test_unanswered(world: World) -> None:
    """A watched client's call that gets no answer is told with its operation, and answered as Cognito's, once."""
    client = client_of(f"http://127.0.0.1:{closed_port()}", retries=0)
    registry = CollectorRegistry()
    watch(client, events=world.notes, counts=meter(registry), now=Clock(START))

    async def app(scope: Any, receive: Any, send: Any) -> None:
        client.get_user(AccessToken="a")

    guarded = asgi.BearerMiddleware(app, world.server(), optional=True)
    for _ in range(2):
        reply = call_asgi(guarded)
        assert (reply.status, reply.cause, reply["retry-after"]) == (503, "service_error", "1")
    (event,) = [event for event in world.notes.events if isinstance(event, CognitoRefused)]
    assert (event.operation, event.error) == ("GetUser", "EndpointConnectionError")
    assert count(registry, "GetUser", "service_error") == 1


def test_not_sent(url: str) -> None:
    """What ends a call otherwise is told by nobody, and passes as it is."""
    client, notes = client_of(url), Notebook()
    watch(client, events=notes, counts=meter(CollectorRegistry()))

    def interrupted(**_: Any) -> None:
        raise ZeroDivisionError

    client.meta.events.register("before-send", interrupted)
    with pytest.raises(ZeroDivisionError):
        client.get_user(AccessToken="a")
    assert not notes.events


def test_defaults(url: str) -> None:
    """Unasked, events go to structlog and counts to prometheus_client's default registry."""
    client = client_of(url)
    watch(client)
    before = count(REGISTRY, "GetUser", "access_token_invalid") or 0
    with capture_logs() as logs, pytest.raises(ClientError):
        client.get_user(AccessToken="a")
    assert [(entry["event"], entry["log_level"]) for entry in logs] == [("poolwarden.cognito_refused", "warning")]
    assert count(REGISTRY, "GetUser", "access_token_invalid") == before + 1
