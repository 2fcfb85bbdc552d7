"""The memory of verified tokens, under threads."""

import sys
import threading
from collections.abc import Iterator

import pytest
from cachetools import FIFOCache

from poolwarden.guard.keys import KeyRing
from poolwarden.guard.revocation import RevocationList
from poolwarden.guard.verified import Known, KnownTokens


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


def test_left_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry that leaves while it is looked for is not known, and no error."""
    monkeypatch.setattr(FIFOCache, "__contains__", lambda *_: True)
    assert KnownTokens(1, lambda: None).get(b"a") is None


def test_first_in_first_out() -> None:
    """Who came first leaves first, counted once; who is there already takes no more space."""
    evicted: list[int] = []
    tokens, entry = KnownTokens(2, lambda: evicted.append(1)), known()
    for digest in (b"a", b"b", b"b", b"c"):
        tokens.add(digest, entry)
    assert tokens.get(b"a") is None
    assert tokens.get(b"b") is tokens.get(b"c") is entry
    assert (len(tokens), len(evicted)) == (2, 1)
    tokens.drop(b"b")
    tokens.drop(b"unknown")
    assert len(tokens) == 1
    tokens.clear()
    assert len(tokens) == 0


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
    now[0] = 172_802.0
    assert not revoked.refuses(Session())  # type: ignore[arg-type]
