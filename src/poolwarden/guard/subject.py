"""Say whose token a request carries, by references only."""

from contextlib import suppress
from typing import Any

from poolwarden.errors import BearerError
from poolwarden.guard.bearer import Header, token_of
from poolwarden.guard.case import Case
from poolwarden.guard.claims import is_date
from poolwarden.guard.flow import decide
from poolwarden.guard.rules import Rules
from poolwarden.refs import References
from poolwarden.telling import Subject


def subject_of(case: Case, refs: References) -> Subject:
    """
    Return whose token it is, also where its claims were refused; ``unverified`` where its signature did not hold.

    Args:
        case: What is known of the token.
        refs: What makes references.
    """
    claims, issuer = case.claims, case.issuer
    if claims is None or issuer is None:
        return Subject()
    sub, jti, origin_jti = (_text(claims, name) for name in ("sub", "jti", "origin_jti"))
    token_ref = refs.token(issuer.iss, jti)
    if sub is None or not is_date(claims.get("auth_time")):
        return Subject(issuer.alias, case.client, token_ref=token_ref)
    session_ref = refs.session(
        issuer.iss,
        origin_jti=origin_jti,
        sub=sub,
        auth_time=int(claims["auth_time"]),
        client_id=_text(claims, "client_id") or "",
    )
    return Subject(issuer.alias, case.client, session_ref, refs.user(issuer.iss, sub), token_ref)


def identify(header: Header, rules: Rules) -> Subject | None:
    """
    Return whose token a request carries where its signature holds, expired or not; None where it does not.

    Nothing is accepted, counted or fetched by it.

    Args:
        header: The Authorization header.
        rules: What the token is held against.
    """
    try:
        case = Case(token_of(header), b"", 0.0)
    except BearerError:
        return None
    with suppress(BearerError):
        decide(case, rules)  # a flow that it may return is not carried out
    return None if case.claims is None else subject_of(case, rules.refs)


def _text(claims: dict[str, Any], name: str) -> str | None:
    value = claims.get(name)
    return value if isinstance(value, str) else None
