"""Hold what a verified access token says."""

from typing import Any

import msgspec

from poolwarden.refs import References

_decode = msgspec.json.Decoder(dict[str, Any]).decode


class AccessToken(msgspec.Struct, frozen=True, gc=False, eq=False):
    """
    A verified access token. The token itself is not kept.

    Attributes:
        pool: The user pool's alias.
        client: The app client's alias, ``other`` where any client is accepted and it has none.
        iss: The issuer.
        sub: The user's id; of a machine token the client's id.
        client_id: The app client's id.
        username: The user's name; None for a machine token.
        scope: The scopes as the token has them, separated by spaces (RFC 6749 §3.3).
        groups: The user's groups (``cognito:groups``).
        auth_time: When the user signed in, epoch seconds.
        iat: When the token was issued, epoch seconds.
        exp: When it expires, epoch seconds.
        jti: The token's id; None where revocation is switched off for the app client.
        origin_jti: The session's id (the refresh token's family); None likewise.
        session_ends_at: When the session reaches the configured refresh validity,
            epoch seconds; None where none is configured.
    """

    pool: str
    client: str
    iss: str
    sub: str
    client_id: str
    username: str | None
    scope: str
    groups: tuple[str, ...]
    auth_time: float
    iat: float
    exp: float
    jti: str | None
    origin_jti: str | None
    session_ends_at: int | None
    payload: bytes
    refs: References

    @property
    def session_ref(self) -> str:
        """The session's reference, fit for logs (see :mod:`poolwarden.refs`)."""
        return self.refs.session(
            self.iss,
            origin_jti=self.origin_jti,
            sub=self.sub,
            auth_time=int(self.auth_time),
            client_id=self.client_id,
        )

    @property
    def scopes(self) -> frozenset[str]:
        """The scopes as a set."""
        return frozenset(self.scope.split())

    @property
    def claims(self) -> dict[str, Any]:
        """Every claim, also those of a pre-token-generation trigger; a new dict each time."""
        return _decode(self.payload)

    @property
    def is_machine(self) -> bool:
        """Whether a client signed in for itself (client_credentials): no user stands behind it."""
        return self.username is None and self.sub == self.client_id

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """As :meth:`__repr__`, for consoles and tracebacks that rich renders: msgspec's own would show every field."""
        return [("pool", self.pool), ("client", self.client), ("session_ref", self.session_ref)]

    def __repr__(self) -> str:
        """Say which session it is, and nothing personal."""
        return f"AccessToken(pool={self.pool!r}, client={self.client!r}, session_ref={self.session_ref!r})"

    def __str__(self) -> str:
        """As :meth:`__repr__`."""
        return repr(self)
