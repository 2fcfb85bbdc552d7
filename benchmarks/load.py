"""
Load a server on 127.0.0.1 for a second: by wrk where there is one, else by this script.

``python -m benchmarks.load PORT PATH CONNECTIONS SECONDS NAME VALUE`` prints how many requests a second
were answered with 200, or -1 where one was not.
"""

import re
import shutil
import socket
import subprocess
import sys
import threading
import time

_RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
_LINE_END = b"\r\n\r\n"


class LoadError(RuntimeError):
    """A request was not answered with 200."""


def generator() -> str:
    """Return what makes the load."""
    return "wrk" if shutil.which("wrk") else "Python threads (install wrk for more)"


def requests_per_second(port: int, path: str, header: tuple[str, str], *, connections: int, seconds: int) -> float:
    """
    Return how many requests a second a server answers, connections kept open.

    Args:
        port: Where it listens on 127.0.0.1.
        path: The path that is asked for.
        header: The credentials: a header's name and value.
        connections: How many connections at once.
        seconds: How long.

    Raises:
        LoadError: An answer was not 200.
    """
    name, value = header
    wrk = shutil.which("wrk")
    if wrk is None:
        own = [sys.executable, "-m", "benchmarks.load", str(port), path, str(connections), str(seconds), name, value]
        rate = float(subprocess.run(own, capture_output=True, text=True, check=True, timeout=seconds + 20).stdout)
        if rate < 0:
            raise LoadError("answers without 200")
        return rate
    command = [wrk, "-t1", f"-c{connections}", f"-d{seconds}s", "-H", f"{name}: {value}"]
    said = subprocess.run(
        [*command, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True, timeout=seconds + 20
    ).stdout
    rate_found = _RATE.search(said)
    if rate_found is None or "Non-2xx" in said or float(rate_found[1]) == 0:
        raise LoadError("answers without 200")
    return float(rate_found[1])


def _ask(port: int, request: bytes, until: float, counts: list[int]) -> None:
    answered = 0
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        while time.monotonic() < until:
            connection.sendall(request)
            head, _, body = _until_end(connection).partition(_LINE_END)
            if b" 200 " not in head.split(b"\r\n")[0]:
                counts.append(-1)
                return
            length = int(re.search(rb"content-length: (\d+)", head, re.IGNORECASE)[1])  # type: ignore[index]
            while len(body) < length:
                body += connection.recv(65_536)
            answered += 1
    counts.append(answered)


def _until_end(connection: socket.socket) -> bytes:
    received = b""
    while _LINE_END not in received:
        part = connection.recv(65_536)
        if not part:
            raise LoadError("closed a connection")
        received += part
    return received


def _main(port: str, path: str, connections: str, seconds: str, name: str, value: str) -> None:
    request = f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{name}: {value}\r\n\r\n".encode()
    counts: list[int] = []
    until = time.monotonic() + int(seconds)
    threads = [threading.Thread(target=_ask, args=(int(port), request, until, counts)) for _ in range(int(connections))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    failed = min(counts, default=-1) < 0 or len(counts) < len(threads)
    print(-1 if failed else sum(counts) / int(seconds))


if __name__ == "__main__":
    _main(*sys.argv[1:])
