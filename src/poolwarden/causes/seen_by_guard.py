"""The causes that the guard sees in a request, in the order it looks for them."""

from functools import partial

from poolwarden.causes.cause import Action, Cause, CauseRow, EndsSession, Mender, Seen
from poolwarden.causes.sources import GUIDE

_refused = partial(
    CauseRow,
    seen_by=Seen.GUARD,
    error="invalid_token",
    status=401,
    mender=Mender.CLIENT,
    ends_session=EndsSession.NO,
    action=Action.SIGN_IN,
)
_down = partial(
    CauseRow,
    seen_by=Seen.GUARD,
    error=None,
    status=503,
    mender=Mender.OPERATOR,
    ends_session=EndsSession.NO,
    action=Action.RETRY,
)

GUARD_ROWS: tuple[CauseRow, ...] = (
    _refused(
        cause=Cause.CREDENTIALS_MISSING,
        title="No credentials",
        sentence="The request carries no bearer token.",
        error=None,
        next_step="Send the access token as Authorization: Bearer. A front end that just lost its session sends "
        "nothing: look for the failed refresh before it.",
        source="RFC 6750 section 3.1",
        ends_session=EndsSession.MAYBE,
        lookalikes=(Cause.TOKEN_PLACEHOLDER, Cause.SESSION_MISSING),
    ),
    _refused(
        cause=Cause.CREDENTIALS_MALFORMED,
        title="Malformed Authorization header",
        sentence="The Authorization header is not one bearer token.",
        error="invalid_request",
        status=400,
        action=Action.FIX_CLIENT,
        next_step="Send exactly one Authorization header with the word Bearer, one space and one token. A proxy that "
        "adds its own header is the usual reason for two.",
        source="RFC 6750 section 2.1, RFC 9110 section 11.6.2",
    ),
    _refused(
        cause=Cause.TOKEN_PLACEHOLDER,
        title="A placeholder was sent as token",
        sentence="A placeholder such as undefined or null was sent instead of a token.",
        next_step="The front end builds the header from a session that is gone. Check for missing tokens after "
        "fetchAuthSession() and send the user to sign in.",
        source="Amplify JS: fetchAuthSession() resolves with tokens undefined once a refresh failed",
        ends_session=EndsSession.MAYBE,
        lookalikes=(Cause.CREDENTIALS_MISSING, Cause.SESSION_MISSING),
    ),
    _refused(
        cause=Cause.TOKEN_MALFORMED,
        title="Malformed token",
        sentence="The token is not a signed JWT in compact form.",
        action=Action.FIX_CLIENT,
        next_step="Send the access token unchanged. Cut tokens come from cookies or headers that are too small; a "
        "refresh token is opaque and not meant for an API.",
        source="RFC 7515 section 7.1, RFC 8725 section 3",
        lookalikes=(Cause.TOKEN_PLACEHOLDER, Cause.ACCESS_TOKEN_INVALID),
    ),
    _refused(
        cause=Cause.ALGORITHM_REFUSED,
        title="Signature algorithm refused",
        sentence="The token names a signature algorithm that is not accepted.",
        action=Action.FIX_CLIENT,
        next_step="Cognito signs with RS256 only. A token with another algorithm is from elsewhere or forged.",
        source=f"RFC 8725 section 3.1; {GUIDE}/amazon-cognito-user-pools-using-the-access-token.html",
    ),
    _refused(
        cause=Cause.KEY_UNKNOWN,
        title="Unknown signing key",
        sentence="The token was signed with a key that its issuer does not publish.",
        next_step="Compare the pool that issued the token with the pool configured here. After a key rotation it "
        "passes by itself once the keys were fetched again.",
        source=f"RFC 7515 section 4.1.4; {GUIDE}/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html",
        ends_session=EndsSession.MAYBE,
        lookalikes=(Cause.ISSUER_MISMATCH, Cause.SIGNATURE_INVALID),
    ),
    _refused(
        cause=Cause.SIGNATURE_INVALID,
        title="Invalid signature",
        sentence="The signature of the token does not verify.",
        action=Action.FIX_CLIENT,
        next_step="The token was changed, cut or forged. Look at what rewrites it on its way; if nothing does, "
        "somebody tries.",
        source="RFC 7515 section 5.2",
        lookalikes=(Cause.KEY_UNKNOWN, Cause.ACCESS_TOKEN_INVALID),
    ),
    _refused(
        cause=Cause.ISSUER_MISMATCH,
        title="Other issuer",
        sentence="The token is from an issuer that is not accepted here.",
        next_step="Compare the user pool of the front end with the one configured here: region, pool id, and the "
        "issuer form where the pool has several.",
        source="RFC 7519 section 4.1.1, RFC 8725 section 3.8",
        mender=Mender.OPERATOR,
        ends_session=EndsSession.MAYBE,
        lookalikes=(Cause.KEY_UNKNOWN,),
    ),
    _refused(
        cause=Cause.CLIENT_MISMATCH,
        title="Other app client",
        sentence="The token was issued to an app client that is not accepted here.",
        next_step="Add the app client to client_ids if it may call this API; else the front end uses another app's "
        "token.",
        source=f"{GUIDE}/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html",
        mender=Mender.OPERATOR,
        ends_session=EndsSession.MAYBE,
    ),
    _refused(
        cause=Cause.TOKEN_USE_MISMATCH,
        title="Not an access token",
        sentence="The token is not an access token.",
        action=Action.FIX_CLIENT,
        next_step="Send the access token, not the ID token: tokens.accessToken in Amplify.",
        source=f"{GUIDE}/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html, RFC 8725 section 3.11",
        lookalikes=(Cause.ACCESS_TOKEN_INVALID,),
    ),
    _refused(
        cause=Cause.AUDIENCE_MISMATCH,
        title="Other audience",
        sentence="The token is not meant for this resource.",
        action=Action.SIGN_IN,
        next_step="Ask for the token with this API's resource identifier, or drop the audience setting where no "
        "resource binding is used.",
        source="RFC 8707 section 2, RFC 7519 section 4.1.3",
        mender=Mender.OPERATOR,
    ),
    _refused(
        cause=Cause.TOKEN_EXPIRED,
        title="Access token expired",
        sentence="The access token has expired.",
        action=Action.REFRESH,
        next_step="Refresh and try once more; if the refresh fails, sign in. The same expired token again and again "
        "is a front end that treats a dead session as alive.",
        source="RFC 7519 section 4.1.4, RFC 6750 section 3.1",
        ends_session=EndsSession.MAYBE,
        lookalikes=(Cause.ACCESS_TOKEN_EXPIRED, Cause.REFRESH_TOKEN_EXPIRED),
    ),
    _refused(
        cause=Cause.TOKEN_NOT_YET_VALID,
        title="Token from the future",
        sentence="The token is not valid yet.",
        action=Action.RETRY,
        next_step="A clock is off: compare this host's with a time server (chronyc tracking), then widen leeway only "
        "as far as needed.",
        source="RFC 7519 sections 4.1.5 and 4.1.6",
        mender=Mender.OPERATOR,
    ),
    _refused(
        cause=Cause.CLAIM_INVALID,
        title="Invalid claim",
        sentence="A claim of the token has a value that Cognito cannot issue.",
        action=Action.FIX_CLIENT,
        next_step="Look at the token with poolwarden inspect: it names the claim. A stand-in that issues other "
        "claims than Cognito is the usual reason.",
        source=f"RFC 7519 section 2 (NumericDate), {GUIDE}/amazon-cognito-user-pools-using-the-access-token.html",
    ),
    _refused(
        cause=Cause.TOKEN_BOUND,
        title="Token bound to a key",
        sentence="The token is bound to a key and may not be used as a plain bearer token.",
        action=Action.FIX_CLIENT,
        next_step="Cognito issues no bound tokens: a pre-token-generation trigger adds cnf. Remove it there.",
        source="RFC 9449 section 7.1, RFC 7800",
        mender=Mender.OPERATOR,
    ),
    _refused(
        cause=Cause.SCOPE_MISSING,
        title="Scope missing",
        sentence="The token lacks a scope that this request needs.",
        error="insufficient_scope",
        status=403,
        next_step="Let the app client ask for the scope at sign-in (AllowedOAuthScopes). A sign-in through the SDK "
        "has no scope but aws.cognito.signin.user.admin.",
        source="RFC 6750 section 3.1",
        mender=Mender.OPERATOR,
        action=Action.CONTACT_ADMIN,
        lookalikes=(Cause.ACCESS_TOKEN_SCOPE_MISSING,),
    ),
    _refused(
        cause=Cause.GROUP_MISSING,
        title="Group missing",
        sentence="The user is not in a group that this request needs.",
        error="insufficient_scope",
        status=403,
        next_step="Add the user to the group; it shows in the tokens from the next refresh on.",
        source=f"{GUIDE}/cognito-user-pools-user-groups.html",
        mender=Mender.OPERATOR,
        action=Action.CONTACT_ADMIN,
    ),
    _refused(
        cause=Cause.TOKEN_REVOKED,
        title="Token revoked",
        sentence="The session of this token was ended.",
        next_step="The user signed out elsewhere, or an operator ended the session: CloudTrail's RevokeToken, "
        "GlobalSignOut and Admin events tell who.",
        source=f"{GUIDE}/token-revocation.html",
        mender=Mender.USER,
        ends_session=EndsSession.YES,
        lookalikes=(Cause.ACCESS_TOKEN_REVOKED, Cause.REFRESH_TOKEN_REVOKED),
    ),
    _refused(
        cause=Cause.SESSION_TOO_OLD,
        title="Session too old",
        sentence="The sign-in is longer ago than this API accepts.",
        next_step="Sign in again; the limit is max_session_age of this API.",
        source="OpenID Connect Core section 2 (auth_time)",
        mender=Mender.USER,
        ends_session=EndsSession.YES,
        lookalikes=(Cause.REFRESH_TOKEN_EXPIRED,),
    ),
    _down(
        cause=Cause.KEYS_UNAVAILABLE,
        title="Keys unavailable",
        sentence="The keys of the issuer could not be fetched.",
        next_step="Check that this host reaches the JWK Set address over https: poolwarden doctor. Tokens are not "
        "at fault and nobody needs to sign in again.",
        source="RFC 9110 section 15.6.4",
        lookalikes=(Cause.KEY_UNKNOWN,),
    ),
    _down(
        cause=Cause.REVOCATION_UNAVAILABLE,
        title="Revocation check unavailable",
        sentence="It could not be checked whether the session was ended.",
        next_step="Check that this host reaches Cognito and that its quota holds; or let the online check fail open.",
        source=f"RFC 9110 section 15.6.4; {GUIDE}/quotas.html",
    ),
)
