"""Read what a user pool exports itself: user activity and notification delivery errors."""

from collections.abc import Mapping, Sequence

from poolwarden.refusals import cause_of
from poolwarden.triage.formats.base import Context, Inner, Sample, Value
from poolwarden.triage.mask import masked, user_key
from poolwarden.triage.records import Kind, Record
from poolwarden.triage.refreshing import is_refresh
from poolwarden.triage.times import time_of

_SIGN_INS = frozenset(("SignIn", "TokenRefresh", "PasswordChange", "ForgotPassword", "SignUp", "ResendCode", "SignOut"))


class CognitoExport:
    """One entry of a pool's log export (``logSourceId``; A/API_LogConfigurationType.html)."""

    name = "cognito-export"
    samples: Sequence[Sample] = (
        Sample(
            '{"eventTimestamp":1772359200123,"eventSource":"USER_ACTIVITY","logLevel":"INFO",'
            '"message":{"version":"1","eventId":"e",'
            '"eventType":"TokenRefresh","userSub":"0c3f4a1e","userName":"u",'
            '"userPoolId":"eu-west-1_AbCdEfGhI","clientId":"1example23456789",'
            '"creationDate":"Sun Mar 01 10:00:00 UTC 2026","eventResponse":"Pass"},'
            '"logSourceId":{"userPoolId":"eu-west-1_AbCdEfGhI"}}',
            ({"kind": Kind.ISSUED, "refresh": True, "client": "1example23456789", "at": 1772359200.123},),
        ),
        Sample(
            '{"eventTimestamp":1772359200123,"eventSource":"userAuthEvents","logLevel":"INFO",'
            '"message":{"eventType":"SignIn","userSub":"s",'
            '"userPoolId":"eu-west-1_AbCdEfGhI","eventResponse":"Fail"},'
            '"logSourceId":{"userPoolId":"eu-west-1_AbCdEfGhI"}}',
            (),
        ),
    )

    def read(self, value: Value, context: Context) -> Sequence[Record | Inner] | None:
        """Read one entry."""
        if not isinstance(value, Mapping) or "logSourceId" not in value:
            return None
        told, where = value.get("message"), value["logSourceId"]
        if not isinstance(told, Mapping):
            return ()
        event, passed = str(told.get("eventType")), told.get("eventResponse") == "Pass"
        if event not in _SIGN_INS:
            return ()
        cause = (
            cause_of(str(told.get("errorCode") or "") or None, str(told.get("errorMessage") or ""))
            if not passed
            else None
        )
        if passed and event in ("SignIn", "TokenRefresh"):
            kind = Kind.ISSUED
        elif passed and event in ("SignOut", "PasswordChange"):
            kind = Kind.ENDED
        elif cause is not None:
            kind = Kind.REFUSED
        else:
            return ()
        user, client = told.get("userSub") or told.get("userName"), told.get("clientId")
        pool = told.get("userPoolId") or (where.get("userPoolId") if isinstance(where, Mapping) else None)
        record = Record(
            kind=kind,
            file=context.file,
            line=context.line,
            at=time_of(value.get("eventTimestamp"), context.latest),
            cause=cause.value if cause is not None else None,
            pool=str(pool) if pool else context.pool,
            client=str(client) if client else context.client,
            user=user_key(str(user)) if user else context.user,
            refresh=event == "TokenRefresh" if kind is Kind.ISSUED else is_refresh(cause, None),
            text=masked(f"{event} {told.get('eventResponse')} client={client}"),
            source=self.name,
        )
        return (record,)
