"""Serve an ASGI application on this machine, in a thread of its own: the only module that imports uvicorn."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

_START_CHECK_S: Final = 0.005


@contextmanager
def serving(application: Any, listening: socket.socket, before_end: Callable[[], None] = lambda: None) -> Iterator[str]:
    """
    Serve an application while the context lasts.

    Args:
        application: The ASGI application.
        listening: A socket that listens already, so that nobody else can take its port; left open.
        before_end: Called when the context ends and the server still runs.

    Yields:
        The base URL, such as ``http://127.0.0.1:9229``.

    Raises:
        ModuleNotFoundError: uvicorn is missing; the extra ``pool`` brings it.
    """
    import uvicorn  # noqa: PLC0415 (only who serves needs it; the application does not)

    config = uvicorn.Config(
        application,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    # A caller may connect before the server accepts.
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="local-pool", daemon=True)
    thread.start()
    host, port = listening.getsockname()[:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        before_end()
        # Told to exit before it has started, uvicorn would not notice.
        while not server.started and thread.is_alive():
            thread.join(_START_CHECK_S)
        server.should_exit = True
        thread.join()
