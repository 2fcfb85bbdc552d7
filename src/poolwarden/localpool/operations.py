"""Every operation of the user-pools API that this pool answers, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from poolwarden.localpool.auth_operations import AUTH_OPERATIONS
from poolwarden.localpool.client_operations import CLIENT_OPERATIONS
from poolwarden.localpool.user_operations import USER_OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from poolwarden.localpool.handlers import Handler

#: Operation name to handler; the names are the API reference's.
OPERATIONS: Final[Mapping[str, Handler]] = {
    **CLIENT_OPERATIONS,
    **USER_OPERATIONS,
    **AUTH_OPERATIONS,
}
