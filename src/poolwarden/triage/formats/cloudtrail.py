"""Read CloudTrail: one event, wherever it came from."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec

from poolwarden.causes import Cause
from poolwarden.errors import UNDECODABLE
from poolwarden.refusals import cause_of, operation_of
from poolwarden.triage.formats.base import Context, Inner, Sample, Value
from poolwarden.triage.formats.cloudtrail_detail import detail_of
from poolwarden.triage.formats.cloudtrail_endpoint import MACHINE, asked_of, first, refused_by, status_of
from poolwarden.triage.formats.cloudtrail_fields import Additional, Answered, Identity, Parameters, Trail
from poolwarden.triage.mask import masked, user_key
from poolwarden.triage.records import Kind, Record
from poolwarden.triage.refreshing import is_refresh
from poolwarden.triage.times import time_of

_SOURCES = ("cognito-idp.amazonaws.com", "cognito-identity.amazonaws.com")

ENDING: frozenset[str] = frozenset(
    (
        *(
            "RevokeToken",
            "Revoke_POST",
            "GlobalSignOut",
            "AdminUserGlobalSignOut",
            "AdminDisableUser",
            "AdminDeleteUser",
        ),
        *("DeleteUser", "AdminResetUserPassword", "AdminSetUserPassword", "ForgetDevice", "AdminForgetDevice"),
        *("AdminRevokeUserSession", "RevokeUserSession", "Logout_GET"),
    )
)
"""Operations that end sessions on purpose."""

CHANGING: frozenset[str] = frozenset(
    (
        *("UpdateUserPoolClient", "DeleteUserPoolClient", "CreateUserPoolClient", "UpdateUserPool", "DeleteUserPool"),
        *(
            "CreateUserPool",
            "SetUserPoolMfaConfig",
            "SetRiskConfiguration",
            "UpdateUserPoolDomain",
            "DeleteUserPoolDomain",
        ),
        *("CreateUserPoolDomain", "UpdateIdentityProvider", "DeleteIdentityProvider", "UpdateResourceServer"),
        *("DeleteResourceServer", "UpdateIdentityPool", "DeleteIdentityPool", "SetIdentityPoolRoles"),
        *("AddUserPoolClientSecret", "DeleteUserPoolClientSecret", "CreateUserPoolReplica", "DeleteUserPoolReplica"),
        *("UpdateUserPoolReplica", "AdminEnableUser", "AdminSetUserMFAPreference", "UpdateGroup", "DeleteGroup"),
    )
)
"""Operations that change what sessions depend on."""

ISSUING: frozenset[str] = frozenset(
    (
        *("InitiateAuth", "AdminInitiateAuth", "RespondToAuthChallenge", "AdminRespondToAuthChallenge"),
        *("GetTokensFromRefreshToken", "Token_POST"),
    )
)
"""Operations that give tokens."""

_REFUSED = 400
_REFRESH_FLOWS = frozenset(("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"))
_NO_PARAMETERS, _NOTHING_ADDED, _NO_ANSWER = Parameters(), Additional(), Answered()
_NESTED = ("requestParameters", "responseElements", "additionalEventData", "serviceEventDetails", "userIdentity")


def _mapping(value: Any) -> Mapping[str, Any]:
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            value = msgspec.json.decode(value)
        except UNDECODABLE:
            return {}
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        value = first(value)
    return value if value and isinstance(value, str) and not value.startswith("HIDDEN_DUE") else None


def _named(*told: Any) -> str | None:
    """Return the first text among values most of which are not there."""
    for value in told:
        if value is not None and (text := _text(value)):
            return text
    return None


def _actor(identity: Identity | None) -> str | None:
    if identity is None:
        return None
    issuer = identity.sessionContext.sessionIssuer if identity.sessionContext is not None else None
    arn = _text(identity.arn)
    session = arn.rpartition("/")[2] if arn and ":assumed-role/" in arn else None
    name = _named(identity.userName, issuer.userName if issuer is not None else None)
    name = name or (arn.rpartition(":")[2] if arn else None)
    if name and session and session not in name:
        name = f"{name}/{session}"
    name = name or _text(identity.invokedBy) or _text(identity.principalId)
    return masked(name, 120) if name else None


def _is_refresh(name: str, parameters: Parameters, cause: str | None) -> bool | None:
    if name == "GetTokensFromRefreshToken":
        return True
    if isinstance(parameters.authFlow, str):
        return parameters.authFlow in _REFRESH_FLOWS
    if name == "Token_POST" and isinstance(grant := first(parameters.grant_type), str):
        return grant == "refresh_token"
    return is_refresh(cause, name)


@lru_cache(maxsize=4096)
def _refused(code: str | None, message: str | None, name: str) -> Cause | None:
    cause = cause_of(code, message, name)
    if cause is None and name in ISSUING and code is None:
        cause = cause_of("NotAuthorizedException", message, name)
    return cause


@lru_cache(maxsize=4096)
def _told(name: str, code: str | None, message: str | None, client: str | None) -> str:
    return masked(f"{name}: {code or ''} {message or ''}" if code or message else f"{name} client={client or '-'}")


def _time(told: str | None, latest: float) -> float | None:
    if told is not None and told[10:11] == "T" and told[19:] == "Z":  # as CloudTrail writes it
        try:
            return datetime.fromisoformat(told).timestamp()
        except ValueError:
            pass
    return time_of(told, latest)


def _kind_of(name: str, answer: Answered) -> Kind | None:
    if name in ISSUING:
        return None if _text(answer.challengeName) is not None else Kind.ISSUED  # a challenge: no token yet
    if name in ENDING:
        return Kind.ENDED
    return Kind.CHANGED if name in CHANGING else None


def record_of(trail: Trail, context: Context, parameters_of: Callable[[], Mapping[str, Any]]) -> Record | None:
    """
    Return the record that an event stands for, or None where it tells nothing of sessions.

    Args:
        trail: The event.
        context: Where it stands.
        parameters_of: Returns all request parameters, for an event that changes settings.
    """
    name, code, message = trail.eventName, trail.errorCode or None, trail.errorMessage or None
    extra, answer = trail.additionalEventData or _NOTHING_ADDED, trail.responseElements or _NO_ANSWER
    parameters = trail.requestParameters or asked_of(extra) or _NO_PARAMETERS
    status = status_of(name, code, extra) or 0
    cause = None
    if code is not None or message is not None or status >= _REFUSED:
        cause = _refused(code, message, name) if message or not status else refused_by(name, status)
        kind = Kind.REFUSED if cause is not None else None
    else:
        kind = _kind_of(name, answer)
    if kind is None or (parameters.grant_type is not None and first(parameters.grant_type) == MACHINE):
        return None
    called = kind in (Kind.ISSUED, Kind.REFUSED)
    details = trail.serviceEventDetails or _NOTHING_ADDED
    user = _named(extra.sub, extra.userSub, parameters.sub, parameters.username)
    client = _named(parameters.clientId, parameters.client_id, extra.clientId, extra.client_id)
    pool = _named(parameters.userPoolId, extra.userPoolId, details.userPoolId)
    session = _named(extra.originJti, extra.origin_jti)
    if not called and isinstance(answer.userPoolClient, Mapping):
        pool = pool or _text(answer.userPoolClient.get("userPoolId"))
        client = client or _text(answer.userPoolClient.get("clientId"))
    at = _time(trail.eventTime, context.latest)
    return Record(
        kind=kind,
        file=context.file,
        line=context.line,
        at=at if at is not None else context.at,
        cause=cause.value if cause is not None else None,
        operation=operation_of(name) or name,
        pool=pool or context.pool,
        client=client or context.client,
        session=user_key(f"session|{session}") if session else context.session,
        user=user_key(user) if user else context.user,
        actor=None if called else _actor(trail.userIdentity),
        request=trail.requestID or context.request,
        refresh=_is_refresh(name, parameters, cause) if called else None,
        detail=detail_of(parameters_of()) if kind is Kind.CHANGED else None,
        text=_told(name, code, message, client),
        source=CloudTrail.name,
    )


def _sane(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return an event with its nested parts decoded, and those dropped that are not what they should be."""
    return {name: (_mapping(item) or None) if name in _NESTED else item for name, item in value.items()}


