"""Serve an application on a port of its own."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from poolwarden.localpool.loopback import serving


@contextmanager
def served(app: Any) -> Iterator[str]:
    """Serve while the context lasts, and yield the address."""
    with socket.create_server(("127.0.0.1", 0)) as listening, serving(app, listening) as url:
        yield url
