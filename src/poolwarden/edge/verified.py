"""
Hold which guard has verified a request, and with which credentials.

Both are needed to rely on it: a request that is made within another one, as by a
test client, may have copied what stood in the scope or environ of the outer one.
"""

from collections.abc import MutableMapping
from typing import Any

from poolwarden.guard.access_token import AccessToken
from poolwarden.guard.server import Guard
from poolwarden.guard.unshown import Unshown

_PASSED_BY = "poolwarden.passed_by"


class Verified(Unshown, frozen=True, gc=False):
    """
    What a guard has found in a request.

    Attributes:
        server: The guard.
        token: The verified token; None where there were no credentials and none were needed.
        credentials: What the Authorization header held, as the edge reads it; never shown.
    """

    server: Guard
    token: AccessToken | None
    credentials: Any


def pass_unasked(server: Guard, around: MutableMapping[str, Any]) -> None:
    """
    Count a request that passes without a token: once, however many edges of a server it passes.

    Args:
        server: Who lets it pass.
        around: The request's scope or environ.
    """
    if around.get(_PASSED_BY) is not server:
        around[_PASSED_BY] = server
        server.skip()


def found_by(server: Guard, found: object, credentials: object) -> Verified | None:
    """
    Return what this very server has found in a request with these credentials, or None.

    Args:
        server: Who asks.
        found: What stands in the request's scope or environ.
        credentials: What the Authorization header holds now.
    """
    if isinstance(found, Verified) and found.server is server and found.credentials == credentials:
        return found
    return None
