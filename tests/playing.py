"""What tests of keys and servers share: keys to compare, a fetch that waits, and short ways to an outcome."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from poolwarden import BearerError, Cause
from poolwarden.events import AnyEvent
from poolwarden.guard.fetched import Document
from poolwarden.guard.jws import Key
from poolwarden.guard.keys import KeyPolicy, KeyRing
from poolwarden.guard.server import Guard
from poolwarden.guard.source import KeySource, Outcome
from world import Rings, World

URL = "https://issuer.example/.well-known/jwks.json"
PATIENT = KeyPolicy(timeout_s=10)
IMPATIENT = KeyPolicy(timeout_s=0.05)


class Play:
    """
    Fetch when told to, and count.

    Attributes:
        fetches: How often a fetch was begun.
        gate: What a fetch waits for.
        document: What comes of it; an exception is raised.
    """

    def __init__(self, rings: Rings) -> None:
        self.fetches = 0
        self.gate = threading.Event()
        self.gate.set()
        self.document: bytes | Exception = json.dumps(rings.main.jwk_set()).encode()
        self.max_age_s: float | None = None
        self.told: list[Outcome] = []

    def __call__(self, url: str, timeout_s: float) -> Document:
        """Fetch."""
        assert url == URL
        self.fetches += 1
        self.gate.wait(60)
        if isinstance(self.document, Exception):
            raise self.document
        return Document(self.document, self.max_age_s)

    def source(self, policy: KeyPolicy = PATIENT, clock: Callable[[], float] = lambda: 0.0) -> KeySource:
        """Make a source that fetches so."""
        return KeySource(
            URL,
            KeyRing(policy, spread=lambda: 1.0),
            policy,
            monotonic=clock,
            told=lambda _, outcome: self.told.append(outcome),
            fetch=self,
        )


@contextmanager
def held(play: Play) -> Iterator[None]:
    """Hold every fetch until the end of the context."""
    play.gate.clear()
    yield
    play.gate.set()


def key(kid: str, number: int = 1) -> Key:
    """Make a key that can only be compared."""
    return Key(kid, SimpleNamespace(public_numbers=lambda: number))


def keys(*kids: str, number: int = 1) -> dict[str, Key]:
    """Make a set of such keys."""
    return {kid: key(kid, number) for kid in kids}


def bearer(token: bytes | str) -> bytes:
    """Write a header."""
    return b"Bearer " + (token if isinstance(token, bytes) else token.encode())


def cause_of(server: Guard, token: bytes | str) -> Cause | None:
    """Return why a token is refused, or None."""
    try:
        server.authenticate(bearer(token))
    except BearerError as error:
        return error.cause
    return None


def events_of(world: World, kind: type[AnyEvent]) -> list[Any]:
    """Return the events of one kind so far."""
    return [event for event in world.notes.events if isinstance(event, kind)]


async def arefused(server: Guard, token: bytes) -> Cause | None:
    """Return why a token is refused, or None, for tasks."""
    try:
        await server.aauthenticate(bearer(token))
    except BearerError as error:
        return error.cause
    return None


def by_asyncio(server: Guard, token: bytes) -> Cause | None:
    """Return why a token is refused, or None, as a task of asyncio's is told."""
    return asyncio.run(arefused(server, token))
