"""Requests are read by name and type."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from poolwarden.localpool.params import Params

if TYPE_CHECKING:
    from conftest import Refused


def test_values_of_their_type() -> None:
    """Each reader gives back a value of its type."""
    params = Params({"T": "x", "I": 3, "F": False, "L": ["a"], "S": {"T": "y"}, "N": None})
    assert params.text("T") == "x"
    assert params.maybe_integer("I") == 3
    assert params.maybe_flag("F") is False
    assert params.maybe_texts("L") == ("a",)
    assert params.structure("S").text("T") == "y"
    assert params.has("T")
    assert not params.has("N")


def test_null_is_absent() -> None:
    """Null and absent members read the same."""
    params = Params({"N": None})
    for name in ("N", "Missing"):
        assert params.maybe_text(name) is None
        assert params.maybe_texts(name) is None
        assert not params.structure(name).has("T")
        assert params.attributes(name) == {}


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        ("maybe_text", 1),
        ("maybe_integer", True),
        ("maybe_integer", 1.5),
        ("maybe_flag", 1),
        ("maybe_texts", "abc"),
        ("maybe_texts", ["a", 1]),
        ("structure", []),
        ("attributes", ["x"]),
        ("attributes", {}),
    ],
)
def test_wrong_type(refused: Refused, reader: str, value: object) -> None:
    """A member of another type cannot be read."""
    with refused("SerializationException", "M is not a"):
        getattr(Params({"M": value}), reader)("M")


def test_required_member(refused: Refused) -> None:
    """A required member that is missing is named in the API's way, in lower camel case."""
    with refused("InvalidParameterException", "Value null at 'clientId'"):
        Params({}).text("ClientId")


def test_attributes() -> None:
    """Attributes come as name and value pairs; a missing value is empty."""
    params = Params({"A": [{"Name": "email", "Value": "a@b"}, {"Name": "x"}]})
    assert params.attributes("A") == {"email": "a@b", "x": ""}
