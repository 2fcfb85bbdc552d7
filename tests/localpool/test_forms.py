"""Forms are read strictly and written safely."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolwarden.localpool import OAuthError
from poolwarden.localpool.forms import read_form, with_query


def test_empty_is_absent() -> None:
    """An empty parameter counts as absent."""
    assert read_form("a=1&b=&c") == {"a": "1"}


@pytest.mark.parametrize("text", ["a=1&a=2", "&".join(f"a{n}=1" for n in range(60))])
def test_refused(text: str) -> None:
    """A parameter that comes twice, or too many of them, make no request."""
    with pytest.raises(OAuthError, match="invalid_request"):
        read_form(text)


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_round_trip(value: str) -> None:
    """Whatever a value holds, it comes back from the query and nowhere else."""
    uri = with_query("https://a.example/cb?x=1", {"state": value, "none": None})
    assert parse_qs(urlsplit(uri).query, keep_blank_values=True) == {"x": ["1"], "state": [value]}
    assert uri.isascii()
