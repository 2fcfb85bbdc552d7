"""
Serve the metrics to Prometheus: an ASGI and a WSGI application for ``/metrics``.

::

    app.routes.append(Route("/metrics", poolwarden.observe.exposition.asgi_app()))     # Starlette, FastAPI

    metrics = poolwarden.observe.exposition.wsgi_app()                      # Flask: a view may return it


    @app.get("/metrics")
    def show() -> Any:
        return metrics

Where ``PROMETHEUS_MULTIPROC_DIR`` is set, one process answers for all. Name the
path in the middleware's ``exempt``; or let it need a scope of its own, by a
middleware with ``require=`` around this application, or by the view's decorator.
"""

import gzip
import os
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, MutableMapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

import anyio.to_thread
from prometheus_client import REGISTRY, CollectorRegistry, Metric
from prometheus_client.exposition import choose_encoder, gzip_accepted
from prometheus_client.multiprocess import MultiProcessCollector

from poolwarden.errors import ConfigurationError
from poolwarden.observe.multiprocess import DIRECTORY, directory_in

_METHODS = ("GET", "HEAD")
# The fastest level: scrapes are frequent, and Prometheus is near.
_LEVEL = 1

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Page(NamedTuple):
    """
    An answer to a scrape.

    Attributes:
        status: The HTTP status.
        headers: The headers, names in lower case.
        body: The body; empty for HEAD.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class AllProcesses:
    """
    Collect what the processes of one server have counted.

    Args:
        directory: The multi-process directory.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics of all processes, merged."""
        # A file that was made just now may still be empty, and could not be read.
        files = [str(path) for path in sorted(self._directory.glob("*.db")) if _filled(path)]
        yield from MultiProcessCollector.merge(files)  # type: ignore[no-untyped-call]


def page_of(registry: CollectorRegistry, method: str, accept: str, accept_encoding: str) -> Page:
    """
    Return the answer to a scrape: OpenMetrics, with exemplars, where it is asked for, else Prometheus's text.

    Args:
        registry: What is shown.
        method: The request's method.
        accept: The value of ``Accept``.
        accept_encoding: The value of ``Accept-Encoding``.
    """
    if method not in _METHODS:
        return Page(405, (("allow", ", ".join(_METHODS)), ("content-length", "0")), b"")
    encode, content_type = choose_encoder(accept)
    body = encode(registry)
    headers = [("content-type", content_type), ("vary", "accept, accept-encoding"), ("cache-control", "no-store")]
    if gzip_accepted(accept_encoding):
        body = gzip.compress(body, _LEVEL)
        headers.append(("content-encoding", "gzip"))
    headers.append(("content-length", str(len(body))))
    return Page(200, tuple(headers), body if method == "GET" else b"")


class AsgiMetrics:
    """
    Answer scrapes over ASGI; pages are made in a thread, so that no other request waits for them.

    Args:
        registry: What is shown.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 (ASGI's signature)
        """Answer one scrape; a WebSocket is closed."""
        if scope["type"] != "http":
            await send({"type": "websocket.close"})
            return
        accept, encoding = (_joined(scope["headers"], name) for name in (b"accept", b"accept-encoding"))
        page = await anyio.to_thread.run_sync(page_of, self._registry, scope["method"], accept, encoding)
        headers = [(name.encode(), value.encode()) for name, value in page.headers]
        await send({"type": "http.response.start", "status": page.status, "headers": headers})
        await send({"type": "http.response.body", "body": page.body})


class WsgiMetrics:
    """
    Answer scrapes over WSGI.

    Args:
        registry: What is shown.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def __call__(self, environ: Mapping[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one scrape."""
        accept, encoding = environ.get("HTTP_ACCEPT", ""), environ.get("HTTP_ACCEPT_ENCODING", "")
        page = page_of(self._registry, environ["REQUEST_METHOD"], accept, encoding)
        phrase = HTTPStatus(page.status).phrase
        start_response(f"{page.status} {phrase}", [(name.title(), value) for name, value in page.headers])
        return [page.body]


def asgi_app(registry: CollectorRegistry | None = None, environ: Mapping[str, str] | None = None) -> AsgiMetrics:
    """
    Return an ASGI application that answers every path with the metrics.

    Args:
        registry: What is shown; by default all processes of the multi-process
            directory where there is one, else prometheus_client's default registry.
        environ: The environment; by default the process's.

    Raises:
        ConfigurationError: ``PROMETHEUS_MULTIPROC_DIR`` names no directory.
    """
    return AsgiMetrics(_shown(registry, os.environ if environ is None else environ))


def wsgi_app(registry: CollectorRegistry | None = None, environ: Mapping[str, str] | None = None) -> WsgiMetrics:
    """
    Return a WSGI application that answers every path with the metrics.

    The arguments and errors are those of :func:`asgi_app`.
    """
    return WsgiMetrics(_shown(registry, os.environ if environ is None else environ))


def _shown(registry: CollectorRegistry | None, environ: Mapping[str, str]) -> CollectorRegistry:
    directory = directory_in(environ)
    if registry is not None or directory is None:
        return registry or REGISTRY
    if not directory.is_dir():
        raise ConfigurationError(
            DIRECTORY, "names no directory.", "Make it before the server starts, writable for its user."
        )
    together = CollectorRegistry()
    together.register(AllProcesses(directory))
    return together


def _filled(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except FileNotFoundError:
        return False


def _joined(headers: Iterable[tuple[bytes, bytes]], wanted: bytes) -> str:
    return ",".join(value.decode("latin-1") for name, value in headers if name == wanted)
