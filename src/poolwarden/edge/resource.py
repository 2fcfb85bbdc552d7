"""Describe a protected resource to clients that look for its authorization servers (RFC 9728)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from poolwarden.errors import ConfigurationError
from poolwarden.guard.challenge import Answer, quoted
from poolwarden.guard.pool import UserPool, is_safe
from poolwarden.guard.server import Guard

WELL_KNOWN = "/.well-known/oauth-protected-resource"
"""Where the document of a resource without a path is (RFC 9728 §3)."""


@dataclass(frozen=True, slots=True)
class ProtectedResource:
    """
    A protected resource, as its clients know it.

    An edge that is given one serves its document to everybody, and names the
    document's address in every challenge (RFC 9728 §5.1).

    Args:
        resource: The resource's identifier: its https address, without query and fragment.
        scopes: The scopes that clients may ask for (``scopes_supported``).
        authorization_servers: The issuers that clients are sent to; by default
            those of the server's user pools, each pool's first form.
        name: What to call it to a user (``resource_name``).
        documentation: The address of its documentation (``resource_documentation``).

    Raises:
        ConfigurationError: The identifier is no such address, or a text may not stand in a challenge.
    """

    resource: str
    scopes: Iterable[str] = ()
    authorization_servers: Iterable[str] = ()
    name: str | None = None
    documentation: str | None = None

    def __post_init__(self) -> None:
        """Refuse what RFC 9728 §1.2 does not allow, and settle lists."""
        if not is_safe(self.resource) or set("?#") & set(self.resource):
            raise ConfigurationError(
                "resource", "is no https address.", "Write https://api.example.com, without query and fragment."
            )
        quoted(self.metadata_url)
        for field in ("scopes", "authorization_servers"):
            given = getattr(self, field)
            values = tuple(given) if isinstance(given, Iterable) and not isinstance(given, str) else (given,)
            # Scopes and addresses have no white space: a text with white space holds several, and has to be a list.
            if not all(isinstance(value, str) and value.split() == [value] for value in values):
                raise ConfigurationError(field, "holds something that is not one text.", "Give a list of texts.")
            object.__setattr__(self, field, values)
        for field in ("name", "documentation"):
            if not isinstance(getattr(self, field), str | None):
                raise ConfigurationError(field, "is no text.", "Give a text, or nothing.")

    @property
    def path(self) -> str:
        """The path of the document: the well-known one, the resource's own path after it (RFC 9728 §3.1)."""
        own = urlsplit(self.resource).path
        return WELL_KNOWN + ("" if own == "/" else own)

    @property
    def metadata_url(self) -> str:
        """The address of the document, for ``resource_metadata`` in challenges."""
        parts = urlsplit(self.resource)
        return f"{parts.scheme}://{parts.netloc}{self.path}"

    def document(self, server: Guard) -> dict[str, object]:
        """
        Return the document (RFC 9728 §2).

        Args:
            server: Whose user pools' issuers are named.
        """
        members: dict[str, object] = {
            "resource": self.resource,
            "authorization_servers": list(self.authorization_servers or _issuers(pool for _, pool in server.pools)),
            "scopes_supported": list(self.scopes),
            "bearer_methods_supported": ["header"],
            "resource_name": self.name,
            "resource_documentation": self.documentation,
        }
        # RFC 9728 §3.2: members without a value are left out.
        return {name: value for name, value in members.items() if value}

    def answer(self, server: Guard) -> Answer:
        """
        Return the document as an answer that pages of every origin may read.

        Args:
            server: As for :meth:`document`.
        """
        body = json.dumps(self.document(server), separators=(",", ":")).encode()
        headers = (
            ("content-type", "application/json"),
            ("cache-control", "public, max-age=3600"),
            ("access-control-allow-origin", "*"),
            ("content-length", str(len(body))),
        )
        return Answer(200, headers, body)


class Metadata:
    """
    What an edge needs of a protected resource; without one it serves nothing.

    Args:
        resource: The resource, or None.
        server: Whose issuers its document names.

    Raises:
        ConfigurationError: One of them is something else.
    """

    __slots__ = ("answer", "path", "url")

    def __init__(self, resource: ProtectedResource | None, server: Guard) -> None:
        guarding(server)
        if not isinstance(resource, ProtectedResource | None):
            raise ConfigurationError("resource", "is no resource.", "Give a ProtectedResource, or nothing.")
        self.path: str | None = None if resource is None else resource.path
        self.url: str | None = None if resource is None else resource.metadata_url
        self.answer: Answer | None = None if resource is None else resource.answer(server)

    def asked(self, method: str, *paths: str) -> Answer | None:
        """
        Return the document where a request asks for it, by GET or HEAD; else None.

        Args:
            method: The request's method.
            paths: The request's path, in each form in which the edge knows it.
        """
        return self.answer if self.path in paths and method in ("GET", "HEAD") else None


def guarding(server: object) -> Guard:
    """
    Return the ``server`` setting of an edge.

    Args:
        server: What it was set to.

    Raises:
        ConfigurationError: It is no server; without this check the first request would fail.
    """
    if not isinstance(server, Guard):
        raise ConfigurationError("server", "is no server.", "Give a poolwarden.ResourceServer.")
    return server


def _issuers(pools: Iterable[UserPool]) -> list[str]:
    return [next(iter(pool.issuers)) for pool in pools]
