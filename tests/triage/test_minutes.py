"""The minutes of stamps are known within bounds."""

import pytest

from poolwarden.triage import minutes
from poolwarden.triage.minutes import Minutes


@pytest.mark.parametrize(
    ("text", "at"),
    [
        (b"2026-03-01 10:00:", 1772359200.0),
        (b"2026-02-30 10:00:", None),
        (b"2026-03-01T10:00:", None),
        (b"no stamp at all, ", None),
    ],
)
def test_a_minute_is_read(text: bytes, at: float | None) -> None:
    """A minute that there was has its epoch seconds, anything else none."""
    assert Minutes()[text] == at


def test_no_more_than_so_many_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is emptied when it is full, which changes no answer."""
    monkeypatch.setattr(minutes, "_MOST", 3)
    known = Minutes()
    stamps = [f"2026-03-01 10:{number:02}:".encode() for number in range(20)]
    assert [known[stamp] for stamp in stamps] == [1772359200.0 + 60 * number for number in range(20)]
    assert len(known) <= 3
