"""A pattern that is compiled when it is first used is the pattern."""

import re
from typing import Any

import pytest

from poolwarden.triage.patterns import METHODS, later


@pytest.mark.parametrize("method", METHODS)
def test_every_method_is_the_compiled_patterns_own(method: str) -> None:
    """Whichever method is called first, it answers as the compiled pattern's does."""
    text, words = "an Expired token", (r"(?P<what>expired) (token)", re.IGNORECASE)
    arguments = ("x", text) if method in ("sub", "subn") else (text,)

    def told(found: Any) -> Any:
        return [one.span() for one in found] if method == "finditer" else getattr(found, "groupdict", lambda: found)()

    expected = told(getattr(re.compile(*words), method)(*arguments))
    assert told(getattr(later(*words), method)(*arguments)) == expected


def test_nothing_is_compiled_before_it_is_used() -> None:
    """A pattern that is never used costs nothing, not even where it is wrong."""
    wrong = later("(")
    assert wrong.pattern == "("
    with pytest.raises(re.error, match="missing"):
        wrong.search("text")


def test_bytes_have_patterns_of_bytes() -> None:
    """What is looked for in bytes is compiled as bytes."""
    found = later(rb"\d+").search(b"line 42")
    assert found is not None
    assert found[0] == b"42"


def test_other_attributes_are_the_compiled_patterns() -> None:
    """Groups and flags are those of the compiled pattern."""
    assert later(r"(?P<a>x)(y)").groups == 2
    assert later(r"(?P<a>x)").groupindex == {"a": 1}
    assert later("x", re.IGNORECASE).flags & re.IGNORECASE
