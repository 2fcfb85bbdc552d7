"""Refusals are marked in the active span, and events and exemplars name its trace; without a span there is nothing."""

import os
import subprocess
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.trace import Tracer
from prometheus_client import CollectorRegistry
from prometheus_client.openmetrics.exposition import generate_latest
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from starlette.testclient import TestClient
from werkzeug.test import Client

from botoerrors import raised
from poolwarden import BearerError, ConfigurationError, ResourceServer, UserPool
from poolwarden.asgi import BearerMiddleware as AsgiBearer
from poolwarden.edge.send import Receive, Scope, Send
from poolwarden.guard.server import Guard
from poolwarden.observe import tracing
from poolwarden.observe.prometheus import meter
from poolwarden.wsgi import BearerMiddleware as WsgiBearer
from world import CLIENT_ID, POOL_ID, World

HEADER_TRACE = "0af7651916cd43dd8448eb211c80319c"
TRACEPARENT = f"00-{HEADER_TRACE}-b7ad6b7169203331-01"


@pytest.fixture
def spans() -> InMemorySpanExporter:
    """Remember what spans became."""
    return InMemorySpanExporter()


@pytest.fixture
def tracer(spans: InMemorySpanExporter) -> Iterator[Tracer]:
    """Trace without touching the process's own provider."""
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    yield provider.get_tracer("tests")
    provider.shutdown()


@pytest.fixture
def server(world: World, registry: CollectorRegistry) -> ResourceServer:
    """Guard on the world's clock, with an application's defaults but for where things go."""
    pool = UserPool(POOL_ID, client_ids={"web": CLIENT_ID}, keys=world.pool.jwk_set())
    return ResourceServer(pool, events=world.notes, meter=meter(registry), now=world.clock)


def refuse(server: Guard, header: bytes | None = None) -> None:
    """Let a request be refused."""
    with pytest.raises(BearerError):
        server.authenticate(header)


def exemplars(registry: CollectorRegistry) -> dict[str, dict[str, str]]:
    """Return the exemplars of refused requests by their causes, as Prometheus reads them."""
    return {
        sample.labels["cause"]: dict(sample.exemplar.labels)
        for family in text_string_to_metric_families(generate_latest(registry).decode())
        for sample in family.samples
        if sample.exemplar and sample.name == "poolwarden_requests_total"
    }


def test_refusal(server: ResourceServer, tracer: Tracer, spans: InMemorySpanExporter) -> None:
    """A refusal tells the active span its cause; it is no error of the server's."""
    with tracer.start_as_current_span("request"):
        refuse(server)
    (span,) = spans.get_finished_spans()
    assert span.attributes == {
        "poolwarden.pool": "unverified",
        "poolwarden.client": "unverified",
        "poolwarden.outcome": "rejected",
        "poolwarden.cause": "credentials_missing",
    }
    assert span.status.is_unset


def test_our_fault(world: World, tracer: Tracer, spans: InMemorySpanExporter) -> None:
    """What is answered with 503 has an error type."""
    world.down[0] = True
    with tracer.start_as_current_span("request"):
        refuse(world.server(mark=tracing.mark), b"Bearer " + world.mint())
    (span,) = spans.get_finished_spans()
    assert span.attributes
    assert span.attributes["error.type"] == span.attributes["poolwarden.cause"] == "keys_unavailable"


def test_accepted(server: ResourceServer, world: World, tracer: Tracer, spans: InMemorySpanExporter) -> None:
    """An accepted request leaves nothing in its span, and no exemplar."""
    with tracer.start_as_current_span("request"):
        for _ in range(2):
            server.authenticate(b"Bearer " + world.mint())
    (span,) = spans.get_finished_spans()
    assert not span.attributes


def test_exemplar(server: ResourceServer, registry: CollectorRegistry, tracer: Tracer) -> None:
    """A refusal's count names the trace of the last one; without a span there is none."""
    refuse(server)
    assert exemplars(registry) == {}
    for _ in range(2):
        with tracer.start_as_current_span("request") as span:
            refuse(server)
        context = span.get_span_context()
        expected = {"trace_id": f"{context.trace_id:032x}", "span_id": f"{context.span_id:016x}"}
        assert exemplars(registry) == {"credentials_missing": expected}
    labels = {"pool": "unverified", "client": "unverified", "outcome": "rejected", "cause": "credentials_missing"}
    assert registry.get_sample_value("poolwarden_requests_total", labels) == 3


def test_not_sampled(server: ResourceServer, registry: CollectorRegistry, world: World) -> None:
    """A trace that nobody keeps is no exemplar; the event names it all the same, for others may keep it."""
    provider = TracerProvider(sampler=ALWAYS_OFF)
    with provider.get_tracer("tests").start_as_current_span("request") as span:
        refuse(server)
        assert tracing.trace_id() == f"{span.get_span_context().trace_id:032x}"
    assert exemplars(registry) == {}
    provider.shutdown()


