"""The stamps of loggers are read at their fixed places, within bounds, as they are read elsewhere."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolwarden.triage import stamps
from poolwarden.triage.stamps import STAMP, Stamps
from poolwarden.triage.template import template_of
from poolwarden.triage.times import stamp_of

TAILS = (
    " INFO all is well",
    " request 4711 of user17",
    " -",
    " 401 in 17 ms at 10:00:00,123",
    " Größe 0a1b2c3d",
    " \x01",
)


@pytest.mark.parametrize(
    ("line", "at"),
    [
        (b"2026-03-01 10:00:00,123 x", 1772359200.123),
        (b"2026-03-01 10:59:59.999 x", 1772362799.999),
        (b"2026-03-01 23:00:07,000 ", 1772406007.0),
        (b"2026-03-01 24:00:00,123 x", None),
        (b"2026-03-01 10:60:00,123 x", None),
        (b"2026-03-01 10:00:60,123 x", None),
        (b"2026-03-01 10:00: 7,123 x", None),
        (b"2026-03-01 10:00.00,123 x", None),
        (b"2026-03-01 10:00:00;123 x", None),
        (b"2026-03-01 10:00:00,1x3 x", None),
        (b"2026-03-01 10:00:00,1234 x", None),
        (b"2026-02-30 10:00:00,123 x", None),
        (b"2026-03-01T10:00:00,123 x", None),
        (b"2026-03-01 10:00:00,123", None),
        (b"no stamp at all, x, none x", None),
        (b"2026-03-01 10:00:00,123 " + bytes(2000), None),
        (b"", None),
    ],
)
def test_a_stamp_is_read(line: bytes, at: float | None) -> None:
    """A moment that there was has its epoch seconds, anything else none."""
    assert Stamps().time(line) == at


def test_no_more_than_so_many_hours_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is emptied when it is full, which changes no answer."""
    monkeypatch.setattr(stamps, "_MOST", 3)
    known = Stamps()
    lines = [f"2026-03-01 {number:02}:00:00.000 x".encode() for number in range(20)]
    assert [known.time(line) for line in lines] == [1772323200.0 + 3600 * number for number in range(20)]
    assert len(known) <= 3


@given(st.datetimes(), st.sampled_from(",."), st.lists(st.sampled_from(TAILS), min_size=1, max_size=3))
def test_time_and_template_are_those_of_the_whole_line(moment: datetime, point: str, tails: list[str]) -> None:
    """What is read in two pieces is what would be read in one."""
    known = Stamps()
    for tail in tails:
        text = f"{moment:%Y-%m-%d %H:%M:%S}".rjust(STAMP - 4, "0") + f"{point}123{tail}"
        line = text.encode()
        whole = stamp_of(text)
        assert known.time(line) == (whole[0] if whole is not None else None)
        assert known.template(line, text) == template_of(text)
