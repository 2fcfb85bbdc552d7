"""The one module that speaks HTTP, against servers that misbehave on real sockets."""

import asyncio
import gzip
import socket
import subprocess
import sys
import threading
import zlib
from pathlib import Path

import pytest
import trio

from loopback import Answer, closed_port, hang, http, raw, serving
from poolwarden.errors import ConfigurationError
from poolwarden.guard import fetch
from poolwarden.guard.fetch import Exchange, fetch_document
from poolwarden.guard.fetched import Document, FetchError, Reply
from poolwarden.guard.jwks import MAX_BYTES

BODY = b'{"keys":[]}'
OK = b"HTTP/1.1 200 OK\r\n"
SOON = 0.2


def chunked(*chunks: bytes) -> bytes:
    """Write a body in chunks (RFC 9112 §7.1)."""
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in (*chunks, b""))


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        pytest.param(http(200, BODY), BODY, id="plain"),
        pytest.param(http(200), b"", id="empty"),
        pytest.param(raw(OK + b"\r\n" + BODY), BODY, id="until the connection closes"),
        pytest.param(raw(OK + b"transfer-encoding: chunked\r\n\r\n" + chunked(b"{", b"}")), b"{}", id="in chunks"),
        pytest.param(http(200, gzip.compress(BODY), content_encoding="gzip"), BODY, id="gzip"),
        pytest.param(http(200, gzip.compress(BODY), content_encoding=" GZip "), BODY, id="gzip, written oddly"),
        pytest.param(http(200, gzip.compress(BODY), content_encoding="x-gzip"), BODY, id="gzip, by its old name"),
        pytest.param(http(200, zlib.compress(BODY), content_encoding="deflate"), BODY, id="deflate"),
        pytest.param(http(200, BODY, content_encoding=""), BODY, id="encoding without a name"),
        pytest.param(http(200, BODY, content_encoding="identity"), BODY, id="identity"),
        pytest.param(http(200, b"x" * MAX_BYTES), b"x" * MAX_BYTES, id="64 KiB"),
        pytest.param(
            http(200, gzip.compress(b"x" * MAX_BYTES), content_encoding="gzip"), b"x" * MAX_BYTES, id="64 KiB in gzip"
        ),
        pytest.param(http(200, b"<!doctype html>", content_type="text/html"), b"<!doctype html>", id="HTML"),
    ],
)
def test_body(answer: Answer, body: bytes) -> None:
    """A body of up to 64 KiB is given as it is, decompressed; whether it holds keys is judged elsewhere."""
    with serving(answer) as server:
        assert fetch_document(server.url, 2) == Document(body, None)


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        *(pytest.param(http(status), "http_error", id=str(status)) for status in (204, 206, 400, 403, 404, 410)),
        *(pytest.param(http(status, BODY), "http_error", id=f"{status}") for status in (429, 500, 502, 503)),
        *(
            pytest.param(http(status, BODY, location="https://example.com/"), "blocked", id=f"redirect {status}")
            for status in (301, 302, 303, 304, 307, 308)
        ),
        pytest.param(http(200, b"x" * (MAX_BYTES + 1)), "invalid", id="beyond 64 KiB"),
        pytest.param(raw(OK + b"\r\n" + b"x" * 10**6), "invalid", id="far beyond, without a length"),
        pytest.param(http(200, gzip.compress(b"\0" * 50_000_000), content_encoding="gzip"), "invalid", id="gzip bomb"),
        pytest.param(
            http(200, zlib.compress(b"\0" * 50_000_000), content_encoding="deflate"), "invalid", id="deflate bomb"
        ),
        pytest.param(http(200, gzip.compress(BODY)[:-1], content_encoding="gzip"), "invalid", id="gzip, cut off"),
        pytest.param(http(200, zlib.compress(BODY)[:-4], content_encoding="deflate"), "invalid", id="deflate, cut off"),
        pytest.param(http(200, BODY, content_encoding="gzip"), "invalid", id="no gzip"),
        pytest.param(http(200, BODY, content_encoding="br"), "invalid", id="not asked for"),
        pytest.param(http(200, BODY, content_encoding="gzip, gzip"), "invalid", id="twice"),
        pytest.param(raw(OK + b"content-length: 100\r\n\r\n" + BODY), "http_error", id="cut"),
        pytest.param(raw(OK + b"transfer-encoding: chunked\r\n\r\n5\r\nab"), "http_error", id="cut in a chunk"),
        pytest.param(raw(b""), "http_error", id="closed at once"),
        pytest.param(raw(b"SSH-2.0-OpenSSH_9.6\r\n"), "http_error", id="not HTTP"),
        pytest.param(raw(b"HTTP/1.1 200 OK\r\nbroken\r\n\r\n"), "http_error", id="a broken header"),
    ],
)
def test_failures(answer: Answer, result: str) -> None:
    """Whatever goes wrong is one of a few results, and is told soon."""
    with serving(answer) as server, pytest.raises(FetchError) as caught:
        fetch_document(server.url, 2)
    assert caught.value.result == result
    assert str(caught.value) == result


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (http(404), "status 404"),
        (http(302, BODY, location="https://example.com/"), "status 302"),
        (raw(b""), "disconnected"),
        (raw(b"\x1b[31m" + b"x" * 1000 + b"\r\n"), "illegal"),
    ],
)
def test_why(answer: Answer, detail: str) -> None:
    """People learn the status, or what the connection failed of: a short line, without a server's control codes."""
    with serving(answer) as server, pytest.raises(FetchError) as caught:
        fetch_document(server.url, 2)
    assert detail in caught.value.detail
    assert len(caught.value.detail) <= 120
    assert caught.value.detail.isprintable()


