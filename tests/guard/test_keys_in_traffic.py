"""The key state machine under requests, rotations and outages in any order, found by searching for a bad one."""

from itertools import pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from playing import keys
from poolwarden.guard.jws import Key
from poolwarden.guard.keys import KeyPolicy, KeyRing, Need


class Traffic(RuleBasedStateMachine):
    """
    Play requests, refreshes, rotations and outages in any order.

    What fetches is one at a time and takes no time, as the source has it;
    whoever looks a key up fetches where the ring says so.
    """

    POLICY = KeyPolicy(max_stale_s=5000)

    def __init__(self) -> None:
        super().__init__()
        self.ring = KeyRing(self.POLICY)
        self.now = 0.0
        self.published = keys("k0")
        self.rotations = 0
        self.up = True
        self.fetches: list[float] = []
        self.asked: list[float] = []  # fetches that neither age nor want of any key explains
        self.good: float | None = None
        self.rotated_at: float | None = None
        self.waits: list[float] = []

    def fetch(self, *, unknown: bool) -> None:
        """Do as the source does."""
        self.fetches.append(self.now)
        current = self.ring.current
        if current.fetched_at is not None and self.now < min(current.refresh_at, current.dead_at):
            self.asked.append(self.now)
        if self.up:
            self.ring.fetched(self.published, self.now, None)
            self.good = self.now
            self.rotated_at = None
        else:
            self.ring.failed(self.now)
            self.waits.append(self.ring.retry_in(self.now))
        if unknown:
            self.ring.asked_for_unknown(self.now)

    def request(self, kid: str) -> tuple[Key | None, Need]:
        """Do as the flow does: look, fetch where that is needed, look again."""
        if self.ring.refresh_due(self.now):
            self.fetch(unknown=False)
        found, need = self.ring.look(kid, self.now)
        if need is Need.FETCH:
            self.fetch(unknown=self.now < self.ring.current.dead_at)
            found, need = self.ring.look(kid, self.now)
        return found, need

    @rule(by=st.sampled_from([0.0, 0.01, 0.5, 1.0, 4.9, 5.0, 60.0, 2880.0, 6000.0]))
    def pass_time(self, by: float) -> None:
        """Let time pass without a request."""
        self.now += by

    @rule(up=st.booleans())
    def turn(self, up: bool) -> None:
        """Let the key server fail or recover."""
        self.up = up

    @rule(keep=st.booleans())
    def rotate(self, keep: bool) -> None:
        """Publish a new key, with or without the old ones."""
        self.rotations += 1
        new = keys(f"k{self.rotations}")
        self.published = {**self.published, **new} if keep else new
        self.rotated_at = self.now

    @rule(count=st.integers(1, 30))
    def forge(self, count: int) -> None:
        """Meet tokens with made-up key ids, all at once: at most one fetch comes of it."""
        before = len(self.fetches)
        outcomes = {self.request(f"forged{n}") for n in range(count)}
        assert len(self.fetches) - before <= 2  # a refresh for age, and one for unknown key ids
        assert {found for found, _ in outcomes} == {None}

    @rule()
    def known(self) -> None:
        """Meet a token of a key in force: it is found without asking, unless the keys are too old."""
        if self.ring.refresh_due(self.now):
            self.fetch(unknown=False)
        for kid in self.ring.current.keys:
            found, need = self.ring.look(kid, self.now)
            if self.good is not None and self.now < self.good + self.POLICY.max_stale_s:
                assert found is not None
                assert need is Need.NOTHING
            else:
                assert found is None

    @rule(count=st.integers(1, 30))
    def calm(self, count: int) -> None:
        """Meet tokens of keys in force, all at once: at most one fetch comes of it."""
        before = len(self.fetches)
        for _ in range(count):
            if self.ring.refresh_due(self.now):
                self.fetch(unknown=False)  # which may take away the key that is asked for
            self.request(next(iter(self.ring.current.keys), "k0"))
        assert len(self.fetches) - before <= 1

    @precondition(lambda self: self.rotated_at is not None and self.up)
    @rule()
    def newest(self) -> None:
        """Meet traffic of a new key: within a cooldown and a second it is found, whatever was forged before."""
        if self.ring.retry_in(self.now):
            self.now += self.ring.retry_in(self.now)
        kid = f"k{self.rotations}"
        until = self.now + self.POLICY.cooldown_s + 1
        while self.now <= until:
            self.request("forged")
            if self.request(kid)[0] is not None:
                return
            self.now += 0.5
        pytest.fail("a real rotation was kept out")

    @invariant()
    def served(self) -> None:
        """Keys are served while they are not too old, and never after."""
        for kid in self.ring.current.keys:
            usable = self.good is not None and self.now < self.good + self.POLICY.max_stale_s
            assert (self.ring.look(kid, self.now)[0] is not None) is usable

    @invariant()
    def bounded(self) -> None:
        """No back-off is longer than its bound, and what arrives causes at most one fetch a cooldown."""
        assert all(later - earlier > self.POLICY.cooldown_s - 1e-6 for earlier, later in pairwise(self.asked))
        assert all(0 < wait <= self.POLICY.max_backoff_s for wait in self.waits)


TestTraffic = Traffic.TestCase
TestTraffic.settings = settings(max_examples=60, stateful_step_count=40)
