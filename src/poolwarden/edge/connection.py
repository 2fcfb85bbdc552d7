"""Read an ASGI connection's scope: its credentials, its path, what events may tell of it."""

from collections.abc import Iterable

from poolwarden.edge.facts import facts_of
from poolwarden.edge.send import Scope
from poolwarden.guard.bearer import Header
from poolwarden.telling import RequestFacts

VERIFIED = "poolwarden.verified"
"""Where a scope holds the :class:`poolwarden.edge.verified.Verified` of the request."""


def authorization_in(scope: Scope) -> list[bytes]:
    """Return the values of every Authorization header."""
    values = []  # by a loop: before Python 3.12 a comprehension is a call of its own, which each request would pay for
    for name, value in scope["headers"]:
        if name == b"authorization":
            values.append(value)
    return values


def header_of(values: list[bytes]) -> Header:
    """
    Return the values of Authorization headers as a guard takes them: a single value as it is, which is read fastest.

    Args:
        values: The values; none where the request has no such header.
    """
    return values[0] if len(values) == 1 else values or None


def path_in(scope: Scope) -> str:
    """Return the path within the application."""
    # In an application that Starlette has mounted the path is still the whole one; root_path is the mount's part.
    path, root = scope["path"], scope.get("root_path", "")
    return path[len(root) :] or "/" if root and (path == root or path.startswith(root + "/")) else path


def facts_in(scope: Scope, route: str | None = None) -> RequestFacts:
    """
    Return what events tell about a request.

    Args:
        scope: The connection's scope.
        route: The route's template, where it is known.
    """
    wanted = {b"x-request-id": None, b"traceparent": None}
    for name, value in scope["headers"]:
        if name in wanted:
            wanted[name] = value.decode("latin-1")
    method = scope.get("method", "GET")
    return facts_of(method, route or path_in(scope), wanted[b"x-request-id"], wanted[b"traceparent"])


def is_preflight(scope: Scope) -> bool:
    """Return whether a request is a CORS preflight (Fetch §3.2.2)."""
    return scope.get("method") == "OPTIONS" and _has(scope["headers"], {b"origin", b"access-control-request-method"})


def _has(headers: Iterable[tuple[bytes, bytes]], wanted: set[bytes]) -> bool:
    return wanted <= {name for name, _ in headers}