def test_hanging() -> None:
    """A server that does not answer costs the time-out and no more."""
    over = threading.Event()
    with serving(hang(over)) as server:
        with pytest.raises(FetchError, match="timeout"):
            fetch_document(server.url, SOON)
        over.set()


def ended() -> bool:
    """Wait for the threads that ask, and return whether all have ended."""
    asking = [thread for thread in threading.enumerate() if thread.name == "poolwarden-ask"]
    for thread in asking:
        thread.join(10)
    return not any(thread.is_alive() for thread in asking)


DRIPPING = pytest.mark.parametrize(
    ("head", "scheme"),
    [
        pytest.param(OK + b"content-length: 400\r\n\r\n", "http", id="body"),
        pytest.param(OK + b"x-slow: ", "http", id="header"),
        pytest.param(b"\x16\x03\x03\x10\x00\x02\x00\x0f\xfc\x03\x03", "https", id="handshake"),
    ],
)


@DRIPPING
def test_dripping(head: bytes, scheme: str) -> None:
    """Nothing that drips can stretch the time-out, or hold a thread beyond it: it would take minutes."""
    over = threading.Event()
    with serving(raw(head, *[b"x"] * 4000, pause_s=SOON / 4, stopped=over)) as server:
        with pytest.raises(FetchError, match="timeout"):
            fetch_document(server.url.replace("http", scheme), SOON)
        assert ended()
        over.set()


@pytest.mark.parametrize(
    "url",
    [f"http://127.0.0.1:{closed_port()}/", "http://127.0.0.1:99999/", "http://[::1", "unheard-of://127.0.0.1/"],
    ids=["refused", "no port", "no address", "no scheme"],
)
def test_no_server(url: str) -> None:
    """Where nobody answers, or the address is none, the fetch fails as others do."""
    with pytest.raises(FetchError, match="http_error"):
        fetch_document(url, 2)


@pytest.mark.parametrize(
    ("cache_control", "max_age_s"),
    [
        ("max-age=0", 0),
        ("max-age=86400", 86_400),
        ("public, max-age=600", 600),
        ("max-age=600,must-revalidate", 600),
        ("MAX-AGE=600", 600),
        ("public,  max-age=600 , immutable", 600),
        ("no-store", 0),
        ("no-cache", 0),
        ("No-Cache, max-age=600", 0),
        ("max-age=600, no-store", 0),
        ('no-cache="set-cookie"', 0),
        ("", None),
        ("public", None),
        ("s-maxage=600", None),
        ("x-max-age=600", None),
        ("max-age=", None),
        ("max-age=-1", None),
        ("max-age=soon", None),
        ("max-age=1.5", None),
        ("max-age=9999999999", None),
        ("max-age = 600", None),
    ],
)
def test_cache_control(cache_control: str, max_age_s: float | None) -> None:
    """Cache-Control tells how long keys stay fresh (RFC 9111 §5.2.2); what is not understood tells nothing."""
    with serving(http(200, BODY, cache_control=cache_control)) as server:
        assert fetch_document(server.url, 2).max_age_s == max_age_s


