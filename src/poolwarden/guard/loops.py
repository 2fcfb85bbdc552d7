"""Tell which event loop runs here, asyncio's or trio's, and whether one is over."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any


def running() -> Any:
    """Return the event loop that runs in this thread: asyncio's, or the token by which trio names its own."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        from trio.lowlevel import current_trio_token  # noqa: PLC0415 (asyncio's users need not have it)

        return current_trio_token()


def is_over(loop: Any) -> bool:
    """
    Return whether an event loop was closed, or has run to its end.

    Args:
        loop: What :func:`running` has returned.
    """
    if isinstance(loop, asyncio.AbstractEventLoop):
        return loop.is_closed()
    try:
        loop.run_sync_soon(bool)
    except RuntimeError:
        return True
    return False


def call_soon(loop: Any, function: Callable[[], object]) -> None:
    """
    Call a function in an event loop, from any thread; do nothing where the loop is over.

    Args:
        loop: What :func:`running` has returned there.
        function: The function.
    """
    soon = loop.call_soon_threadsafe if isinstance(loop, asyncio.AbstractEventLoop) else loop.run_sync_soon
    with suppress(RuntimeError):
        soon(function)


def prepare() -> None:
    """Import now what would block an event loop when its first task waits for a thread."""
    from anyio import to_thread  # noqa: F401, PLC0415 (a guard without an online check need not load it)

    with suppress(ImportError):  # a private module: in a version without it, the event loop imports what there is
        import_module("anyio._backends._asyncio")
