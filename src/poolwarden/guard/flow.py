"""
Decide about one token: one flow for sync and async.

Most decisions need nothing from outside, and :func:`decide` returns the token at
once. Where one has to wait, for a fetch of keys or for the online check, it
becomes a generator that yields what to wait for as a step. A driver, for threads
or for tasks, carries the step out and resumes the generator; all other code is
the same for both.
"""

import math
from collections.abc import Generator

from poolwarden.causes import Cause
from poolwarden.errors import BearerError, bearer_error
from poolwarden.guard import jws
from poolwarden.guard.access_token import AccessToken
from poolwarden.guard.bearer import check_characters
from poolwarden.guard.case import Case
from poolwarden.guard.claims import first_refusal
from poolwarden.guard.cognito_claims import CognitoClaims, passes, read_usual
from poolwarden.guard.inquiries import Inquiries
from poolwarden.guard.keys import Need
from poolwarden.guard.rules import Issuer, Rules
from poolwarden.guard.source import KeyWanted, Pause
from poolwarden.guard.step import Step
from poolwarden.refs import References

_MAX_KNOWN_HEADERS = 1000
_TRIES = 2


Flow = Generator[Step, None, AccessToken]


def decide(case: Case, rules: Rules) -> AccessToken | Flow:
    """
    Verify a token and check its claims.

    Args:
        case: The token; what becomes known of it is kept there, for the event about a refusal.
        rules: What the token is held against.

    Returns:
        The verified token, or the generator that leads to it where something has to be waited for.

    Raises:
        BearerError: The token is refused, or nothing can be decided.
    """
    token = case.token
    if len(token) > rules.max_token_bytes:
        raise bearer_error(Cause.TOKEN_MALFORMED)
    try:
        parts = jws.split(token)
        known_kid = rules.headers.get(parts.header)
        kid = known_kid or jws.kid_of(parts.header)
        usual = read_usual(parts.payload)
        iss = case.read(parts.payload).get("iss") if usual is None else usual.iss
    except BearerError as error:
        if error.cause is Cause.TOKEN_MALFORMED:
            check_characters(token)
        raise
    issuer = rules.issuers.get(iss) if isinstance(iss, str) else None
    if issuer is None:
        raise bearer_error(Cause.ISSUER_MISMATCH, claim="iss")
    ring = issuer.ring
    case.epoch = ring.current.epoch  # read before the key, so that a change in between is noticed later
    key, need = ring.look(kid, rules.monotonic())
    if key is None:
        return _decide_with_key(parts, kid, usual, issuer, need, case, rules)
    verified = _verified(parts, usual, issuer, key, case, rules)
    if need is Need.FETCH:  # the key is old and may be gone: fetch, now that it is known to have signed a good token
        return _decide_with_key(parts, kid, usual, issuer, need, case, rules)
    if known_kid is None and len(rules.headers) < _MAX_KNOWN_HEADERS:
        rules.headers[parts.header] = kid
    if rules.online is not None and rules.online.can_ask(verified):
        return _confirm(verified, rules.online, case, rules)
    return verified


def refusal_of(verified: AccessToken, rules: Rules) -> Cause | None:
    """
    Return why the user's own checks or the revocation list refuse a verified token, or None where it passes.

    Args:
        verified: The token.
        rules: Whose checks are asked.
    """
    for cause_for in rules.asked:
        cause = cause_for(verified)
        if cause is not None:
            return cause
    return None


def _decide_with_key(
    parts: jws.Parts, kid: str, usual: CognitoClaims | None, issuer: Issuer, need: Need, case: Case, rules: Rules
) -> Flow:
    key, case.epoch = yield from _key(kid, issuer, need, rules)
    verified = _verified(parts, usual, issuer, key, case, rules)
    if rules.online is not None and rules.online.can_ask(verified):
        return (yield from _confirm(verified, rules.online, case, rules))
    return verified


def _confirm(verified: AccessToken, online: Inquiries, case: Case, rules: Rules) -> Flow:
    answer = yield from online.about(verified, case.token, case.digest)
    ended = answer.cause or refusal_of(verified, rules)  # a session may have been ended while the answer was awaited
    if ended is not None:
        raise bearer_error(ended)
    case.asked_until = answer.until
    return verified


def _key(kid: str, issuer: Issuer, need: Need, rules: Rules) -> Generator[Step, None, tuple[jws.Key, int]]:
    ring, source = issuer.ring, issuer.source
    asked_at = now = rules.monotonic()
    tries = 0
    while source is not None and tries < _TRIES:
        if need is Need.UNAVAILABLE and now >= ring.current.dead_at:
            # Without any keys, wait a moment after a failure and try once more, unless the failure took long: then this
            # request has waited enough. With keys in force it never does so: made-up key ids must not hold threads.
            pause_s = ring.retry_in(now)
            if max(now + pause_s - asked_at, ring.took_s) > rules.patience_s:
                break
            yield Pause(pause_s)
        elif need is not Need.FETCH:
            break
        yield KeyWanted(source, kid)
        tries += 1
        epoch, fetched_at, now = ring.current.epoch, ring.current.fetched_at, rules.monotonic()
        key, need = ring.look(kid, now)
        if key is not None:  # a new one, or the old one where the renewal failed
            return key, epoch
        if need is Need.FETCH and fetched_at is not None and fetched_at >= asked_at:
            # The keys were fetched after this token came, so its key is not published; the next fetch has to wait.
            ring.asked_for_unknown(now)
            need = Need.NOTHING
    if need is Need.NOTHING:
        raise bearer_error(Cause.KEY_UNKNOWN, claim="kid")
    raise bearer_error(Cause.KEYS_UNAVAILABLE, retry_after_s=max(1, math.ceil(ring.retry_in(now))))


def _verified(
    parts: jws.Parts, usual: CognitoClaims | None, issuer: Issuer, key: jws.Key, case: Case, rules: Rules
) -> AccessToken:
    if not jws.holds(parts, key):
        raise bearer_error(Cause.SIGNATURE_INVALID)
    case.issuer, case.payload = issuer, parts.payload
    if usual is None or not passes(usual, issuer.standard, rules.now()):
        usual = _checked(issuer, case, rules)
    case.client = client = issuer.client_of(usual.client_id)
    verified = _access_token(usual, parts.payload, issuer, client, rules.refs)
    ended = refusal_of(verified, rules)
    if ended is not None:
        raise bearer_error(ended)
    return verified


def _checked(issuer: Issuer, case: Case, rules: Rules) -> CognitoClaims:
    claims = case.claims or {}
    case.client = issuer.client_of(claims.get("client_id"))
    refusal = first_refusal(claims, issuer.standard, rules.now())
    if refusal is not None:
        cause, claim = refusal
        raise bearer_error(cause, claim=claim)
    return CognitoClaims.of(claims)


def _access_token(claims: CognitoClaims, payload: bytes, issuer: Issuer, client: str, refs: References) -> AccessToken:
    username = claims.username or None
    validity = issuer.validities.get(client)
    # A machine token comes without a refresh token: it belongs to no session that could end.
    endless = validity is None or (username is None and claims.sub == claims.client_id)
    # By position, because this is made for every new token, and by keyword it takes twice as long.
    return AccessToken(
        issuer.alias,
        client,
        issuer.iss,
        claims.sub,
        claims.client_id,
        username,
        claims.scope,
        claims.groups,
        claims.auth_time,
        claims.iat,
        claims.exp,
        claims.jti or None,
        claims.origin_jti or None,
        None if endless else int(claims.auth_time) + int(validity or 0),
        payload,
        refs,
    )