async def broken(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """Raise one of Cognito's exceptions."""
    raise raised("NotAuthorizedException", "Refresh Token has been revoked", "InitiateAuth")


def ask(edge: str, server: Guard, tracer: Tracer, **headers: str) -> int:
    """Send a request through an edge inside a span, as an instrumentation outside of it would."""

    async def traced(scope: Scope, receive: Receive, send: Send) -> None:
        with tracer.start_as_current_span("request"):
            await AsgiBearer(broken, server)(scope, receive, send)

    def called(environ: dict[str, Any], start_response: Any) -> Any:
        with tracer.start_as_current_span("request"):
            return WsgiBearer(lambda *_: [b""], server)(environ, start_response)

    client: Any = TestClient(traced) if edge == "asgi" else Client(called)
    return int(client.get("/", headers=headers).status_code)


@pytest.mark.parametrize("edge", ["asgi", "wsgi"])
@pytest.mark.parametrize("headers", [{}, {"traceparent": TRACEPARENT}], ids=["alone", "continued"])
def test_events(
    edge: str,
    headers: dict[str, str],
    server: ResourceServer,
    world: World,
    tracer: Tracer,
    spans: InMemorySpanExporter,
) -> None:
    """An event names the trace of the active span: the one that its backend knows."""
    assert ask(edge, server, tracer, **headers) == 401
    (span,) = spans.get_finished_spans()
    (rejected,) = [event for event in world.notes.events if event.cause]
    assert rejected.trace_id == f"{span.context.trace_id:032x}"


@pytest.mark.parametrize("edge", ["asgi", "wsgi"])
def test_header(edge: str, server: ResourceServer, world: World) -> None:
    """Without a span an event names the trace of the request's header."""
    client: Any = (
        TestClient(AsgiBearer(broken, server)) if edge == "asgi" else Client(WsgiBearer(lambda *_: [], server))
    )
    client.get("/", headers={"traceparent": TRACEPARENT})
    (rejected,) = [event for event in world.notes.events if event.cause]
    assert rejected.trace_id == HEADER_TRACE


def test_cognito(server: ResourceServer, world: World, tracer: Tracer, spans: InMemorySpanExporter) -> None:
    """A call that Cognito refused is marked too."""
    assert ask("asgi", server, tracer, authorization=f"Bearer {world.mint().decode()}") == 401
    (span,) = spans.get_finished_spans()
    assert span.attributes
    assert (span.attributes["poolwarden.operation"], span.attributes["poolwarden.cause"]) == (
        "InitiateAuth",
        "refresh_token_revoked",
    )


def test_settings(world: World, tracer: Tracer, spans: InMemorySpanExporter) -> None:
    """Marks can be switched off, or go elsewhere; what cannot be called is told."""
    pool, told = UserPool(POOL_ID, client_ids=CLIENT_ID, keys=world.pool.jwk_set()), []
    with tracer.start_as_current_span("request"):
        refuse(ResourceServer(pool, events=None, meter=None, mark=None))
        refuse(ResourceServer(pool, events=None, meter=None, mark=lambda *refusal: told.append(refusal)))
    assert not spans.get_finished_spans()[0].attributes
    assert told == [("unverified", "unverified", "rejected", "credentials_missing")]
    with pytest.raises(ConfigurationError, match="mark"):
        ResourceServer(pool, events=None, meter=None, mark="jaeger")


def test_half_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    """While another thread imports OpenTelemetry, there is no span."""
    monkeypatch.setitem(sys.modules, "opentelemetry.trace", ModuleType("opentelemetry.trace"))
    tracing.mark("main", "web", "rejected", "token_expired")
    tracing.mark_call("InitiateAuth", "throttled")
    assert tracing.trace_id() is None
    assert tracing.exemplar() is None


PROGRAM = """
import sys
from poolwarden import BearerError, ResourceServer, UserPool

server = ResourceServer(UserPool("eu-west-1_AbCdEfGhI", client_ids="1example23456789"), events=None)
try:
    server.authenticate(None)
except BearerError as error:
    print(error.cause, [name for name in sys.modules if name.startswith("opentelemetry")])
"""


def test_not_imported() -> None:
    """Nothing of OpenTelemetry is loaded by a server that refuses, installed or not."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "credentials_missing []"


def test_several_processes(tmp_path: Any) -> None:
    """In multi-process mode, which keeps no exemplars, refusals in a span are counted all the same."""
    program = (
        "from opentelemetry.sdk.trace import TracerProvider\n"
        "from poolwarden.observe.prometheus import meter\n"
        "from poolwarden.observe.exposition import wsgi_app\n"
        "with TracerProvider().get_tracer('t').start_as_current_span('request'):\n"
        "    meter().request('main', 'web', 'rejected', 'token_expired')()\n"
        "environ = {'REQUEST_METHOD': 'GET', 'HTTP_ACCEPT': 'application/openmetrics-text; version=1.0.0'}\n"
        "print(b''.join(wsgi_app()(environ, lambda *_: None)).decode())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("poolwarden_requests_total{")]
    assert line.endswith("} 1.0")