@pytest.mark.parametrize(
    ("status", "retry_after_s"), [(429, 7), (503, 7), (200, None), (301, 0), (404, 0), (500, 0), (502, 0)]
)
def test_retry_after(status: int, retry_after_s: float | None) -> None:
    """A server that is busy says when to come back; with any other answer, Retry-After is none of ours."""
    with serving(http(status, BODY, retry_after="7")) as server:
        if retry_after_s is None:
            assert fetch_document(server.url, 2).body == BODY
            return
        with pytest.raises(FetchError) as caught:
            fetch_document(server.url, 2)
    assert caught.value.retry_after_s == retry_after_s


def test_request() -> None:
    """A fetch is a plain GET that names itself and asks for what it can unpack."""
    with serving(http(200, BODY)) as server:
        fetch_document(server.url, 2)
    (head,) = server.requests
    assert head.startswith(b"GET / HTTP/1.1\r\n")
    lines = head.lower().split(b"\r\n")
    assert b"accept-encoding: gzip" in lines
    assert b"user-agent: poolwarden" in lines
    assert not [line for line in lines if line.startswith((b"authorization", b"cookie"))]


EXCHANGE_FAILURES = pytest.mark.parametrize(
    ("answer", "result"),
    [
        (raw(b""), "http_error"),
        (raw(OK + b"content-length: 100\r\n\r\nx"), "http_error"),
        (http(200, b"x" * (MAX_BYTES + 1)), "invalid"),
    ],
    ids=["closed at once", "cut", "too large"],
)


@pytest.mark.parametrize("status", [200, 302, 400, 429, 503])
async def test_exchange(status: int) -> None:
    """A reply is given whatever its status, to threads and to tasks."""
    exchange = Exchange(2)
    with serving(http(status, BODY)) as server:
        for _ in range(2):
            assert exchange.send("POST", server.url, {"x-amz-target": "a"}, b"{}") == Reply(status, BODY)
            assert await exchange.send_async("POST", server.url, {"x-amz-target": "a"}, b"{}") == Reply(status, BODY)
    for head in server.requests:
        assert head.startswith(b"POST / ")
        assert b"x-amz-target: a" in head
        assert b"accept-encoding: identity" in head.lower()
    assert len(server.requests) == 4
    await exchange.aclose()


@EXCHANGE_FAILURES
async def test_exchange_failures(answer: Answer, result: str) -> None:
    """A reply that is cut or too large is none."""
    exchange = Exchange(2)
    with serving(answer) as server:
        with pytest.raises(FetchError, match=result):
            exchange.send("GET", server.url, {}, b"")
        with pytest.raises(FetchError, match=result):
            await exchange.send_async("GET", server.url, {}, b"")
    await exchange.aclose()


async def test_exchange_hanging() -> None:
    """A server that hangs costs the time-out; tasks keep the event loop free meanwhile."""
    over, ticks = threading.Event(), 0
    exchange = Exchange(1.0)
    with serving(hang(over)) as server:
        with pytest.raises(FetchError, match="timeout"):
            exchange.send("GET", server.url, {}, b"")
        waiting = asyncio.create_task(exchange.send_async("GET", server.url, {}, b""))
        while not waiting.done():
            await asyncio.sleep(0.005)
            ticks += 1
        with pytest.raises(FetchError, match="timeout"):
            await waiting
        over.set()
    assert ticks > 2
    await exchange.aclose()


@DRIPPING
async def test_exchange_dripping(head: bytes, scheme: str) -> None:
    """A reply of which anything drips cannot stretch the time-out, nor hold a thread beyond it."""
    over, exchange = threading.Event(), Exchange(SOON)
    with serving(raw(head, *[b"x"] * 4000, pause_s=SOON / 4, stopped=over)) as server:
        url = server.url.replace("http", scheme)
        with pytest.raises(FetchError, match="timeout"):
            exchange.send("GET", url, {}, b"")
        assert ended()
        if scheme == "http":  # asyncio leaves a handshake that is cancelled to the collector, which warns
            with pytest.raises(FetchError, match="timeout"):
                await exchange.send_async("GET", url, {}, b"")
        over.set()
    await exchange.aclose()


