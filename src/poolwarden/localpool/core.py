"""The core of a local pool: its operations, its keys, and tokens of any form."""

import re
import threading
import uuid
from collections.abc import Callable, Collection, Mapping
from typing import Final, TypeVar

from poolwarden.localpool.clock import Clock
from poolwarden.localpool.errors import Refusal
from poolwarden.localpool.keys import KeyRing, SigningKey
from poolwarden.localpool.operations import OPERATIONS
from poolwarden.localpool.params import Params
from poolwarden.localpool.state import State
from poolwarden.localpool.tokens import SDK_SCOPE

# API_CreateUserPool, UserPoolType.Id: a region, "_", letters and digits; a stand-in's region may be any word.
_POOL_ID: Final = re.compile(r"[\w-]{1,45}_[0-9a-zA-Z]{1,45}")
_T = TypeVar("_T")

_DEFAULT_EXPIRY_S: Final = 3_600


class PoolCore:
    """
    Hold a user pool and answer its operations.

    Every method may be called from any thread.

    Args:
        pool_id: A user pool id, ``{region}_{name}``.
        clock: The pool's time; the real time when None.
        issuer: The tokens' ``iss``; Cognito's original form for the pool id when None.
        keys: Signing keys to share with other pools; new ones when None.

    Raises:
        ValueError: *pool_id* does not have the form of a user pool id.
    """

    __slots__ = ("_lock", "_state")

    def __init__(
        self,
        pool_id: str = "eu-west-1_LocalPool1",
        *,
        clock: Clock | None = None,
        issuer: str | None = None,
        keys: KeyRing | None = None,
    ) -> None:
        if not _POOL_ID.fullmatch(pool_id):
            msg = f"pool_id is like eu-west-1_LocalPool1, not {pool_id!r}"
            raise ValueError(msg)
        chosen = clock or Clock()
        region = pool_id.partition("_")[0]
        self._state = State(
            pool_id=pool_id,
            issuer=issuer or f"https://cognito-idp.{region}.amazonaws.com/{pool_id}",
            clock=chosen,
            keys=keys or KeyRing(),
            created_at=chosen(),
        )
        self._lock = threading.RLock()

    def __repr__(self) -> str:
        """Show which pool it is."""
        return f"{type(self).__name__}({self.pool_id!r}, issuer={self.issuer!r})"

    @property
    def pool_id(self) -> str:
        """The pool's id."""
        return self._state.pool_id

    @property
    def issuer(self) -> str:
        """What its tokens carry as ``iss``."""
        return self._state.issuer

    @property
    def clock(self) -> Clock:
        """The pool's time."""
        return self._state.clock

    def call(self, operation: str, params: Mapping[str, object]) -> dict[str, object]:
        """
        Run an operation of the user-pools API.

        Args:
            operation: Its name, such as ``InitiateAuth``.
            params: The request, shaped as on the wire.

        Returns:
            The answer, shaped as on the wire; times are seconds since the epoch.

        Raises:
            CognitoError: The pool refuses.
        """
        handler = OPERATIONS.get(operation)
        if handler is None:
            raise Refusal.OPERATION_UNKNOWN.error(operation=operation)
        return self.run(lambda state: handler(state, Params(params)))

    def run(self, action: Callable[[State], _T]) -> _T:
        """
        Work on the pool's parts while nobody else does.

        Args:
            action: What to do with them.

        Returns:
            Whatever *action* returns.
        """
        with self._lock:
            return action(self._state)

    def jwk_set(self) -> dict[str, list[dict[str, str]]]:
        """
        Show the public keys (RFC 7517 §5).

        Returns:
            The JWK Set: two keys, and those that a rotation left valid.
        """
        return self.run(lambda state: state.keys.jwk_set())

    def rotate_keys(self, *, keep_old: bool = True) -> None:
        """
        Replace both signing keys.

        Args:
            keep_old: Whether tokens signed with the keys replaced stay valid.
        """
        self.run(lambda state: state.keys.rotate(keep_old=keep_old))

    def mint(
        self,
        *,
        client_id: str = "1example23456789",
        claims: Mapping[str, object] | None = None,
        header: Mapping[str, object] | None = None,
        remove: Collection[str] = (),
        key: SigningKey | None = None,
    ) -> str:
        """
        Sign an access token of any form, also one that Cognito would never issue.

        Without overrides it is a proper access token of an SDK sign-in now, valid for an hour; it
        belongs to no session, so GetUser calls it invalid.

        Args:
            client_id: Its ``client_id``; need not exist.
            claims: Claims to add or to replace.
            header: Header members to add or to replace.
            remove: Claims and header members to leave out.
            key: What signs it; the pool's access key when None.

        Returns:
            The compact JWS.
        """
        signer = key or self._state.keys.access
        now = int(self.clock())
        payload: dict[str, object] = {
            "sub": str(uuid.uuid4()),
            "iss": self.issuer,
            "version": 2,
            "client_id": client_id,
            "origin_jti": str(uuid.uuid4()),
            "event_id": str(uuid.uuid4()),
            "token_use": "access",
            "scope": SDK_SCOPE,
            "auth_time": now,
            "exp": now + _DEFAULT_EXPIRY_S,
            "iat": now,
            "jti": str(uuid.uuid4()),
            "username": "ada",
            **(claims or {}),
        }
        head: dict[str, object] = {"kid": signer.kid, "alg": "RS256", **(header or {})}
        return signer.sign(
            {name: value for name, value in payload.items() if name not in remove},
            {name: value for name, value in head.items() if name not in remove},
        )
