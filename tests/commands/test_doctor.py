"""The doctor finds what a guard depends on, and says how to mend it."""

import sys
from pathlib import Path

import pytest
from fastapi import FastAPI
from flask import Flask
from starlette.middleware.cors import CORSMiddleware

import poolwarden.asgi
import poolwarden.wsgi
from poolwarden import UserPool, cli
from poolwarden.commands import checkup
from poolwarden.commands.failures import UsageError
from poolwarden.commands.middleware import Order, load, order_of
from poolwarden.guard.server import Guard
from poolwarden.localpool import KeyRing, LocalPool
from poolwarden.localpool.http import serve

POOL = "eu-west-1_LocalPool1"


@pytest.fixture(scope="module")
def keys() -> KeyRing:
    """Share the keys."""
    return KeyRing()


@pytest.fixture
def server(keys: KeyRing) -> Guard:
    """Decide by keys that are given."""
    return Guard(UserPool(POOL, client_ids="1example23456789", keys=LocalPool(keys=keys).jwk_set()))


def test_nothing_named(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not named is skipped, and nothing is a problem."""
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    monkeypatch.delenv("POOLWARDEN_USER_POOL_ID", raising=False)
    assert cli.main(["doctor"]) == 0
    assert capsys.readouterr().out.count("skipped ") == 4


def test_healthy(
    keys: KeyRing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Reachable keys, a right clock and a writable directory are told as such, in 80 columns but for addresses."""
    pool = LocalPool(keys=keys)
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    with serve(pool) as url:
        monkeypatch.setenv("POOLWARDEN_JWKS_URL", f"{url}/{POOL}/.well-known/jwks.json")
        assert cli.main(["doctor", "--pool", POOL]) == 0
    told = capsys.readouterr().out
    assert "ok       keys: 2 keys in" in told
    assert "ok       clock: right" in told
    assert "ok       metrics: PROMETHEUS_MULTIPROC_DIR" in told
    assert "PROBLEM" not in told


def test_unreachable(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Keys out of reach are a problem with a mend; --exit-zero keeps the exit code at 0."""
    monkeypatch.setenv("POOLWARDEN_JWKS_URL", "http://127.0.0.1:1/jwks.json")
    assert cli.main(["doctor", "--pool", POOL]) == 1
    told = capsys.readouterr().out
    assert "http_error" in told
    assert "Compare pool id and region" in told
    assert cli.main(["doctor", "--pool", POOL, "--exit-zero"]) == 0


@pytest.mark.parametrize(
    ("before", "told", "after", "outcome", "words"),
    [
        (100.0, 100.0, 100.2, "GOOD", "right"),
        (100.9, 100.0, 101.0, "GOOD", "right"),
        (101.0, 100.0, 141.0, "GOOD", "right"),  # a slow answer says little about the clock, and nothing wrong
        (103.0, 100.0, 103.2, "GOOD", "3 s ahead of the issuer's"),
        (60.0, 100.0, 60.2, "BAD", "40 s behind the issuer's"),
        (140.0, 100.0, 140.2, "BAD", "40 s ahead of the issuer's"),
    ],
)
def test_clock(
    server: Guard, monkeypatch: pytest.MonkeyPatch, before: float, told: float, after: float, outcome: str, words: str
) -> None:
    """A clock beyond the leeway is a problem; whole seconds and a slow answer are none."""
    monkeypatch.setattr(checkup, "_offset_from", lambda _url: checkup.Offset.of(before, told, after))
    (result,) = dict(checkup.CHECKS)["clock"](checkup.Patient(server, None, {}))
    assert (result.outcome.name, result.words) == (outcome, words)


def test_no_clock(server: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that tells no time is skipped."""
    monkeypatch.setattr(checkup, "_offset_from", lambda _url: None)
    (result,) = dict(checkup.CHECKS)["clock"](checkup.Patient(server, None, {}))
    assert result.outcome is checkup.Outcome.SKIPPED


@pytest.mark.parametrize("folder", ["nowhere", "file"])
def test_metrics_directory(tmp_path: Path, folder: str) -> None:
    """A directory that is none is a problem."""
    (tmp_path / "file").touch()
    patient = checkup.Patient(None, None, {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path / folder)})
    (result,) = dict(checkup.CHECKS)["metrics"](patient)
    assert result.outcome is checkup.Outcome.BAD
    assert result.mend


def test_order_in_fastapi(server: Guard) -> None:
    """In FastAPI what is added last is outermost: CORS added first sits inside the guard."""
    inside, outside, bare = FastAPI(), FastAPI(), FastAPI()
    inside.add_middleware(CORSMiddleware)
    inside.add_middleware(poolwarden.asgi.BearerMiddleware, server=server)
    outside.add_middleware(poolwarden.asgi.BearerMiddleware, server=server)
    outside.add_middleware(CORSMiddleware)
    assert order_of(inside) == Order(guarded=True, cors_inside=True)
    assert order_of(outside) == Order(guarded=True, cors_inside=False)
    assert order_of(bare) == Order(guarded=False, cors_inside=False)


def test_order_around_applications(server: Guard) -> None:
    """A guard wrapped around an application is found, and CORS within."""
    wrapped = poolwarden.asgi.BearerMiddleware(CORSMiddleware(FastAPI()), server)
    assert order_of(wrapped) == Order(guarded=True, cors_inside=True)
    assert order_of(CORSMiddleware(poolwarden.asgi.BearerMiddleware(FastAPI(), server))).cors_inside is False


def test_order_in_flask(server: Guard) -> None:
    """In Flask the guard is found around wsgi_app."""
    app = Flask("a")
    assert order_of(app) == Order(guarded=False, cors_inside=False)
    app.wsgi_app = poolwarden.wsgi.BearerMiddleware(app.wsgi_app, server)  # type: ignore[method-assign]
    assert order_of(app) == Order(guarded=True, cors_inside=False)


def test_app_of_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The application is found where its server would find it; without a guard it is a problem."""
    (tmp_path / "some_shop.py").write_text("from fastapi import FastAPI\napp = FastAPI()\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    assert cli.main(["doctor", "--app", "some_shop:app"]) == 1
    assert "some_shop:app has no BearerMiddleware" in capsys.readouterr().out


@pytest.mark.parametrize("address", ["nocolon", ":app", "no_such_module:app", "json:no_such_name"])
def test_app_not_found(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An application that cannot be found is a usage error that says why."""
    monkeypatch.setattr(sys, "path", sys.path.copy())
    with pytest.raises(UsageError, match="--app"):
        load(address)
