"""The doctor finds what a guard depends on, and says how to mend it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

import poolwarden.asgi
import poolwarden.server
import poolwarden.wsgi
from patients import CLIENT, POOL, check, words
from poolwarden import UserPool, cli
from poolwarden.commands import doctor
from poolwarden.commands.doctor_checks import CHECKS, Outcome
from poolwarden.commands.doctor_checks.clock import Offset
from poolwarden.commands.doctor_checks.settings import VARIABLES
from poolwarden.commands.failures import UsageError
from poolwarden.commands.loading import load
from poolwarden.guard.server import Guard
from poolwarden.localpool import KeyRing, LocalPool
from poolwarden.localpool.http import serve


@pytest.fixture(scope="module")
def keys() -> KeyRing:
    """Share the keys."""
    return KeyRing()


@pytest.fixture(scope="module")
def jwk_set(keys: KeyRing) -> dict[str, Any]:
    """Publish them."""
    return LocalPool(keys=keys).jwk_set()


@pytest.fixture
def server(jwk_set: dict[str, Any]) -> Guard:
    """Decide by keys that are given."""
    return Guard(UserPool(POOL, client_ids=CLIENT, keys=jwk_set))


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Know no variables but a test's own."""
    for name in ("PROMETHEUS_MULTIPROC_DIR", *VARIABLES):
        monkeypatch.delenv(name, raising=False)


def test_nothing_named(capsys: pytest.CaptureFixture[str]) -> None:
    """What is not named is skipped, and nothing is a problem."""
    assert cli.main(["doctor"]) == 0
    assert capsys.readouterr().out.count("skipped ") == len(CHECKS)


def test_healthy(
    keys: KeyRing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Reachable keys, a right clock and a writable directory are told as such, in 80 columns but for addresses."""
    pool = LocalPool(POOL, keys=keys)
    # A busy server's Date may be seconds old; test_clock.py reads one.
    monkeypatch.setattr(sys.modules[Offset.__module__], "offset_from", lambda _url: Offset.of(100.0, 100.0, 100.2))
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    monkeypatch.setenv("POOLWARDEN_CLIENT_IDS", f"web={CLIENT}")
    monkeypatch.setenv("POOLWARDEN_REFRESH_VALIDITY", "30d")
    monkeypatch.setenv("POOLWARDEN_REF_KEY", "0123456789abcdef0123456789abcdef")
    with serve(pool) as url:
        monkeypatch.setenv("POOLWARDEN_ISSUERS", f"{url}/{POOL}")
        assert cli.main(["doctor", "--pool", POOL]) == 0
    told = capsys.readouterr().out
    for line in (
        "ok       environment: POOLWARDEN_CLIENT_IDS",
        "ok       settings: nothing in them",
        "ok       keys: 2 keys in",
        "ok       kids: pool main has",
        "ok       clock: right",
        "ok       metrics: PROMETHEUS_MULTIPROC_DIR",
    ):
        assert line in told
    assert "PROBLEM" not in told
    assert "hint" not in told


def test_unreachable(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Keys out of reach are a problem with a mend; --exit-zero keeps the exit code at 0."""
    monkeypatch.setenv("POOLWARDEN_ISSUERS", "http://127.0.0.1:1/pool")
    assert cli.main(["doctor", "--pool", POOL]) == 1
    told = capsys.readouterr().out
    assert "http_error" in told
    assert "tells no time" in told
    assert "Compare pool id and region" in told
    assert cli.main(["doctor", "--pool", POOL, "--exit-zero"]) == 0


def test_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON every finding has its check, its outcome, its words and its mend; the exit code is the same."""
    monkeypatch.setenv("POOLWARDEN_USER_POOL_ID", POOL)
    monkeypatch.setenv("POOLWARDEN_CLIENT_IDS", f"web={CLIENT}")
    monkeypatch.setenv("POOLWARDEN_REFRESH_VALIDITY", "30")
    assert cli.main(["doctor", "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["schema"], report["problems"]) == (1, 1)
    assert [finding for finding in report["findings"] if finding["outcome"] == "problem"] == [
        {
            "check": "settings",
            "outcome": "problem",
            "words": "POOLWARDEN_REFRESH_VALIDITY has no unit, or no number",
            "mend": "Write 30d, 30h, 90m or 3600s.",
        }
    ]
    assert [finding["check"] for finding in report["findings"]] == [name for name, _ in CHECKS]


def test_application(tmp_path: Path, jwk_set: dict[str, Any]) -> None:
    """The doctor looks at the application's own settings, and leaves no file among those of the running one."""
    (tmp_path / "jwks.json").write_text(json.dumps(jwk_set), encoding="utf-8")
    (tmp_path / "shop.py").write_text(
        "from fastapi import FastAPI\n"
        "from poolwarden import ResourceServer, UserPool\n"
        "from poolwarden.asgi import BearerMiddleware\n"
        f'pool = UserPool("{POOL}", client_ids={{"web": "{POOL}"}}, keys="jwks.json")\n'
        "app = FastAPI()\n"
        "app.add_middleware(BearerMiddleware, server=ResourceServer(pool))\n",
        encoding="utf-8",
    )
    metrics = tmp_path / "metrics"
    metrics.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "poolwarden", "doctor", "--app", "shop:app", "--format", "json"],
        cwd=tmp_path,
        env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(metrics)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    found = {(finding["check"], finding["outcome"]) for finding in json.loads(done.stdout)["findings"]}
    assert found >= {("settings", "problem"), ("keys", "ok"), ("middleware", "ok"), ("metrics", "ok")}
    assert list(metrics.iterdir()) == []


