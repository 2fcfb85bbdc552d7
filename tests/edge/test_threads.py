"""Edges of threads refuse what only tasks can use."""

from typing import Any

import pytest

from edges import EDGES
from poolwarden import ConfigurationError, OnlineList
from world import World


class Coroutine(dict[str, Any]):
    """A client for tasks whose methods are coroutines."""

    async def get(self, key: str, default: object = None) -> Any:  # type: ignore[override]
        """Return an entry."""
        return super().get(key, default)


class Closed(dict[str, Any]):
    """A client for tasks as redis.asyncio has it: a plain function returns what is awaited, and a task closes it."""

    __aexit__ = None


class Both(Closed):
    """A client for threads and for tasks."""

    __exit__ = None


FOR_TASKS = {"coroutine": Coroutine, "closed": Closed}
THREADS = ("wsgi", "flask")


@pytest.mark.parametrize("client", FOR_TASKS)
@pytest.mark.parametrize("edge", EDGES)
def test_for_tasks(edge: str, client: str, world: World) -> None:
    """A list whose client is for tasks is refused where threads serve, and taken where tasks do."""
    server = world.server(online=OnlineList(FOR_TASKS[client](), on_failure="refuse"))
    if edge in THREADS:
        with pytest.raises(ConfigurationError, match=r"^entries: is for tasks, and threads ask"):
            EDGES[edge][0](server)
    else:
        EDGES[edge][0](server)


@pytest.mark.parametrize("client", [dict, Both])
@pytest.mark.parametrize("edge", EDGES)
def test_for_threads(edge: str, client: Any, world: World) -> None:
    """A client that threads can use is taken everywhere."""
    EDGES[edge][0](world.server(online=OnlineList(client(), on_failure="refuse")))
