"""Every operation of the user-pools API that this pool answers, by name."""

from collections.abc import Mapping
from typing import Final

from poolwarden.localpool.auth_operations import AUTH_OPERATIONS
from poolwarden.localpool.client_operations import CLIENT_OPERATIONS
from poolwarden.localpool.handlers import Handler
from poolwarden.localpool.user_operations import USER_OPERATIONS

# Operation name to handler; the names are the API reference's.
OPERATIONS: Final[Mapping[str, Handler]] = {
    **CLIENT_OPERATIONS,
    **USER_OPERATIONS,
    **AUTH_OPERATIONS,
}
