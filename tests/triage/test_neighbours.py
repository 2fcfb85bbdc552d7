"""A line in an envelope is told by its likes only where it stands alone between the lines around it."""

import pytest

from poolwarden.triage import neighbours
from poolwarden.triage.formats.base import Context
from poolwarden.triage.found import Found
from poolwarden.triage.neighbours import Neighbours, is_exported
from poolwarden.triage.template import template_of

HEAD = "2026-03-01T10:00:0{}.123456789Z stderr F "
REFUSED = HEAD.format(0) + "ERROR NotAuthorizedException: Refresh Token has expired"


def template(text: str) -> str:
    """Return the template of a text that has one."""
    found = template_of(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("after", "ends"),
    [
        ("INFO all is well", True),
        ("ERROR user 4711 is refused", True),
        ("    at refresh (a.js:1)", False),
        ("Caused by: java.lang.RuntimeException: x", False),
        ("  at C:\\u0041", False),  # no template: asked each time
    ],
)
def test_a_record_ends_before_what_does_not_go_on(after: str, ends: bool) -> None:
    """What the line behind is inside its own envelope tells, the first time and when it comes again."""
    for number in (1, 2):
        assert Neighbours.ends(template(REFUSED), REFUSED, HEAD.format(number) + after) is ends


@pytest.mark.parametrize(
    ("before", "begins"), [("INFO all is well", True), ("answered, response:", False), ("C:\\u0041 response:", False)]
)
def test_an_answer_that_is_announced_begins_no_record(before: str, begins: bool) -> None:
    """A JSON object behind a line that announces an answer belongs to that line."""
    text = HEAD.format(1) + '{"__type":"NotAuthorizedException","message":"Refresh Token has expired"}'
    for number in (0, 1):
        assert Neighbours.begins(template(text), text, HEAD.format(number) + before) is begins


def test_no_template_in_an_envelope_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """When there is no more room, further ones are not learned: what was forgotten would pass for a line in none."""
    monkeypatch.setattr(neighbours, "MOST", 1)
    known = Neighbours()
    place = Found(1, "INFO x", Context(), stream="/")
    assert known.learn("a", place)
    assert known.learn("a", place)
    assert not known.learn("b", place)
    assert ("a" in known, "b" in known) == (True, False)
    assert (known.alone("a"), known.exported("a")) == (True, True)


def test_pairs_take_a_bounded_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pairs of neighbours without end leave a bounded number, and right answers."""
    monkeypatch.setattr(neighbours, "MOST", 3)
    for name in "abcdefgh":
        assert Neighbours.ends(template(REFUSED), REFUSED, f"{HEAD.format(1)}INFO {name} is well")
    assert len(neighbours._ends) <= 3


@pytest.mark.parametrize(
    ("stream", "text", "exported"), [("/", "INFO x", True), ("/", "{}", False), ("/stderr", "INFO x", False)]
)
def test_what_has_but_a_time_before_it_is_exported(stream: str, text: str, exported: bool) -> None:
    """No other envelope, and nothing that may be another line's answer."""
    assert is_exported(Found(1, text, Context(), stream=stream)) is exported
