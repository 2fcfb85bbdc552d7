"""A template that is known by its form is the one that folding each part would give."""

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolwarden.triage import forms
from poolwarden.triage.folding import fold, has_escapes, parts_of
from poolwarden.triage.forms import Forms
from poolwarden.triage.template import template_of
from triage.test_template import SAID, TEXTS

BEHIND = [
    *(
        "10.0.0.17",
        "id-502989f9",
        "id-721978d8",
        "401",
        "200ms",
        "1:ab,123",
        "a1b2-1234-5678-9abc-def01234567z",
        "[12m",
    ),
    *("x%3a%20", "\\n5", "1772359200123", "12.5s", "404.", "2026:", "401:3", "0x1f3a", "ip-10-0-0-1.ec2", "user10234"),
    *("9f0c77d1-aaaa-4bbb-8ccc-0123456789ab", "4h1ab2cd3ef4gh5ij6kl7mn8op", "ABCDEFGH234567AB", "\\u0041", "7", ""),
]


def slowly(text: str) -> str | None:
    """Return a text's template by folding each of its parts."""
    if has_escapes(text):
        return None
    parts = parts_of(text)
    parts[1::2] = [fold(part) for part in parts[1::2]]
    return "".join(parts)


def changed(text: str, draw: random.Random) -> str:
    """Return a text of the same skeleton: digits, and now and then letters, are others."""
    letters = string.ascii_letters + string.digits
    return "".join(
        draw.choice(letters if draw.random() < 0.1 else string.digits)
        if sign in string.digits
        else draw.choice(letters)
        if sign in string.ascii_letters and draw.random() < 0.02
        else sign
        for sign in text
    )


@given(
    st.sampled_from([text for text in TEXTS if len(text) < 500]),
    st.sampled_from([*SAID, "{}"]),
    st.lists(st.sampled_from(BEHIND), max_size=2),
    st.integers(0, 2**32),
)
def test_a_form_gives_what_folding_gives(text: str, around: str, behind: list[str], seed: int) -> None:
    """Whatever stands where a text's letters and digits stood, a known form gives its template or none."""
    draw = random.Random(seed)
    known = Forms()
    whole = " ".join([around.format(text), *behind])
    for _ in range(6):
        parts = parts_of(whole)
        template = known.template(whole)
        assert template in (None, slowly(whole))
        if template is None and not has_escapes(whole):
            known.learn(whole, parts, [fold(part) for part in parts[1::2]])
        whole = changed(whole, draw)


def test_a_form_is_known_the_third_time() -> None:
    """What comes once is folded; so is what comes again, and then its likes are known."""
    known = Forms()
    texts = [f"2026-03-01 10:00:0{number},123 user=u700{number} 503 took {number}6 ms" for number in range(3)]
    for text in texts[:2]:
        assert known.template(text) is None
        parts = parts_of(text)
        known.learn(text, parts, [fold(part) for part in parts[1::2]])
    assert known.template(texts[2]) == template_of(texts[2])
    assert known.template(texts[2].replace("503", "502")) == template_of(texts[2].replace("503", "502"))
    assert known.template(texts[2].replace("503", "777")) is None


def test_forms_take_a_bounded_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Skeletons and forms without end leave a bounded number, and right answers."""
    monkeypatch.setattr(forms, "MOST", 5)
    known = Forms()
    for number in range(200):
        text = f"{'x' * (number % 40)} {number:05} {'abcdefgh'[number % 8]}"
        assert known.template(text) in (None, slowly(text))
        parts = parts_of(text)
        known.learn(text, parts, [fold(part) for part in parts[1::2]])
    assert len(known._known) <= 5
    assert len(known._once) <= 5
    assert all(len(each) <= 4 for each in known._known.values())
