"""Start servers on free ports, wait until they answer, and always stop them."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx2

DEADLINE_S = 60.0


def free_port() -> int:
    """Return a port of this machine that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


@contextmanager
def running(
    command: list[str], ready: str, log: Path, *, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> Iterator[None]:
    """
    Run a server while the context lasts.

    Args:
        command: The command.
        ready: An address that it answers once it is ready, in whatever way.
        log: Where its output goes.
        env: What its environment has besides this process's.
        cwd: Its folder.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, **(env or {})}, cwd=cwd
        )
    try:
        _await(process, ready, log)
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(process: subprocess.Popen[bytes], ready: str, log: Path) -> None:
    end = time.monotonic() + DEADLINE_S
    while True:
        assert process.poll() is None, f"ended before it was ready: {log.read_text()[-2000:]}"
        assert time.monotonic() < end, f"was not ready in time: {log.read_text()[-2000:]}"
        try:
            httpx2.get(ready, timeout=5)
        except httpx2.TransportError:
            time.sleep(0.05)
        else:
            return
