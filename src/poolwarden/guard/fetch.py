"""
Speak HTTP: the only module that imports httpx2, and the guard's only IO.

No redirects, bounded in time and in size, also after decompression.
"""

import asyncio
import os
import re
import ssl
import threading
import time
import zlib
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress
from functools import cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary, finalize

import httpx2

from poolwarden.guard.jwks import MAX_BYTES

_MAX_AGE = re.compile(r"(?:^|[\s,])max-age=(\d{1,9})(?:$|[\s,])", re.ASCII | re.IGNORECASE)
_NOT_STORED = re.compile(r"(?:^|[\s,])no-(?:store|cache)(?:$|[\s,=])", re.ASCII | re.IGNORECASE)
_DETAIL = 120  # characters
_HEADERS = {"accept": "application/json", "accept-encoding": "gzip", "user-agent": "poolwarden"}


@cache
def trust() -> ssl.SSLContext:
    """
    Return whom https trusts, made once for a process: reading the certificates takes tens of milliseconds.

    Whoever will ask from an event loop calls :func:`prepare` before the loop runs.
    """
    return httpx2.create_ssl_context()


@cache
def prepare() -> None:
    """Read and import, once for a process, what a first question would hold its event loop up with, for 20 ms."""
    trust()
    # In a thread, for here an event loop may run already.
    thread = threading.Thread(target=lambda: asyncio.run(_ask_nobody()), name="poolwarden-prepare", daemon=True)
    thread.start()
    thread.join()


async def _ask_nobody() -> None:
    # Port 0 is nobody's: everything up to the connection is imported, and nothing is sent.
    with suppress(httpx2.HTTPError, OSError):
        async with httpx2.AsyncClient(verify=trust(), trust_env=False) as client:
            await client.get("http://127.0.0.1:0/")


class FetchError(Exception):
    """
    A fetch failed.

    Attributes:
        result: ``timeout``, ``http_error``, ``invalid`` or ``blocked``: a metric's label.
        detail: The status, or what the connection failed of, for people; empty where nothing more is known.
    """

    def __init__(self, result: str, detail: str = "") -> None:
        super().__init__(result)
        self.result = result
        # Of what a library says of a server's bytes, no more than a line that a terminal can show.
        self.detail = "".join(filter(str.isprintable, " ".join(detail.split())))[:_DETAIL]


class Document(NamedTuple):
    """
    A fetched document.

    Attributes:
        body: Its bytes, decompressed, at most 64 KiB.
        max_age_s: Cache-Control's max-age, 0 for no-store and no-cache, None without any.
    """

    body: bytes
    max_age_s: float | None


def fetch_document(url: str, timeout_s: float) -> Document:
    """
    Fetch a JWK Set: no redirects, bounded in time and in size also after decompression.

    Args:
        url: An https address, or an http one of this machine (:class:`poolwarden.UserPool` has checked it).
        timeout_s: How long it may take in all, seconds.

    Raises:
        FetchError: It took too long, the server did not answer with 200, or the
            document is too large or not encoded as announced.
    """
    deadline = time.monotonic() + timeout_s
    try:
        with (
            httpx2.Client(timeout=timeout_s, follow_redirects=False, verify=trust()) as client,
            client.stream("GET", url, headers=_HEADERS) as response,
        ):
            if response.status_code != httpx2.codes.OK:
                raise FetchError("blocked" if response.is_redirect else "http_error", f"status {response.status_code}")
            return Document(_body(response, deadline), _max_age(response.headers.get("cache-control", "")))
    except httpx2.TimeoutException as error:
        raise FetchError("timeout") from error
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        raise FetchError("http_error", str(error)) from error


def _body(response: httpx2.Response, deadline: float) -> bytes:
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):  # RFC 9110 §8.4.1
        raise FetchError("invalid")
    # Decompressed here and not by the client, which would unpack a whole chunk before it could be bounded.
    inflate = None if encoding in ("", "identity") else zlib.decompressobj(wbits=47)
    body = bytearray()
    for chunk in response.iter_raw():
        if time.monotonic() > deadline:
            raise FetchError("timeout")
        try:
            body += chunk if inflate is None else inflate.decompress(chunk, MAX_BYTES + 1 - len(body))
        except zlib.error as error:
            raise FetchError("invalid") from error
        if len(body) > MAX_BYTES:
            raise FetchError("invalid")
    if inflate is not None and not inflate.eof:  # cut off: its checksum is missing
        raise FetchError("invalid")
    return bytes(body)


