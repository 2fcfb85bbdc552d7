"""The stamps of loggers are read at their fixed places, within bounds, as they are read elsewhere."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolwarden.triage import stamps
from poolwarden.triage.stamps import Stamps
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
    ("line", "told"),
    [
        (b"2026-03-01 10:00:00,123 x", (1772359200.123, 0, 23)),
        (b"2026-03-01 10:59:59.999 x", (1772362799.999, 0, 23)),
        (b"2026-03-01 23:00:07 ", (1772406007.0, 0, 19)),
        (b"2026-03-01T10:00:00.123Z x", (1772359200.123, 0, 24)),
        (b"2026-03-01T10:00:00.123456+00:00 x", (1772359200.123456, 0, 32)),
        (b'{"time":"2026-03-01T10:00:00Z","level":"info"}', (1772359200.0, 9, 29)),
        (b"[2026-03-01 10:00:00,123] x", (1772359200.123, 1, 24)),
        (b"2026-03-01 24:00:00,123 x", None),
        (b"2026-03-01 10:60:00,123 x", None),
        (b"2026-03-01 10:00:60,123 x", None),
        (b"2026-03-01 10:00: 7,123 x", None),
        (b"2026-03-01 10:00.00,123 x", None),
        (b"2026-03-01 10:00:00;123 x", None),
        (b"2026-03-01 10:00:00,1x3 x", None),
        (b"2026-03-01 10:00:00,1234567890 x", None),
        (b"2026-03-01T10:00:00+02:00 x", None),
        (b"2026-03-01 10:00:00,123 +0200 x", None),
        (b"2026-03-01 10:00:00 CEST x", None),
        (b"2026-02-30 10:00:00,123 x", None),
        (b"2026-03-01 10:00:00,123", None),
        (b"no stamp at all, x, none x", None),
        (b"2026-03-01 10:00:00,123 " + bytes(2000), None),
        (b"", None),
    ],
)
def test_a_stamp_is_read(line: bytes, told: tuple[float, int, int] | None) -> None:
    """A moment in UTC that there was has its epoch seconds and its place, anything else none."""
    assert Stamps().read(line) == told


def test_no_more_than_so_many_hours_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is emptied when it is full, which changes no answer."""
    monkeypatch.setattr(stamps, "_MOST", 3)
    known = Stamps()
    lines = [f"{2000 + number}-03-01 {number:02}:00:00.000 x".encode() for number in range(20)]
    told = [known.read(line) for line in lines]
    assert told == [Stamps().read(line) for line in lines]
    assert None not in told
    assert [known.template(line, line.decode(), 0, 23) for line in lines] == [template_of(x.decode()) for x in lines]
    assert len(known) <= 3


@given(
    st.datetimes(),
    st.sampled_from(("", "[", '{"ts": "', " ")),
    st.sampled_from("T "),
    st.sampled_from(("", ",123", ".123456", ".5")),
    st.sampled_from(("", "Z", "+00:00", " UTC")),
    st.lists(st.sampled_from(TAILS), min_size=1, max_size=3),
)
def test_time_and_template_are_those_of_the_whole_line(
    moment: datetime, before: str, between: str, fraction: str, zone: str, tails: list[str]
) -> None:
    """What is read in two pieces is what would be read in one."""
    known = Stamps()
    for tail in tails:
        stamp = f"{moment:%Y-%m-%d}".rjust(10, "0") + f"{between}{moment:%H:%M:%S}{fraction}{zone}"
        line = f"{before}{stamp}{tail}".encode()
        told = known.read(line)
        whole = stamp_of(stamp + tail)
        assert (told and told[0]) == (whole and whole[0])
        if told is not None:
            assert line[told[1] : told[2]].decode() == stamp.removesuffix(" UTC")
            assert known.template(line, line.decode(), *told[1:]) == template_of(line.decode())
