"""What an SDK, a client library or a proxy says when a session is gone."""

from functools import partial

from poolwarden.causes.cause import Action, Cause, CauseRow, EndsSession, Mender, Seen
from poolwarden.causes.sources import API

_refused = partial(
    CauseRow,
    seen_by=Seen.SDK,
    error="invalid_token",
    status=401,
    mender=Mender.CLIENT,
    ends_session=EndsSession.MAYBE,
    action=Action.SIGN_IN,
)

SDK_ROWS: tuple[CauseRow, ...] = (
    _refused(
        cause=Cause.SESSION_MISSING,
        title="No session in the front end",
        sentence="The front end has no signed-in user.",
        next_step="Normal before sign-in. Right after a failed refresh it is what remains of a lost session: look for "
        "that refresh.",
        source="Amplify JS: UserUnAuthenticatedException, No current user",
        lookalikes=(Cause.CREDENTIALS_MISSING, Cause.TOKEN_PLACEHOLDER),
    ),
    _refused(
        cause=Cause.SESSION_EXPIRED_SDK,
        title="The front end says the session expired",
        sentence="The SDK of the front end reports an expired session.",
        ends_session=EndsSession.YES,
        next_step="A refresh failed before: the pool's own message (expired, revoked, invalid) is in CloudTrail at "
        "that time.",
        source="Amplify Swift and Android: sessionExpired",
        lookalikes=(Cause.REFRESH_TOKEN_EXPIRED, Cause.REFRESH_TOKEN_REVOKED, Cause.REFRESH_TOKEN_INVALID),
    ),
    _refused(
        cause=Cause.MESSAGE_LOST,
        title="The message was not logged",
        sentence="Only the name of the exception was logged, without its message.",
        mender=Mender.OPERATOR,
        next_step="Log the exception's message too: expired, revoked and invalid differ in nothing else.",
        source=f"{API}/CommonErrors.html (NotAuthorizedException)",
        lookalikes=(Cause.REFRESH_TOKEN_EXPIRED, Cause.REFRESH_TOKEN_REVOKED, Cause.CREDENTIALS_WRONG),
    ),
    _refused(
        cause=Cause.AWS_CREDENTIALS_EXPIRED,
        title="AWS credentials expired",
        sentence="The AWS credentials of the caller have expired.",
        error=None,
        status=503,
        mender=Mender.OPERATOR,
        ends_session=EndsSession.NO,
        action=Action.RETRY,
        next_step="Not a Cognito token: renew the caller's own AWS credentials (role, profile or instance metadata).",
        source=f"{API}/CommonErrors.html (ExpiredTokenException)",
    ),
    _refused(
        cause=Cause.UNATTRIBUTED_401,
        title="401 without a reason",
        sentence="A request was answered with 401 and the log does not say why.",
        mender=Mender.OPERATOR,
        next_step="Mount the guard in the API, or add its events to the logs given here: an access log alone cannot "
        "tell.",
        source="RFC 9110 section 15.5.2",
        lookalikes=(Cause.TOKEN_EXPIRED, Cause.CREDENTIALS_MISSING, Cause.TOKEN_REVOKED),
    ),
)
