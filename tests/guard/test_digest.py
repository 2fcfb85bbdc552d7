"""Tokens are told apart by true digests, whatever the machine."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolwarden.guard.digest import checked, sha256, standard


@given(st.integers(0, 20_000), st.binary(min_size=1, max_size=200))
def test_digest(length: int, some: bytes) -> None:
    """What tokens are remembered by is their SHA-256, of whatever length they are."""
    header = (some * (length // len(some) + 1))[:length]
    assert sha256(header) == hashlib.sha256(header).digest() == standard(header)


def test_checked() -> None:
    """A digest that answers rightly is used."""
    assert checked(right := lambda data: hashlib.sha256(data).digest()) is right


@pytest.mark.parametrize("length", [0, 55, 56, 64, 1057])
def test_wrong(length: int) -> None:
    """One that errs on a single length, as code for another processor may, is never used."""
    assert checked(lambda data: bytes(32) if len(data) == length else hashlib.sha256(data).digest()) is standard
