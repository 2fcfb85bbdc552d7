"""Look after the key sources of all pools: fetch ahead, and tell whether keys are there."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, wait

from poolwarden.guard.frozen import freezes
from poolwarden.guard.pool import UserPool
from poolwarden.guard.rules import Issuer
from poolwarden.guard.source import KeySource

_TICK_S = 1.0
# How long a request on AWS Lambda waits for keys that are due but still usable: its own time-out may be short.
_PATIENCE_S = 1.0


class KeySources:
    """
    The key sources of a server.

    Attributes:
        due_at: When :meth:`look_after` has to be called again, monotonic seconds; no keys in force reach the end of
            their use before.

    Args:
        pools: The pools with their aliases.
        issuers: The accepted issuers.
        monotonic: The clock for keys, seconds.
    """

    def __init__(
        self,
        pools: Sequence[tuple[str, UserPool]],
        issuers: Mapping[str, Issuer],
        monotonic: Callable[[], float],
    ) -> None:
        self._issuers = issuers
        self._aliases = tuple(alias for alias, _ in pools)
        self._monotonic = monotonic
        self._waits = freezes()
        self.due_at: float = monotonic()
        self._tick_at = self.due_at
        self._all = tuple({id(issuer.source): issuer.source for issuer in issuers.values() if issuer.source}.values())
        # Keys of a pool's first issuer are fetched ahead, those of its others when a token of theirs comes.
        firsts = (issuers[next(iter(pool.issuers))] for _, pool in pools)
        self._primary = tuple(issuer.source for issuer in firsts if issuer.source is not None)

    def prefetch(self) -> None:
        """Begin to fetch the keys of every pool that has none yet; wait for them on AWS Lambda only."""
        self._renew(source for source in self._primary if source.ring.current.fetched_at is None)

    def wait(self) -> bool:
        """Fetch the keys of every pool and block until that has ended; return :meth:`ready`."""
        for source, begun in self._begun():
            source.wait(begun=begun)
        return self.ready()

    async def wait_async(self) -> bool:
        """Fetch the keys of every pool without blocking the event loop; return :meth:`ready`."""
        for source, begun in self._begun():
            await source.wait_async(begun=begun)
        return self.ready()

    def _begun(self) -> list[tuple[KeySource, Future[None]]]:
        # All at once, because each fetch may take as long as its time-out.
        return [(source, source.renew()) for source in self._primary]

    def ready(self) -> bool:
        """Return whether keys of every pool are in force."""
        now = self._monotonic()
        have = {issuer.alias for issuer in self._issuers.values() if now < issuer.ring.current.dead_at}
        return all(alias in have for alias in self._aliases)

    def look_after(self, now: float) -> None:
        """
        Begin to fetch whatever keys are due, in the background; looks at most once a second.

        Args:
            now: The time, monotonic seconds.
        """
        if now < self.due_at:
            return
        tick = now >= self._tick_at
        if tick:
            self._tick_at = now + _TICK_S
        ends = [source.ring.current.dead_at for source in self._all if source.ring.current.fetched_at is not None]
        self.due_at = min((self._tick_at, *ends))
        if tick:
            self._renew(source for source in self._all if source.ring.refresh_due(now))

    def _renew(self, sources: Iterable[KeySource]) -> None:
        begun = [source.renew() for source in sources]
        if self._waits:  # on AWS Lambda nothing goes on in the background
            wait(begun, _PATIENCE_S)

    def fetched(self) -> None:
        """Take note that keys were fetched, which makes :attr:`due_at` wrong: the next request looks again."""
        self.due_at = -math.inf
