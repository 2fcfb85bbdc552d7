"""What an identity pool says when it refuses, and what it means."""

from functools import partial

from poolwarden.causes.cause import Action, Cause, CauseRow, EndsSession, Mender, Seen

_SOURCE = "Cognito identity pools API: GetId, GetCredentialsForIdentity (NotAuthorizedException)"

_refused = partial(
    CauseRow,
    seen_by=Seen.IDENTITY_POOL,
    error="invalid_token",
    status=401,
    mender=Mender.CLIENT,
    ends_session=EndsSession.NO,
    action=Action.SIGN_IN,
    source=_SOURCE,
)
_misconfigured = partial(_refused, error=None, status=503, mender=Mender.OPERATOR, action=Action.CONTACT_ADMIN)

IDENTITY_POOL_ROWS: tuple[CauseRow, ...] = (
    _refused(
        cause=Cause.LOGIN_TOKEN_EXPIRED,
        title="ID token expired",
        sentence="The ID token given to the identity pool has expired.",
        action=Action.REFRESH,
        next_step="Refresh, then ask the identity pool with the new ID token.",
        lookalikes=(Cause.TOKEN_EXPIRED,),
    ),
    _misconfigured(
        cause=Cause.LOGIN_ISSUER_MISMATCH,
        title="ID token of another provider",
        sentence="The ID token is from another issuer than the named login provider.",
        next_step="Compare region and user pool id in the Logins map with the pool that issued the ID token.",
        lookalikes=(Cause.ISSUER_MISMATCH,),
    ),
    _refused(
        cause=Cause.LOGIN_TOKEN_MALFORMED,
        title="ID token not readable",
        sentence="The token given to the identity pool is not an ID token that it can verify.",
        action=Action.FIX_CLIENT,
        next_step="Give the identity pool the ID token (not the access token) of the user pool named in Logins.",
        lookalikes=(Cause.TOKEN_USE_MISMATCH, Cause.TOKEN_MALFORMED),
    ),
    _misconfigured(
        cause=Cause.LOGIN_PROVIDER_UNSUPPORTED,
        title="Login provider not set up",
        sentence="The identity pool does not accept tokens of this provider.",
        next_step="Add the user pool and its app client to the identity pool's providers.",
    ),
    _refused(
        cause=Cause.IDENTITY_LOGINS_MISMATCH,
        title="Logins do not match",
        sentence="The identity was asked for without a login that belongs to it.",
        ends_session=EndsSession.MAYBE,
        next_step="The login is gone: usually the user pool session ended and the cached identity id stayed. Clear "
        "the cached identity and sign in.",
        lookalikes=(Cause.IDENTITY_UNAUTHENTICATED,),
    ),
    _refused(
        cause=Cause.IDENTITY_UNAUTHENTICATED,
        title="No login given",
        sentence="The identity pool was asked without a login and allows no guests.",
        ends_session=EndsSession.MAYBE,
        next_step="The call came after the session was lost, or before sign-in: check the session first.",
        lookalikes=(Cause.SESSION_MISSING,),
    ),
    _misconfigured(
        cause=Cause.IDENTITY_FORBIDDEN,
        title="Identity forbidden",
        sentence="Access to this identity is forbidden.",
        next_step="Check that the identity belongs to this identity pool and account, and the role's policy.",
    ),
)
