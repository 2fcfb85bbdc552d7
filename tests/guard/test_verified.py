"""The memory of verified tokens, under threads."""

import sys
import threading
from collections.abc import Iterator

import pytest

from playing import keys
from poolwarden.guard.keys import KeyPolicy, KeyRing
from poolwarden.guard.revocation import RevocationList
from poolwarden.guard.verified import Known, KnownTokens, let_go


@pytest.fixture
def eager() -> Iterator[None]:
    """Let threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def known() -> Known:
    """Make an entry."""
    return Known(None, 0.0, KeyRing.fixed({}), 0, lambda: None)  # type: ignore[arg-type]


def together(*works: object) -> list[BaseException]:
    """Run functions in a thread each, 3 000 times, and return what they raised."""
    raised: list[BaseException] = []

    def run(work: object) -> None:
        try:
            for _ in range(3000):
                work()  # type: ignore[operator]
        except Exception as error:  # noqa: BLE001 (whatever it is, the test tells)
            raised.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_read_while_written(eager: None) -> None:
    """A look never fails, whatever leaves in that moment."""
    tokens, entry = KnownTokens(1, lambda: None), known()

    def turn() -> None:
        tokens.add(b"a", entry)
        tokens.add(b"b", entry)
        tokens.drop(b"a")
        tokens.clear()

    assert together(turn, *[lambda: tokens.get(b"a")] * 2, lambda: tokens.get(b"b")) == []


def test_first_in_first_out() -> None:
    """Who came first leaves first, counted once; who is there already takes no more space."""
    evicted: list[int] = []
    tokens, entry = KnownTokens(2, lambda: evicted.append(1)), known()
    assert [tokens.add(digest, entry) for digest in (b"a", b"b", b"b", b"c")] == [True, True, False, True]
    assert tokens.get(b"a") is None
    assert tokens.get(b"b") is tokens.get(b"c") is entry
    assert (len(tokens), len(evicted)) == (2, 1)


def test_seen() -> None:
    """What was forgotten was seen all the same, also where few are kept, and is not counted as evicted."""
    evicted: list[int] = []
    tokens, entry = KnownTokens(2, lambda: evicted.append(1)), known()
    tokens.add(b"a", entry)
    tokens.add(b"b", entry)
    tokens.drop(b"a")
    tokens.drop(b"unknown")
    assert (tokens.get(b"a"), tokens.get(b"unknown"), tokens.get(b"b"), len(tokens)) == (None, None, entry, 1)
    forgotten = tokens.clear()
    assert (tokens.get(b"b"), len(tokens), len(forgotten)) == (None, 0, 1)
    assert [tokens.add(digest, entry) for digest in (b"b", b"c", b"a", b"c")] == [False, True, False, False]
    assert (tokens.get(b"b"), len(tokens), len(evicted)) == (None, 2, 1)


@pytest.mark.parametrize("kept", [1, 5, 10_000])
def test_seen_once(kept: int) -> None:
    """However few are kept, ten thousand are told apart from new ones; then the oldest is new again."""
    tokens, entry = KnownTokens(kept, lambda: None), known()
    digests = [b"%d" % number for number in range(10_001)]
    assert all(tokens.add(digest, entry) for digest in digests[:-1])
    assert not any(tokens.add(digest, entry) for digest in digests[:-1])
    assert len(tokens) == kept
    assert [tokens.add(digest, entry) for digest in (digests[-1], digests[1], digests[0])] == [True, False, True]
    assert len(tokens) == kept


def test_let_go() -> None:
    """Whatever was forgotten is freed, however much it is."""
    tokens, entry = KnownTokens(1000, lambda: None), known()
    for number in range(1000):
        tokens.add(b"%d" % number, entry)
    forgotten = tokens.clear()
    let_go(forgotten)
    assert not forgotten
    assert tokens.add(b"a", entry)
    assert len(tokens) == 1


def test_other_keys() -> None:
    """What was verified by keys that have changed since is not remembered, but was seen."""
    ring = KeyRing(KeyPolicy())
    ring.fetched(keys("a"), 0, None)
    tokens, before = KnownTokens(2, lambda: None), Known(None, 0.0, ring, 0, lambda: None)  # type: ignore[arg-type]
    assert tokens.add(b"a", before)
    assert tokens.get(b"a") is None
    assert not tokens.add(b"a", Known(None, 0.0, ring, 1, lambda: None))  # type: ignore[arg-type]
    assert tokens.get(b"a") is not None


def test_off() -> None:
    """Without space nothing is remembered."""
    tokens = KnownTokens(0, lambda: None)
    tokens.add(b"a", known())
    assert tokens.get(b"a") is None
    assert len(tokens) == 0


class Session:
    """What a revocation list looks at."""

    origin_jti, sub, auth_time = "a", "ada", 0.0


def test_list_read_while_written(eager: None) -> None:
    """A revocation list is read and written by threads at once, and its time goes on."""
    now = [1.0]
    revoked = RevocationList(monotonic=lambda: now[0])
    revoked.revoke_session("a")

    def look() -> None:
        revoked.refuses(Session())  # type: ignore[arg-type]

    def write() -> None:
        revoked.revoke_session("b")

    assert together(look, look, look, write) == []
    assert revoked.refuses(Session())  # type: ignore[arg-type]
    now[0] += 3_652 * 86_400
    assert not revoked.refuses(Session())  # type: ignore[arg-type]
