"""A token's characters mean what base64url says, whatever the machine."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolwarden.guard.alphabet import TABLE, checked, translate


@given(st.binary(max_size=3000))
def test_translate(text: bytes) -> None:
    """Every byte becomes what the table has for it, wherever it stands."""
    assert translate(text, TABLE) == bytes(TABLE[byte] for byte in text)


@given(st.binary(max_size=600))
def test_base64url(data: bytes) -> None:
    """What base64url encodes becomes what the standard alphabet encodes (RFC 4648 §5)."""
    assert translate(base64.urlsafe_b64encode(data).rstrip(b"="), TABLE) == base64.b64encode(data).rstrip(b"=")


@pytest.mark.parametrize("character", [b"+", b"/", b"=", b'"', b"\\"])
def test_strange(character: bytes) -> None:
    """What only the standard alphabet or a JSON string has becomes what no decoder of either takes."""
    assert translate(character, TABLE) == b"!"


def test_checked() -> None:
    """A translation that answers rightly is used."""

    def right(text: bytes, table: bytes) -> bytes:
        return text.translate(table)

    assert checked(right) is right


@pytest.mark.parametrize("length", [1, 16, 64, 65, 256, 1057])
def test_wrong(length: int) -> None:
    """One that errs on a single length, as code for another processor may, is never used."""
    assert checked(lambda text, table: b"" if len(text) == length else text.translate(table)) is bytes.translate


@pytest.mark.parametrize("error", [TypeError, ValueError])
def test_refusing(error: type[Exception]) -> None:
    """One that takes no such table, as another release may, is never used."""

    def refuses(text: bytes, table: bytes) -> bytes:
        raise error

    assert checked(refuses) is bytes.translate
