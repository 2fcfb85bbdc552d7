"""Stand-ins of Cognito, each with a pool, two app clients and a user who has signed in; and served applications."""

import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from processes import free_port, running
from standins import PASSWORD, Serve, Served, StandIn, signed_in

from poolwarden.localpool import LocalPool
from poolwarden.localpool.http import serve
from world import Rings

ROOT = Path(__file__).parents[2]
APPS = Path(__file__).parent / "apps"
COGNITO_LOCAL = ROOT / "node_modules" / "cognito-local" / "lib" / "bin" / "start.js"


@pytest.fixture(scope="session")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    """Run moto's server: tokens with Cognito's issuer, keys at an address of their own."""
    port, folder = free_port(), tmp_path_factory.mktemp("moto")
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with running(command, f"{url}/moto-api/", folder / "log"):
        yield signed_in(url, "us-east-1", "moto", jwks_url="{url}/{pool}/.well-known/jwks.json")


@pytest.fixture(scope="session")
def cognito_local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn | str]:
    """Run cognito-local: an issuer of its own, on plain http; or say why that cannot be."""
    node = shutil.which("node")
    if node is None or not COGNITO_LOCAL.exists():
        yield "node is missing" if node is None else "node_modules is missing: run make node_modules/.installed"
        return
    port, folder = free_port(), tmp_path_factory.mktemp("cognito-local")
    url = f"http://127.0.0.1:{port}"
    env = {"PORT": str(port), "HOST": "127.0.0.1"}
    with running([node, str(COGNITO_LOCAL)], f"{url}/health", folder / "log", env=env, cwd=folder):
        yield signed_in(url, "local", "cognito-local", issuers="{url}/{pool}")


@pytest.fixture(scope="session")
def local_pool(rings: Rings) -> LocalPool:
    """Found a local pool on the real time."""
    pool = LocalPool("eu-west-1_Local", keys=rings.main)
    pool.create_user("ada", PASSWORD)
    return pool


@pytest.fixture(scope="session")
def local_url(local_pool: LocalPool) -> Iterator[str]:
    """Serve the local pool."""
    with serve(local_pool) as url:
        yield url


@pytest.fixture(scope="session")
def local(local_pool: LocalPool, local_url: str) -> StandIn:
    """Sign in at the local pool."""
    web, other = (local_pool.create_client(name).client_id for name in ("web", "other"))
    tokens, others = (local_pool.sign_in(client, "ada", PASSWORD) for client in (web, other))
    pool = {
        "pool_id": local_pool.pool_id,
        "client_ids": {"web": web},
        "alias": "local",
        "jwks_url": f"{local_url}/{local_pool.pool_id}/.well-known/jwks.json",
    }
    return StandIn(pool, tokens.access_token, tokens.id_token, others.access_token)


@pytest.fixture
def serve_app(tmp_path: Path, local_url: str) -> Serve:
    """Return what serves an application while a context lasts."""

    @contextmanager
    def served(command: str, *pools: dict[str, Any], **env: str) -> Iterator[Served]:
        folder = tmp_path
        (folder / "offset").write_text("0")
        (folder / "pools.json").write_text(json.dumps(pools))
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        settings = {
            "GUARDED_FOLDER": str(folder),
            "COGNITO_URL": local_url,
            "PYTHONPATH": str(APPS),
            **env,
        }
        words = [sys.executable, "-m", *command.format(port=port).split()]
        with running(words, f"{url}/healthz", folder / "log", env=settings, cwd=folder):
            yield Served(url, folder, folder / "log")

    return served
