"""Check that threads can use a server: what only tasks can use is refused where the edge is mounted."""

from poolwarden.errors import ConfigurationError
from poolwarden.guard.server import Guard


def for_threads(server: Guard) -> Guard:
    """
    Return the server of an edge whose requests are served by threads.

    Args:
        server: The server that decides about requests.

    Raises:
        ConfigurationError: The client of its ``OnlineList`` is for tasks, so every request would fail.
    """
    online = server.rules.online
    if online is not None and online.for_tasks:
        raise ConfigurationError("entries", "is for tasks, and threads ask.", "Give OnlineList a client that blocks.")
    return server
