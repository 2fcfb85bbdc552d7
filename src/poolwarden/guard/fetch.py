"""
Speak HTTP: the only module that imports httpx2, and the guard's only IO.

No redirects, bounded in time and in size, also after decompression.
"""

import asyncio
import os
import ssl
import threading
import time
import zlib
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any
from weakref import finalize

import httpx2

from poolwarden.errors import ConfigurationError
from poolwarden.guard.fetched import Document, FetchError, Reply
from poolwarden.guard.jwks import MAX_BYTES
from poolwarden.guard.line import Line
from poolwarden.guard.per_loop import PerLoop
from poolwarden.guard.times import max_age, retry_after

if TYPE_CHECKING:
    from socket import socket

_BUSY = (httpx2.codes.TOO_MANY_REQUESTS, httpx2.codes.SERVICE_UNAVAILABLE)
_CHALLENGE = "www-authenticate"
_CERTIFICATES = "SSL_CERT_FILE, SSL_CERT_DIR"
# What a connection that was kept and is dead fails with when it is used.
_DROPPED = (httpx2.RemoteProtocolError, httpx2.ReadError, httpx2.WriteError)
_FAILURES = (httpx2.HTTPError, httpx2.InvalidURL, OSError, ConfigurationError)
# Plain http is asked on this machine only, so that no proxy of the environment may come in between.
_DIRECT: dict[str, None] = {"http://": None}
_HEADERS = {"accept": "application/json", "accept-encoding": "gzip", "user-agent": "poolwarden"}
# How many connections of threads are kept open between requests.
_KEPT = 20
# How many threads may ask at a time. One that hangs beyond its time-out keeps its place until it ends.
_MOST_ASKING = 100


def trust() -> ssl.SSLContext:
    """
    Return the trusted certificates for https, read once for a process: that takes tens of milliseconds.

    Whoever will ask from an event loop calls :func:`prepare` before the loop runs.

    Raises:
        ConfigurationError: The certificates that the environment names cannot be read.
    """
    # gevent replaces this class with its own, and a context made before that cannot be used afterwards.
    return _trust(ssl.SSLContext)


@cache
def _trust(_: type[ssl.SSLContext]) -> ssl.SSLContext:
    try:
        return httpx2.create_ssl_context()
    except OSError as error:
        problem = f"cannot be read ({error.strerror})."
        raise ConfigurationError(_CERTIFICATES, problem, "Name readable certificates in PEM, or unset them.") from error


@cache
def prepare() -> None:
    """Read and import now, once for a process, what would block the event loop of the first request for 20 ms."""
    trust()
    # In a thread, for an event loop may be running in this one already.
    thread = threading.Thread(target=lambda: asyncio.run(_ask_nobody()), name="poolwarden-prepare", daemon=True)
    thread.start()
    thread.join()


async def _ask_nobody() -> None:
    # Nobody listens on port 0: all that a connection needs is imported, and nothing is sent.
    with suppress(httpx2.HTTPError, OSError):
        async with httpx2.AsyncClient(verify=trust(), trust_env=False) as client:
            await client.get("http://127.0.0.1:0/")


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
    line = Line()

    def ask() -> Document:
        try:
            with (
                httpx2.Client(timeout=timeout_s, follow_redirects=False, verify=trust(), mounts=_DIRECT) as client,
                client.stream("GET", url, headers=_HEADERS, extensions={"trace": line}) as response,
            ):
                if response.status_code != httpx2.codes.OK:
                    result = "blocked" if response.is_redirect else "http_error"
                    raise FetchError(result, f"status {response.status_code}", _retry_after(response))
                return Document(_body(response), max_age(response.headers.get("cache-control", "")))
        finally:
            line.end()

    try:
        return line.within(timeout_s, ask)
    except _FAILURES as error:
        raise _failed(error) from error


def _body(response: httpx2.Response) -> bytes:
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):  # RFC 9110 §8.4.1
        raise FetchError("invalid")
    # Not decompressed by the client, which would unpack a whole chunk, however large, before it could be measured.
    inflate = None if encoding in ("", "identity") else zlib.decompressobj(wbits=47)
    body = bytearray()
    for chunk in response.iter_raw():
        try:
            body += chunk if inflate is None else inflate.decompress(chunk, MAX_BYTES + 1 - len(body))
        except zlib.error as error:
            raise FetchError("invalid") from error
        if len(body) > MAX_BYTES:
            raise FetchError("invalid")
    if inflate is not None and not inflate.eof:  # the body was cut off before its end
        raise FetchError("invalid")
    return bytes(body)


