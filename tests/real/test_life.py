"""A served application through its life: keys that change, sockets that outlive tokens, several processes."""

import time
from typing import Any

import httpx2
import pytest
from standins import PASSWORD, Serve, Served, StandIn
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from edges import until
from poolwarden.localpool import LocalPool
from poolwarden.localpool.http import serve

UVICORN = "uvicorn --host 127.0.0.1 --port {port} --no-access-log fastapi_app:app"
GUNICORN = "gunicorn -b 127.0.0.1:{port} -k gthread --threads 4 flask_app:app"


def status_of(served: Served, token: str) -> int:
    """Ask with a token."""
    headers = {"Authorization": f"Bearer {token}"}
    return httpx2.get(served.url + "/me", headers=headers, timeout=60).status_code


@pytest.mark.parametrize("command", [UVICORN, GUNICORN], ids=["uvicorn", "gunicorn"])
def test_rotation(command: str, serve_app: Serve) -> None:
    """
    Keys that are rotated are picked up while the server runs; a key that is gone ends its tokens.

    The server is configured by the environment alone.
    """
    pool = LocalPool("eu-west-1_Rotated")
    pool.create_user("ada", PASSWORD)
    web = pool.create_client("web").client_id
    with serve(pool) as url:
        env = {
            "POOLWARDEN_USER_POOL_ID": pool.pool_id,
            "POOLWARDEN_CLIENT_IDS": f"web={web}",
            "POOLWARDEN_JWKS_URL": f"{url}/{pool.pool_id}/.well-known/jwks.json",
            "POOLWARDEN_REFRESH_VALIDITY": "30d",
            "POOLWARDEN_REF_KEY": "secret",
        }
        with serve_app(command, **env) as served:
            old = pool.sign_in(web, "ada", PASSWORD).access_token
            assert status_of(served, old) == 200
            pool.rotate_keys(keep_old=True)
            new = pool.sign_in(web, "ada", PASSWORD).access_token
            until(lambda: status_of(served, new) == 200)
            assert status_of(served, old) == 200
            pool.rotate_keys(keep_old=False)
            newest = pool.sign_in(web, "ada", PASSWORD).access_token
            until(lambda: status_of(served, newest) == 200)
            assert status_of(served, old) == 401
            assert status_of(served, new) == 401


def test_websocket(serve_app: Serve, local: StandIn, local_pool: LocalPool) -> None:
    """A WebSocket is refused with the whole answer, and an open one is closed with 3000 at its token's end."""
    with serve_app(UVICORN, local.pool) as served:
        address = served.url.replace("http://", "ws://") + "/talk"
        with pytest.raises(InvalidStatus) as refused:
            connect(address, proxy=None)
        assert refused.value.response.status_code == 401
        assert refused.value.response.headers["www-authenticate"].startswith("Bearer")
        now = time.time()
        claims: Any = {"iat": now, "auth_time": now, "exp": now + 4.0}
        token = local_pool.mint(client_id=local.pool["client_ids"]["web"], claims=claims)
        with connect(address, additional_headers={"Authorization": f"Bearer {token}"}, proxy=None) as socket:
            socket.send("hello")
            assert socket.recv(timeout=60) == "hello"
            with pytest.raises(ConnectionClosed) as closed:
                socket.recv(timeout=60)
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (3000, "token_expired")


def test_processes(serve_app: Serve, local: StandIn, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Two processes share one set of metrics (prometheus_client's multi-process mode): every request is counted."""
    folder = tmp_path_factory.mktemp("metrics")
    command = UVICORN.replace("uvicorn", "uvicorn --workers 2", 1)
    with serve_app(command, local.pool, PROMETHEUS_MULTIPROC_DIR=str(folder)) as served:
        pids: set[int] = set()

        def seen_both() -> bool:
            pids.add(httpx2.get(served.url + "/healthz", timeout=60).json()["pid"])
            return len(pids) == 2

        until(seen_both, 60)
        for _ in range(12):
            assert status_of(served, local.access) == 200
            assert status_of(served, local.id) == 401
        shown = httpx2.get(served.url + "/metrics", timeout=60).text
        counted = {
            line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in shown.splitlines() if line[0] != "#"
        }
        prefix = 'poolwarden_requests_total{cause="%s",client="%s",outcome="%s",pool="local"}'
        assert counted[prefix % ("none", "web", "accepted")] == 12
        refused = [count for name, count in counted.items() if 'cause="token_use_mismatch"' in name]
        assert sum(refused) == 12
        assert any(name.startswith("poolwarden_build_info") for name in counted)
