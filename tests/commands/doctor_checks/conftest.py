"""What the tests of the doctor's checks share."""

from typing import Any

import pytest

from poolwarden.localpool import KeyRing, LocalPool


@pytest.fixture(scope="session")
def jwk_set() -> dict[str, Any]:
    """Publish two keys."""
    return LocalPool(keys=KeyRing()).jwk_set()
