"""What holds none of the literals concerns no session, be it text, bytes or fields."""

import json
from pathlib import Path

import pytest

from poolwarden.refusals.jwt_names import JWT_NAMES, LIBRARY_NAMES
from poolwarden.refusals.jwt_words import JWT_SENTENCES
from poolwarden.refusals.names import COGNITO_NAMES
from poolwarden.refusals.sentences import SDK_SENTENCES, USER_POOL_SENTENCES, plain
from poolwarden.triage.formats import FORMATS
from poolwarden.triage.prefilter import LITERALS, NUMBERS, RARE, TOKENS, Prefilter
from poolwarden.triage.reader import ReadOptions, read
from poolwarden.triage.rules import find
from poolwarden.triage.telling import may_tell
from triage.sentences import FOUND, NAMES_PASSED_BY, PASSED_BY

HERE = Path(__file__).parent
MOST, MOST_RARE, SHORTEST = 64, 32, 4
LINE = "2026-03-01 10:00:00,000 ERROR auth: {}\n"


def test_there_are_as_many_literals_as_the_packed_matcher_takes() -> None:
    """One more, or a shorter one, and the search takes several times as long."""
    assert len(LITERALS) == len(set(LITERALS)) <= MOST
    assert len(RARE) == len(set(RARE)) <= MOST_RARE
    assert min(map(len, (*LITERALS, *RARE))) >= SHORTEST


def test_each_literal_is_found_where_it_stands() -> None:
    """Order and cut words lose nothing."""
    for number, literal in enumerate((*LITERALS, *RARE)):
        assert (number, 4, 4 + len(literal)) in Prefilter().hits(b"....%b...." % literal)


def test_both_sets_are_told_in_the_order_of_their_places() -> None:
    """Whatever set a literal is of, what stands first in a log is told first."""
    data = b" ".join([RARE[0], LITERALS[0], RARE[1], LITERALS[1]])
    starts = [start for _, start, _ in Prefilter().hits(data)]
    assert starts == sorted(starts)
    assert {number for number, *_ in Prefilter().hits(data)} >= {0, 1, len(LITERALS), len(LITERALS) + 1}


def test_numbers_and_tokens_are_told_by_their_literals() -> None:
    """A number may be a part of a longer one, and a token is only counted."""
    assert {LITERALS[index] for index in NUMBERS} == {b" 401", b"=401", b'":401'}
    assert {LITERALS[index] for index in TOKENS} == {b"eyJh", b"eyJr", b"eyJ0"}


@pytest.mark.parametrize("comma", [",", ", "])
def test_a_journals_numbers_are_searched_for_the_same_words(comma: str) -> None:
    """What a journal writes as numbers is found in its blocks alone, and told in the order of its places."""
    numbers = comma.join(map(str, b"Token xpired")).encode()
    journal = b'{"__REALTIME_TIMESTAMP":"1","a":" Token","MESSAGE":[%b]}' % numbers
    places = [(start, end) for _, start, end in Prefilter().in_block(memoryview(journal))]
    assert places == sorted(places)
    assert journal.find(b" Token") == places[0][0]
    assert journal[slice(*places[-1])] == comma.join(map(str, b"xpired")).encode()
    assert not Prefilter().in_block(memoryview(b'{"MESSAGE":[%b]}' % numbers))


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
        ({"__REALTIME_TIMESTAMP": "1", "MESSAGE": [27, 91]}, True),
        ('x {"__REALTIME_TIMESTAMP":"1","MESSAGE":[27,91]}', True),
    ],
)
def test_a_value_may_tell_where_it_holds_a_literal(value: object, may: bool) -> None:
    """Text and fields are looked at alike; what cannot be written as JSON is read."""
    assert may_tell(value) is may


def test_whatever_a_format_reads_holds_a_literal() -> None:
    """No sample that tells something would be passed over."""
    for form in FORMATS:
        for sample in form.samples:
            found = Prefilter().in_block(memoryview(sample.text.encode()))
            assert not sample.told or found or '"eventName"' in sample.text, sample


def test_the_renderings_of_real_loggers_hold_a_literal() -> None:
    """Nor would any of the renderings that surely tell something."""
    for line in (HERE / "renderings.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if row.get("cause") and not row.get("maybe"):
            assert Prefilter().hits(line.encode()), row


def test_every_sentence_of_the_rules_stands_in_the_table() -> None:
    """Each row of the rules' tables is said by one of the sentences at least."""
    said = [plain(text) for text in (*FOUND, *PASSED_BY)]
    for row in (*USER_POOL_SENTENCES, *SDK_SENTENCES, *JWT_SENTENCES):
        assert any(row.holds(text) for text in said), row


@pytest.mark.parametrize("text", FOUND)
def test_a_sentence_is_found_in_a_file(text: str, tmp_path: Path) -> None:
    """What a text alone is known by is found among other lines, too."""
    path = tmp_path / "app.log"
    path.write_text(LINE.format("all is well") + LINE.format(text) + LINE.format("all is well"))
    records = [record for batch in read([str(path)], ReadOptions(processes=1)) for record in batch]
    match = find(LINE.format(text))
    assert match is not None
    assert [(record.line, record.cause) for record in records] == [(2, match.cause)]


@pytest.mark.parametrize("text", PASSED_BY)
def test_what_is_not_looked_for_is_named(text: str) -> None:
    """A sentence that is found has nothing to explain."""
    assert not Prefilter().hits(LINE.format(text).encode())
    assert PASSED_BY[text]


def test_every_name_is_found_or_named() -> None:
    """So it is with the names of exceptions."""
    names = {*COGNITO_NAMES, *JWT_NAMES, *LIBRARY_NAMES}
    passed_by = {name for name in names if not Prefilter().hits(LINE.format(name).encode())}
    assert passed_by == {name for names in NAMES_PASSED_BY.values() for name in names}