class CloudTrail:
    """One CloudTrail event as JSON."""

    name = "cloudtrail"
    samples: Sequence[Sample] = (
        Sample(
            '{"eventVersion":"1.08","userIdentity":{"type":"Unknown"},"eventTime":"2026-03-01T10:00:00Z",'
            '"eventSource":"cognito-idp.amazonaws.com","eventName":"GetTokensFromRefreshToken","awsRegion":"eu-west-1",'
            '"errorCode":"NotAuthorizedException","errorMessage":"Refresh Token has been revoked",'
            '"requestParameters":{"clientId":"1example23456789"},'
            '"additionalEventData":{"sub":"0c3f4a1e"},"requestID":"r-1"}',
            ({"kind": Kind.REFUSED, "cause": "refresh_token_revoked", "refresh": True, "client": "1example23456789"},),
        ),
        Sample(
            '{"eventTime":"2026-03-01T10:00:00Z","eventSource":"cognito-idp.amazonaws.com",'
            '"eventName":"UpdateUserPoolClient",'
            '"userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::111122223333:assumed-role/Deploy/ci-42",'
            '"sessionContext":{"sessionIssuer":{"userName":"Deploy"}}},'
            '"requestParameters":{"clientId":"1example23456789",'
            '"userPoolId":"eu-west-1_AbCdEfGhI","refreshTokenValidity":30,'
            '"tokenValidityUnits":{"refreshToken":"hours"}}}',
            (
                {
                    "kind": Kind.CHANGED,
                    "actor": "Deploy/ci-42",
                    "pool": "eu-west-1_AbCdEfGhI",
                    "detail": '{"clientId":"1example23456789","userPoolId":"eu-west-1_AbCdEfGhI",'
                    '"refreshTokenValidity":30,"tokenValidityUnits":{"refreshToken":"hours"}}',
                },
            ),
        ),
        Sample(
            '{"eventTime":"2026-03-01T10:00:00Z","eventSource":"s3.amazonaws.com",'
            '"eventName":"GetObject","errorCode":"ExpiredToken"}',
            (),
        ),
    )

    def read(self, value: Value, context: Context) -> Sequence[Record | Inner] | None:
        """Read the fields of one event."""
        if not isinstance(value, Mapping) or "eventSource" not in value or "eventName" not in value:
            return None
        if value["eventSource"] not in _SOURCES:
            return ()
        sane = _sane(value)
        try:
            record = record_of(
                msgspec.convert(sane, Trail, strict=False), context, lambda: sane.get("requestParameters") or {}
            )
        except ValueError:
            return ()
        return () if record is None else (record,)
