"""Say what a contender's module gives to be timed, and what it is told of the pool."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class World:
    """
    The pool whose tokens everybody verifies.

    Attributes:
        pool_id: Its id.
        region: Its region.
        client_id: The one accepted app client.
        issuer: The tokens' ``iss``.
        jwks_url: Where the JWK Set is served, on the loopback interface.
        jwks_file: Where the JWK Set is as a file.
        kid: The id of the key that access tokens are signed with.
    """

    pool_id: str
    region: str
    client_id: str
    issuer: str
    jwks_url: str
    jwks_file: str
    kid: str

    @classmethod
    def read(cls, path: Path) -> "World":
        """Read what :meth:`write` wrote."""
        return cls(**json.loads(path.read_text()))

    def write(self, path: Path) -> None:
        """Write it as JSON."""
        path.write_text(json.dumps(asdict(self)))

    def signing_key(self) -> dict[str, Any]:
        """Return the key that access tokens are signed with."""
        return next(key for key in self.key_set()["keys"] if key["kid"] == self.kid)

    def key_set(self) -> dict[str, Any]:
        """Return the JWK Set."""
        keys: dict[str, Any] = json.loads(Path(self.jwks_file).read_text())
        return keys


def _same(item: str) -> str:
    return item


def token_in(header: str) -> str:
    """Return the token of an Authorization header; for contenders that take no header."""
    return header[7:]


@dataclass(frozen=True, slots=True)
class Subject:
    """
    Something that can be timed.

    Attributes:
        call: Takes a prepared item; may be a coroutine function. Only this is timed.
        prepare: Makes of an Authorization header what ``call`` takes.
        accepted: Whether what ``call`` returned means that the token was accepted; an exception never does.
    """

    call: Callable[[Any], Any]
    prepare: Callable[[str], Any] = _same
    accepted: Callable[[Any], bool] = bool
