"""Run a Prometheus and an Alertmanager on this machine, and receive what they tell."""

import json
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import yaml

DEADLINE_S = 120.0
_POLL_S = 0.1
_TRIES = 5

Value = TypeVar("Value")

PROMETHEUS = shutil.which("prometheus")
PROMTOOL = shutil.which("promtool")
ALERTMANAGER = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")


def eventually(look: Callable[[], Value], what: str) -> Value:
    """Look until there is something, and return it; fail after a generous time."""
    end = time.monotonic() + DEADLINE_S
    while not (found := look()):
        assert time.monotonic() < end, f"never happened: {what}"
        time.sleep(_POLL_S)
    return found


class Prometheus:
    """
    A Prometheus that runs.

    Args:
        client: What asks it.
    """

    def __init__(self, client: httpx2.Client) -> None:
        self._client = client

    def ask(self, path: str, **parameters: str | float) -> Any:
        """Return the data of an answer of its API; the test fails where it refuses."""
        answer = self._client.post(f"/api/v1/{path}", data={key: str(value) for key, value in parameters.items()})
        body = answer.json()
        assert body["status"] == "success", (parameters, body)
        return body["data"]

    def rules(self) -> list[dict[str, Any]]:
        """Return every rule with its state."""
        answer = self._client.get("/api/v1/rules").json()
        return [rule for group in answer["data"]["groups"] for rule in group["rules"]]

    def value(self, query: str) -> float | None:
        """Return the value of a query's first series; None without one."""
        found = self.ask("query", query=query)["result"]
        return float(found[0]["value"][1]) if found else None

    def instant(self, query: str) -> list[dict[str, Any]]:
        """Return the series of a query."""
        found: list[dict[str, Any]] = self.ask("query", query=query)["result"]
        return found

    def values(self, query: str, since: float) -> list[float]:
        """Return every value that a query had since a moment."""
        found = self.ask("query_range", query=query, start=since, end=time.time(), step=1)["result"]
        return [float(value) for series in found for _, value in series["values"]]


class Inbox:
    """What an Alertmanager sent to its receiver."""

    def __init__(self) -> None:
        self.alerts: list[dict[str, Any]] = []

    def firing(self, name: str) -> list[dict[str, Any]]:
        """Return the notifications of an alert that fires."""
        return [one for one in self.alerts if one["labels"]["alertname"] == name and one["status"] == "firing"]


@contextmanager
def receiving() -> Iterator[tuple[str, Inbox]]:
    """Receive notifications while the context lasts."""
    inbox = Inbox()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            inbox.alerts += json.loads(body)["alerts"]
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/", inbox
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def alertmanager(folder: Path, receiver: str) -> Iterator[str]:
    """Run an Alertmanager that tells a receiver at once; give its address."""
    config = {
        "route": {"receiver": "test", "group_by": ["alertname"], "group_wait": "0s", "group_interval": "1s"},
        "receivers": [{"name": "test", "webhook_configs": [{"url": receiver}]}],
    }
    file = folder / "alertmanager.yml"
    file.write_text(yaml.safe_dump(config), encoding="utf-8")
    command = [
        str(ALERTMANAGER),
        f"--config.file={file}",
        f"--storage.path={folder / 'alertmanager'}",
        "--cluster.listen-address=",
    ]
    with _running(command, folder / "alertmanager.log") as url:
        yield url


@contextmanager
def prometheus(folder: Path, config: dict[str, Any]) -> Iterator[Prometheus]:
    """Run a Prometheus on the blocks in a folder."""
    file = folder / "prometheus.yml"
    file.write_text(yaml.safe_dump(config), encoding="utf-8")
    command = [
        str(PROMETHEUS),
        f"--config.file={file}",
        f"--storage.tsdb.path={folder / 'blocks'}",
        "--storage.tsdb.retention.time=60d",
    ]
    with (
        _running(command, folder / "prometheus.log") as url,
        httpx2.Client(base_url=url, timeout=60, trust_env=False) as client,
    ):
        yield Prometheus(client)


def backfill(folder: Path, samples: dict[str, float], times: range) -> None:
    """Write blocks in which series had one value at some times, epoch seconds."""
    lines = [f"{series} {value} {moment}" for series, value in samples.items() for moment in times]
    file = folder / "history.txt"
    file.write_text("\n".join([*lines, "# EOF\n"]), encoding="utf-8")
    command = [str(PROMTOOL), "tsdb", "create-blocks-from", "openmetrics", str(file), str(folder / "blocks")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def _running(command: list[str], log: Path) -> Iterator[str]:
    """Run a server on a free port; another may take the port first, so there are some tries."""
    for _ in range(_TRIES):
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = listening.getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*command, f"--web.listen-address=127.0.0.1:{port}"], stdout=output, stderr=subprocess.STDOUT
            )
        try:
            if _is_ready(process, url, log):
                yield url
                return
        finally:
            _end(process)
    message = f"{command[0]} does not run: {log.read_text(encoding='utf-8')[-2000:]}"
    raise AssertionError(message)


def _is_ready(process: "subprocess.Popen[bytes]", url: str, log: Path) -> bool:
    """Wait until the server is ready; False where it ended."""

    def look() -> str | None:
        if process.poll() is not None:
            return "ended"
        try:
            return "ready" if httpx2.get(f"{url}/-/ready", timeout=5).status_code == httpx2.codes.OK else None
        except httpx2.TransportError:
            return None

    return eventually(look, f"ready: {log.read_text(encoding='utf-8')[-2000:]}") == "ready"


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
