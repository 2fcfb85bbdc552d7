"""Pairs of a line are read as what they were before they were printed."""

import pytest

from poolwarden.triage.formats.base import Context
from poolwarden.triage.formats.console import Console, pairs_in
from poolwarden.triage.opening import opened


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x=12", 12),
        ("x=-3", -3),
        ("x=1.5", 1.5),
        ("x=1.5e3", 1500.0),
        ("x=True", True),
        ("x=null", None),
        ("x=word", "word"),
        (r'x="a \"b\" c"', 'a "b" c'),
        ("x='a b'", "a b"),
        ("x=[]", []),
        ("x=[1, 'a', two]", [1, "a", "two"]),
        ("session_ref=1234567890123456", "1234567890123456"),
        ("x=12ms", "12ms"),
    ],
)
def test_a_value_is_read_as_it_was(text: str, value: object) -> None:
    """Numbers, words, quoted texts and lists become what they stand for; references stay texts."""
    (read,) = pairs_in(text).values()
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("at=info method=GET path=/orders status=401 bytes=9", "/orders"),
        ("path=/orders status=401 method=GET", "/orders"),
        ("method=GET path=/orders status=200 bytes=401", None),
    ],
)
def test_pairs_with_a_path_and_a_status_are_an_access_log(text: str, route: str | None) -> None:
    """A request that was answered with 401 is told with its route, any other answer is not."""
    assert [record.route for record in opened(text, Context())] == ([route] if route else [])


def test_what_a_guard_was_started_with_is_read_from_a_console() -> None:
    """Lists in a line for people are lists again."""
    line = (
        "2026-03-01T10:00:00Z [info     ] poolwarden.started             "
        "clients=['main/web', 'main/app'] refresh_validity_s=[108000, 2592000]"
    )
    (record,) = opened(line, Context())
    assert record.kind == "started"
    assert '"main/web":108000' in (record.detail or "")
    assert '"main/app":2592000' in (record.detail or "")


@pytest.mark.parametrize("text", ["error=jwt_expired", "error=NotAuthorizedException", "a=1\nb=2 error=jwt"])
def test_too_few_pairs_are_text(text: str) -> None:
    """A line with one pair, or several lines, is no line of pairs: the next format reads it."""
    assert Console().read(text, Context()) is None
