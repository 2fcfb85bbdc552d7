"""The examples do what they say: a good token passes, any other request is refused with its cause."""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from starlette.testclient import TestClient
from werkzeug.test import Client

from poolwarden import ResourceServer, UserPool
from poolwarden.localpool import KeyRing, LocalPool

EXAMPLES = Path(__file__).parents[1] / "examples"
NAMES = sorted(path.stem for path in EXAMPLES.glob("*_app.py"))

Ask = Callable[..., tuple[int, Any]]


@pytest.fixture(scope="module")
def pool() -> LocalPool:
    """Found a pool."""
    return LocalPool(keys=KeyRing())


@pytest.fixture(scope="module")
def server(pool: LocalPool) -> ResourceServer:
    """Decide by the pool's keys."""
    known = UserPool(pool.pool_id, client_ids={"web": "1example23456789"}, keys=pool.jwk_set())
    return ResourceServer(known, events=None, meter=None)


def example(name: str) -> ModuleType:
    """Load an example as its reader would run it."""
    spec = importlib.util.spec_from_file_location(f"examples_{name}", EXAMPLES / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def asking(name: str, server: ResourceServer) -> Ask:
    """Return what asks an example for a path, with a token or without."""
    app = example(name).make_app(server)
    client: Any = Client(app) if name in ("flask_app", "wsgi_app") else TestClient(app)

    def ask(path: str, token: str | None = None) -> tuple[int, Any]:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        answer = client.get(path, headers=headers)
        kind = answer.headers["content-type"]
        fields = answer.get_json(force=True) if hasattr(answer, "get_json") and "json" in kind else None
        return answer.status_code, fields if fields is not None else answer.json() if "json" in kind else answer.text

    return ask


@pytest.mark.parametrize("name", NAMES)
def test_guarded(name: str, server: ResourceServer, pool: LocalPool) -> None:
    """A good token passes; none, and an ID token, are refused with their cause."""
    ask = asking(name, server)
    assert ask("/me", pool.mint())[0] == 200
    status, problem = ask("/me")
    assert (status, problem["cause"]) == (401, "credentials_missing")
    status, problem = ask("/me", pool.mint(claims={"token_use": "id"}))
    assert (status, problem["cause"]) == (401, "token_use_mismatch")


@pytest.mark.parametrize(
    ("name", "path", "claims", "cause"),
    [
        ("fastapi_app", "/orders", {"scope": "orders/read"}, "scope_missing"),
        ("flask_app", "/reports", {"cognito:groups": ["admin"]}, "group_missing"),
    ],
)
def test_authorized(
    name: str, path: str, claims: dict[str, object], cause: str, server: ResourceServer, pool: LocalPool
) -> None:
    """A route that needs a scope or a group refuses tokens without it."""
    ask = asking(name, server)
    assert ask(path, pool.mint(claims=claims))[0] == 200
    status, problem = ask(path, pool.mint())
    assert (status, problem["cause"]) == (403, cause)


@pytest.mark.parametrize("name", ["fastapi_app", "flask_app"])
def test_exempt(name: str, server: ResourceServer) -> None:
    """The health check passes unasked, and tells whether keys are there."""
    assert asking(name, server)("/healthz") == (200, {"ready": True})


@pytest.mark.parametrize("name", NAMES)
def test_from_the_environment(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a server given, each makes one from the environment."""
    monkeypatch.setenv("POOLWARDEN_USER_POOL_ID", "eu-west-1_AbCdEfGhI")
    monkeypatch.setenv("POOLWARDEN_CLIENT_IDS", "web=1example23456789")
    module = example(name)
    assert (module.app if name == "fastapi_app" else module.make_app()) is not None
    with pytest.raises(AttributeError):
        module.nothing  # noqa: B018 (the look is the test)