def _max_age(cache_control: str) -> float | None:
    if _NOT_STORED.search(cache_control):
        return 0.0
    found = _MAX_AGE.search(cache_control)
    return float(found[1]) if found else None


class Reply(NamedTuple):
    """
    What a server replied.

    Attributes:
        status: The HTTP status.
        body: The body's bytes, at most 64 KiB.
    """

    status: int
    body: bytes


class Exchange:
    """
    Send a request and read the reply, for threads and for tasks.

    Connections are kept: one client for the threads of a process, one for each
    event loop.

    Args:
        timeout_s: How long a reply may take in all, seconds.
    """

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        # Bodies are read as they come, so none may be compressed.
        self._settings: dict[str, Any] = {
            "timeout": timeout_s,
            "follow_redirects": False,
            "headers": {"accept-encoding": "identity", "user-agent": "poolwarden"},
        }
        self._clients: dict[int, httpx2.Client] = {}
        self._async_clients: WeakKeyDictionary[object, httpx2.AsyncClient] = WeakKeyDictionary()

    def send(self, method: str, url: str, headers: dict[str, str], content: bytes) -> Reply:
        """
        Send a request and block until the reply is there.

        Raises:
            FetchError: It took too long, or there was no reply.
        """
        process = os.getpid()  # a fork must not share its parent's connections
        client = self._clients.get(process)
        if client is None:
            client = self._clients.setdefault(process, httpx2.Client(**self._settings, verify=trust()))
            finalize(self, client.close)

        def ask() -> Reply:
            body = bytearray()
            with client.stream(method, url, headers=headers, content=content) as response:
                for chunk in response.iter_raw():
                    _append(body, chunk)
                return Reply(response.status_code, bytes(body))

        try:
            return _within(self._timeout_s, ask)
        except (httpx2.HTTPError, OSError) as error:
            # The client's own time-out may come first, by a hair.
            raise FetchError("timeout" if isinstance(error, httpx2.TimeoutException) else "http_error") from error

    async def send_async(self, method: str, url: str, headers: dict[str, str], content: bytes) -> Reply:
        """
        Send a request and let this task wait for the reply.

        Raises:
            FetchError: It took too long, or there was no reply.
        """
        loop = _running()
        client = self._async_clients.get(loop)
        if client is None:
            client = self._async_clients[loop] = httpx2.AsyncClient(**self._settings, verify=trust())
        from anyio import fail_after  # noqa: PLC0415 (a guard of threads need not load it)

        body = bytearray()
        try:
            with fail_after(self._timeout_s):
                async with client.stream(method, url, headers=headers, content=content) as response:
                    async for chunk in response.aiter_raw():
                        _append(body, chunk)
                    return Reply(response.status_code, bytes(body))
        except (httpx2.TimeoutException, TimeoutError) as error:
            raise FetchError("timeout") from error
        except (httpx2.HTTPError, OSError) as error:
            raise FetchError("http_error") from error

    async def aclose(self) -> None:
        """Close the connections of the running event loop; threads' are closed with this object."""
        client = self._async_clients.pop(_running(), None)
        if client is not None:
            await client.aclose()


def _running() -> object:
    """Return the event loop that runs here, asyncio's or trio's."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        from trio.lowlevel import current_trio_token  # noqa: PLC0415 (asyncio's users need not have it)

        return current_trio_token()


def _within(timeout_s: float, ask: Callable[[], Reply]) -> Reply:
    """Ask in a thread of its own, and wait so long: nothing else bounds a server that drips its headers."""
    future: Future[Reply] = Future()

    def run() -> None:
        try:
            future.set_result(ask())
        except Exception as error:  # noqa: BLE001 (whoever waits is told)
            future.set_exception(error)

    threading.Thread(target=run, name="poolwarden-ask", daemon=True).start()
    try:
        return future.result(timeout_s)
    except FutureTimeout:
        raise FetchError("timeout") from None


def _append(body: bytearray, chunk: bytes) -> None:
    body += chunk
    if len(body) > MAX_BYTES:
        raise FetchError("invalid")
