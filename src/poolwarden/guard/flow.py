"""
Decide about one token: one flow for sync and async.

Where a decision needs the outside it becomes a generator that yields a step;
the driver, of a thread or of a task, carries the step out and resumes it. All
else is the same code, and most tokens need no step at all.
"""

import math
from collections.abc import Awaitable, Callable, Generator, Mapping, MutableMapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Protocol

from poolwarden.causes import Cause
from poolwarden.errors import BearerError, bearer_error
from poolwarden.events import OTHER, UNVERIFIED
from poolwarden.guard import jws
from poolwarden.guard.access_token import AccessToken
from poolwarden.guard.bearer import check_characters
from poolwarden.guard.claims import Standard, first_refusal
from poolwarden.guard.keys import KeyRing, Need
from poolwarden.guard.pool import UserPool
from poolwarden.guard.revocation import Confirmation, OnlineCheck, RevocationList
from poolwarden.guard.source import KeySource, KeyWanted, Pause
from poolwarden.refs import References

_MAX_KNOWN_HEADERS = 1000
_TRIES = 2


class Step(Protocol):
    """Something outside that the flow waits for."""

    def wait(self) -> None:
        """Carry it out and block this thread."""
        ...

    def wait_async(self) -> Awaitable[None]:
        """Carry it out and let this task wait."""
        ...


Flow = Generator[Step, None, AccessToken]


@dataclass(frozen=True, slots=True)
class Realm:
    """
    One accepted issuer.

    Attributes:
        pool: Its user pool.
        alias: The pool's alias.
        issuer: The ``iss``.
        ring: The keys.
        source: What fetches them; None where they are given.
        standard: What the claims of its tokens are held against.
    """

    pool: UserPool
    alias: str
    issuer: str
    ring: KeyRing
    source: KeySource | None
    standard: Standard

    def client_of(self, claims: Mapping[str, Any]) -> str:
        """Return the alias of the app client that the claims name, or ``other``."""
        client_id = claims.get("client_id")
        return self.pool.clients.get(client_id, OTHER) if client_id.__class__ is str else OTHER


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """
    What every token is held against, and the clocks.

    Attributes:
        realms: The accepted issuers.
        max_token_bytes: How large a token may be.
        checks: The user's own rows: a cause, and whether a verified token is refused for it.
        revoked: The revocation list, or None.
        online: The online check, or None.
        refs: What makes references.
        now: The clock, epoch seconds.
        monotonic: The clock for keys, seconds.
        patience_s: How long a token may wait for first keys to be asked for once more.
        confirm: Makes the question of the online check.
        headers: Headers of verified tokens, which need not be parsed again, with their key ids.
    """

    realms: Mapping[str, Realm]
    max_token_bytes: int
    checks: tuple[tuple[Cause, Callable[[AccessToken], bool]], ...]
    revoked: RevocationList | None
    online: OnlineCheck | None
    refs: References
    now: Callable[[], float]
    monotonic: Callable[[], float]
    patience_s: float
    confirm: Callable[[OnlineCheck, bytes], Confirmation]
    headers: MutableMapping[bytes, str] = field(default_factory=dict)


class Case:
    """
    One token on its way to a decision: what is known of it so far.

    Attributes:
        token: The token, as it stands in the header.
        digest: What its refusals are counted by: the token's SHA-256, or another key where there is no token.
        started: When it came, on the performance counter, seconds.
        realm: The issuer, once the signature held.
        client: The app client's alias, once the signature held.
        claims: The claims, once the signature held.
        epoch: The epoch of the keys that it was verified with.
    """

    __slots__ = ("claims", "client", "digest", "epoch", "realm", "started", "token")

    def __init__(self, token: bytes, digest: bytes) -> None:
        self.token = token
        self.digest = digest
        self.started = perf_counter()
        self.realm: Realm | None = None
        self.client = UNVERIFIED
        self.claims: dict[str, Any] | None = None
        self.epoch = -1

    @property
    def pool(self) -> str:
        """The pool's alias, or ``unverified``."""
        return UNVERIFIED if self.realm is None else self.realm.alias


