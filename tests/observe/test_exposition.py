"""The metrics over HTTP: in the format that is asked for, over ASGI and WSGI alike, of one process or of all."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.mmap_dict import MmapedDict, mmap_key
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as plain
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from werkzeug.test import Client

from poolwarden.errors import ConfigurationError
from poolwarden.observe.exposition import _filled, asgi_app, wsgi_app
from poolwarden.observe.prometheus import meter

OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"

Ask = Callable[..., Any]


@pytest.fixture(params=["asgi", "wsgi"])
def ask(request: pytest.FixtureRequest, registry: CollectorRegistry) -> Ask:
    """Return what asks for the metrics of a registry in which something was counted."""
    meter(registry).configured([("main", "web", 3600)], "1.2.3")
    client: Any = TestClient(asgi_app(registry)) if request.param == "asgi" else Client(wsgi_app(registry))
    return lambda method="GET", **headers: getattr(client, method.lower())("/metrics", headers=headers)


def text_of(answer: Any) -> str:
    """Return the body of either client's answer."""
    return str(answer.text)


def test_plain(ask: Ask) -> None:
    """Without a wish, and for a browser, it is Prometheus's text."""
    for headers in ({}, {"Accept": "text/html,*/*;q=0.8"}):
        answer = ask(**headers)
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, "text/plain")
        names = {family.name for family in plain(text_of(answer))}
        assert {"poolwarden_requests", "poolwarden_build_info"} <= names
        assert answer.headers["cache-control"] == "no-store"


def test_open_metrics(ask: Ask) -> None:
    """Who accepts OpenMetrics gets OpenMetrics, to its end."""
    answer = ask(Accept=f"{OPEN_METRICS};q=0.9,text/plain;version=0.0.4;q=0.5")
    assert answer.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert text_of(answer).endswith("# EOF\n")
    assert "poolwarden_requests" in {family.name for family in open_metrics(text_of(answer))}


def test_methods(ask: Ask) -> None:
    """HEAD is answered without a body, what would change something is refused."""
    head = ask("HEAD")
    assert (head.status_code, text_of(head)) == (200, "")
    assert int(head.headers["content-length"]) > 0
    post = ask("POST")
    assert (post.status_code, post.headers["allow"]) == (405, "GET, HEAD")


def test_gzip(registry: CollectorRegistry) -> None:
    """A body is packed for who accepts gzip, and only then."""
    meter(registry).configured([("main", "web", 3600)], "1.2.3")
    client = Client(wsgi_app(registry))
    packed, open_ = client.get("/", headers={"Accept-Encoding": "gzip"}), client.get("/")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == open_.data
    assert len(packed.data) < len(open_.data) / 3


def test_route(registry: CollectorRegistry) -> None:
    """In Starlette it is a route's endpoint, at exactly that path."""
    meter(registry)
    client = TestClient(Starlette(routes=[Route("/metrics", asgi_app(registry))]))
    assert client.get("/metrics", follow_redirects=False).status_code == 200
    assert client.get("/metrics/other").status_code == 404


def test_no_websocket(registry: CollectorRegistry) -> None:
    """A WebSocket is closed."""
    with pytest.raises(WebSocketDisconnect), TestClient(asgi_app(registry)).websocket_connect("/"):
        pass


def written(folder: Path, pid: int, count: float) -> None:
    """Write what a process has counted, as prometheus_client keeps it."""
    name = "shop_orders"
    file = MmapedDict(str(folder / f"counter_{pid}.db"))  # type: ignore[no-untyped-call]
    file.write_value(mmap_key(name, f"{name}_total", [], [], "Orders."), count, 0)  # type: ignore[no-untyped-call]
    file.close()  # type: ignore[no-untyped-call]


def test_all_processes(tmp_path: Path) -> None:
    """With a directory every process is counted, what is written after the start too; an empty file harms nobody."""
    client = Client(wsgi_app(environ={"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}))
    assert client.get("/").data == b""
    written(tmp_path, 17, 2)
    written(tmp_path, 18, 3)
    (tmp_path / "counter_19.db").touch()
    assert "shop_orders_total 5.0" in client.get("/").text
    assert "shop_orders_total 5.0" in client.get("/", headers={"Accept": OPEN_METRICS}).text


@pytest.mark.parametrize("make", [asgi_app, wsgi_app])
def test_no_directory(make: Callable[..., object], tmp_path: Path) -> None:
    """A directory that is none is told at the start, with its mend."""
    with pytest.raises(ConfigurationError, match=r"PROMETHEUS_MULTIPROC_DIR: names no directory.*Make it"):
        make(environ={"PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "missing")})


def test_a_file_that_goes(tmp_path: Path) -> None:
    """A worker's file that is gone between the list and the look holds nothing."""
    assert not _filled(tmp_path / "counter_1.db")