def kept_alive(*last: bytes, over: threading.Event) -> Answer:
    """Answer twice over one connection, and a third time with what drips."""

    def answer(connection: socket.socket) -> None:
        for _ in range(2):
            raw(OK + b"content-length: 2\r\n\r\n{}")(connection)
            if not connection.recv(65_536):
                return
        raw(*last, pause_s=SOON / 4, stopped=over)(connection)

    return answer


def test_exchange_keeps_connections() -> None:
    """Questions that follow each other share a connection, which is given up where it drips at last."""
    over, exchange = threading.Event(), Exchange(SOON)
    with serving(kept_alive(*[b"H"] * 4000, over=over)) as server:
        for _ in range(2):
            assert exchange.send("GET", server.url, {}, b"") == Reply(200, b"{}")
        with pytest.raises(FetchError, match="timeout"):
            exchange.send("GET", server.url, {}, b"")
        assert ended()
        assert len(server.requests) == 1
        assert exchange.send("GET", server.url, {}, b"") == Reply(200, b"{}")
        assert len(server.requests) == 2
        over.set()


def test_exchange_after_a_close() -> None:
    """Where the server has closed a connection that was kept, the next question makes another."""
    exchange = Exchange(30)
    with serving(http(200, BODY)) as server:
        for count in (1, 2, 3):
            assert exchange.send("GET", server.url, {}, b"") == Reply(200, BODY)
            assert len(server.requests) == count


def dropping(connection: socket.socket) -> None:
    """Answer once over each connection, and close it without a word at the second question."""
    raw(OK + b"content-length: 2\r\n\r\n{}")(connection)
    connection.recv(65_536)


async def test_exchange_over_dead_connections() -> None:
    """A question over a kept connection that turns out to be dead is asked again, over a new one."""
    exchange = Exchange(30)
    for asked_by_tasks in (False, True):
        with serving(dropping) as server:
            for count in range(1, 5):
                if asked_by_tasks:
                    assert await exchange.send_async("GET", server.url, {}, b"") == Reply(200, b"{}")
                else:
                    assert exchange.send("GET", server.url, {}, b"") == Reply(200, b"{}")
                assert len(server.requests) == count
    await exchange.aclose()


async def test_exchange_dropped() -> None:
    """A question that new connections drop, too, is not asked a third time."""
    exchange = Exchange(30)
    with serving(raw()) as server:
        with pytest.raises(FetchError, match="http_error"):
            exchange.send("GET", server.url, {}, b"")
        assert len(server.requests) == 1
        with pytest.raises(FetchError, match="http_error"):
            await exchange.send_async("GET", server.url, {}, b"")
        assert len(server.requests) == 3
    await exchange.aclose()


def test_exchange_keeps_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """No more connections are kept than are likely to be wanted again."""
    monkeypatch.setattr(fetch, "_KEPT", 0)
    exchange, over = Exchange(30), threading.Event()
    with serving(kept_alive(over=over)) as server:
        for count in (1, 2):
            assert exchange.send("GET", server.url, {}, b"") == Reply(200, b"{}")
            assert len(server.requests) == count


def test_exchange_of_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """While as many threads ask as may, a further one waits its time for its turn."""
    monkeypatch.setattr(fetch, "_MOST_ASKING", 1)
    exchange, over, asked = Exchange(SOON), threading.Event(), threading.Event()

    def resolving(*_: object, **__: object) -> list[object]:
        asked.set()
        over.wait(10)
        return []

    with monkeypatch.context() as patched:
        patched.setattr(socket, "getaddrinfo", resolving)
        for _ in range(2):
            with pytest.raises(FetchError, match="timeout"):
                exchange.send("GET", "http://127.0.0.1:1/", {}, b"")
        assert asked.is_set()
        over.set()
        assert ended()
    with serving(http(200, BODY)) as server:
        assert exchange.send("GET", server.url, {}, b"") == Reply(200, BODY)