def test_pool_wins(server: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pool that is named is looked at instead of the application's; wrong settings are a finding, not an end."""
    app = FastAPI()
    app.add_middleware(poolwarden.asgi.BearerMiddleware, server=server)
    monkeypatch.setattr(doctor, "load", lambda _address: app)
    assert [patient.server for patient in doctor.patients_of(None, "shop:app", {})] == [server]
    (named,) = doctor.patients_of("eu-west-1_AbCdEfGhI", "shop:app", {})
    assert named.server is not None
    assert named.server.pools[0][1].pool_id == "eu-west-1_AbCdEfGhI"
    (wrong,) = doctor.patients_of("nonsense", None, {})
    assert words(check("settings", wrong)) == ["pool_id is not a user pool id"]
    assert words(check("keys", wrong), Outcome.SKIPPED) == ["the settings have to be mended first"]


def test_app_of_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The application is found where its server would find it; without a guard it is a problem."""
    (tmp_path / "some_shop.py").write_text("from fastapi import FastAPI\napp = FastAPI()\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    assert cli.main(["doctor", "--app", "some_shop:app"]) == 1
    told = capsys.readouterr().out
    assert "no guard was found in some_shop:app" in told
    assert "the application shows no guard, and no pool is named" in told


def test_several_guards(
    tmp_path: Path, jwk_set: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The settings of every guard are looked at, and what is said of all is said once."""
    (tmp_path / "jwks.json").write_text(json.dumps(jwk_set), encoding="utf-8")
    (tmp_path / "two_shops.py").write_text(
        "from fastapi import FastAPI\n"
        "from poolwarden import ResourceServer, UserPool\n"
        "from poolwarden.asgi import BearerMiddleware\n"
        "print('welcome')\n"
        "def shop(leeway):\n"
        "    inner = FastAPI()\n"
        f"    pool = UserPool('{POOL}', client_ids={{'web': '{CLIENT}'}}, keys='jwks.json')\n"
        "    inner.add_middleware(BearerMiddleware, server=ResourceServer(pool, leeway=leeway))\n"
        "    return inner\n"
        "app = FastAPI()\n"
        "app.mount('/one', shop(0))\n"
        "app.mount('/two', shop(90))\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    assert cli.main(["doctor", "--app", "two_shops:app", "--format", "json"]) == 1
    out, err = capsys.readouterr()
    told = [finding["words"] for finding in json.loads(out)["findings"]]
    assert [words for words in told if words.startswith("leeway is")] == [
        "leeway is 0: tokens of an issuer whose clock is a moment ahead are refused (token_not_yet_valid)",
        "leeway is 90 s: tokens are accepted that long before they are valid",
    ]
    assert len(told) == len(set(told))
    assert err.startswith("welcome")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("nocolon", "write it as module:name"),
        (":app", "write it as module:name"),
        ("no_such_module:app", "No module named 'no_such_module'. Run it where the API runs"),
        ("json:no_such_name", "'no_such_name'. Name the application as its server does."),
        ("shop/main:app", "write it as module:name, such as shop.main:app or shop.main:make_app()"),
        ("main.py:app", "write it as module:name"),
        ("math:pi", "is no application, but of type float"),
        ("ended_shop:app", "SystemExit: no settings. Mend that"),
        ("made_shop:fails", "KeyError: 'URL'. Mend that, or run it with the environment"),
        ("made_shop:missing()", "'missing'. Name the application as its server does."),
        ("broken_shop:app", "ValueError: no settings. Mend that, or run it with the environment"),
    ],
)
def test_app_not_found(address: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An application that cannot be found is a usage error that says why, and what to do."""
    (tmp_path / "ended_shop.py").write_text("raise SystemExit('no settings.')\n", encoding="utf-8")
    (tmp_path / "made_shop.py").write_text("def fails():\n    return {}['URL']\n", encoding="utf-8")
    (tmp_path / "broken_shop.py").write_text("raise ValueError('no settings.')\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    with pytest.raises(UsageError, match=re.escape(words)):
        load(address)


@pytest.mark.parametrize("address", ["a_factory:make", "a_factory:make()", "a_factory:Shops.make()", "a_factory:app"])
def test_factories(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that makes the application is called, with and without parentheses; an application is not."""
    (tmp_path / "a_factory.py").write_text(
        "from fastapi import FastAPI\n"
        "def make(settings=None, *more, **others): return FastAPI()\n"
        "class Shops:\n"
        "    make = staticmethod(make)\n"
        "app = make()\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    assert isinstance(load(address), FastAPI)


def test_wrapper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that hands on whatever comes is the application, and is not called with nothing."""
    (tmp_path / "a_wrapper.py").write_text(
        "def inner(environ, start_response): return []\ndef app(*args, **kwargs): return inner(*args, **kwargs)\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    assert load("a_wrapper:app").__name__ == "app"


def test_environment_of_what_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the settings let no application start, the error is told once, and the variable with a slip beside it."""
    (tmp_path / "unset_shop.py").write_text(
        "from poolwarden import ResourceServer\nserver = ResourceServer.from_env()\n", encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    monkeypatch.setenv("POOLWARDEN_USER_POOL_ID", POOL)
    monkeypatch.setenv("POOLWARDEN_CLIENT_ID", CLIENT)
    assert cli.main(["doctor", "--app", "unset_shop:app", "--format", "json"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "POOLWARDEN_CLIENT_ID is read by nobody" in err
    assert "Write POOLWARDEN_CLIENT_IDS." in err
    assert "--app unset_shop:app: POOLWARDEN_CLIENT_IDS: is not set. Set it" in err
    assert "Mend that" not in err
