"""The examples under a real gunicorn with two workers: one set of metrics, in which the dead have no gauges."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from processes import free_port, running
from prometheus_client import CollectorRegistry
from standins import PASSWORD

from edges import until
from poolwarden.localpool import LocalPool
from poolwarden.localpool.http import serve
from poolwarden.observe.exposition import AllProcesses
from poolwarden.observe.multiprocess import files_in
from poolwarden.version import __version__

ROOT = Path(__file__).parents[2]
# Stopped workers are no hung workers: --timeout 0.
GUNICORN = "gunicorn -c examples/gunicorn_conf.py --timeout 0 --no-control-socket -b 127.0.0.1:{port}"
EXAMPLES = {
    "FastAPI": f"{GUNICORN} -k asgi examples.fastapi_app:app",
    "Flask": f"{GUNICORN} examples.flask_app:make_app()",
}
DEADLINE_S = 60
REFUSED = {"pool": "unverified", "client": "unverified", "outcome": "rejected", "cause": "credentials_missing"}


@dataclass(frozen=True, slots=True)
class Example:
    """
    An example that is served.

    Attributes:
        url: Its address.
        folder: Its multi-process directory.
    """

    url: str
    folder: Path

    def workers(self) -> set[int]:
        """Return the workers that have made their metrics and are not known to be dead."""
        return {file.pid for file in files_in(self.folder) if file.live}

    def ask(self, token: str = "", path: str = "/me") -> httpx2.Response:
        """Send one request on a connection of its own."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx2.get(self.url + path, headers=headers, timeout=DEADLINE_S)

    def value(self, name: str, **labels: str) -> float | None:
        """Return a sample's value, as whoever may read the directory sees it."""
        registry = CollectorRegistry()
        registry.register(AllProcesses(self.folder))
        return registry.get_sample_value(name, labels)


@contextmanager
def served(command: str, folder: Path, pool: LocalPool, client: str, keys: str) -> Iterator[Example]:
    """Serve an example while a context lasts, its directory not yet made."""
    port, metrics = free_port(), folder / "metrics"
    url = f"http://127.0.0.1:{port}"
    env = {
        "PROMETHEUS_MULTIPROC_DIR": str(metrics),
        "POOLWARDEN_USER_POOL_ID": pool.pool_id,
        "POOLWARDEN_CLIENT_IDS": f"web={client}",
        "POOLWARDEN_JWKS_URL": f"{keys}/{pool.pool_id}/.well-known/jwks.json",
    }
    words = [sys.executable, "-m", *command.format(port=port).split()]
    with running(words, f"{url}/healthz", folder / "log", env=env, cwd=ROOT):
        yield Example(url, metrics)


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    """Let a worker take no request while a context lasts."""
    os.kill(pid, signal.SIGSTOP)
    try:
        # proc_pid_stat(5): the state stands behind the name in brackets.
        until(lambda: Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("T"), DEADLINE_S)
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize("name", EXAMPLES)
def test_two_workers(name: str, tmp_path: Path) -> None:
    """What two workers count is summed; when they die their counts stay, and their gauges vanish."""
    pool = LocalPool("eu-west-1_Examples")
    pool.create_user("ada", PASSWORD)
    web = pool.create_client("web").client_id
    token = pool.sign_in(web, "ada", PASSWORD).access_token
    scraper = pool.mint(client_id=web, claims={"scope": "metrics/read"})
    with serve(pool) as url, served(EXAMPLES[name], tmp_path, pool, web, url) as example:
        until(lambda: len(example.workers()) == 2, DEADLINE_S)
        first, second = sorted(example.workers())
        for other, times in ((second, 3), (first, 4)):
            with stopped(other):
                assert example.ask(token).status_code == 200
                assert [example.ask().status_code for _ in range(times)] == [401] * times
        assert example.value("poolwarden_requests_total", **REFUSED) == 7
        assert example.value("poolwarden_keys", pool="main") == 2
        scraped = example.ask(scraper, "/metrics")
        assert scraped.headers["content-type"].startswith("text/plain")
        assert [line for line in scraped.text.splitlines() if 'cause="credentials_missing"' in line and "} 7.0" in line]
        httpx2.post(f"{url}/_local/outage", json={"jwks": "unavailable"}, timeout=DEADLINE_S).raise_for_status()
        for worker in (first, second):
            os.kill(worker, signal.SIGKILL)
        until(lambda: len(example.workers()) == 2 and not example.workers() & {first, second}, DEADLINE_S)
        assert example.value("poolwarden_requests_total", **REFUSED) == 7
        assert example.value("poolwarden_keys", pool="main") is None
        until(lambda: example.value("poolwarden_build_info", version=__version__) == 1, DEADLINE_S)


def test_own_rule(tmp_path: Path) -> None:
    """The FastAPI example shows its metrics to whoever reaches it; Flask's asks for a token with a scope."""
    pool = LocalPool("eu-west-1_Examples")
    web = pool.create_client("web").client_id
    with serve(pool) as url:
        asked = {}
        for name, command in EXAMPLES.items():
            (tmp_path / name).mkdir()
            with served(command, tmp_path / name, pool, web, url) as example:
                token = pool.mint(client_id=web, claims={"scope": "orders/read"})
                asked[name] = [example.ask(given, "/metrics").status_code for given in ("", token)]
    assert asked == {"FastAPI": [200, 200], "Flask": [401, 403]}