def test_exchange_without_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no thread can be started there is no reply, and nothing else fails, then or later."""
    monkeypatch.setattr(fetch, "_MOST_ASKING", 1)
    exchange = Exchange(2)

    def refused(_: threading.Thread) -> None:
        raise RuntimeError

    with serving(http(200, BODY)) as server:
        with monkeypatch.context() as patched:
            patched.setattr(threading.Thread, "start", refused)
            for _ in range(2):
                with pytest.raises(FetchError, match="http_error"):
                    exchange.send("GET", server.url, {}, b"")
        assert exchange.send("GET", server.url, {}, b"") == Reply(200, BODY)


def test_exchange_keeps_no_loop() -> None:
    """Each event loop has its own connections, and a loop that is gone leaves nothing behind."""
    exchange = Exchange(2)

    async def ask(url: str) -> Reply:
        try:
            return await exchange.send_async("GET", url, {}, b"")
        finally:
            await exchange.aclose()

    with serving(http(200, BODY)) as server:
        for _ in range(3):
            assert asyncio.run(ask(server.url)) == Reply(200, BODY)
    assert not exchange._async_clients


def test_exchange_ends_with_its_loop() -> None:
    """Where each request has an event loop of its own, its connections are closed with it."""
    exchange = Exchange(2)
    with serving(http(200, BODY)) as server:
        for _ in range(3):
            assert asyncio.run(exchange.send_async("GET", server.url, {}, b"")) == Reply(200, BODY)
    assert not exchange._async_clients


def test_exchange_of_trio() -> None:
    """Trio's tasks ask as asyncio's do, over connections of their own."""
    exchange = Exchange(30)

    async def ask(url: str) -> list[Reply]:
        replies = [await exchange.send_async("GET", url, {}, b"") for _ in range(2)]
        assert len(exchange._async_clients) == 1
        await exchange.aclose()
        await exchange.aclose()
        return replies

    with serving(http(200, BODY)) as server:
        assert trio.run(ask, server.url) == [Reply(200, BODY)] * 2
    assert not exchange._async_clients


PREPARED = """
import asyncio, sys
from poolwarden.guard.fetch import Exchange
from poolwarden.guard.online_check import OnlineCheck

url = sys.argv[1]
OnlineCheck(url=url, on_failure="refuse")
loaded, exchange = set(sys.modules), Exchange(30)

async def ask():
    await exchange.send_async("GET", url, {}, b"")
    await exchange.aclose()

asyncio.run(ask())
print([name for name in set(sys.modules) - loaded if name.startswith("anyio")])
"""


def test_prepared() -> None:
    """What a first question of an event loop needs is imported when the check is made, not while the loop runs."""
    with serving(http(200, BODY)) as server:
        done = subprocess.run(
            [sys.executable, "-c", PREPARED, server.url], capture_output=True, text=True, timeout=60, check=False
        )
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "[]\n")


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_proxy(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked over plain http, on this machine, is not told to a proxy of the environment."""
    monkeypatch.delenv("REQUEST_METHOD", raising=False)  # of a CGI script, whose HTTP_PROXY is a header
    monkeypatch.setenv(variable, f"http://127.0.0.1:{closed_port()}")
    with serving(http(200, BODY)) as server:
        exchange = Exchange(2)
        assert fetch_document(server.url, 2).body == BODY
        assert exchange.send("GET", server.url, {}, b"").body == BODY
        assert asyncio.run(_asked(exchange, server.url)).body == BODY


async def _asked(exchange: Exchange, url: str) -> Reply:
    try:
        return await exchange.send_async("GET", url, {}, b"")
    finally:
        await exchange.aclose()


def test_certificates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Certificates of the environment that cannot be read are told by the variable, and refuse an online check."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
    monkeypatch.setattr(fetch, "_trust", fetch._trust.__wrapped__)
    with pytest.raises(FetchError) as failed:
        fetch_document("https://127.0.0.1:1/", 2)
    assert (failed.value.result, failed.value.detail.partition(":")[0]) == ("http_error", "SSL_CERT_FILE, SSL_CERT_DIR")
    with pytest.raises(ConfigurationError, match=r"^SSL_CERT_FILE, SSL_CERT_DIR: cannot be read"):
        fetch.prepare.__wrapped__()


def test_patched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whom https trusts is made once, and anew where gevent has put a class of its own in place of ssl's meanwhile."""
    before = fetch.trust()
    assert fetch.trust() is before
    monkeypatch.setattr(fetch.ssl, "SSLContext", type("Patched", (), {}))
    monkeypatch.setattr(fetch.httpx2, "create_ssl_context", object)
    assert fetch.trust() is fetch.trust() is not before
