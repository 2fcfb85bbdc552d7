"""What holds none of the literals concerns no session, be it text, bytes or fields."""

import json
from pathlib import Path

import pytest

from poolwarden.triage.formats import FORMATS
from poolwarden.triage.prefilter import LITERALS, NUMBERS, TOKENS, Prefilter
from poolwarden.triage.telling import may_tell

HERE = Path(__file__).parent
MOST, SHORTEST = 64, 4


def test_there_are_as_many_literals_as_the_packed_matcher_takes() -> None:
    """One more, or a shorter one, and the search takes several times as long."""
    assert len(LITERALS) == len(set(LITERALS)) <= MOST
    assert min(map(len, LITERALS)) >= SHORTEST


def test_each_literal_is_found_where_it_stands() -> None:
    """Order and cut words lose nothing."""
    for number, literal in enumerate(LITERALS):
        assert (number, 4, 4 + len(literal)) in Prefilter().hits(b"....%b...." % literal)


def test_numbers_and_tokens_are_told_by_their_literals() -> None:
    """A number may be a part of a longer one, and a token is only counted."""
    assert {LITERALS[index] for index in NUMBERS} == {b" 401", b"=401", b'":401'}
    assert {LITERALS[index] for index in TOKENS} == {b"eyJh", b"eyJr", b"eyJ0"}


@pytest.mark.parametrize(
    ("value", "may"),
    [
        ("Refresh Token has expired", True),
        ("401 Unauthorized", True),
        ("all is well", False),
        ("half a surrogate \ud800", False),
        ({"status": 401}, True),
        ({"a": {"b": ["Token has expired"]}}, True),
        ({"a": {"b": ["all is well"]}}, False),
        ({"eventName": "GlobalSignOut"}, True),
        ({"a": 10**40}, False),
        ({"a": "\ud800"}, True),
        (["NotAuthorizedException"], True),
    ],
)
def test_a_value_may_tell_where_it_holds_a_literal(value: object, may: bool) -> None:
    """Text and fields are looked at alike; what cannot be written as JSON is read."""
    assert may_tell(value) is may


def test_whatever_a_format_reads_holds_a_literal() -> None:
    """No sample that tells something would be passed over."""
    for form in FORMATS:
        for sample in form.samples:
            assert not sample.told or Prefilter().hits(sample.text.encode()) or '"eventName"' in sample.text, sample


def test_the_renderings_of_real_loggers_hold_a_literal() -> None:
    """Nor would any of the renderings that surely tell something."""
    for line in (HERE / "renderings.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if row.get("cause") and not row.get("maybe"):
            assert Prefilter().hits(line.encode()), row
