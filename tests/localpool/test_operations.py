"""The operation table names only what Cognito's API has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
import pytest

from poolwarden.localpool import CognitoError
from poolwarden.localpool.operations import OPERATIONS

if TYPE_CHECKING:
    from poolwarden.localpool import LocalPool


def test_operations_exist() -> None:
    """Every operation is one of the API's."""
    client = boto3.client("cognito-idp", region_name="eu-west-1")
    assert set(OPERATIONS) <= set(client.meta.service_model.operation_names)


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_required_members(pool: LocalPool, operation: str) -> None:
    """An empty request is refused, as every operation requires something."""
    with pytest.raises(CognitoError, match="Value null at"):
        pool.call(operation, {})
