"""Hold what is known so far about a token that is being decided about."""

import math
from typing import TYPE_CHECKING, Any

import msgspec

from poolwarden.events import UNVERIFIED
from poolwarden.guard import jws
from poolwarden.guard.unshown import NameOnly

if TYPE_CHECKING:
    from poolwarden.guard.rules import Issuer


class Case(NameOnly, msgspec.Struct, gc=False, eq=False):
    """
    One token that is being decided about, and what is known of it so far.

    Attributes:
        token: The token, as it stands in the header.
        digest: What its refusals are counted by: the token's SHA-256, or another key where there is no token.
        started: When the request came, seconds of :func:`time.perf_counter`.
        issuer: The issuer, once the signature held.
        client: The app client's alias, once the signature held.
        payload: The payload's bytes, once the signature held.
        epoch: The epoch of the keys that it was verified with.
        asked_until: How long the online check's answer holds, monotonic seconds.
    """

    token: bytes
    digest: bytes
    started: float
    issuer: "Issuer | None" = None
    client: str = UNVERIFIED
    payload: bytes | None = None
    epoch: int = -1
    asked_until: float = math.inf
    _claims: dict[str, Any] | None = None

    @property
    def pool(self) -> str:
        """The pool's alias, or ``unverified``."""
        return UNVERIFIED if self.issuer is None else self.issuer.alias

    @property
    def claims(self) -> dict[str, Any] | None:
        """The claims, once the signature held; read when they are first asked for."""
        return None if self.payload is None else self._claims or self.read(self.payload)

    def read(self, payload: bytes) -> dict[str, Any]:
        """
        Read claims, and keep them for when the signature held.

        Args:
            payload: The payload's bytes.

        Raises:
            BearerError: ``token_malformed`` where it is not one strict JSON object.
        """
        self._claims = claims = jws.read_claims(payload)
        return claims
