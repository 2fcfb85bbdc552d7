"""What the metrics look like to Prometheus, and that no request can add to them."""

import json
import random
import shutil
import string
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from edges import acall, bare_asgi, bare_wsgi, call_wsgi
from poolwarden import UserPool
from poolwarden.guard.keys import KeyPolicy
from poolwarden.guard.observer import Meter
from poolwarden.guard.pool import ANY_CLIENT
from poolwarden.guard.server import Guard
from poolwarden.localpool import LocalPool
from poolwarden.observe.cognito import count, refusal_in
from poolwarden.observe.prometheus import meter
from world import CLIENT_ID, POOL_ID, START, World, base64url

PROMTOOL = shutil.which("promtool")
LETTERS = string.ascii_letters + string.digits


def series_of(registry: CollectorRegistry) -> set[tuple[str, ...]]:
    """Return every series, by its name and labels."""
    return {
        (sample.name, *map("=".join, sorted(sample.labels.items())))
        for family in registry.collect()
        for sample in family.samples
    }


def word(rng: random.Random, length: int = 12) -> str:
    """Draw a word."""
    return "".join(rng.choices(LETTERS, k=length))


def authorizations(world: World, stranger: LocalPool, rng: random.Random, count: int) -> Iterator[str | None]:
    """Yield what somebody may send who wants to make series; None for no header."""
    header = {"kid": world.rings.main.access.kid, "alg": "RS256"}
    for _ in range(count):
        yield None
        yield word(rng)
        yield f"Bearer {word(rng)}"
        yield f"Bearer {word(rng)}.{word(rng)}.{word(rng)}"
        yield f"Basic {word(rng)}"
        yield "Bearer undefined"
        # Unsigned: other key ids, issuers, app clients, algorithms.
        for change in ({"kid": word(rng)}, {"alg": word(rng)}):
            parts = (json.dumps({**header, **change}).encode(), json.dumps({"iss": f"https://{word(rng)}"}).encode())
            yield "Bearer " + ".".join(base64url(part).decode() for part in (*parts, word(rng).encode()))
        # Signed by the pool itself, with claims that nobody configured.
        yield f"Bearer {world.mint({'client_id': word(rng)}).decode()}"
        yield f"Bearer {world.mint({'iss': f'https://{word(rng)}.example.com'}).decode()}"
        yield f"Bearer {world.mint({'token_use': word(rng)}).decode()}"
        yield f"Bearer {world.mint({'exp': START - rng.randrange(1, 90_000)}).decode()}"
        yield f"Bearer {world.mint({'auth_time': START - rng.randrange(1, 9_000_000)}).decode()}"
        yield f"Bearer {stranger.mint(client_id=word(rng))}"


def one_pool(world: World, meter: Meter, **settings: Any) -> Guard:
    """Guard a single pool, whatever its app clients are."""
    return Guard(
        UserPool(POOL_ID, client_ids=ANY_CLIENT),
        now=world.clock,
        monotonic=world.clock,
        fetch=world.fetch,
        events=world.notes,
        meter=meter,
        key_policy=KeyPolicy(patience_s=0),
    )


@pytest.mark.parametrize("guard", [World.server, one_pool], ids=["named clients", "any client"])
async def test_no_request_makes_a_series(
    world: World, registry: CollectorRegistry, settle: Callable[[], None], guard: Callable[..., Guard]
) -> None:
    """Whatever tokens, key ids, issuers, app clients, methods and paths come: the series stay the same."""
    rng = random.Random(1)
    server = guard(world, meter=meter(registry))
    shop, office = bare_asgi(server), bare_wsgi(server)
    stranger = LocalPool("eu-west-1_Stranger1", clock=world.clock, keys=world.rings.other)
    # What one accepted request of each pool makes is there before the flood.
    for token in (world.mint().decode(), world.other.mint(client_id=CLIENT_ID)):
        await acall(shop, [(b"authorization", f"Bearer {token}".encode())])
    settle()
    before = series_of(registry)
    sent = 0
    for authorization in authorizations(world, stranger, rng, 25):
        headers = [] if authorization is None else [(b"authorization", authorization.encode())]
        path, method = f"/{word(rng)}/{word(rng)}", rng.choice(("GET", "POST", "PURGE", word(rng).upper()))
        await acall(shop, headers, path, method)
        call_wsgi(office, headers, path, method)
        world.clock.move(rng.choice((0, 0, 1, 90)))
        sent += 2
    settle()
    assert sent >= 600
    assert series_of(registry) == before
    refused = sum(
        sample.value
        for family in registry.collect()
        for sample in family.samples
        if sample.name == "poolwarden_requests_total" and sample.labels["outcome"] != "accepted"
    )
    assert refused > sent / 2


def test_no_answer_of_cognito_makes_a_series(registry: CollectorRegistry) -> None:
    """Operations and causes are Cognito's and the vocabulary's: strange ones are counted as others."""
    rng = random.Random(2)
    counts = meter(registry)
    for _ in range(300):
        for operation in ("GetUser", word(rng)):
            refusal = refusal_in({"Error": {"Code": "UserNotFoundException", "Message": word(rng, 40)}}, operation)
            if refusal is not None:
                count(refusal, counts)
    found = {series[1:] for series in series_of(registry) if series[0] == "poolwarden_cognito_refusals_total"}
    assert ("cause=user_missing", "operation=GetUser") in found
    assert found <= {("cause=user_missing", "operation=GetUser"), ("cause=user_missing", "operation=other")}


@pytest.mark.skipif(PROMTOOL is None, reason="promtool is missing: apt-get install prometheus")
def test_checked(world: World, registry: CollectorRegistry) -> None:
    """The exposition of every metric passes promtool's check of metrics."""
    counts = meter(registry)
    server = world.server(meter=counts)
    for token in (world.mint(), world.mint({"exp": START - 5}), b"nonsense"):
        call_wsgi(bare_wsgi(server), [(b"authorization", b"Bearer " + token)])
    counts.cognito_refused("GetUser", "throttled")
    counts.validity("main", "web", "access", 3600)
    text = generate_latest(registry).decode()
    assert PROMTOOL
    done = subprocess.run(
        [PROMTOOL, "check", "metrics"], input=text, capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
