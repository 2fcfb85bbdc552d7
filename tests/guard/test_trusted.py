"""A faster function is used only where it is right."""

from poolwarden.guard.trusted import trusted


def _plain(one: bytes, other: bytes) -> bytes:
    return one + other


def test_right() -> None:
    """What answers every sample as the plain one does is used."""

    def fast(one: bytes, other: bytes) -> bytes:
        return b"".join((one, other))

    assert trusted(fast, _plain, [(b"a", b"b"), (b"", b"c")]) is fast


def test_wrong_once() -> None:
    """One wrong answer is enough not to use it."""
    assert trusted(lambda one, other: other + one, _plain, [(b"", b"c"), (b"a", b"b")]) is _plain


def test_refusing() -> None:
    """What takes the samples in another way is not used either."""
    assert trusted(lambda one: one, _plain, [(b"a", b"b")]) is _plain  # type: ignore[arg-type, misc]
