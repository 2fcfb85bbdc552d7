"""Texts of one template are alike in all that the triage asks about them."""

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolwarden.triage import template as module
from poolwarden.triage.continuation import opens
from poolwarden.triage.facts import facts_in, spans_in
from poolwarden.triage.formats import FORMATS
from poolwarden.triage.formats.access import _FORMS
from poolwarden.triage.known import told_by
from poolwarden.triage.marks import FOREIGN, HINTS, JWT
from poolwarden.triage.rules import find
from poolwarden.triage.template import LONGEST, by_template, template_of

HERE = Path(__file__).parent
CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "records.jsonl"
SORTS = {
    "\x01": "0123456789",
    "\x02": "0123456789abcdef",
    "\x03": "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
    "\x04": "abcdefghijklmnopqrstuvwxyz0123456789",
    "\x05": "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    "\x06": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
}
"""What each sign of a template stands for."""


def texts() -> Iterator[str]:
    """Yield the texts of every sample, each line of them, and their copies with ids beside them."""
    for form in FORMATS:
        for sample in form.samples:
            yield sample.text
    for path in (HERE / "renderings.jsonl", HERE / "unseen.jsonl", CORPUS):
        if path.exists():
            for line in path.read_text("utf-8").splitlines():
                yield from (value for value in json.loads(line).values() if isinstance(value, str))


TEXTS = sorted({text for text in texts() if template_of(text) is not None})
SAID = [
    "2026-03-01 10:00:00,123 WARN req=9f0c77d1-aaaa-4bbb-8ccc-0123456789ab sub=0a1b2c3d-1111-4222-8333-444455550000 {}",
    '{{"time":"2026-03-01T10:00:00.123Z","request_id":"01HZX3V7Q8K9M2N4P6R8T0W1Y3","msg":"{}","ms":12}}',
    "10.0.12.7 user10234 client_id=4h1ab2cd3ef4gh5ij6kl7mn8op after 1250ms: {}",
]
"""What stands around a text in a log."""


def variant(text: str, draw: random.Random) -> str:
    """Return another text of the same template."""
    told = template_of(text)
    assert told is not None
    return "".join(draw.choice(SORTS[sign]) if sign in SORTS else sign for sign in told)


def judged(text: str) -> object:
    """Return all that is asked about a text, but for the values themselves."""
    match = find(text)
    said = None if match is None else (match.cause, match.operation, match.name, match.maybe, text.find(match.said))
    form = next(((name, told["status"], told.span("path")) for name, form in _FORMS if (told := form.search(text))), 0)
    return said, spans_in(text) if match is not None else None, form


@given(st.sampled_from(TEXTS), st.sampled_from([*SAID, "{}"]), st.randoms(use_true_random=False))
def test_texts_of_one_template_tell_the_same_at_the_same_places(text: str, around: str, draw: random.Random) -> None:
    """Whatever a rule or a format asks about a text is answered alike for its likes."""
    whole = around.format(text)
    if template_of(whole) is None:
        return
    other = variant(whole, draw)
    if template_of(other) == template_of(whole):  # a number may have become one whose value tells
        assert judged(other) == judged(whole), (other, judged(other), judged(whole))
        assert opens.__wrapped__(other) == opens.__wrapped__(whole)  # type: ignore[attr-defined]


@given(st.sampled_from(TEXTS), st.sampled_from([*SAID, "{}"]), st.randoms(use_true_random=False))
def test_what_is_remembered_is_what_the_rules_say(text: str, around: str, draw: random.Random) -> None:
    """A text whose template is known is told as the rules would tell it."""
    told_by(around.format(text))
    other = variant(around.format(text), draw) if template_of(around.format(text)) is not None else text
    match, told = find(other), told_by(other)
    if match is None or told is None:
        assert (match, told) == (None, None)
    else:
        assert (told.match.cause, told.match.operation, told.match.maybe) == (match.cause, match.operation, match.maybe)
        assert told.said == match.said
        assert told.facts == facts_in(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("took 12 ms", "took 97 ms"),
        ("id=9f0c77d1-aaaa-4bbb-8ccc-0123456789ab.", "id=00000000-1111-4222-8333-444455556666."),
        ("2026-03-01 10:00:00,123 x", "2026-03-01 23:59:59,999 x"),
        ("10.0.0.17:443 answered", "10.9.8.12:999 answered"),
        ("user10234 left", "user99999 left"),
        ("client 4h1ab2cd3ef4gh5ij6kl7mn8op", "client 1111zzzz2222bbbb3333cccc44"),
        ("session_ref=ABCDEFGH234567AB", "session_ref=ZZZZZZZZ222222ZZ"),
        ("at 1772359200.5", "at 1999999999.1"),
    ],
)
def test_numbers_and_ids_make_no_difference(one: str, other: str) -> None:
    """What changes from line to line is not in the template."""
    assert template_of(one) == template_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("answered 401 in", "answered 200 in"),
        ("status=401.0", "status=200.0"),
        ("GET,/orders,401,512", "GET,/orders,200,512"),
        ("IDX10223: Lifetime", "IDX10501: Lifetime"),
        ("AADSTS70043: expired", "AADSTS50173: expired"),
        ("token expired at 2026-01", "token expired at 1726-01"),
        ("took 12 ms", "took 120 ms"),
        ("uses HS256", "uses RS512"),
        ("id okta0123456789abcd", "id abcd0123456789abcd"),
        ("session_ref=ABCDEFGH234567AB", "session_ref=ABCDEFGH234567A8"),
    ],
)
def test_what_a_rule_may_ask_for_makes_a_difference(one: str, other: str) -> None:
    """What a rule may ask for is in the template."""
    assert template_of(one) != template_of(other)


@pytest.mark.parametrize("text", ["a\\u0031b", "&#39;x&#39;", "?error_description=a%20b", "x\x01", "x" * (LONGEST + 1)])
def test_a_text_whose_numbers_stand_for_characters_or_that_is_too_long_has_no_template(text: str) -> None:
    """Escapes and long texts are judged one by one."""
    assert template_of(text) is None


@given(st.text(max_size=200))
def test_a_template_is_as_long_as_its_text(text: str) -> None:
    """Places in a text are places in its template."""
    told = template_of(text)
    assert told is None or len(told) == len(text)


def counting(calls: list[str]) -> Callable[[str], int]:
    """Return a function that notes what it is asked."""

    @by_template
    def length(text: str) -> int:
        calls.append(text)
        return len(text)

    return length


def test_a_question_is_asked_once_for_each_template() -> None:
    """The second text of a template is answered from memory, one without a template never."""
    calls: list[str] = []
    length = counting(calls)
    assert [length("took 12 ms"), length("took 34 ms"), length("took \\12 ms")] == [10, 10, 11]
    assert calls == ["took 12 ms", "took \\12 ms"]


def test_what_is_remembered_stays_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is emptied when it is full."""
    monkeypatch.setattr(module, "MOST", 2)
    calls: list[str] = []
    length = counting(calls)
    for word in ("one", "two", "three", "one"):
        length(word)
    assert calls == ["one", "two", "three", "one"]


def test_no_mark_of_a_system_can_hide_in_a_hexadecimal_id() -> None:
    """What is taken for a hexadecimal id is not looked at for the names of other systems."""
    marks = {mark for held in (FOREIGN, HINTS, JWT) for mark in held}
    assert not [mark for mark in marks if set(mark) <= set("0123456789abcdef")]
