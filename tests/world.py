"""The world that the cases play in: two user pools, their keys, a clock that stands still, and what makes tokens."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from poolwarden import Cause, UserPool
from poolwarden.events import AnyEvent
from poolwarden.guard.fetched import Document, FetchError
from poolwarden.guard.keys import KeyPolicy
from poolwarden.guard.server import Guard
from poolwarden.localpool import Clock, KeyRing, LocalPool, SigningKey

START = 1_700_000_000
POOL_ID = "eu-west-1_AbCdEfGhI"
OTHER_POOL_ID = "us-east-1_OtherPool"
CLIENT_ID = "1example23456789"
OTHER_CLIENT_ID = "2example23456789"
ISSUER = f"https://cognito-idp.eu-west-1.amazonaws.com/{POOL_ID}"
OTHER_ISSUER = f"https://cognito-idp.us-east-1.amazonaws.com/{OTHER_POOL_ID}"

Json = bytes | Mapping[str, Any]


class Notebook:
    """Take every event and remember it."""

    def __init__(self) -> None:
        self.events: list[AnyEvent] = []

    def enabled(self, level: str) -> bool:
        """Want every event."""
        return True

    def emit(self, event: AnyEvent) -> None:
        """Remember one event."""
        self.events.append(event)


@dataclass(frozen=True, slots=True)
class Rings:
    """
    Keys, which cost too much to make anew for each test.

    Attributes:
        main: The keys of the pool.
        other: The keys of another pool, one of them under the same key id as the first pool's.
        stranger: A key that nobody publishes.
    """

    main: KeyRing
    other: KeyRing
    stranger: SigningKey

    @classmethod
    def make(cls) -> "Rings":
        """Draw all keys."""
        main, other = KeyRing(), KeyRing()
        other.access = SigningKey.generate(main.access.kid)
        return cls(main, other, SigningKey.generate())


@dataclass(frozen=True, slots=True)
class World:
    """
    Two pools on one clock.

    Attributes:
        rings: The keys.
        clock: The time of the pools and of the servers made here.
        pool: The pool whose tokens are accepted.
        other: Another pool whose tokens are accepted.
        fetched: The addresses that were asked for keys.
        down: Whether every fetch fails, in one element.
        notes: The events of the servers made here.
    """

    rings: Rings
    clock: Clock = field(default_factory=lambda: Clock(START))
    pool: LocalPool = field(init=False)
    other: LocalPool = field(init=False)
    fetched: list[str] = field(default_factory=list)
    down: list[bool] = field(default_factory=lambda: [False])
    notes: Notebook = field(default_factory=Notebook)

    def __post_init__(self) -> None:
        """Found both pools."""
        object.__setattr__(self, "pool", LocalPool(POOL_ID, clock=self.clock, keys=self.rings.main))
        object.__setattr__(self, "other", LocalPool(OTHER_POOL_ID, clock=self.clock, keys=self.rings.other))

    def mint(self, changes: Mapping[str, Any] | None = None, header: Mapping[str, Any] | None = None) -> bytes:
        """Sign a good token with changes; what is changed to ``...`` is left out."""
        changes, header = changes or {}, header or {}
        absent = [name for part in (changes, header) for name, value in part.items() if value is ...]
        return self.pool.mint(
            client_id=CLIENT_ID,
            claims={name: value for name, value in changes.items() if value is not ...},
            header={name: value for name, value in header.items() if value is not ...},
            remove=absent,
        ).encode()

    def claims(self) -> dict[str, Any]:
        """Return the claims of a good token."""
        return dict(json.loads(unbase64url(self.mint().split(b".")[1])))

    def header(self) -> dict[str, Any]:
        """Return the header of a good token."""
        return {"kid": self.rings.main.access.kid, "alg": "RS256"}

    def signed(self, payload: Json | None = None, header: Json | None = None, key: SigningKey | None = None) -> bytes:
        """Sign any bytes as payload under any bytes as header, with a key of the pool or another."""
        signing_input = b".".join(
            base64url(part if isinstance(part, bytes) else json.dumps(part).encode())
            for part in (self.header() if header is None else header, self.claims() if payload is None else payload)
        )
        return signing_input + b"." + base64url(signature_of(signing_input, key or self.rings.main.access))

    def fetch(self, url: str, timeout_s: float) -> Document:
        """Answer for the pools' key servers, and count."""
        self.fetched.append(url)
        if self.down[0]:
            raise FetchError("http_error")
        pool = self.other if OTHER_POOL_ID in url else self.pool
        return Document(json.dumps(pool.jwk_set()).encode(), None)

    def user_pools(self, audience: str | None = None) -> tuple[UserPool, UserPool]:
        """Configure both pools."""
        return (
            UserPool(POOL_ID, client_ids={"web": CLIENT_ID}, alias="main", audience=audience),
            UserPool(OTHER_POOL_ID, client_ids={"web": CLIENT_ID}, alias="second"),
        )

    def server(self, *, audience: str | None = None, **settings: Any) -> Guard:
        """Guard both pools on this world's clock."""
        return Guard(
            self.user_pools(audience),
            **{
                "now": self.clock,
                "monotonic": self.clock,
                "fetch": self.fetch,
                "events": self.notes,
                # This clock stands still: nothing is gained by waiting for it.
                "key_policy": KeyPolicy(patience_s=0),
                **settings,
            },
        )


@dataclass(frozen=True, slots=True)
class Case:
    """
    One thing that a request may carry, and what has to come of it.

    Attributes:
        name: What is special about it.
        headers: Makes the values of its Authorization headers.
        cause: Why it is refused; None where it is accepted.
        audience: The audience that the pool is configured with.
        settings: The server's settings for this case.
    """

    name: str
    headers: Callable[[World], tuple[bytes, ...]]
    cause: Cause | None
    audience: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)

    def server(self, world: World, **settings: Any) -> Guard:
        """Return the server that the case is for."""
        return world.server(audience=self.audience, **{**self.settings, **settings})


def bearer(
    name: str, token: Callable[[World], bytes], cause: Cause | None, *, audience: str | None = None, **settings: Any
) -> Case:
    """Make a case of one header with a bearer token."""
    return Case(name, lambda world: (b"Bearer " + token(world),), cause, audience, settings)


def base64url(data: bytes) -> bytes:
    """Encode as base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def unbase64url(text: bytes) -> bytes:
    """Decode base64url without padding."""
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))


def signature_of(signing_input: bytes, key: SigningKey) -> bytes:
    """Sign with RSASSA-PKCS1-v1_5 and SHA-256, as the pool does."""
    return key._private.sign(signing_input, PKCS1v15(), SHA256())
