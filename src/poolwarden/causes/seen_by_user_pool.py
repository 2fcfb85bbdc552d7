"""What a user pool says when it refuses, and what it means."""

from functools import partial

from poolwarden.causes.cause import Action, Cause, CauseRow, EndsSession, Mender, Seen
from poolwarden.causes.sources import API, GUIDE

_refused = partial(
    CauseRow,
    seen_by=Seen.USER_POOL,
    error="invalid_token",
    status=401,
    mender=Mender.USER,
    ends_session=EndsSession.NO,
    action=Action.SIGN_IN,
)
_ended = partial(_refused, ends_session=EndsSession.YES)
_misconfigured = partial(
    _refused,
    error=None,
    status=503,
    mender=Mender.OPERATOR,
    ends_session=EndsSession.MAYBE,
    action=Action.CONTACT_ADMIN,
)
_transient = partial(_refused, error=None, status=503, mender=Mender.ISSUER, action=Action.RETRY)

USER_POOL_ROWS: tuple[CauseRow, ...] = (
    _ended(
        cause=Cause.REFRESH_TOKEN_EXPIRED,
        title="Refresh token expired",
        sentence="The session has reached the refresh validity of its app client.",
        mender=Mender.OPERATOR,
        next_step="Compare the app client's RefreshTokenValidity and its unit with what was meant (poolwarden client "
        "check). The validity counts from sign-in and does not slide.",
        source=f"{API}/API_UserPoolClientType.html (RefreshTokenValidity)",
        lookalikes=(Cause.REFRESH_TOKEN_INVALID, Cause.GRANT_REFUSED),
    ),
    _ended(
        cause=Cause.REFRESH_TOKEN_REVOKED,
        title="Refresh token revoked",
        sentence="The session was ended by a sign-out, a revocation or a disabled user.",
        next_step="Look in CloudTrail for RevokeToken, GlobalSignOut, AdminUserGlobalSignOut or AdminDisableUser "
        "just before.",
        source=f"{GUIDE}/token-revocation.html",
        lookalikes=(Cause.USER_DISABLED, Cause.GRANT_REFUSED),
    ),
    _ended(
        cause=Cause.REFRESH_TOKEN_REUSED,
        title="Refresh token used twice",
        sentence="A refresh token that had been rotated was used again.",
        mender=Mender.CLIENT,
        next_step="Two tabs racing, a grace period that is too short, or theft: raise RetryGracePeriodSeconds (up to "
        "60) and let one tab refresh for all.",
        source=f"{GUIDE}/amazon-cognito-user-pools-using-the-refresh-token.html (rotation), RFC 9700 section 4.14.2",
        lookalikes=(Cause.GRANT_REFUSED,),
    ),
    _ended(
        cause=Cause.REFRESH_TOKEN_INVALID,
        title="Refresh token invalid",
        sentence="The refresh token is not one that this app client can use.",
        mender=Mender.CLIENT,
        next_step="Ambiguous. Check in this order: the client id and region of the caller, whether the user was "
        "deleted, the device key where devices are tracked, a token cut by storage.",
        source=f"{API}/API_InitiateAuth.html (Errors)",
        lookalikes=(Cause.USER_MISSING, Cause.DEVICE_MISSING, Cause.CLIENT_MISSING),
    ),
    _refused(
        cause=Cause.GRANT_REFUSED,
        title="Grant refused",
        sentence="The token endpoint refused the grant without saying why.",
        mender=Mender.CLIENT,
        ends_session=EndsSession.MAYBE,
        next_step="Ambiguous: an expired, revoked or reused refresh token and a stale code all say invalid_grant. "
        "CloudTrail's Token_POST event tells app client and time; a RevokeToken or GlobalSignOut before it, or an age "
        "that equals the refresh validity, tells which.",
        source=f"RFC 6749 section 5.2; {GUIDE}/token-endpoint.html",
        lookalikes=(Cause.REFRESH_TOKEN_EXPIRED, Cause.REFRESH_TOKEN_REVOKED, Cause.REFRESH_TOKEN_REUSED),
    ),
    _refused(
        cause=Cause.ACCESS_TOKEN_EXPIRED,
        title="Access token expired",
        sentence="The access token has expired.",
        mender=Mender.CLIENT,
        action=Action.REFRESH,
        next_step="Normal once per access validity: refresh. Many in a row are a client that does not refresh.",
        source=f"{API}/API_GetUser.html (Errors)",
        lookalikes=(Cause.TOKEN_EXPIRED,),
    ),
    _ended(
        cause=Cause.ACCESS_TOKEN_REVOKED,
        title="Access token revoked",
        sentence="The session of this access token was ended.",
        next_step="The user signed out elsewhere, or an operator ended the session: CloudTrail tells who.",
        source=f"{GUIDE}/token-revocation.html",
        lookalikes=(Cause.TOKEN_REVOKED, Cause.REFRESH_TOKEN_REVOKED),
    ),
    _refused(
        cause=Cause.ACCESS_TOKEN_INVALID,
        title="Access token invalid",
        sentence="The token is not a valid access token of this user pool.",
        mender=Mender.CLIENT,
        ends_session=EndsSession.MAYBE,
        next_step="Check whether an ID token or a token of another pool is sent, or the token is cut on its way.",
        source=f"{API}/API_GetUser.html (Errors)",
        lookalikes=(Cause.TOKEN_USE_MISMATCH, Cause.ISSUER_MISMATCH, Cause.SIGNATURE_INVALID),
    ),
    _refused(
        cause=Cause.ACCESS_TOKEN_SCOPE_MISSING,
        title="Access token without the scope",
        sentence="The access token lacks the scope that this operation of Cognito needs.",
        error="insufficient_scope",
        status=403,
        mender=Mender.OPERATOR,
        action=Action.CONTACT_ADMIN,
        next_step="Ask for aws.cognito.signin.user.admin at sign-in and allow it on the app client.",
        source=f"{API}/API_GetUser.html (Errors)",
        lookalikes=(Cause.SCOPE_MISSING,),
    ),
    _ended(
        cause=Cause.USER_DISABLED,
        title="User disabled",
        sentence="The user was disabled by an administrator.",
        mender=Mender.OPERATOR,
        action=Action.CONTACT_ADMIN,
        next_step="CloudTrail's AdminDisableUser tells who and when. Enabling the user again revives no session.",
        source=f"{API}/API_AdminDisableUser.html",
        lookalikes=(Cause.REFRESH_TOKEN_REVOKED,),
    ),
    _ended(
        cause=Cause.USER_MISSING,
        title="User deleted",
        sentence="The user does not exist.",
        mender=Mender.OPERATOR,
        next_step="CloudTrail's AdminDeleteUser and DeleteUser tell who and when; or the caller asks another pool.",
        source=f"{API}/API_InitiateAuth.html (UserNotFoundException)",
        lookalikes=(Cause.REFRESH_TOKEN_INVALID, Cause.CREDENTIALS_WRONG),
    ),
    _ended(
        cause=Cause.USER_UNCONFIRMED,
        title="User not confirmed",
        sentence="The user has not confirmed the account.",
        next_step="Let the user confirm the account; a confirmed user who turns up here was imported or reset.",
        source=f"{API}/API_InitiateAuth.html (UserNotConfirmedException)",
    ),
    _ended(
        cause=Cause.PASSWORD_RESET_REQUIRED,
        title="Password reset required",
        sentence="The user has to choose a new password first.",
        next_step="Lead the user through the forgotten-password flow; AdminResetUserPassword in CloudTrail tells who "
        "asked for it.",
        source=f"{API}/API_InitiateAuth.html (PasswordResetRequiredException)",
    ),
    _refused(
        cause=Cause.CREDENTIALS_WRONG,
        title="Wrong user name or password",
        sentence="The user name or the password is wrong.",
        next_step="A sign-in failure, not a lost session. Where user existence errors are prevented, a deleted user "
        "looks the same.",
        source=f"{GUIDE}/cognito-user-pool-managing-errors.html",
        lookalikes=(Cause.USER_MISSING,),
    ),
    _refused(
        cause=Cause.ATTEMPTS_EXCEEDED,
        title="Too many sign-in attempts",
        sentence="Too many sign-ins failed and the user is locked out for a while.",
        action=Action.RETRY,
        next_step="Wait: the lock-out doubles from one second to about 15 minutes. Look for a client that retries "
        "an old password.",
        source=f"{GUIDE}/authentication.html (lock-out)",
    ),
    _refused(
        cause=Cause.CHALLENGE_EXPIRED,
        title="Sign-in took too long",
        sentence="The sign-in challenge has expired.",
        next_step="Start the sign-in again; AuthSessionValidity (3 to 15 minutes) is how long it may take.",
        source=f"{API}/API_UserPoolClientType.html (AuthSessionValidity)",
        lookalikes=(Cause.CHALLENGE_REUSED,),
    ),
    _refused(
        cause=Cause.CHALLENGE_REUSED,
        title="Challenge answered twice",
        sentence="The sign-in challenge was answered before.",
        mender=Mender.CLIENT,
        next_step="Start the sign-in again. A button pressed twice, or a retry of the SDK, answers a challenge twice.",
        source=f"{API}/API_RespondToAuthChallenge.html (Errors)",
        lookalikes=(Cause.CHALLENGE_EXPIRED,),
    ),
    _misconfigured(
        cause=Cause.SECRET_HASH_MISSING,
        title="Secret hash missing",
        sentence="The app client has a secret and the call carries no secret hash.",
        next_step="Send SECRET_HASH with every call of this app client, refreshes included, or use a client without "
        "a secret.",
        source=f"{GUIDE}/signing-up-users-in-your-app.html (secret hash)",
        lookalikes=(Cause.SECRET_HASH_MISMATCH,),
    ),
    _misconfigured(
        cause=Cause.SECRET_HASH_MISMATCH,
        title="Secret hash wrong",
        sentence="The secret hash does not fit the app client and the user name.",
        next_step="For a refresh the hash is made with the user's sub or real user name, not with an alias such as "
        "e-mail; also check the secret.",
        source=f"{GUIDE}/signing-up-users-in-your-app.html (secret hash)",
        lookalikes=(Cause.SECRET_HASH_MISSING,),
    ),
    _misconfigured(
        cause=Cause.CLIENT_MISSING,
        title="App client missing",
        sentence="The app client does not exist in this user pool.",
        next_step="Check the client id and the region of the caller; CloudTrail's DeleteUserPoolClient tells whether "
        "it was deleted. Sessions of a deleted client cannot be refreshed.",
        source=f"{API}/API_InitiateAuth.html (ResourceNotFoundException)",
        lookalikes=(Cause.REFRESH_TOKEN_INVALID,),
    ),
    _misconfigured(
        cause=Cause.FLOW_DISABLED,
        title="Sign-in flow disabled",
        sentence="The app client does not allow this way of signing in or refreshing.",
        next_step="Compare ExplicitAuthFlows: an update that leaves it out resets it. Where rotation is on, refresh "
        "with GetTokensFromRefreshToken.",
        source=f"{API}/API_UpdateUserPoolClient.html (ExplicitAuthFlows)",
    ),
    _refused(
        cause=Cause.DEVICE_MISSING,
        title="Device missing",
        sentence="The remembered device does not exist.",
        mender=Mender.CLIENT,
        ends_session=EndsSession.MAYBE,
        next_step="The device was forgotten. Sign in again without the stored device key.",
        source=f"{GUIDE}/amazon-cognito-user-pools-device-tracking.html",
        lookalikes=(Cause.REFRESH_TOKEN_INVALID,),
    ),
    _refused(
        cause=Cause.DEVICE_KEY_INVALID,
        title="Device key invalid",
        sentence="The device key is not one of this user.",
        mender=Mender.CLIENT,
        action=Action.FIX_CLIENT,
        next_step="Send the device key that the sign-in returned, and confirm it before the first refresh.",
        source=f"{GUIDE}/amazon-cognito-user-pools-device-tracking.html",
        lookalikes=(Cause.DEVICE_MISSING,),
    ),
    _transient(
        cause=Cause.THROTTLED,
        title="Throttled",
        sentence="Cognito answers fewer requests than are sent.",
        mender=Mender.OPERATOR,
        next_step="Space the retries and look for who calls so often: retry bursts of old front ends multiply calls "
        "by six. Then ask for a higher quota.",
        source=f"{GUIDE}/quotas.html",
    ),
    _transient(
        cause=Cause.WAF_BLOCKED,
        title="Blocked by the firewall",
        sentence="A web firewall in front of the user pool blocked the call.",
        mender=Mender.OPERATOR,
        next_step="Find the rule in the web ACL's sampled requests. The session itself is alive.",
        source=f"{GUIDE}/user-pool-waf.html (ForbiddenException)",
    ),
    _transient(
        cause=Cause.TRIGGER_DENIED,
        title="Refused by a trigger",
        sentence="A Lambda trigger of the user pool refused or failed.",
        mender=Mender.OPERATOR,
        next_step="Read the trigger's own log at that time; its message is the text after with error.",
        source=f"{GUIDE}/cognito-user-identity-pools-working-with-aws-lambda-triggers.html",
    ),
    _transient(
        cause=Cause.REPLICA_REFUSED,
        title="Refused by a replica",
        sentence="A replica of the user pool does not allow this operation.",
        mender=Mender.OPERATOR,
        next_step="Send the call to the primary region.",
        source=f"{API}/API_InitiateAuth.html (OperationNotEnabledException)",
    ),
    _transient(
        cause=Cause.SERVICE_ERROR,
        title="Cognito failed",
        sentence="Cognito failed, or could not be reached.",
        next_step="Retry with back-off; AWS Health tells whether it is known. Where the error is one of connections, "
        "look at the way there: name resolution, proxy, NAT, VPC endpoint, trusted certificates.",
        source=f"{API}/API_InitiateAuth.html (InternalErrorException)",
    ),
    _refused(
        cause=Cause.NOT_AUTHORIZED_OTHER,
        title="Not authorized",
        sentence="Cognito refused for a reason that is not known here.",
        ends_session=EndsSession.MAYBE,
        next_step="Read the message in the log beside the operation; please report it, so that it gets its own cause.",
        source=f"{API}/CommonErrors.html (NotAuthorizedException)",
    ),
)
