"""A rehearsal over real sockets: the local pool served, the application served, and what comes of it."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from naive import Naive
from served import served

from poolwarden.appclient import ClientSettings, read_clients
from poolwarden.localpool.http import serve
from poolwarden.rehearse import (
    PoolCalls,
    Rehearsal,
    Stage,
    Terms,
    Way,
    asking,
    await_application,
    issuer_of,
    read_address,
    rehearse,
    steps_of,
    terms_of,
)
from poolwarden.rehearse.exchange import send
from world import Rings

ORIGIN = "https://app.example.com"

Describe = Callable[..., ClientSettings]
TermsOf = Callable[..., Terms]
Rehearse = Callable[..., Rehearsal]
MakeApp = Callable[[Stage, str], Any]


def never(_: float) -> None:
    """Fail, as nothing here has to be waited for."""
    pytest.fail("it waited")


@pytest.fixture(scope="session")
def describe() -> Describe:
    """Describe an app client: Cognito's defaults, and what is given."""

    def make(**given: Any) -> ClientSettings:
        named = {"UserPoolId": "eu-west-1_AbCdEfGhI", "ClientId": "1example23456789", "ClientName": "web"}
        flows = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        values = {**named, "ExplicitAuthFlows": flows, "RefreshTokenValidity": 30, **given}
        document = {"UserPoolClient": {name: value for name, value in values.items() if value is not None}}
        (client,) = read_clients("client.json", json.dumps(document).encode())
        return client

    return make


@pytest.fixture(scope="session")
def terms(describe: Describe) -> TermsOf:
    """Return what described settings come to."""

    def make(way: Way | None = None, **given: Any) -> Terms:
        return terms_of(describe(**given), file="client.json", way=way)

    return make


@pytest.fixture(scope="session")
def make_stage(rings: Rings) -> Callable[..., Stage]:
    """Set a stage whose keys are made once."""

    def make(played: Terms, **settings: Any) -> Stage:
        return Stage(played, **{"issuer": issuer_of(played.pool_id), "keys": rings.main, **settings})

    return make


@pytest.fixture(scope="session")
def rehearsed(make_stage: Callable[..., Stage]) -> Rehearse:
    """Rehearse an application, over real sockets."""

    def run(
        played: Terms, make_app: MakeApp, *, path: str = "/orders", issuer: str | None = None, **demands: bool
    ) -> Rehearsal:
        stage = make_stage(played, **({} if issuer is None else {"issuer": issuer}))
        with serve(stage.pool) as pool_url, served(make_app(stage, pool_url)) as url:
            ask = asking(read_address(url + path), {"Accept": "application/json", "Origin": ORIGIN})
            usual = await_application(stage, ask, url, patience_s=60, monotonic=time.monotonic, pause=never)
            calls = PoolCalls(stage, read_address(pool_url))
            return rehearse(stage, calls, ask, steps_of(played, **demands), usual=usual, application=url)

    return run


@pytest.fixture(scope="session")
def naive() -> Callable[[str], MakeApp]:
    """Return what makes a naive application with a flaw, which fetches the pool's keys over HTTP."""

    def flawed(flaw: str) -> MakeApp:
        def make(stage: Stage, pool_url: str) -> Any:
            address = read_address(f"{pool_url}/{stage.terms.pool_id}/.well-known/jwks.json")
            return Naive(lambda: send(address).fields, stage.terms.client_id, stage.pool.issuer, flaw).app()

        return make

    return flawed