def decide(case: Case, rules: Rules) -> AccessToken | Flow:
    """
    Verify a token and check its claims.

    Args:
        case: The token; takes what becomes known, for whoever tells about a refusal.
        rules: What the token is held against.

    Returns:
        The verified token, or the flow that leads to it where the outside is needed first.

    Raises:
        BearerError: The token is refused, or nothing can be decided.
    """
    token = case.token
    if len(token) > rules.max_token_bytes:
        raise bearer_error(Cause.TOKEN_MALFORMED)
    try:
        parts = jws.split(token)
        kid = rules.headers.get(parts.header) or jws.kid_of(parts.header)
        claims = jws.read_claims(parts.payload)
    except BearerError as error:
        if error.cause is Cause.TOKEN_MALFORMED:
            check_characters(token)
        raise
    issuer = claims.get("iss")
    realm = rules.realms.get(issuer) if issuer.__class__ is str else None
    if realm is None:
        raise bearer_error(Cause.ISSUER_MISMATCH, claim="iss")
    ring = realm.ring
    case.epoch = ring.current.epoch  # before the look: a change in between then counts as a change
    key, need = ring.look(kid, rules.monotonic())
    if key is None:
        return _decide_with_key(parts, kid, claims, realm, need, case, rules)
    verified = _verified(parts, claims, realm, key, case, rules)
    if parts.header not in rules.headers and len(rules.headers) < _MAX_KNOWN_HEADERS:
        rules.headers[parts.header] = kid
    if rules.online is not None and rules.online.can_ask(verified):
        return _confirm(verified, rules.online, case, rules)
    return verified


def refusal_of(verified: AccessToken, rules: Rules) -> Cause | None:
    """Return for which cause the user's own checks refuse a verified token, or None where all pass."""
    for cause, refuses in rules.checks:
        if refuses(verified):
            return cause
    return None


def _decide_with_key(
    parts: jws.Parts, kid: str, claims: dict[str, Any], realm: Realm, need: Need, case: Case, rules: Rules
) -> Flow:
    key, case.epoch = yield from _key(kid, realm, need, rules)
    verified = _verified(parts, claims, realm, key, case, rules)
    if rules.online is not None and rules.online.can_ask(verified):
        return (yield from _confirm(verified, rules.online, case, rules))
    return verified


def _confirm(verified: AccessToken, online: OnlineCheck, case: Case, rules: Rules) -> Flow:
    confirmation = rules.confirm(online, case.token)
    yield confirmation
    if confirmation.cause is not None:
        raise bearer_error(confirmation.cause, retry_after_s=_retry_after(confirmation.cause))
    return verified


def _key(kid: str, realm: Realm, need: Need, rules: Rules) -> Generator[Step, None, tuple[jws.Key, int]]:
    ring, source = realm.ring, realm.source
    asked_at = now = rules.monotonic()
    tries = 0
    while source is not None and tries < _TRIES:
        if need is Need.UNAVAILABLE and now >= ring.current.dead_at:
            # Without any key, a quick failure is waited out once; with keys, made-up key ids must not hold threads.
            pause_s = ring.retry_in(now)
            if now + pause_s - asked_at > rules.patience_s:
                break
            yield Pause(pause_s)
        elif need is not Need.FETCH:
            break
        yield KeyWanted(source, kid)
        tries += 1
        epoch, fetched_at, now = ring.current.epoch, ring.current.fetched_at, rules.monotonic()
        key, need = ring.look(kid, now)
        if key is not None:
            return key, epoch
        if need is Need.FETCH and fetched_at is not None and fetched_at >= asked_at:
            # The keys were fetched after this token came, so its key is not published; asking again has to wait.
            ring.asked_for_unknown(now)
            need = Need.NOTHING
    if need is Need.NOTHING:
        raise bearer_error(Cause.KEY_UNKNOWN, claim="kid")
    raise bearer_error(Cause.KEYS_UNAVAILABLE, retry_after_s=max(1, math.ceil(ring.retry_in(now))))


def _verified(
    parts: jws.Parts, claims: dict[str, Any], realm: Realm, key: jws.Key, case: Case, rules: Rules
) -> AccessToken:
    if not jws.holds(parts, key):
        raise bearer_error(Cause.SIGNATURE_INVALID)
    client = realm.client_of(claims)
    case.realm, case.client, case.claims = realm, client, claims
    refusal = first_refusal(claims, realm.standard, rules.now())
    if refusal is not None:
        cause, claim = refusal
        raise bearer_error(cause, claim=claim)
    verified = _access_token(claims, parts.payload, realm, client, rules.refs)
    own = refusal_of(verified, rules)
    if own is not None:
        raise bearer_error(own)
    return verified


def _access_token(claims: dict[str, Any], payload: bytes, realm: Realm, client: str, refs: References) -> AccessToken:
    get = claims.get
    auth_time, sub, client_id, username = claims["auth_time"], claims["sub"], claims["client_id"], get("username")
    validity = realm.pool.refresh_validity_of(client)
    # A machine has no refresh token, so its session has no end.
    endless = validity is None or (username is None and sub == client_id)
    # By position: this is made for every new token, and names cost as much again.
    return AccessToken(
        realm.alias,
        client,
        realm.issuer,
        sub,
        client_id,
        username,
        get("scope", ""),
        tuple(get("cognito:groups", ())),
        auth_time,
        claims["iat"],
        claims["exp"],
        get("jti"),
        get("origin_jti"),
        None if endless else int(auth_time) + int(validity or 0),
        payload,
        refs,
    )


def _retry_after(cause: Cause) -> int | None:
    return 1 if cause is Cause.REVOCATION_UNAVAILABLE else None
