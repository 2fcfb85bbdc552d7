"""
What Cognito's public documents leave open, and what this pool does about it.

Nothing outside this package may rest on a name below: each is a guess that had to be made to run.
"""

from typing import Final

ASSUMED_NEW_VALIDITY_APPLIES_TO_NEW_SIGN_INS: Final = (
    "A changed refresh validity holds for sessions that begin afterwards; refresh tokens already "
    "issued keep their end. Access and ID validity hold from the next token issued."
)
ASSUMED_REUSE_LEAVES_THE_SESSION_ALONE: Final = (
    "RefreshTokenReuseException ends no session: the current refresh token goes on working. Its text is ours."
)
ASSUMED_GRACE_ISSUES_ANOTHER_TOKEN: Final = (
    "A rotated refresh token used again within the grace period gets a refresh token of its own; "
    "the one issued before stays valid."
)
ASSUMED_ORDER_OF_REFRESH_CHECKS: Final = (
    "A refresh token that fails in several ways is named in the order: unknown, other client, "
    "deleted user, expired, disabled user, revoked, reused, password reset required."
)
ASSUMED_EXPIRY_IS_EXCLUSIVE: Final = (
    "A refresh token is refused from the second auth_time + refresh validity on; an access token "
    "at GetUser from exp on."
)
ASSUMED_ROTATION_REFUSES_REFRESH_FLOW: Final = (
    "REFRESH_TOKEN_AUTH on a rotating client is InvalidParameterException 'flow not enabled'. "
    "Naming both ALLOW_REFRESH_TOKEN_AUTH and rotation in one request is refused; rotation with "
    "the default flows is accepted, the refresh flow then being off."
)
ASSUMED_ACCESS_MAY_NOT_OUTLIVE_REFRESH: Final = (
    "Access or ID validity above the refresh validity is refused with the text of any validity out "
    "of bounds (the AWS CDK documents the rule, no source the text)."
)
ASSUMED_UPDATE_RESETS_REVOCATION_TO_ON: Final = (
    "EnableTokenRevocation omitted in an update falls back to on; ClientName and the secret stay."
)
ASSUMED_ZERO_REFRESH_VALIDITY_SHOWS_DAYS: Final = (
    "After RefreshTokenValidity 0 a describe shows 30, its unit being days if one was named."
)
ASSUMED_UNKNOWN_TOKEN_REVOKES_QUIETLY: Final = (
    "RevokeToken and /oauth2/revoke answer an unknown or expired refresh token with success "
    "(RFC 7009 section 2.2), another client's with UnauthorizedException or invalid_client."
)
ASSUMED_SECRET_HASH_TEXTS: Final = (
    "A wrong hash, or one for a client without secret, is 'Unable to verify secret hash' at "
    "sign-in and 'SecretHash does not match' at a refresh; a wrong ClientSecret at "
    "GetTokensFromRefreshToken is the former."
)
ASSUMED_MACHINE_SCOPE_IS_INVALID_GRANT: Final = (
    "client_credentials with a scope the client may not have is invalid_grant: the documented codes of the TOKEN "
    "endpoint do not hold invalid_scope."
)
ASSUMED_GET_USER_NAMES_REVOCATION_FIRST: Final = (
    "The access token of a user who was disabled is 'Access Token has been revoked' at GetUser, enabled again or not."
)
ASSUMED_PUBLIC_CLIENTS_NEED_PKCE: Final = (
    "A client without secret must use PKCE on the sign-in page. Cognito leaves it to the client; here it is required."
)
ASSUMED_EVENT_ID_OUTLIVES_REFRESH: Final = "event_id stays the same over a session's refreshes."
ASSUMED_TEXTS_OF_RARE_REFUSALS: Final = (
    "The texts for mixed legacy flows, rotation with the refresh flow, revocation switched off, "
    "token types and unknown operations are ours; their exception names are Cognito's."
)

ASSUMPTIONS: Final = {name: text for name, text in sorted(globals().items()) if name.startswith("ASSUMED_")}
"""Every assumption by name, for the documentation."""