def _retry_after(response: httpx2.Response) -> float:
    wish = response.headers.get("retry-after", "") if response.status_code in _BUSY else ""
    return retry_after(wish, time.time())


class _Threads:
    """The connections that the threads of one process share, and how many more threads may ask."""

    def __init__(self) -> None:
        self.kept: list[tuple[httpx2.Client, socket | None]] = []
        # Looking up a name may hold a thread for half a minute, although nobody waits for it any more.
        self.free = threading.BoundedSemaphore(_MOST_ASKING)

    def close(self) -> None:
        for client, _ in self.kept:
            client.close()


class Exchange:
    """
    Send a request that changes nothing and read the reply, for threads and for tasks.

    Connections are kept open: one for each thread of a process that asks at the
    same time, and a pool of them for each event loop. Where one is dead, the
    request is sent again over a new one, within the same time.

    Args:
        timeout_s: How long a reply may take in all, seconds.
    """

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        # Bodies are read without decompressing them.
        self._settings: dict[str, Any] = {
            "timeout": timeout_s,
            "follow_redirects": False,
            "mounts": _DIRECT,
            "headers": {"accept-encoding": "identity", "user-agent": "poolwarden"},
        }
        self._threads: dict[int, _Threads] = {}  # by process: a fork must not share its parent's connections
        finalize(self, _close, self._threads)
        self._async_clients = PerLoop(self._async_client, httpx2.AsyncClient.aclose)

    def send(self, method: str, url: str, headers: dict[str, str], content: bytes) -> Reply:
        """
        Send a request and block until the reply is there.

        Args:
            method: The HTTP method.
            url: The address.
            headers: The headers.
            content: The body.

        Raises:
            FetchError: It took too long, there was no reply, or its body is above 64 KiB.
        """
        threads = self._threads.get(os.getpid()) or self._threads.setdefault(os.getpid(), _Threads())
        started, line = time.monotonic(), Line()

        def reply_to(client: httpx2.Client) -> Reply:
            body = bytearray()
            with client.stream(method, url, headers=headers, content=content, extensions={"trace": line}) as response:
                for chunk in response.iter_raw():
                    _append(body, chunk)
                return Reply(response.status_code, bytes(body), response.headers.get(_CHALLENGE, ""))

        def ask() -> Reply:
            try:
                client, connection = threads.kept.pop()
            except IndexError:
                client, connection = self._client(), None
            try:
                line.resume(connection)
                try:
                    return reply_to(client)
                except _DROPPED:
                    if connection is None or line.over:
                        raise
                client.close()
                client = self._client()
                return reply_to(client)
            finally:
                if line.end() and len(threads.kept) < _KEPT:
                    threads.kept.append((client, line.connection))
                else:
                    client.close()

        if not threads.free.acquire(timeout=self._timeout_s):
            raise FetchError("timeout")
        try:
            return line.within(self._timeout_s + started - time.monotonic(), ask, threads.free.release)
        except _FAILURES as error:
            raise _failed(error) from error

    async def send_async(self, method: str, url: str, headers: dict[str, str], content: bytes) -> Reply:
        """
        Send a request and let this task wait for the reply.

        The arguments and errors are those of :meth:`send`.
        """
        client = await self._async_clients.here()
        from anyio import fail_after  # noqa: PLC0415 (a guard of threads need not load it)

        async def reply_to(client: httpx2.AsyncClient) -> Reply:
            body = bytearray()
            async with client.stream(method, url, headers=headers, content=content) as response:
                async for chunk in response.aiter_raw():
                    _append(body, chunk)
                return Reply(response.status_code, bytes(body), response.headers.get(_CHALLENGE, ""))

        try:
            with fail_after(self._timeout_s):
                try:
                    return await reply_to(client)
                except _DROPPED:
                    # Other connections that were kept may be as dead.
                    async with self._async_client() as fresh:
                        return await reply_to(fresh)
        except _FAILURES as error:
            raise _failed(error) from error

    def _client(self) -> httpx2.Client:
        return httpx2.Client(**self._settings, verify=trust())

    def _async_client(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(**self._settings, verify=trust())

    async def aclose(self) -> None:
        """Close the connections of the running event loop; those of threads are closed when this object goes."""
        await self._async_clients.aclose()


def _failed(error: Exception) -> FetchError:
    if isinstance(error, (httpx2.TimeoutException, TimeoutError)):
        return FetchError("timeout")
    return FetchError("http_error", str(error))


def _close(threads: dict[int, _Threads]) -> None:
    for each in threads.values():
        each.close()


def _append(body: bytearray, chunk: bytes) -> None:
    body += chunk
    if len(body) > MAX_BYTES:
        raise FetchError("invalid")
