"""Every operation has the shape of a handler."""

from __future__ import annotations

import inspect
import typing

import pytest

from poolwarden.localpool.handlers import Handler
from poolwarden.localpool.operations import OPERATIONS


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_shape(operation: str) -> None:
    """A handler takes the pool's state and a request, in this order."""
    expected = typing.get_args(Handler)[0]
    signature = inspect.signature(OPERATIONS[operation])
    assert [parameter.annotation for parameter in signature.parameters.values()] == expected
