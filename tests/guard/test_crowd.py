"""How many threads may wait for keys that nobody has."""

from poolwarden.guard.crowd import KEY_IDS, THREADS, Crowd


def test_key_ids() -> None:
    """Only so many different key ids are waited for; who waits for one of them is joined, who leaves makes room."""
    crowd = Crowd()
    assert [crowd.enter(f"kid{n}") for n in range(KEY_IDS + 2)] == [True] * KEY_IDS + [False] * 2
    assert crowd.enter("kid0")
    crowd.leave("kid0")
    assert not crowd.enter("another")
    crowd.leave("kid0")
    assert crowd.enter("another")
    assert not crowd.enter("kid0")


def test_threads() -> None:
    """Also for one key id, only so many threads wait."""
    crowd = Crowd()
    assert [crowd.enter("kid") for _ in range(THREADS + 2)] == [True] * THREADS + [False] * 2
    crowd.leave("kid")
    assert crowd.enter("kid")
